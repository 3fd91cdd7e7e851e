package stories

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
)

// Bounds of what is compared.
const (
	minSame  = 3    // words of a headline that is compared; a shorter one may be a column's name (“Evening News”)
	tooLoose = 0.13 // share of the recent headlines beyond which a word finds nobody
)

// word is one word of recent articles. How rare it is, is learned from the articles themselves.
type word struct {
	text    string
	usual   float64   // see usual
	heads   int       // recent headlines that have it
	leads   int       // recent texts that have it
	reports []*report // those headlines in order, so that forgetting takes from the front
	below   []*report // those texts, likewise, while they are few
	id      uint32    // its number in texts; 0: it has none yet
	mark    int       // the comparison that last had it on its one side
	marked  int       // and how often
}

// usual is in how many headlines of those before the first a word is expected: what has few letters says little, in
// most languages. An abbreviation of two letters is a name.
func usual(text string) float64 {
	if strings.ToLower(text) != text {
		return 1
	}
	switch n := utf8.RuneCountInString(text); {
	case n <= 2:
		return 60
	case n == 3:
		return 25
	case n == 4:
		return 5
	}
	return 1
}

// before is how many headlines the expectations weigh as much as.
const before = 500

// told is a word in one article.
type told struct {
	*word
	name, number bool
}

// report is what is remembered of an article version. What a thousand of them are asked for each article stands together,
// before the rest: to fetch it from memory is most of what comparing costs.
type report struct {
	asked    int     // number of the article that it was last compared with
	common   float64 // what that one has in common with it
	norm     float64 // what its words tell, together, when it came
	cyrillic bool
	language tongue
	heads    uint8  // words of the headline
	from     uint8  // where in signs the words of headline and text begin, see texts.sign
	signs    []sign // words by their numbers
	story    *story
	at       time.Time // when it was published, as it says itself
	begun    time.Time // its story's

	article  articles.ID
	words    []told // of the headline, each once, as they come
	shown    string // the headline without markers
	headline string // the same, plain
	sent     sending
	slots    int // words of it as a form, 0 until it is asked
	grams    []uint32
	places   []articles.Place
	outlet   string
	seen     time.Time // the index's time when it came
	is       Development
	tells    *state // what the headline tells of how things stand; nil until it is asked
	number   int    // position among all that came
}

// story is what is remembered of a story while there are recent reports of it.
type story struct {
	id     articles.StoryID
	begun  time.Time // see begin
	update int       // highest number of an update
	recent []*report
	words  []tally  // of the headlines of recent
	kin    []*story // stories of the same event, when its latest article came
}

// begin says when a story began. Its reports know it, too: each that an article is compared with is asked.
func (s *story) begin(at time.Time) {
	s.begun = at
	for _, r := range s.recent {
		r.begun = at
	}
}

// takesIn reports whether the story of a report still takes in what was published at an instant.
func (r *report) takesIn(at time.Time) bool { return gap(at, r.begun) <= Age }

// reports are the recent ones in the order in which they came.
type reports struct {
	came       int
	queue      []*report
	marks      int // comparisons of stories
	texts      texts
	crowd      float64
	byArticle  map[articles.ID]*report
	byHeadline map[string][]*report
	words      map[string]*word
	stories    map[articles.StoryID]*story

	sharers []*report   // memory of the last article's, for the next
	found   []candidate // likewise
	form    *form       // of the article that was last compared by its form
}

func newReports() reports {
	return reports{
		byArticle: map[articles.ID]*report{}, byHeadline: map[string][]*report{},
		words: map[string]*word{}, stories: map[articles.StoryID]*story{}, texts: newTexts(),
	}
}

// read makes a report of an article, which is not remembered yet.
func (rs *reports) read(a articles.Article, places []articles.Place) *report {
	rs.came++
	r := &report{article: a.ID, places: places, outlet: a.Outlet, at: a.Published, language: tongueOf(a.Language), asked: rs.came, number: rs.came}
	if r.outlet == "" {
		r.outlet = a.Source
	}
	if r.at.IsZero() {
		r.at = a.Seen
	}
	r.shown, r.sent = unmarked(cut(a.Headline, maxHead))
	head := terms(r.shown, maxWords)
	r.headline, r.cyrillic = plain(head), isCyrillic(r.shown)
	r.grams = grams(r.headline)
	r.words = rs.once(head)
	var lead []told
	if text := opening(a); strings.TrimSpace(text) != "" {
		lead = rs.once(terms(r.shown+" "+text, maxLead))
	}
	rs.texts.sign(r, r.words, lead)
	for _, w := range r.words {
		r.norm += rs.weight(w.word) * rs.weight(w.word)
	}
	r.norm = math.Sqrt(r.norm)
	return r
}

