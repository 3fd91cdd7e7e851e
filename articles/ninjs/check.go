package ninjs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Fault says what is wrong with a document, and where.
type Fault struct {
	Version string // of ninjs, by which it is wrong, or NewsML-G2; "" for what no version allows
	Path    string // JSON pointer (RFC 6901), in NewsML-G2 XPath; "/" is the document
	Says    string // what is wrong, as "must be 1 to 9"
}

func (f *Fault) Error() string {
	switch f.Version {
	case newsML:
		return newsML + ": " + f.Path + ": " + f.Says
	case "":
		return "ninjs: " + f.Path + ": " + f.Says
	}
	return "ninjs: " + f.Path + ": " + f.Says + " (ninjs " + f.Version + ")"
}

// Versions are the versions of ninjs that a document can be held to, oldest first, and Superdesk's dialect.
func Versions() []string { return slices.Clone(versions) }

// check holds a document to the schema of a version; "" finds the version out. It returns the first fault in the order of
// paths.
func check(value any, version string) *Fault {
	if version != "" {
		made, known := standards()[version]
		if !known {
			return &Fault{Path: "/", Says: fmt.Sprintf("%q is no version of ninjs; there are %s", version, strings.Join(versions, ", "))}
		}
		return made.check(value, isExtensible[version])
	}
	doc, ok := value.(map[string]any)
	if !ok {
		return &Fault{Path: "/", Says: "must be an object"}
	}
	doc = inOurSpelling(doc)
	var first *Fault
	all, evident := candidates(doc)
	for _, s := range all {
		fault := s.check(doc, evident && isExtensible[s.version])
		if fault == nil {
			return nil
		}
		if first == nil {
			first = fault
		}
	}
	return first
}

// inOurSpelling takes British for American spelling: a cancellation must not be lost for a letter.
func inOurSpelling(doc map[string]any) map[string]any {
	for _, name := range []string{"pubstatus", "pubStatus"} {
		if doc[name] == "cancelled" {
			doc[name] = "canceled"
		}
	}
	return doc
}

// family are versions that name things alike: the newest, with which the older ones agree, and the one in development.
type family []string

var families = []family{{"1.6", "1.x_dev"}, {"2.2", "2.x_dev"}, {"3.1"}}

func (f family) holds(version string) bool { return version != "" && f[0][0] == version[0] }

// candidates are the versions that a document may be of: the one it declares, unless its fields are plainly those of
// another family (documents that were upgraded keep the old declaration); without a declaration, those of the families
// that know most of its fields. What Superdesk pushes declares nothing, and has a guid. evident says that it is
// surely none of the first, which had no extensions.
func candidates(doc map[string]any) (all []*standard, evident bool) {
	if isSuperdesk(doc) {
		return []*standard{standards()[Superdesk]}, true
	}
	most, likely := -1, []family(nil)
	for _, f := range families {
		newest, known := standards()[f[0]], 0
		for name := range doc {
			if newest.fields[name] {
				known++
			}
		}
		if known > most {
			most, likely = known, nil
		}
		if known == most {
			likely = append(likely, f)
		}
	}
	version := declared(doc)
	if slices.ContainsFunc(likely, func(f family) bool { return f.holds(version) }) {
		return []*standard{standards()[version]}, true
	}
	for _, version := range slices.Concat(likely...) {
		all = append(all, standards()[version])
	}
	return all, !likely[0].holds("1.6")
}

// isSuperdesk reports whether a document has what only Superdesk's have, and declares no version.
func isSuperdesk(doc map[string]any) bool {
	for _, name := range []string{"guid", "priority", "service", "extra"} {
		if _, ok := doc[name]; ok && declared(doc) == "" {
			return true
		}
	}
	return false
}

// declared is the version that a document says it is of, "" if it says none or the schema of somebody else.
func declared(doc map[string]any) string {
	for _, name := range []string{"standard", "$standard"} {
		standard, _ := doc[name].(map[string]any)
		schema, _ := standard["schema"].(string)
		version, _ := standard["version"].(string)
		if _, told, ok := strings.Cut(schema, "iptc.org/std/ninjs/ninjs-schema_"); ok {
			version, _, _ = strings.Cut(told, ".json")
		}
		if _, known := standards()[version]; known && (schema == "" || strings.Contains(schema, "iptc.org/")) {
			return version
		}
	}
	return ""
}

// isExtensible are the versions made to be extended: a newsroom's own schema refers to IPTC's and adds fields.
var isExtensible = map[string]bool{"2.1": true, "2.2": true, "3.0": true, "3.1": true}

// check returns the first fault of a document by this version, in the order of paths. extended lets fields at its top be
// that no version has anywhere; one that ninjs has elsewhere is misplaced.
func (s *standard) check(value any, extended bool) *Fault {
	if s.version == Superdesk {
		value = withoutNull(value)
	}
	var wrong *jsonschema.ValidationError
	switch err := s.schema().Validate(value); {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return &Fault{Version: s.version, Path: "/", Says: err.Error()}
	}
	faults := s.faults(wrong)
	if extended {
		faults = slices.DeleteFunc(faults, func(f *Fault) bool { return f.Says == noField && isForeign(f.Path) })
	}
	if len(faults) == 0 {
		return nil
	}
	return slices.MinFunc(faults, func(f, g *Fault) int {
		return cmp.Or(cmp.Compare(s.weight(f), s.weight(g)), strings.Compare(f.Path, g.Path), strings.Compare(f.Says, g.Says))
	})
}

// isForeign reports whether a path is that of a field at the top whose name is in no schema.
func isForeign(path string) bool {
	name := strings.TrimPrefix(path, "/")
	return !strings.Contains(name, "/") && !allFields()[name]
}

// weight puts last that a field is none of the version's where it is: then something in it is wrong, which makes the
// validator forget that it knows the field.
func (s *standard) weight(f *Fault) int {
	if f.Says == noField && s.fields[strings.TrimPrefix(f.Path, "/")] {
		return 1
	}
	return 0
}

const noField = "is no field of this version"

// withoutNull drops fields that are null: with Superdesk they say as little as missing ones.
func withoutNull(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := make(map[string]any, len(v))
		for name, inner := range v {
			if inner != nil {
				kept[name] = withoutNull(inner)
			}
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i, inner := range v {
			kept[i] = withoutNull(inner)
		}
		return kept
	}
	return value
}

// faults are the ends of the tree of what is wrong.
func (s *standard) faults(wrong *jsonschema.ValidationError) []*Fault {
	var all []*Fault
	for _, cause := range wrong.Causes {
		all = append(all, s.faults(cause)...)
	}
	if len(all) > 0 {
		return all
	}
	at := wrong.InstanceLocation
	says := wrong.ErrorKind.LocalizedString(english)
	switch k := wrong.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		at, says = append(slices.Clone(at), slices.Min(k.Properties)), noField
	case *kind.FalseSchema:
		says = noField
	case *kind.Required:
		at, says = append(slices.Clone(at), slices.Min(k.Missing)), "is required"
	case *kind.Type:
		says = "must be " + strings.Join(k.Want, " or ") + ", is " + k.Got
	}
	return []*Fault{{s.version, pointer(at), says}}
}

var english = message.NewPrinter(language.English)

// pointer is a JSON pointer to a part of a document.
func pointer(parts []string) string {
	if len(parts) == 0 {
		return "/"
	}
	var b strings.Builder
	for _, part := range parts {
		b.WriteString("/" + escaped.Replace(part))
	}
	return b.String()
}

var escaped = strings.NewReplacer("~", "~0", "/", "~1")
