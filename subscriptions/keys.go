package subscriptions

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Kinds of key.
const (
	wordPrefix   = "word:"
	sourcePrefix = "source:"
	storyPrefix  = "story:"
)

// maxPhrase is how many words a followed phrase may have.
const maxPhrase = 3

// maxWords bounds how many words of a text are looked at, so that a huge page costs no more than a long article.
const maxWords = 5000

// FoldWord brings a word or short phrase to the one form in which it is followed and found: NFC, folded case, single
// spaces, no punctuation.
func FoldWord(s string) string { return strings.Join(foldedWords(s), " ") }

// WordKey is the key that follows a word or a phrase of up to three words.
func WordKey(s string) (Key, error) {
	words := foldedWords(s)
	if len(words) == 0 || len(words) > maxPhrase {
		return "", fmt.Errorf("%q must be one to %d words", s, maxPhrase)
	}
	return kept(Key(wordPrefix + strings.Join(words, " ")))
}

// maxKey is how many bytes a key may have: no name or word has as many, and no index of a database takes any number.
const maxKey = 256

// kept is a key that every database keeps.
func kept(key Key) (Key, error) {
	switch {
	case len(key) > maxKey:
		return "", fmt.Errorf("%q… has %d bytes; at most %d are kept", string([]rune(string(key))[:20]), len(key), maxKey)
	case !utf8.ValidString(string(key)) || strings.ContainsFunc(string(key), unicode.IsControl):
		return "", fmt.Errorf("%q must be text on one line", key)
	}
	return key, nil
}

// Words is every word and short phrase of a text, as keys that may be followed.
func Words(text string) []Key {
	words := foldedWords(text)
	words = words[:min(len(words), maxWords)]
	seen := map[Key]bool{}
	var keys []Key
	for i := range words {
		for n := 1; n <= maxPhrase && i+n <= len(words); n++ {
			key := Key(wordPrefix + strings.Join(words[i:i+n], " "))
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func foldedWords(s string) []string {
	return strings.FieldsFunc(cases.Fold().String(norm.NFC.String(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
}

// NormalKey brings a follow key to its stored form, or says what is wrong with it. valid knows the topics and places.
func NormalKey(key string, valid func(string) bool) (Key, error) {
	kind, name, ok := strings.Cut(key, ":")
	if !ok || name == "" {
		return "", fmt.Errorf("%q is no key like place:RU, medtop:16000000, topic:slug, word:Navalny, source:name or story:id", key)
	}
	switch kind + ":" {
	case wordPrefix:
		return WordKey(name)
	case sourcePrefix, storyPrefix:
		return kept(Key(key))
	}
	if kind == "place" {
		key = "place:" + strings.ToUpper(name)
	}
	if !valid(key) {
		return "", fmt.Errorf("%q is no topic or place we know", key)
	}
	return Key(key), nil
}
