package ninjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a JSON object whose keys are found in any case: ninjs 3 writes versionCreated where 1 and 2 write
// versioncreated. It remembers its path, so that faults can name it.
type object struct {
	path   string
	fields map[string]field
}

type field struct {
	name  string // as the document writes it
	value any
}

// reader takes values out of objects and keeps the first fault it meets, so that reading a document stays a list of
// fields.
type reader struct {
	fault error
}

func (r *reader) fail(path, format string, args ...any) {
	if r.fault == nil {
		r.fault = &Fault{Path: path, Says: fmt.Sprintf(format, args...)}
	}
}

// decode reads exactly one JSON object, and holds it to a version.
func (r *reader) decode(doc []byte, version string) object {
	lines := json.NewDecoder(bytes.NewReader(doc))
	lines.UseNumber()
	var value any
	if err := lines.Decode(&value); err != nil {
		r.fail("/", "no JSON: %v", err)
		return object{}
	}
	if _, err := lines.Token(); !errors.Is(err, io.EOF) {
		r.fail("/", "more follows after the document")
	}
	if path, found := immense(value); found {
		r.fail(pointer(path), "is a number beyond measure")
	}
	if r.fault == nil {
		if fault := check(value, version); fault != nil {
			r.fault = fault
		}
	}
	return r.object("/", value)
}

// immense finds a number that nobody writes: schemas are checked with exact ones, and 1e999999999 would fill the memory.
func immense(value any) (path []string, found bool) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if path, found := immense(v[name]); found {
				return append([]string{name}, path...), true
			}
		}
	case []any:
		for i, inner := range v {
			if path, found := immense(inner); found {
				return append([]string{strconv.Itoa(i)}, path...), true
			}
		}
	case json.Number:
		_, exponent, _ := strings.Cut(strings.ToLower(v.String()), "e")
		return nil, len(v) > longestNumber || len(strings.TrimLeft(exponent, "+-0")) > 2
	}
	return nil, false
}

// longestNumber is how many characters a number may have.
const longestNumber = 64

func (r *reader) object(path string, value any) object {
	raw, ok := value.(map[string]any)
	if !ok {
		r.fail(path, "must be an object")
		return object{path: path}
	}
	o := object{path: path, fields: make(map[string]field, len(raw))}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if raw[name] != nil { // null says as little as a missing key: Superdesk writes both
			o.fields[strings.ToLower(name)] = field{name, raw[name]}
		}
	}
	return o
}

func (o object) at(f field) string { return strings.TrimSuffix(o.path, "/") + "/" + f.name }

func (o object) has(name string) bool { _, ok := o.fields[name]; return ok }

// text is the first of the named fields that says something, "" if none does.
func (r *reader) text(o object, names ...string) string {
	for _, name := range names {
		f, ok := o.fields[name]
		if !ok {
			continue
		}
		s, ok := f.value.(string)
		if !ok {
			r.fail(o.at(f), "must be a text")
			return ""
		}
		if s = plain(s); s != "" {
			return s
		}
	}
	return ""
}

// starting are the fields that begin with a prefix, as body_html and body_text do, by name.
func (r *reader) starting(o object, prefix string) []value {
	var all []value
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		if role, ok := strings.CutPrefix(name, prefix); ok && (role == "" || role[0] == '_') {
			s, ok := o.fields[name].value.(string)
			if !ok {
				r.fail(o.at(o.fields[name]), "must be a text")
			}
			all = append(all, value{role: strings.TrimPrefix(role, "_"), text: s})
		}
	}
	return all
}

// list is the objects in the first of the named fields that is there.
func (r *reader) list(o object, names ...string) []object {
	for _, name := range names {
		f, ok := o.fields[name]
		if !ok {
			continue
		}
		items, ok := f.value.([]any)
		if !ok {
			r.fail(o.at(f), "must be a list")
			return nil
		}
		all := make([]object, len(items))
		for i, item := range items {
			all[i] = r.object(o.at(f)+"/"+strconv.Itoa(i), item)
		}
		return all
	}
	return nil
}

// named is the objects of a field that is a list of things with a name (ninjs 2 and later) or an object of things
// under their names (ninjs 1 and Superdesk); there in order of their names.
func (r *reader) named(o object, name string) []object {
	f, ok := o.fields[name]
	if !ok {
		return nil
	}
	if _, ok := f.value.(map[string]any); !ok {
		return r.list(o, name)
	}
	inner := r.object(o.at(f), f.value)
	var all []object
	for _, key := range slices.Sorted(maps.Keys(inner.fields)) {
		item := r.object(inner.at(inner.fields[key]), inner.fields[key].value)
		if !item.has("name") && item.fields != nil {
			item.fields["name"] = field{"name", inner.fields[key].name}
		}
		all = append(all, item)
	}
	return all
}

// number is a whole number from least to most, 0 if the field is missing.
func (r *reader) number(o object, name string, least, most int) int {
	f, ok := o.fields[name]
	if !ok {
		return 0
	}
	written, _ := f.value.(json.Number)
	n, err := written.Float64() // schemas before 2.2 say number: 4.0 is 4
	if err != nil || n != float64(int(n)) || int(n) < least || int(n) > most {
		r.fail(o.at(f), "must be %d to %d", least, most)
		return 0
	}
	return int(n)
}

// stamps are the forms of times: RFC 3339, and the same as Superdesk writes it.
var stamps = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05.999999999"}

// instant is the first of the named times, zero if none is there. A text that is no time says nothing, as the
// schemas have it: they do not enforce the form.
func (r *reader) instant(o object, names ...string) time.Time {
	for _, name := range names {
		f, ok := o.fields[name]
		if !ok {
			continue
		}
		s, ok := f.value.(string)
		if !ok {
			r.fail(o.at(f), "must be a time like 2006-01-02T15:04:05Z")
			return time.Time{}
		}
		if t := stamped(s); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// stamped reads a time; zero when s is none. A date alone counts as the end of its day, the latest it can mean:
// taking midnight would make today's news look stale.
func stamped(s string) time.Time {
	for _, stamp := range stamps {
		if t, err := time.Parse(stamp, s); err == nil {
			return t.UTC()
		}
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.Add(24*time.Hour - time.Second)
	}
	return time.Time{}
}
