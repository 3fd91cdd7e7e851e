package telegramtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxBody is the most bytes of one request: Telegram's 50 MB upload and some form around it.
const maxBody = 52 << 20

// param is one argument of a call. Objects, numbers and booleans are their JSON text, as in a form.
type param struct {
	name  string
	value string
	file  bool // an uploaded file; value is its name
}

type params []param

// get is an argument's value; "" when it is not there, which the Bot API does not tell from empty.
func (ps params) get(name string) string {
	for i := range ps {
		if ps[i].name == name {
			return ps[i].value
		}
	}
	return ""
}

func (ps params) has(name string) bool { return ps.get(name) != "" }

// without is all arguments but one.
func (ps params) without(name string) params {
	return slices.DeleteFunc(ps, func(p param) bool { return p.name == name })
}

// file is the name of a file uploaded under that name.
func (ps params) file(name string) (string, bool) {
	for _, p := range ps {
		if p.name == name && p.file {
			return p.value, true
		}
	}
	return "", false
}

// splitPath takes "/bot<token>/<method>" or "/bot<token>/test/<method>" apart.
func splitPath(path string) (token, method string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/bot")
	if !ok {
		return "", "", false
	}
	token, method, ok = strings.Cut(rest, "/")
	method = strings.TrimPrefix(method, "test/")
	return token, method, ok && method != ""
}

// readParams reads arguments from the query and the body: multipart (also chunked), urlencoded or JSON.
func readParams(w http.ResponseWriter, r *http.Request) (params, error) {
	var ps params
	if r.URL.RawQuery != "" {
		ps = appendValues(ps, r.URL.Query())
	}
	if r.Body == nil || r.Body == http.NoBody {
		return ps, nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, attributes, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, fmt.Errorf("content type: %w", err)
	}
	switch kind {
	case "multipart/form-data":
		return appendMultipart(ps, r.Body, attributes["boundary"])
	case "application/json":
		return appendJSON(ps, r.Body)
	case "application/x-www-form-urlencoded":
		return appendForm(ps, r.Body)
	default: // as the official server: a body of another kind is not looked at
		_, err := io.Copy(io.Discard, r.Body)
		return ps, err
	}
}

func appendValues(ps params, values url.Values) params {
	for name, all := range values {
		ps = append(ps, param{name: name, value: all[0]})
	}
	return ps
}

func appendForm(ps params, body io.Reader) (params, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	return appendValues(ps, values), nil
}

// appendMultipart reads a form part by part. An empty body is an empty form: go-telegram/bot sends that for getMe.
func appendMultipart(ps params, body io.Reader, boundary string) (params, error) {
	parts := multipart.NewReader(body, boundary)
	var value bytes.Buffer
	for first := true; ; first = false {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) || first && err != nil && strings.HasSuffix(err.Error(), "EOF") {
			return ps, nil
		}
		if err != nil {
			return nil, err
		}
		if name := part.FileName(); name != "" {
			if _, err := io.Copy(io.Discard, part); err != nil {
				return nil, err
			}
			ps = append(ps, param{name: part.FormName(), value: name, file: true})
			continue
		}
		value.Reset()
		if _, err := value.ReadFrom(part); err != nil {
			return nil, err
		}
		ps = append(ps, param{name: part.FormName(), value: value.String()})
	}
}

func appendJSON(ps params, body io.Reader) (params, error) {
	text, err := io.ReadAll(body)
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return ps, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	return appendFields(ps, fields), nil
}

// appendFields takes JSON members as arguments: strings are unpacked, null is none, all else keeps its text.
func appendFields(ps params, fields map[string]json.RawMessage) params {
	for name, raw := range fields {
		var text string
		switch {
		case string(raw) == "null":
			continue
		case json.Unmarshal(raw, &text) == nil:
		default:
			text = string(raw)
		}
		ps = append(ps, param{name: name, value: text})
	}
	return ps
}

// integer is a whole number argument; fallback where it is not there or no number, as the official server reads it.
func (ps params) integer(name string, fallback int64) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(ps.get(name)), 10, 64)
	if err != nil {
		return fallback
	}
	return n
}

// boolean is true for "true", "yes" and "1" in any case.
func (ps params) boolean(name string) bool {
	switch strings.ToLower(strings.TrimSpace(ps.get(name))) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// decode reads an argument that is a JSON object or array into dest; false when it is not there.
func (ps params) decode(name string, dest any) (bool, error) {
	text := ps.get(name)
	if text == "" {
		return false, nil
	}
	return true, json.Unmarshal([]byte(text), dest)
}

// allowedUpdates is the list in allowed_updates and whether there is one.
func (ps params) allowedUpdates() (kinds []string, given bool, err *apiError) {
	given, bad := ps.decode("allowed_updates", &kinds)
	if bad != nil {
		return nil, false, badRequest("can't parse allowed updates: %v", bad)
	}
	return kinds, given, nil
}
