package topics

import (
	"embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The words that people of each language use for the pictures of Unicode, from CLDR: see generate/concepts. A picture
// means the same in every language, so what is learned of “football” in one tells something of “футбол” in another.
//
//go:embed concepts/*.gz
var conceptData embed.FS

// concepts are the pictures that the words of one language stand for, each as a mark, by the word's root.
type concepts map[string][]string

// conceptLists are read when a text of their language comes first.
type conceptLists struct {
	mu    sync.Mutex
	lists map[string]concepts
}

func (c *conceptLists) of(how reading) concepts {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := how.file()
	list, known := c.lists[name]
	if !known {
		list = readConcepts(name)
		if c.lists == nil {
			c.lists = map[string]concepts{}
		}
		c.lists[name] = list
	}
	return list
}

// readConcepts reads one language's list, nil where there is none.
func readConcepts(name string) concepts {
	text, ok := packed(conceptData, "concepts/"+name)
	if !ok {
		return nil
	}
	list := concepts{}
	for line := range strings.Lines(text) {
		word, pictures, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok {
			continue
		}
		at := root(fold(word))
		for picture := range strings.FieldsSeq(pictures) {
			picture = conceptMark + picture
			if !slices.Contains(list[at], picture) {
				list[at] = append(list[at], picture)
			}
		}
	}
	return list
}

// longestRoot is how many letters of a word are looked at.
const longestRoot = 6

// root is a folded word without what most languages put at its end: the longer it is, the more is taken off.
func root(word string) string {
	n := utf8.RuneCountInString(word)
	keep := n
	switch {
	case n >= 9:
		keep = n - 3
	case n >= 6:
		keep = n - 2
	case n >= 5:
		keep = n - 1
	}
	keep = min(keep, longestRoot)
	for i := range word {
		if keep == 0 {
			return word[:i]
		}
		keep--
	}
	return word
}

// conceptMark stands before a picture among the marks that a model reads.
const conceptMark = "concept:"

// maxConcepts is how many pictures a root may stand for that still tells something.
const maxConcepts = 10

// marks are the pictures that the words of a text stand for.
func (c concepts) marks(words []word) []string {
	var marks []string
	for _, w := range words {
		if pictures := c[root(strings.TrimPrefix(w.folded, "ال"))]; len(pictures) <= maxConcepts {
			marks = append(marks, pictures...)
		}
	}
	return marks
}
