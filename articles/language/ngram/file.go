package ngram

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A file is a gzip stream of tables one after another. A table is its script, its languages, its keys, each as the
// distance from the one before, and then language by language the weights of all keys. Numbers are unsigned varints,
// texts stand behind their length.

// limits of a table; beyond them a file is no model.
const (
	mostLanguages = 200
	mostKeys      = 1 << 18
	longestName   = 20
)

// Write writes tables as a file.
func Write(to io.Writer, tables []*Table) error {
	var b []byte
	for _, t := range tables {
		b = appendText(b, t.Script)
		b = binary.AppendUvarint(b, uint64(len(t.Languages)))
		for _, lang := range t.Languages {
			b = appendText(b, lang)
		}
		b = binary.AppendUvarint(b, uint64(len(t.keys)))
		last := Key(0)
		for _, key := range t.keys {
			b = binary.AppendUvarint(b, uint64(key-last))
			last = key
		}
		for lang := range t.Languages {
			for key := range t.keys {
				b = append(b, byte(t.weights.at(key, lang)))
			}
		}
	}
	zip, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := zip.Write(b); err != nil {
		return err
	}
	return zip.Close()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// errForm is what Read says of a file that is none of ours.
var errForm = errors.New("not a model of languages")

// Read reads the tables of a file.
func Read(file []byte) ([]*Table, error) {
	zip, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForm, err)
	}
	r := &reader{from: bufio.NewReader(zip)}
	var tables []*Table
	for {
		if _, err := r.from.Peek(1); errors.Is(err, io.EOF) {
			return tables, nil
		}
		t := r.table()
		if r.err != nil {
			return nil, r.err
		}
		tables = append(tables, t)
	}
}

// reader reads on until something is wrong, and remembers what.
type reader struct {
	from *bufio.Reader
	err  error
}

func (r *reader) table() *Table {
	t := &Table{Script: r.text()}
	for range r.number(mostLanguages) {
		t.Languages = append(t.Languages, r.text())
	}
	t.keys = make([]Key, r.number(mostKeys))
	last := Key(0)
	for i := range t.keys {
		last += Key(r.number(0))
		t.keys[i] = last
	}
	column := make([]byte, len(t.keys))
	t.weights = newLanes(len(t.keys), len(t.Languages))
	for lang := range t.Languages {
		r.fill(column)
		for key, w := range column {
			if int8(w) < -most || int8(w) > most {
				r.err = errForm
				return t
			}
			t.weights.set(key, lang, int8(w))
		}
	}
	t.index()
	return t
}

// number reads one of at most most, or any where that is 0.
func (r *reader) number(most uint64) uint64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r.from)
	if err != nil {
		r.err = fmt.Errorf("%w: %w", errForm, err)
		return 0
	}
	if most > 0 && n > most {
		r.err = errForm
		return 0
	}
	return n
}

func (r *reader) fill(b []byte) {
	if r.err != nil {
		return
	}
	if _, err := io.ReadFull(r.from, b); err != nil {
		r.err = fmt.Errorf("%w: %w", errForm, err)
	}
}

func (r *reader) text() string {
	b := make([]byte, r.number(longestName))
	r.fill(b)
	return string(b)
}
