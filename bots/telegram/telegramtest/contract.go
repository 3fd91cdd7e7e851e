package telegramtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// contracts are the Bot API's own description of its methods and types (telegram-bot-api.json, in the form of
// github.com/PaulSonOfLars/telegram-bot-api-spec) and the rules it leaves to prose (limits.json).
type contracts struct {
	methods map[string]specMethod
	types   map[string]specType
	limits  map[string]specLimit
}

type specMethod struct {
	Name    string      `json:"name"`
	Fields  []specField `json:"fields"`
	Returns []string    `json:"returns"`
}

type specType struct {
	Fields   []specField `json:"fields"`
	Subtypes []string    `json:"subtypes"`
}

type specField struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
}

type specLimit struct {
	Min     int    `json:"min"`
	Max     int    `json:"max"`
	Charset string `json:"charset"`
}

// loaded keeps contracts by folder: they are large, never change, and every test makes a server.
var loaded sync.Map

func mustLoadContracts(dir string) *contracts {
	if c, ok := loaded.Load(dir); ok {
		return c.(*contracts)
	}
	var spec struct {
		Methods map[string]specMethod `json:"methods"`
		Types   map[string]specType   `json:"types"`
	}
	var limits struct {
		Telegram map[string]json.RawMessage `json:"telegram"`
	}
	readJSON(filepath.Join(dir, "telegram-bot-api.json"), &spec)
	readJSON(filepath.Join(dir, "limits.json"), &limits)
	c := &contracts{methods: map[string]specMethod{}, types: spec.Types, limits: map[string]specLimit{}}
	for _, m := range spec.Methods {
		c.methods[strings.ToLower(m.Name)] = m
	}
	for name, raw := range limits.Telegram {
		var l specLimit
		if json.Unmarshal(raw, &l) == nil { // those of another form are none that a request can break
			c.limits[name] = l
		}
	}
	loaded.Store(dir, c)
	return c
}

func readJSON(path string, dest any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, dest)
	}
	if err != nil {
		panic(fmt.Sprintf("telegramtest: contract: %v", err))
	}
}

// Violations are all breaches of the contracts so far, of requests and of the server's own answers.
func (s *Server) Violations() []string {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return slices.Clone(s.stats.violations)
}

// violate notes a breach, where contracts are checked at all.
func (s *Server) violate(format string, args ...any) {
	if s.contracts == nil {
		return
	}
	text := fmt.Sprintf(format, args...)
	s.stats.mu.Lock()
	s.stats.violations = append(s.stats.violations, text)
	s.stats.mu.Unlock()
	if s.opt.T != nil {
		s.opt.T.Helper()
		s.opt.T.Errorf("telegramtest: contract: %s", text)
	}
}

// checkRequest checks a call's arguments: names, types, what must be there, and lengths.
func (s *Server) checkRequest(c *call) {
	if s.contracts == nil {
		return
	}
	spec, ok := s.contracts.methods[strings.ToLower(c.method.name)]
	if !ok {
		s.violate("%s: not in the contract", c.method.name)
		return
	}
	for _, fault := range s.contracts.request(spec, c.params) {
		s.violate("%s: %s", c.method.name, fault)
	}
	for _, fault := range s.contracts.lengths(c) {
		s.violate("%s: %s", c.method.name, fault)
	}
}

// checkAnswer checks the server's own result.
func (s *Server) checkAnswer(c *call, result []byte) {
	if s.contracts == nil {
		return
	}
	spec := s.contracts.methods[strings.ToLower(c.method.name)]
	for _, fault := range s.contracts.value("result", spec.Returns, result) {
		s.violate("%s answers: %s", c.method.name, fault)
	}
}

// checkUpdate checks an Update the server made.
func (s *Server) checkUpdate(body []byte) {
	if s.contracts == nil {
		return
	}
	for _, fault := range s.contracts.value("update", []string{"Update"}, body) {
		s.violate("update: %s", fault)
	}
}

