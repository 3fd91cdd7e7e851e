package subscriptions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// fields is what may stand in a JSON object, and who reads it.
type fields map[string]func(json.RawMessage) error

// object reads a JSON object and nothing beside it. The standard decoder lets through keys in another case, keys given
// twice and broken UTF-8; whoever wrote such a line means something that they would not get.
func object(data []byte, known fields) error {
	if !utf8.Valid(data) {
		return errors.New("is no UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return errors.New("must be a JSON object")
	}
	seen := map[string]bool{}
	for decoder.More() {
		key, raw, err := member(decoder)
		if err != nil {
			return err
		}
		read, ok := known[key]
		switch {
		case !ok:
			return at(key, "unknown key; known are %s", strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		case seen[key]:
			return at(key, "given twice")
		case string(raw) == "null":
			return at(key, "must not be null; leave it out for its default")
		}
		seen[key] = true
		if err := read(raw); err != nil {
			return within(key, err)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("is no JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("must be one JSON object and nothing after it")
	}
	return nil
}

// member reads one key and its value.
func member(decoder *json.Decoder) (string, json.RawMessage, error) {
	token, err := decoder.Token()
	if err != nil {
		return "", nil, fmt.Errorf("is no JSON: %w", err)
	}
	key, ok := token.(string)
	if !ok {
		return "", nil, fmt.Errorf("is no JSON: %v stands where a key should", token)
	}
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return "", nil, at(key, "is no JSON: %w", err)
	}
	return key, raw, nil
}

// keyError is a fault and the way to it: "quiet.hours", "follow[2]".
type keyError struct {
	path string
	err  error
}

func (e *keyError) Error() string { return e.path + ": " + e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }

// at is a fault at key.
func at(key, format string, args ...any) error { return &keyError{key, fmt.Errorf(format, args...)} }

// within puts key before what is known of where err is.
func within(key string, err error) error {
	var inner *keyError
	if !errors.As(err, &inner) {
		return &keyError{key, err}
	}
	if !strings.HasPrefix(inner.path, "[") {
		key += "."
	}
	return &keyError{key + inner.path, inner.err}
}

// text reads a string.
func text(read func(string) error) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		var s string
		if raw[0] != '"' {
			return fmt.Errorf("%s must be a string", raw)
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		return read(s)
	}
}

// each reads a list of strings.
func each(read func(string) error) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return fmt.Errorf("%s must be a list of strings", raw)
		}
		for i, item := range list {
			if err := text(read)(item); err != nil {
				return within(fmt.Sprintf("[%d]", i), err)
			}
		}
		return nil
	}
}
