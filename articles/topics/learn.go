package topics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// What an archive must have to be learned from, and how much of it is.
const (
	MinArticles = 50     // tagged by the newsroom, in all
	minOfTopic  = 8      // with one topic; rarer ones are not learned
	maxArchive  = 15_000 // the newest are learned from
	pageSize    = 500    // articles read at once
	heldBack    = 10     // one article in so many is held back to measure on
)

// ErrTooFew says that an archive has too few articles whose topics the newsroom marked.
var ErrTooFew = errors.New("topics: too few articles with topics that the newsroom marked")

// Report says how well an archive was learned, measured on a tenth of it that was held back.
type Report struct {
	Articles int           `json:"articles"`  // tagged by the newsroom
	HeldBack int           `json:"held_back"` // of these
	Last     articles.Seq  `json:"last"`      // the newest article version that was read
	Topics   []TopicReport `json:"topics"`    // the most common first
}

// TopicReport compares what was learned of one topic with what the lists find.
type TopicReport struct {
	Topic    articles.Topic `json:"topic"`
	Articles int            `json:"articles"`
	HeldBack int            `json:"held_back"`
	Lists    Figures        `json:"lists"`
	Learned  Figures        `json:"learned"`
	Used     bool           `json:"used"` // what was learned is better, and is used
}

// Figures are shares from 0 to 1.
type Figures struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Learn reads an archive and learns which words go with the topics that the newsroom marked, by subject, section or
// keyword. progress, when there, is told in words what is done and how far that is; it is called by one goroutine at a
// time. The error is ErrTooFew where there is too little to learn from.
func (c *Catalogue) Learn(ctx context.Context, archive articles.Reader, progress func(doing string, done, of int)) (*Learned, Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	a := newArchive(c)
	if err := a.read(ctx, archive, progress); err != nil {
		return nil, Report{}, err
	}
	report := Report{Articles: len(a.order), Last: a.last}
	examples, held := a.split()
	report.HeldBack = len(held)
	if len(a.order) < MinArticles || len(held) == 0 {
		return nil, report, ErrTooFew
	}
	trial, err := train(ctx, examples, "measuring", progress)
	if err != nil {
		return nil, report, err
	}
	report.Topics = compare(trial, held, a.counts())
	model, err := train(ctx, a.all(), "learning", progress)
	if err != nil {
		return nil, report, err
	}
	l := &Learned{model: model, used: map[string]bool{}}
	for _, t := range report.Topics {
		l.used[string(t.Topic)] = t.Used
	}
	return l, report, nil
}

func train(ctx context.Context, lessons []lesson, doing string, progress func(string, int, int)) (*linear.Model, error) {
	examples := make([]linear.Example, len(lessons))
	for i, l := range lessons {
		examples[i] = l.Example
	}
	m, err := linear.Train(ctx, examples, linear.Options{
		ShortRun: 3, LongRun: 5, Ratio: true, Folds: 3,
		Progress: func(done, of int) { progress(doing, done, of) },
	})
	if errors.Is(err, linear.ErrTooLittle) {
		return nil, fmt.Errorf("%w: %w", ErrTooFew, err)
	}
	return m, err
}

// lesson is an article to learn from.
type lesson struct {
	linear.Example
	id    articles.ID
	held  bool
	lists []string // what the lists find in it, where it is held back
}

// archive is the newest version of each tagged article.
type archive struct {
	c       *Catalogue
	lessons map[articles.ID]lesson
	order   []articles.ID // by their newest version; what was replaced is there twice
	last    articles.Seq
}

func newArchive(c *Catalogue) *archive { return &archive{c: c, lessons: map[articles.ID]lesson{}} }

func (a *archive) read(ctx context.Context, from articles.Reader, progress func(string, int, int)) error {
	for read := 0; ; {
		page, err := from.After(ctx, a.last, pageSize)
		if err != nil {
			return fmt.Errorf("topics: read the archive: %w", err)
		}
		for _, one := range page {
			a.last = one.Seq
			a.take(one)
		}
		read += len(page)
		progress("reading", read, 0)
		if len(page) < pageSize {
			break
		}
	}
	a.tidy()
	return nil
}

// take takes up a version, in place of an older one.
func (a *archive) take(one articles.Article) {
	delete(a.lessons, one.ID)
	tags := a.c.tags(one)
	if len(tags) == 0 || one.Status != articles.Usable {
		return
	}
	l := lesson{id: one.ID, held: isHeldBack(one.ID)}
	l.Text, l.Labels = a.c.learnedText(one), tags
	l.Title, l.Body = strings.Clone(l.Title), strings.Clone(l.Body) // not the whole article
	if l.held {
		l.lists = a.c.untagged(one)
	}
	a.lessons[one.ID] = l
	if a.order = append(a.order, one.ID); len(a.order) > 2*maxArchive {
		a.tidy()
	}
}

