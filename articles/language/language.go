// Package language tells what language an article is written in, and which way its letters run.
//
// What the source declares counts, unless the text itself is plainly something else: in a script that the declared
// language is not written in, or long and surely in another language, as on sites whose software declares English
// whatever they publish. Where nothing is declared, the text tells: first its script, then, where several languages share
// it, the runs of letters in its words (package ngram).
//
// model.gz is made by generate from the packages that NOTICE names, with their licences; PACKAGES is the folder they lie in.
package language

import (
	"context"
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language/ngram"
)

//go:generate go run ./generate -from $PACKAGES

//go:embed model.gz
var file []byte

// tables are what is known of the languages of each script that several share, by its name. They are read when the first
// text needs them.
var tables = sync.OnceValue(func() map[string]*table {
	all, err := ngram.Read(file)
	if err != nil {
		panic("language: the embedded model is read in the tests: " + err.Error()) // impossible
	}
	byScript := map[string]*table{}
	for _, t := range all {
		byScript[t.Script] = grouped(t)
	}
	return byScript
})

// table is what is known of the languages of a script, and which of them are weighed together.
type table struct {
	*ngram.Table
	groups []int    // of each language
	bases  []string // likewise, see baseOf
}

func grouped(t *ngram.Table) *table {
	g := &table{Table: t}
	known := map[string]int{}
	for _, tag := range t.Languages {
		group, ok := known[closest(tag)]
		if !ok {
			group = len(known)
			known[closest(tag)] = group
		}
		base, _ := baseOf(tag)
		g.groups, g.bases = append(g.groups, group), append(g.bases, base)
	}
	return g
}

// sampled is how many bytes of a text are looked at: beyond it nothing changes but the cost.
const sampled = 600

// The fewest letters that can tell a language among those of a script, and one that has a script to itself.
const (
	least      = 8
	leastAlone = 3
)

// Detect is the language of a text in BCP 47 and how sure that is, from 0 to 1. It is "" where the text has no more than
// a few letters, or none of a script that is known here. The script is named where it is not the language's usual one:
// uz-Cyrl, sr-Latn. Serbian, Croatian, Bosnian and Montenegrin (sr-ME) are one language to those who measure and four to
// those who read: what is told apart among them is a guess. Dari is fa.
func Detect(text string) (tag string, sure float64) {
	return sampleOf(text).detect()
}

// detect is Detect.
func (s sample) detect() (tag string, sure float64) {
	switch from := s.from; {
	case from == nil || from.letters < leastAlone:
		return "", 0
	case from.only != "":
		return from.only, 1
	case from.letters < least:
		return "", 0
	}
	return choose(s.from, s.text)
}

// usual is how much the first language of a script is taken to be likelier than the second, and so on by Zipf's law. It
// counts in headlines of a few words, of which half are names.
const usual = 3

// overlap is how many runs say the same thing: a letter is in runs of one to four and in a word.
const overlap = 4

// choose weighs the languages of a script against each other.
func choose(from *writing, text string) (string, float64) {
	table := tables()[from.name]
	sums := table.Weigh(text, from.table)
	weights, most := make([]float64, len(sums)), math.Inf(-1)
	for i, sum := range sums {
		weights[i] = (float64(sum) - usual*math.Log(float64(i+1))) / overlap
		most = max(most, weights[i])
	}
	total, group := 0.0, make([]float64, len(weights)) // of languages that nobody can surely tell apart
	for i, w := range weights {
		weights[i] = math.Exp(w - most)
		total += weights[i]
		group[table.groups[i]] += weights[i]
	}
	best := 0
	for i := range weights {
		mine, its := group[table.groups[i]], group[table.groups[best]]
		if mine > its || mine == its && weights[i] > weights[best] {
			best = i
		}
	}
	return written(table.Languages[best], from.name), group[table.groups[best]] / total
}

// closest is a language by the name under which it is weighed together with those that are much like it.
func closest(tag string) string {
	switch base, _, _ := strings.Cut(tag, "-"); {
	case isSouthSlavic[base]:
		return "sr"
	case base == "nn": // one of the two ways to write Norwegian
		return "no"
	}
	return tag
}

// isSouthSlavic are the names of one language.
var isSouthSlavic = map[string]bool{"sr": true, "hr": true, "bs": true}

// written is a language with the script, where it is known in several and this is not the usual one.
func written(tag, script string) string {
	if tag == "nn" {
		return "no"
	}
	if usual, _ := language.Make(tag).Script(); usual.String() == script || !inSeveral[tag] {
		return tag
	}
	return tag + "-" + script
}

// inSeveral are the languages that newsrooms write in more than one script.
var inSeveral = map[string]bool{"sr": true, "az": true, "uz": true, "tk": true}

