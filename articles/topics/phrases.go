package topics

import (
	"slices"
	"strings"
	"unicode"
)

// phrase is one or more words that mean a key.
type phrase struct {
	words    []word
	key      string   // "" means no key: the phrase only hides shorter ones in it (“Jordan River”)
	exact    bool     // counts only in exactly these letters (“US”)
	personal bool     // is also a name of persons or of other places (“Jordan”)
	also     []string // further keys, where phrases are shared
	passing  bool     // is often named where the news is of others (“U.S.-backed”)
}

// phrases finds the phrases of a list in a text, in one pass over its words.
type phrases struct {
	byFirst map[string][]phrase // by the first word, folded; the longest phrase first
	shared  bool                // a phrase may mean several keys
}

// What stands before a phrase in the data files, in this order.
const (
	markPassing  = "?"
	markExact    = "="
	markPersonal = "~"
)

// add takes a phrase up. One that is there already keeps its key, unless phrases are shared.
func (p *phrases) add(text, key string) {
	text, passing := strings.CutPrefix(text, markPassing)
	text, exact := strings.CutPrefix(text, markExact)
	text, personal := strings.CutPrefix(text, markPersonal)
	words := split(text)
	if len(words) == 0 {
		return
	}
	if p.byFirst == nil {
		p.byFirst = map[string][]phrase{}
	}
	first := words[0].folded
	here := p.byFirst[first]
	if i := slices.IndexFunc(here, func(other phrase) bool { return slices.EqualFunc(other.words, words, sameWord) }); i >= 0 {
		if p.shared && here[i].key != key && !slices.Contains(here[i].also, key) {
			here[i].also = append(here[i].also, key)
		}
		return
	}
	here = append(here, phrase{words: words, key: key, exact: exact, personal: personal, passing: passing})
	slices.SortStableFunc(here, func(a, b phrase) int { return len(b.words) - len(a.words) })
	p.byFirst[first] = here
}

func sameWord(a, b word) bool { return a.folded == b.folded }

// hit is a phrase found in a text.
type hit struct {
	key  string
	text string // as it is written there

	passing bool
}

// find returns the hits in a passage, in order. Longer phrases hide the shorter ones in them.
func (p *phrases) find(t passage) []hit {
	words := t.words
	var hits []hit
	for i := 0; i < len(words); i++ {
		found, ok := p.at(words, i, t.shape)
		if !ok {
			continue
		}
		n := len(found.words)
		if found.key != "" {
			text := join(words[i : i+n])
			hits = append(hits, hit{key: found.key, text: text, passing: found.passing || qualifies(words, i, n)})
			for _, key := range found.also {
				hits = append(hits, hit{key: key, text: text})
			}
		}
		i += n - 1
	}
	return hits
}

func (p *phrases) at(words []word, i int, shape shape) (phrase, bool) {
	for _, candidate := range p.byFirst[words[i].folded] {
		if candidate.matches(words[i:], shape) && !(candidate.personal && !shape.titled && isName(words, i, len(candidate.words))) {
			return candidate, true
		}
	}
	return phrase{}, false
}

// matches reports whether words begin with the phrase. What the list writes with a capital needs one.
func (p phrase) matches(words []word, shape shape) bool {
	if len(words) < len(p.words) {
		return false
	}
	for i, w := range p.words {
		switch {
		case words[i].folded != w.folded, w.upper() && words[i].lower():
			return false
		case p.exact && (shape.loud || words[i].text != w.text):
			return false
		}
	}
	return true
}

// passage is a piece of text, cut into words once for all lists.
type passage struct {
	words []word
	shape shape
}

func read(text string) passage {
	words := split(text)
	return passage{words: words, shape: shapeOf(words)}
}

// shape is how a text is written, which says what its capitals are worth.
type shape struct {
	loud   bool // ALL IN CAPITALS
	titled bool // As Headlines Are
}

func shapeOf(words []word) shape {
	long, capitals, loud := 0, 0, true
	for _, w := range words {
		loud = loud && strings.IndexFunc(w.text, unicode.IsLower) < 0
		if len(w.text) < 4 {
			continue
		}
		long++
		if w.upper() {
			capitals++
		}
	}
	return shape{loud: loud && len(words) > 1, titled: long < 3 || capitals*10 >= long*7}
}

// before are words that stand before a country with a capital only because a sentence begins with them.
var before = map[string]bool{
	"in": true, "the": true, "from": true, "to": true, "of": true, "and": true, "with": true, "for": true, "as": true,
	"after": true, "when": true, "while": true, "but": true, "if": true, "at": true, "on": true, "by": true, "that": true,
	"since": true, "like": true, "both": true, "although": true, "before": true, "eastern": true, "western": true,
	"northern": true, "southern": true, "central": true, "neighboring": true, "neighbouring": true,
}

// isName reports whether the n words at i look like a part of a longer name: a capitalised word stands next to them.
func isName(words []word, i, n int) bool {
	if i > 0 && words[i].glued && words[i-1].upper() && !before[words[i-1].folded] {
		return true
	}
	return i+n < len(words) && words[i+n].glued && words[i+n].upper()
}

// qualifies reports whether the n words at i only say whose side somebody else is on: “Russia-backed”, “pro-Russian”.
func qualifies(words []word, i, n int) bool {
	if i > 0 && !words[i].glued && words[i-1].folded == "pro" {
		return true
	}
	return i+n < len(words) && !words[i+n].glued && sided[words[i+n].folded]
}

// sided are the words that stand after a country and a hyphen where the news is of those whom it stands behind.
var sided = map[string]bool{
	"aligned": true, "allied": true, "appointed": true, "armed": true, "backed": true, "based": true, "born": true, "brokered": true,
	"built": true, "controlled": true, "educated": true, "funded": true, "installed": true, "language": true, "led": true, "linked": true,
	"made": true, "mediated": true, "owned": true, "speaking": true, "sponsored": true, "supported": true, "trained": true,
}

func join(words []word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}