// opening is the beginning of the text below a headline.
func opening(a articles.Article) string {
	text := cut(a.Standfirst, maxText)
	for _, p := range a.Body {
		if len(text) >= maxText {
			break
		}
		text += " " + cut(p, maxText)
	}
	return cut(text, maxText)
}

// once gives each term its word, each word once.
func (rs *reports) once(ts []term) []told {
	if len(ts) == 0 {
		return nil
	}
	all := make([]told, 0, len(ts))
	for _, t := range ts {
		if t.text == "" {
			continue
		}
		w := rs.words[t.text]
		if w != nil && has(all, w) {
			continue
		}
		if w == nil {
			w = &word{text: strings.Clone(t.text), usual: usual(t.text)}
			rs.words[w.text] = w
		}
		all = append(all, told{w, t.name, t.number})
	}
	return slices.Clip(all)
}

// release forgets those words of a report that nothing remembers any more.
func (rs *reports) release(r *report) {
	for _, w := range r.words {
		rs.releaseWord(w.word)
	}
	for _, s := range r.lead() {
		if w := rs.texts.words[s.id()]; w != nil {
			rs.releaseWord(w)
		}
	}
}

func (rs *reports) releaseWord(w *word) {
	if w.heads+w.leads == 0 {
		delete(rs.words, w.text)
		rs.texts.release(w)
	}
}

// weight says how much a word of a headline tells, by how rare it is.
func (rs *reports) weight(w *word) float64 { return rs.texts.inHead(sign(w.id)) }

// add remembers a report of a story. A version that says nothing new in its headline adds nothing.
func (rs *reports) add(r *report, s *story) {
	if earlier := rs.byArticle[r.article]; earlier != nil && earlier.headline == r.headline {
		rs.release(r)
		return
	}
	rs.join(r, s)
	rs.queue = append(rs.queue, r)
	rs.byArticle[r.article] = r
	rs.byHeadline[r.headline] = append(rs.byHeadline[r.headline], r)
	rs.texts.heads.resize(1)
	for _, w := range r.words {
		w.heads++
		rs.texts.countHead(w.word)
		w.reports = append(w.reports, r)
	}
	if r.hasText() {
		rs.texts.add(r)
	}
}

// join puts a report into a story.
func (rs *reports) join(r *report, s *story) {
	r.story, r.begun = s, s.begun
	s.recent = append(s.recent, r)
	s.tell(r, 1)
	s.update = max(s.update, r.sent.update)
	rs.stories[s.id] = s
}

// forget drops what came before an instant, and the oldest beyond a number.
func (rs *reports) forget(before time.Time, most int) {
	for len(rs.queue) > 0 && (rs.queue[0].seen.Before(before) || len(rs.queue) > most) {
		rs.drop()
	}
}

// drop forgets the oldest report.
func (rs *reports) drop() {
	r := rs.queue[0]
	rs.queue[0], rs.queue = nil, rs.queue[1:]
	if rs.byArticle[r.article] == r {
		delete(rs.byArticle, r.article)
	}
	if rest := without(rs.byHeadline[r.headline], r); len(rest) > 0 {
		rs.byHeadline[r.headline] = rest
	} else {
		delete(rs.byHeadline, r.headline)
	}
	rs.texts.heads.resize(-1)
	for _, w := range r.words {
		w.heads--
		rs.texts.countHead(w.word)
		w.reports = without(w.reports, r)
	}
	if r.hasText() {
		rs.texts.drop(r)
	}
	rs.release(r)
	rs.leave(r)
}

// leave takes a report out of its story.
func (rs *reports) leave(r *report) {
	s := r.story
	s.tell(r, -1)
	if s.recent = without(s.recent, r); len(s.recent) == 0 && rs.stories[s.id] == s {
		delete(rs.stories, s.id)
		s.kin = nil // else the kin of kin of what is forgotten would be remembered for ever
	}
}

// without is a list without one report, which is most often its first.
func without(rs []*report, r *report) []*report {
	i := slices.Index(rs, r)
	switch {
	case i < 0:
		return rs
	case len(rs) == 1:
		return nil
	case i == 0:
		rs[0] = nil
		return rs[1:]
	}
	return slices.Delete(rs, i, i+1)
}