// request checks arguments against a method. Absent and empty are the same in a form.
func (k *contracts) request(spec specMethod, ps params) []string {
	var faults []string
	for _, p := range ps {
		i := slices.IndexFunc(spec.Fields, func(f specField) bool { return f.Name == p.name })
		switch {
		case p.file: // its part may have any name, which "attach://name" refers to
		case i < 0:
			faults = append(faults, fmt.Sprintf("unknown field %q", p.name))
		default:
			faults = append(faults, k.argument(spec.Fields[i], p.value)...)
		}
	}
	for _, f := range spec.Fields {
		if _, file := ps.file(f.Name); f.Required && !ps.has(f.Name) && !file {
			faults = append(faults, fmt.Sprintf("required field %q is missing", f.Name))
		}
	}
	if strings.HasPrefix(spec.Name, "editMessage") && !ps.has("inline_message_id") && !(ps.has("chat_id") && ps.has("message_id")) {
		faults = append(faults, "neither inline_message_id nor chat_id with message_id is there")
	}
	return faults
}

// argument checks one value of a form: numbers, booleans and objects are text there.
func (k *contracts) argument(f specField, value string) []string {
	if value == "" || slices.Contains(f.Types, "String") || slices.Contains(f.Types, "InputFile") {
		return nil
	}
	return k.value(f.Name, f.Types, []byte(value))
}

// value checks JSON against the types it may have; the faults are those of the type that comes nearest.
func (k *contracts) value(path string, types []string, raw json.RawMessage) []string {
	var best []string
	for i, t := range types {
		faults := k.typed(path, t, raw)
		if len(faults) == 0 {
			return nil
		}
		if i == 0 || len(faults) < len(best) {
			best = faults
		}
	}
	return best
}

func (k *contracts) typed(path, name string, raw json.RawMessage) []string {
	if item, ok := strings.CutPrefix(name, "Array of "); ok {
		return k.array(path, item, raw)
	}
	if primitive, ok := primitives[name]; ok {
		if !primitive(raw) {
			return []string{fmt.Sprintf("%s: %.40s is no %s", path, raw, name)}
		}
		return nil
	}
	t, ok := k.types[name]
	switch {
	case !ok:
		return []string{fmt.Sprintf("%s: type %s is not in the contract", path, name)}
	case len(t.Subtypes) > 0:
		return k.value(path, t.Subtypes, raw)
	}
	return k.object(path, name, t, raw)
}

func (k *contracts) array(path, item string, raw json.RawMessage) []string {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil || items == nil {
		return []string{fmt.Sprintf("%s: %.40s is no array of %s", path, raw, item)}
	}
	var faults []string
	for i, it := range items {
		faults = append(faults, k.value(fmt.Sprintf("%s[%d]", path, i), []string{item}, it)...)
	}
	return faults
}

func (k *contracts) object(path, name string, t specType, raw json.RawMessage) []string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return []string{fmt.Sprintf("%s: %.40s is no %s", path, raw, name)}
	}
	var faults []string
	known := map[string]bool{}
	for _, f := range t.Fields {
		known[f.Name] = true
		value, there := members[f.Name]
		switch {
		case there:
			faults = append(faults, k.value(path+"."+f.Name, f.Types, value)...)
		case f.Required:
			faults = append(faults, fmt.Sprintf("%s: %s needs %q", path, name, f.Name))
		}
	}
	for member := range members {
		if !known[member] {
			faults = append(faults, fmt.Sprintf("%s: %s has no %q", path, name, member))
		}
	}
	slices.Sort(faults)
	return faults
}

// primitives say whether JSON is of a type that is no object.
var primitives = map[string]func(json.RawMessage) bool{
	"Integer": func(raw json.RawMessage) bool { var n int64; return notNull(raw) && json.Unmarshal(raw, &n) == nil },
	"Float":   func(raw json.RawMessage) bool { var n float64; return notNull(raw) && json.Unmarshal(raw, &n) == nil },
	"Boolean": func(raw json.RawMessage) bool { var b bool; return notNull(raw) && json.Unmarshal(raw, &b) == nil },
	"String":  func(raw json.RawMessage) bool { var s string; return notNull(raw) && json.Unmarshal(raw, &s) == nil },
}

func notNull(raw json.RawMessage) bool { return string(raw) != "null" }
