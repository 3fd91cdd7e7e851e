package ninjs

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed schemas
var files embed.FS

// Superdesk is the name of the dialect in which Superdesk pushes: ninjs 1.6 with a guid for the uri and more fields of
// its own.
const Superdesk = "superdesk"

// versions are those whose schema is here, oldest first.
var versions = []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.x_dev", "2.0", "2.1", "2.2", "2.x_dev", "3.0", "3.1", Superdesk}

// standard is one version of ninjs.
type standard struct {
	version string
	fields  map[string]bool // what a document may have at its top
	schema  func() *jsonschema.Schema
}

// standards are the versions by name. A schema is compiled when it is first needed, which takes some 15 ms.
var standards = sync.OnceValue(func() map[string]*standard {
	all := map[string]*standard{}
	for _, version := range versions {
		doc, err := readSchema(version)
		if err != nil {
			panic("ninjs: an embedded schema is read in the tests: " + err.Error()) // impossible
		}
		all[version] = &standard{version, fieldsOf(doc), sync.OnceValue(func() *jsonschema.Schema {
			schema, err := compile(doc)
			if err != nil {
				panic("ninjs: an embedded schema is compiled in the tests: " + err.Error()) // impossible
			}
			return schema
		})}
	}
	return all
})

// geoJSON is what later versions write places in.
const geoJSON = "https://geojson.org/schema/GeoJSON.json"

func compile(doc map[string]any) (*jsonschema.Schema, error) {
	places, err := readFile("geojson")
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	for _, format := range []string{"uri", "date-time"} { // IPTC: formats are not enforced, and its samples break them
		c.RegisterFormat(&jsonschema.Format{Name: format, Validate: func(any) error { return nil }})
	}
	name, _ := doc["$id"].(string)
	if name == "" {
		name, _ = doc["id"].(string)
	}
	name = strings.TrimSuffix(name, "#")
	if err := errors.Join(c.AddResource(geoJSON, places), c.AddResource(name, doc)); err != nil {
		return nil, fmt.Errorf("ninjs: %s: %w", name, err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		return nil, fmt.Errorf("ninjs: %s: %w", name, err)
	}
	return schema, nil
}

func readFile(name string) (map[string]any, error) {
	raw, err := files.ReadFile(path.Join("schemas", name+".json"))
	if err != nil {
		return nil, fmt.Errorf("ninjs: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("ninjs: schema %s: %w", name, err)
	}
	object, ok := doc.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("ninjs: schema %s is no object", name)
	}
	return object, nil
}

// readSchema is a version's schema, of 1.0 in a draft of JSON Schema that is still read, and Superdesk's made of 1.6.
func readSchema(version string) (map[string]any, error) {
	if version == Superdesk {
		doc, err := readFile("1.6")
		if err == nil {
			open(doc)
		}
		return doc, err
	}
	doc, err := readFile(version)
	if err == nil && version == "1.0" {
		doc["$schema"] = "http://json-schema.org/draft-04/schema#"
		require(doc)
	}
	return doc, err
}

// require turns draft 3's required, which stands in a property, into later drafts', which stands beside the properties.
func require(schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	var needed []any
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, ok := properties[name].(map[string]any)
		if !ok {
			continue
		}
		if property["required"] == true {
			needed = append(needed, name)
		}
		delete(property, "required")
		require(property)
	}
	if len(needed) > 0 {
		schema["required"] = needed
	}
}

// open lets fields of a dialect stand anywhere in a schema, a guid in the place of a uri among them.
func open(part any) {
	switch v := part.(type) {
	case []any:
		for _, item := range v {
			open(item)
		}
	case map[string]any:
		for _, inner := range v {
			open(inner)
		}
		if v["additionalProperties"] == false {
			delete(v, "additionalProperties")
		}
		if needed, ok := v["required"].([]any); ok && slices.Contains(needed, any("uri")) {
			v["required"] = slices.DeleteFunc(needed, func(name any) bool { return name == "uri" })
		}
	}
}

// fieldsOf are the names of a schema's own properties. From 2.1 on they stand in a definition that the schema refers to,
// so that others can extend it.
func fieldsOf(doc map[string]any) map[string]bool {
	if target, ok := doc["$ref"].(string); ok {
		definitions, _ := doc["$defs"].(map[string]any)
		doc, _ = definitions[path.Base(target)].(map[string]any)
	}
	properties, _ := doc["properties"].(map[string]any)
	names := map[string]bool{}
	for name := range properties {
		names[name] = true
	}
	return names
}

// allFields are the names of all properties in all schemas, at whatever depth.
var allFields = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, version := range versions {
		doc, err := readSchema(version)
		if err != nil {
			panic("ninjs: an embedded schema is read in the tests: " + err.Error()) // impossible
		}
		addFields(names, doc)
	}
	return names
})

func addFields(names map[string]bool, part any) {
	switch v := part.(type) {
	case []any:
		for _, item := range v {
			addFields(names, item)
		}
	case map[string]any:
		properties, _ := v["properties"].(map[string]any)
		for name := range properties {
			names[name] = true
		}
		for _, inner := range v {
			addFields(names, inner)
		}
	}
}
