package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// schema is the part of JSON Schema 2020-12 that discord-openapi.json uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       types              `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Values     json.RawMessage    `json:"additionalProperties"`
	OneOf      []*schema          `json:"oneOf"`
	AnyOf      []*schema          `json:"anyOf"`
	AllOf      []*schema          `json:"allOf"`
	Enum       []any              `json:"enum"`
	Const      any                `json:"const"`
	Minimum    *float64           `json:"minimum"`
	Maximum    *float64           `json:"maximum"`
	MinLength  *int               `json:"minLength"`
	MaxLength  *int               `json:"maxLength"`
	MinItems   *int               `json:"minItems"`
	MaxItems   *int               `json:"maxItems"`
	Pattern    string             `json:"pattern"`
}

// types is one type or several.
type types []string

// UnmarshalJSON reads "string" as well as ["string", "null"].
func (t *types) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*t = types{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(t))
}

// strictness says down to which depth a member the schema does not name is a fault.
type strictness struct {
	depth  int
	strays []string // those that are none
}

// everywhere is a strictness for answers: we make them, so every member must be known.
const everywhere = 100

// check checks JSON against a schema.
func (k *contracts) check(s *schema, path string, text []byte, strict strictness) []string {
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return []string{path + ": " + err.Error()}
	}
	faults := k.value(s, path, value)
	return append(faults, k.unnamed(s, path, value, strict)...)
}

// deref follows references.
func (k *contracts) deref(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = k.schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

// value checks one value; of several schemas the faults are those of the one that comes nearest.
func (k *contracts) value(s *schema, path string, v any) []string {
	s = k.deref(s)
	if s == nil {
		return nil
	}
	if len(s.Type) > 0 && !slices.ContainsFunc(s.Type, func(t string) bool { return isType(v, t) }) {
		return []string{fmt.Sprintf("%s: %.60v is no %s", path, v, strings.Join(s.Type, " or "))}
	}
	if v == nil {
		return k.oneOf(s, path, v)
	}
	faults := append(s.bounds(path, v), k.members(s, path, v)...)
	for _, part := range s.AllOf {
		faults = append(faults, k.value(part, path, v)...)
	}
	return append(faults, k.oneOf(s, path, v)...)
}

// oneOf checks against alternatives.
func (k *contracts) oneOf(s *schema, path string, v any) []string {
	alternatives := slices.Concat(s.OneOf, s.AnyOf)
	var best []string
	for i, alternative := range alternatives {
		faults := k.value(alternative, path, v)
		if len(faults) == 0 {
			return nil
		}
		if i == 0 || len(faults) < len(best) {
			best = faults
		}
	}
	return best
}

func isType(v any, name string) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	case json.Number:
		return name == "number" || name == "integer" && !strings.ContainsAny(v.String(), ".eE")
	}
	return false
}

// bounds checks a value that is neither object nor null.
func (s *schema) bounds(path string, v any) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, args...)) }
	if s.Const != nil && fmt.Sprint(s.Const) != fmt.Sprint(v) {
		fault("%.60v is not %v", v, s.Const)
	}
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(v) }) {
		fault("%.60v is none of %v", v, s.Enum)
	}
	size, least, most := 0, s.MinItems, s.MaxItems
	switch v := v.(type) {
	case string:
		size, least, most = utf8.RuneCountInString(v), s.MinLength, s.MaxLength
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			fault("%.60q does not match %s", v, s.Pattern)
		}
	case []any:
		size = len(v)
	case json.Number:
		n, err := v.Float64()
		if err != nil || s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
			fault("%s is out of bounds", v)
		}
		return faults
	default:
		return faults
	}
	if least != nil && size < *least || most != nil && size > *most {
		fault("has a length of %d", size)
	}
	return faults
}

// members checks what is inside an object or array.
func (k *contracts) members(s *schema, path string, v any) []string {
	var faults []string
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			faults = append(faults, k.value(s.Items, fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	case map[string]any:
		for _, name := range s.Required {
			if _, ok := v[name]; !ok {
				faults = append(faults, fmt.Sprintf("%s: needs %q", path, name))
			}
		}
		for name, member := range v {
			faults = append(faults, k.value(s.Properties[name], path+"."+name, member)...)
		}
	}
	slices.Sort(faults)
	return faults
}

// unnamed finds members that no schema of a value names.
func (k *contracts) unnamed(s *schema, path string, v any, strict strictness) []string {
	if strict.depth == 0 {
		return nil
	}
	var faults []string
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			faults = append(faults, k.unnamed(k.items(s), fmt.Sprintf("%s[%d]", path, i), item, strict)...)
		}
	case map[string]any:
		known, open := k.properties(s, v)
		if open {
			return nil
		}
		for name, member := range v {
			inner, ok := known[name]
			if !ok && !slices.Contains(strict.strays, name) {
				faults = append(faults, fmt.Sprintf("%s: nothing there is called %q", path, name))
				continue
			}
			faults = append(faults, k.unnamed(inner, path+"."+name, member, strictness{depth: strict.depth - 1})...)
		}
	}
	slices.Sort(faults)
	return faults
}

// items is the schema of an array's items.
func (k *contracts) items(s *schema) *schema {
	s = k.deref(s)
	if s == nil || s.Items != nil {
		if s == nil {
			return nil
		}
		return s.Items
	}
	for _, alternative := range slices.Concat(s.OneOf, s.AnyOf, s.AllOf) {
		if found := k.items(alternative); found != nil {
			return found
		}
	}
	return nil
}

// properties are the members a schema names for an object, over all alternatives that fit it. open: any may be there.
func (k *contracts) properties(s *schema, v map[string]any) (known map[string]*schema, open bool) {
	s = k.deref(s)
	if s == nil || len(s.Values) > 0 && string(s.Values) != "false" {
		return nil, true
	}
	known = map[string]*schema{}
	for name, member := range s.Properties {
		known[name] = member
	}
	alternatives := slices.Concat(s.OneOf, s.AnyOf)
	fits := func(a *schema) bool { return len(k.value(a, "", v)) == 0 }
	if slices.ContainsFunc(alternatives, fits) {
		alternatives = slices.DeleteFunc(alternatives, func(a *schema) bool { return !fits(a) })
	}
	for _, part := range slices.Concat(alternatives, s.AllOf) {
		inner, any := k.properties(part, v)
		if any {
			return nil, true
		}
		for name, member := range inner {
			known[name] = member
		}
	}
	return known, len(known) == 0 && len(alternatives) == 0 && len(s.AllOf) == 0
}
