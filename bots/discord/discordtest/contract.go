package discordtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// contracts are Discord's own description of its HTTP API (discord-openapi.json) and the rules it leaves out
// (limits.json).
type contracts struct {
	schemas map[string]*schema
	calls   map[string]*specCall // by operationId
}

// specCall is one call of the description.
type specCall struct {
	name    string
	request *schema
	answers map[string]*schema // by status
	needs   bool               // the body must be there
}

// loaded keeps contracts by folder: they are large, never change, and every test makes a server.
var loaded sync.Map

func mustLoadContracts(dir string) *contracts {
	if c, ok := loaded.Load(dir); ok {
		return c.(*contracts)
	}
	type content map[string]struct {
		Schema *schema `json:"schema"`
	}
	var spec struct {
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	readJSON(filepath.Join(dir, "discord-openapi.json"), &spec)
	c := &contracts{schemas: spec.Components.Schemas, calls: map[string]*specCall{}}
	for _, methods := range spec.Paths {
		for _, raw := range methods {
			var op struct {
				Name    string `json:"operationId"`
				Request struct {
					Required bool    `json:"required"`
					Content  content `json:"content"`
				} `json:"requestBody"`
				Responses map[string]struct {
					Content content `json:"content"`
				} `json:"responses"`
			}
			if json.Unmarshal(raw, &op) != nil || op.Name == "" {
				continue // what all methods of a path share
			}
			call := &specCall{name: op.Name, request: op.Request.Content["application/json"].Schema, needs: op.Request.Required,
				answers: map[string]*schema{}}
			for status, r := range op.Responses {
				call.answers[status] = r.Content["application/json"].Schema
			}
			c.calls[op.Name] = call
		}
	}
	checkRules(dir)
	loaded.Store(dir, c)
	return c
}

// checkRules compares the lengths this server enforces with limits.json, so that they cannot drift apart.
func checkRules(dir string) {
	var limits struct {
		Discord map[string]json.RawMessage `json:"discord"`
	}
	readJSON(filepath.Join(dir, "limits.json"), &limits)
	for name, most := range rules {
		var l struct {
			Max int `json:"max"`
		}
		if json.Unmarshal(limits.Discord[name], &l) != nil || l.Max != most {
			panic(fmt.Sprintf("discordtest: limits.json: %s is %d there and %d here", name, l.Max, most))
		}
	}
}

func readJSON(path string, dest any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, dest)
	}
	if err != nil {
		panic(fmt.Sprintf("discordtest: contract: %v", err))
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
		s.opt.T.Errorf("discordtest: contract: %s", text)
	}
}

// strays are members that discordgo v0.29.0 sends although Discord does not know them, and does not mind.
var strays = map[string][]string{
	"update_message":             {"ID", "Channel"},
	"create_thread_from_message": {"invitable"},
}

// extras are members of answers that the documentation has and the description has not; Discord says that the
// documentation wins.
var extras = map[string][]string{
	"create_thread": {"message"}, // discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel
}

// permissionsAsText is the form of a command's default_member_permissions in the documentation; the description wants a
// number.
var permissionsAsText = regexp.MustCompile(`\.default_member_permissions: \d+ is no integer`)

// checkRequest checks a call's body: names, types, what must be there.
func (s *Server) checkRequest(c *call) {
	if s.contracts == nil {
		return
	}
	spec := s.contracts.calls[c.route.name]
	switch {
	case spec == nil:
		s.violate("%s: not in the contract", c.route.name)
		return
	case spec.request == nil:
		return
	case len(c.body) == 0:
		if spec.needs {
			s.violate("%s: the body is missing", c.route.name)
		}
		return
	}
	for _, fault := range s.contracts.check(spec.request, "body", c.body, strictness{1, strays[c.route.name]}) {
		if !permissionsAsText.MatchString(fault) {
			s.violate("%s: %s", c.route.name, fault)
		}
	}
}

// checkAnswer checks the server's own result.
func (s *Server) checkAnswer(c *call, status int, text []byte) {
	if s.contracts == nil {
		return
	}
	spec := s.contracts.calls[c.route.name]
	if spec == nil {
		return // said at the request
	}
	form, ok := spec.answers[strconv.Itoa(status)]
	if !ok || form == nil {
		s.violate("%s answers %d, which is not in the contract", c.route.name, status)
		return
	}
	for _, fault := range s.contracts.check(form, "answer", text, strictness{everywhere, extras[c.route.name]}) {
		s.violate("%s: %s", c.route.name, fault)
	}
}
