package topics

import (
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// The lists: lines of columns between tabs; a line that begins with # is a comment.
//
//go:embed data
var data embed.FS

// rows reads one list. Every row has at least two columns.
func rows(name string) [][]string {
	text, err := data.ReadFile(name)
	if err != nil {
		panic("topics: " + err.Error()) // impossible: the lists are part of the program
	}
	return rowsOf(string(text))
}

func rowsOf(text string) [][]string {
	var all [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if row := strings.Split(line, "\t"); !strings.HasPrefix(line, "#") && len(row) >= 2 {
			all = append(all, row)
		}
	}
	return all
}

// packed reads a gzip'd list of the program. It is false where there is none of that name.
func packed(lists embed.FS, name string) (string, bool) {
	zipped, err := lists.Open(name)
	if err != nil {
		return "", false
	}
	unzipped, err := gzip.NewReader(zipped)
	if err != nil {
		panic("topics: " + name + ": " + err.Error()) // impossible: the lists are part of the program
	}
	text, err := io.ReadAll(unzipped)
	if err = errors.Join(err, zipped.Close()); err != nil {
		panic("topics: " + name + ": " + err.Error()) // impossible: the lists are part of the program
	}
	return string(text), true
}

// list splits a column of words: “court; judge”.
func list(column string) []string {
	words := strings.Split(column, ";")
	for i, w := range words {
		words[i] = strings.TrimSpace(w)
	}
	return words
}

// base is the language of a tag without script and region: “pt” of “pt-BR”.
func base(language string) string {
	lang, _, _ := strings.Cut(language, "-")
	return strings.ToLower(lang)
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
