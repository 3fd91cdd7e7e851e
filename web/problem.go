package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// problem is an error with what the caller may know of it, in the form of RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"` // which part of the request is at fault

	header http.Header
}

func (p *problem) Error() string { return p.Detail }

// badField says which part of a request is at fault, and how.
func badField(field, format string, args ...any) error {
	return &problem{Status: http.StatusUnprocessableEntity, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// asProblem finds out what err means to the caller. Of our own faults they learn nothing but that there is one.
func asProblem(err error) *problem {
	var known *problem
	var large *http.MaxBytesError
	switch invalid, isInvalid := alerts.IsInvalid(err); {
	case errors.As(err, &known):
		return known
	case isInvalid:
		return &problem{Status: http.StatusUnprocessableEntity, Field: invalid.Field, Detail: invalid.Error()}
	case errors.Is(err, alerts.ErrKeyUsed):
		return &problem{Status: http.StatusConflict, Field: "idempotency_key", Detail: err.Error()}
	case errors.Is(err, alerts.ErrConflict):
		return &problem{Status: http.StatusConflict, Detail: err.Error()}
	case errors.Is(err, alerts.ErrNotFound):
		return &problem{Status: http.StatusNotFound, Detail: alerts.ErrNotFound.Error()}
	case errors.Is(err, articles.ErrNotFound):
		return &problem{Status: http.StatusNotFound, Detail: articles.ErrNotFound.Error()}
	case errors.Is(err, stories.ErrUnknown):
		return &problem{Status: http.StatusNotFound, Detail: err.Error()}
	case errors.Is(err, stories.ErrOne):
		return &problem{Status: http.StatusConflict, Detail: stories.ErrOne.Error()}
	case errors.As(err, &large):
		return &problem{Status: http.StatusRequestEntityTooLarge,
			Detail: fmt.Sprintf("the body may have %d bytes at most", large.Limit)}
	default:
		return &problem{Status: http.StatusInternalServerError,
			Detail: "something went wrong on our side; nothing is known to have been done. The log has the cause."}
	}
}

// answering turns h's error into an answer, and puts our own faults in the log.
func (s *Server) answering(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil || r.Context().Err() != nil { // nobody is listening any more
			return
		}
		p := asProblem(err)
		if p.Status >= 500 {
			s.Log.Error("web: request failed", "route", r.Pattern, "err", err)
		}
		p.write(w)
	})
}

func (p *problem) write(w http.ResponseWriter) {
	body := *p
	body.Type, body.Title = "about:blank", http.StatusText(p.Status)
	for name, values := range p.header {
		w.Header()[name] = values
	}
	writeAs(w, "application/problem+json", p.Status, body)
}

// writeJSON answers v.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	writeAs(w, "application/json", status, v)
	return nil
}

// writeAs answers v as JSON. A write that fails has lost its reader, whom nothing can be told any more.
func writeAs(w http.ResponseWriter, mediaType string, status int, v any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// readJSON reads a small body into v. A key that v does not have is refused: whoever wrote it meant something by it.
// An empty body is taken as an empty object.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(v)
	var syntax *json.SyntaxError
	var large *http.MaxBytesError
	var kind *json.UnmarshalTypeError
	var known *problem
	switch {
	case err == nil && decoder.More():
		return &problem{Status: http.StatusBadRequest, Detail: "the body holds more than one JSON value"}
	case err == nil, errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &large), errors.As(err, &known):
		return err
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return &problem{Status: http.StatusBadRequest, Detail: "the body is no JSON: " + err.Error()}
	case errors.As(err, &kind) && kind.Field == "":
		return &problem{Status: http.StatusBadRequest, Detail: "the body must be " + kindName(kind.Type.Kind().String()) + ", is " + kind.Value}
	case errors.As(err, &kind):
		field := strings.TrimPrefix(strings.TrimPrefix(kind.Field, "wordings."), "wording.") // Go's own names of what is embedded
		return badField(field, "%s: must be %s, is %s", field, kindName(kind.Type.Kind().String()), kind.Value)
	default: // an unknown key, which the error names
		key := unknownKey(err)
		return badField(key, "%s: there is no such key", key)
	}
}

// unknownKey is the key that encoding/json has no type of error for; its text ends in the key's name, quoted.
func unknownKey(err error) string {
	_, quoted, _ := strings.Cut(err.Error(), "unknown field ")
	key, fault := strconv.Unquote(quoted)
	if fault != nil {
		return err.Error()
	}
	return key
}

// maxOrder is how many bytes the body of an order to the editors may have.
const maxOrder = 256 << 10

// kindName is a Go kind in words of JSON.
func kindName(kind string) string {
	switch kind {
	case "struct", "map":
		return "an object"
	case "slice":
		return "a list"
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	default:
		return "a number"
	}
}

// known answers requests that no route is made for, in the same form as every other error.
func (s *Server) known(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		verdict := &refusal{header: http.Header{}}
		refuse.ServeHTTP(verdict, r)
		p := &problem{Status: verdict.status, Detail: "there is nothing here; /v1/openapi.json lists what there is"}
		if allow := verdict.header.Values("Allow"); len(allow) > 0 {
			p.Detail = "this address knows other methods only, see Allow"
			p.header = http.Header{"Allow": allow}
		}
		p.write(w)
	})
}

// refusal catches what http.ServeMux would say to a request without a route.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) WriteHeader(status int)      { r.status = status }
func (r *refusal) Write(b []byte) (int, error) { return len(b), nil }

// recovering keeps one request's panic from ending the service that others rely on.
func (s *Server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause) // net/http's own way to drop a connection
			default:
				s.Log.Error("web: handler panicked", "method", r.Method, "cause", cause, "stack", string(debug.Stack()))
				asProblem(errors.New("panic")).write(w)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
