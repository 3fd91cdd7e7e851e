package subscriptions

import (
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// KeysOf is what an article is about, as keys that can be followed, its words excepted (see Words).
func KeysOf(a articles.Article, f articles.Findings) []Key {
	var keys []Key
	for _, topic := range f.Topics {
		keys = append(keys, Key(topic))
	}
	for _, place := range f.Places {
		keys = append(keys, Key("place:"+place))
	}
	for _, name := range []string{a.Source, a.Outlet} {
		if name != "" {
			keys = append(keys, Key(sourcePrefix+name))
		}
	}
	if f.Story != "" {
		keys = append(keys, StoryKey(f.Story))
	}
	return keys
}

// StoryKey is what those who follow one story follow.
func StoryKey(id articles.StoryID) Key { return Key(storyPrefix + string(id)) }

// Matter is an article as it is held against many readers' wishes.
type Matter struct {
	keys []Key
	text string // folded words between spaces
}

// MatterOf prepares an article for matching.
func MatterOf(a articles.Article, f articles.Findings) Matter {
	words := foldedWords(a.Text())
	words = words[:min(len(words), maxWords)]
	return Matter{keys: KeysOf(a, f), text: " " + strings.Join(words, " ") + " "}
}

// Wanted says whether someone with these wishes is to hear of the matter: they follow nothing in particular or any of
// its keys, and exclude none. An Audience answers by the same rule.
func (m Matter) Wanted(follow, exclude []Key) bool {
	return (len(follow) == 0 || slices.ContainsFunc(follow, m.has)) && !slices.ContainsFunc(exclude, m.has)
}

func (m Matter) has(key Key) bool {
	if phrase, ok := strings.CutPrefix(string(key), wordPrefix); ok {
		return strings.Contains(m.text, " "+phrase+" ")
	}
	return slices.Contains(m.keys, key)
}

// ReadsLanguage says whether somebody who reads these languages (none means all) reads lang. Script and region do not
// count, and everybody is given what has no known language.
func ReadsLanguage(reads []string, lang string) bool {
	return len(reads) == 0 || lang == "" || slices.ContainsFunc(reads, func(r string) bool {
		return BaseLanguage(r) == BaseLanguage(lang)
	})
}

// BaseLanguage is a language without script or region: "en" of "en-US".
func BaseLanguage(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}