// sample is the beginning of a text without addresses, and the script of it; nil where it is in none.
type sample struct {
	text string
	from *writing
}

func sampleOf(text string) sample {
	text = prose(text)
	return sample{text, scriptOf(text)}
}

// addresses are parts of a text that are in no language. Each has one of their signs.
var (
	addresses = regexp.MustCompile(`https?://\S+|www\.\S+|\S+@\S+|[#@]\S+`)
	signs     = []string{"://", "www.", "@", "#"}
)

// prose is the beginning of a text without addresses.
func prose(text string) string {
	if len(text) > sampled {
		text = strings.ToValidUTF8(text[:sampled], "")
	}
	if !slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(text, sign) }) {
		return text
	}
	return addresses.ReplaceAllString(text, " ")
}

// Of is the language of an article: the declared one, or what its text says where nothing is declared or where the
// declaration is plainly wrong. "" where neither tells.
func Of(a articles.Article) string {
	text := told(a)
	if a.Language == "" {
		tag, sure := text.detect()
		if sure < unsure {
			return ""
		}
		return tag
	}
	if other := text.contradicts(a.Language); other != "" {
		return other
	}
	return scripted(a.Language, text.from)
}

// scripted is a declared language with the script of its text, where that runs the other way than the declaration says:
// Azerbaijani in Arabic letters. A direction must be right before anything else is read.
func scripted(declared string, from *writing) string {
	base, known := baseOf(declared)
	if from == nil || !known || from.letters < least || from.share < scriptShare || !from.mayWrite(base) {
		return declared
	}
	tag, err := language.Compose(base, language.MustParseScript(from.name))
	if err != nil || RightToLeft(declared) == RightToLeft(tag.String()) {
		return declared
	}
	return base + "-" + from.name
}

// told is what of an article tells its language: the text, or the headline alone where below it stands no more than a
// credit in another script.
func told(a articles.Article) sample {
	head, all := sampleOf(a.Headline), sampleOf(a.Text())
	one, other := head.from, all.from
	if one != nil && one.letters >= least && (other == nil || one.name != other.name && other.letters < 2*one.letters) {
		return head
	}
	return all
}

// unsure is below what nothing is said; a guess would keep an article from those who read its language.
const unsure = 0.2

// A declaration is overruled by the script of so many letters, most of the text's, or by a language found with so much
// certainty in so many letters. Of 17,000 texts of news with a hundred letters or more, one was so surely taken for another
// language than its own.
const (
	scriptLetters   = 20
	scriptShare     = 0.8
	languageLetters = 120
	certain         = 0.99
)

// contradicts is the language of a text that is plainly not in the declared one, "" if it may be.
func (s sample) contradicts(declared string) string {
	from := s.from
	if from == nil || from.letters < scriptLetters || from.share < scriptShare {
		return ""
	}
	base, known := baseOf(declared)
	if !known {
		return ""
	}
	if !from.mayWrite(base) {
		tag, _ := s.detect()
		return tag
	}
	if from.letters < languageLetters || !from.tells(base) {
		return ""
	}
	if tag, sure := s.detect(); sure >= certain && !sameLanguage(tag, base) {
		return tag
	}
	return ""
}

// neighbours are languages so close that a declaration of one stands where the other was found.
var neighbours = map[string]string{"crh": "tr", "tr": "crh", "ms": "id", "id": "ms", "pnb": "ur", "ur": "pnb"}

// sameLanguage reports whether a language that was found may be the one that was declared.
func sameLanguage(tag, base string) bool {
	found, _ := baseOf(tag)
	return found == base || isSouthSlavic[found] && isSouthSlavic[base] || neighbours[found] == base
}

// baseOf is the base language of a tag, by the names of this package.
func baseOf(tag string) (string, bool) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	base, _ := parsed.Base()
	switch name := base.String(); name {
	case "nb", "nn":
		return "no", true
	case "prs":
		return "fa", true
	case "sh", "cnr":
		return "sr", true
	default:
		return name, name != "und"
	}
}

// RightToLeft reports whether a language (BCP 47) is written from right to left.
func RightToLeft(tag string) bool {
	parsed, err := language.Parse(tag)
	if err != nil {
		return false
	}
	switch script, _ := parsed.Script(); script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr":
		return true
	}
	return false
}

// Shelf settles the language of each article before it is kept.
type Shelf struct{ articles.Shelf }

// Put keeps a with its language. See articles.Shelf.
func (s Shelf) Put(ctx context.Context, a articles.Article) (articles.Receipt, error) {
	a.Language = Of(a)
	return s.Shelf.Put(ctx, a)
}