// tidy keeps the newest place of each article in the order, and the newest articles.
func (a *archive) tidy() {
	var newest []articles.ID
	seen := map[articles.ID]bool{}
	for _, id := range slices.Backward(a.order) {
		if _, there := a.lessons[id]; there && !seen[id] && len(newest) < maxArchive {
			seen[id] = true
			newest = append(newest, id)
		}
	}
	for id := range a.lessons {
		if !seen[id] {
			delete(a.lessons, id)
		}
	}
	slices.Reverse(newest)
	a.order = newest
}

// isHeldBack deals one article in ten out, always the same ones.
func isHeldBack(id articles.ID) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()>>4%heldBack == 0
}

// all are the lessons, without the topics that are too rare to learn.
func (a *archive) all() []lesson {
	counts := a.counts()
	var all []lesson
	for _, id := range a.order {
		l := a.lessons[id]
		l.Labels = slices.DeleteFunc(slices.Clone(l.Labels), func(topic string) bool { return counts[topic] < minOfTopic })
		if len(l.Labels) > 0 {
			all = append(all, l)
		}
	}
	return all
}

func (a *archive) split() (learn, held []lesson) {
	for _, l := range a.all() {
		if l.held {
			held = append(held, l)
		} else {
			learn = append(learn, l)
		}
	}
	return learn, held
}

// counts is how many articles each topic has.
func (a *archive) counts() map[string]int {
	counts := map[string]int{}
	for _, id := range a.order {
		for _, topic := range a.lessons[id].Labels {
			counts[topic]++
		}
	}
	return counts
}

// tags are the topics that the newsroom gave an article, with those above them.
func (c *Catalogue) tags(a articles.Article) []string {
	f := &findings{media: c.media}
	c.marked(a, f)
	c.bySection(a, f)
	return f.valid(c)
}

// untagged are the topics that the lists find when the newsroom says nothing.
func (c *Catalogue) untagged(a articles.Article) []string {
	f := &findings{media: c.media}
	a.Subjects, a.Section, a.Keywords = nil, "", nil
	c.byLists(partsOf(a), readingOf(a.Language, a.Text()), nil, f)
	return f.valid(c)
}

// valid are the topics found that can be followed.
func (f *findings) valid(c *Catalogue) []string {
	var topics []string
	for _, t := range f.Topics {
		if c.Valid(string(t)) {
			topics = append(topics, string(t))
		}
	}
	return topics
}

// compare measures the model and the lists on what was held back.
func compare(m *linear.Model, held []lesson, counts map[string]int) []TopicReport {
	type pair struct{ lists, learned tallied }
	by := map[string]*pair{}
	for _, topic := range m.Labels() {
		by[topic] = &pair{}
	}
	for _, l := range held {
		for _, s := range m.Predict(l.Text) {
			is := slices.Contains(l.Labels, s.Label)
			by[s.Label].learned.add(s.Holds, is)
			by[s.Label].lists.add(slices.Contains(l.lists, s.Label), is)
		}
	}
	var all []TopicReport
	for _, topic := range m.Labels() {
		p := by[topic]
		r := TopicReport{Topic: articles.Topic(topic), Articles: counts[topic], HeldBack: p.lists.right + p.lists.missed}
		r.Lists, r.Learned = p.lists.figures(), p.learned.figures()
		r.Used = r.Learned.F1 > r.Lists.F1 && r.Learned.Precision >= leastPrecision
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b TopicReport) int { return cmp.Compare(b.Articles, a.Articles) })
	return all
}

// leastPrecision is how often a topic that was learned must be right to be used at all.
const leastPrecision = 0.5

// tallied counts right, wrong and missed findings.
type tallied struct{ right, wrong, missed int }

func (t *tallied) add(found, is bool) {
	switch {
	case found && is:
		t.right++
	case found:
		t.wrong++
	case is:
		t.missed++
	}
}

func (t tallied) figures() Figures {
	return Figures{
		Precision: share(t.right, t.right+t.wrong), Recall: share(t.right, t.right+t.missed),
		F1: share(2*t.right, 2*t.right+t.wrong+t.missed),
	}
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Used is how many topics are judged by what was learned.
func (r Report) Used() int {
	n := 0
	for _, t := range r.Topics {
		if t.Used {
			n++
		}
	}
	return n
}
