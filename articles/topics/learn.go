package topics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// What an archive must have to be learned from, and how much of it is.
const (
	MinArticles = 50     // tagged by the newsroom, in all
	minOfTopic  = 8      // with one topic; rarer ones are not learned
	maxArchive  = 10_000 // the newest are learned from
	pageSize    = 500    // articles read at once

	// Each article is judged by what was learned without the part that it is in, one of as many. Where there are few
	// articles a third of them is missed: what is left knows less than what is used in the end.
	folds       = 3
	smallFolds  = 10
	fewArticles = 1000 // below it there are smallFolds
)

// ErrTooFew says that an archive has too few articles whose topics the newsroom marked.
var ErrTooFew = errors.New("topics: too few articles with topics that the newsroom marked")

// Report says how well an archive was learned, measured on each of its articles by what was learned while it was held
// back.
type Report struct {
	Articles int           `json:"articles"`  // tagged by the newsroom
	HeldBack int           `json:"held_back"` // of these, one part after the other, to measure on
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

// How says how to learn.
type How struct {
	// Progress, when there, is told in words what is done and how far that is; of is 0 where nobody knows. It is called by
	// one goroutine at a time.
	Progress func(doing string, done, of int)
	Workers  int // topics learned at the same time; 0 means one for each processor
}

// Learn reads an archive and learns which words go with the topics that the newsroom marked, by subject, section or
// keyword, and which ways of naming a country go with the places that it marked. The error is ErrTooFew where there is too little to learn from.
func (c *Catalogue) Learn(ctx context.Context, archive articles.Reader, how How) (*Learned, Report, error) {
	progress := how.Progress
	if progress == nil {
		progress = func(string, int, int) {}
	}
	t, p := newArchive(c, aboutTopics), newArchive(c, aboutPlaces)
	if err := readArchive(ctx, archive, progress, t, p); err != nil {
		return nil, Report{}, err
	}
	p.dropUnmarked()
	l, report, err := t.learn(ctx, how, progress)
	if err != nil && !errors.Is(err, ErrTooFew) {
		return nil, report, err
	}
	places, more, failed := p.learn(ctx, how, progress)
	switch {
	case errors.Is(failed, ErrTooFew):
		return l, report, err
	case failed != nil:
		return nil, report, failed
	case err != nil: // places alone are marked here
		l, report = &Learned{used: map[string]bool{}}, more
	default:
		report.Topics = append(report.Topics, more.Topics...)
	}
	l.places = places.model
	maps.Copy(l.used, places.used)
	return l, report, nil
}

// learn trains, and measures on every article what was learned without it.
func (a *archive) learn(ctx context.Context, how How, progress func(string, int, int)) (*Learned, Report, error) {
	report := Report{Articles: len(a.order), Last: a.last}
	if len(a.order) < MinArticles {
		return nil, report, ErrTooFew
	}
	lessons := a.all()
	unseen := make([][]string, len(lessons))
	o := a.options(how)
	o.Unseen = func(i int, holds []string) { unseen[i] = holds }
	model, err := train(ctx, lessons, o, "learning", progress)
	if err != nil {
		return nil, report, err
	}
	report.HeldBack = len(lessons)
	report.Topics = compare(model.Labels(), lessons, unseen)
	l := &Learned{model: model, used: map[string]bool{}}
	for _, t := range report.Topics {
		l.used[string(t.Topic)] = t.Used
	}
	return l, report, nil
}

// options are how this subject is learned best.
func (a *archive) options(how How) linear.Options {
	o := linear.Options{Ratio: true, Folds: folds, Workers: how.Workers, Single: linear.Never, MarkWeight: placeMarks}
	if len(a.order) < fewArticles {
		o.Folds = smallFolds
	}
	if a.about == aboutTopics {
		o.ShortRun, o.LongRun, o.Single = 3, 5, a.single()
		o.RunWeight, o.MarkWeight = a.weights()
	}
	return o
}

func train(ctx context.Context, lessons []lesson, o linear.Options, doing string, progress func(string, int, int)) (*linear.Model, error) {
	examples := make([]linear.Example, len(lessons))
	for i, l := range lessons {
		examples[i] = l.Example
	}
	o.Progress = func(done, of int) { progress(doing, done, of) }
	m, err := linear.Train(ctx, examples, o)
	if errors.Is(err, linear.ErrTooLittle) {
		return nil, fmt.Errorf("%w: %w", ErrTooFew, err)
	}
	return m, err
}

// lesson is an article to learn from.
type lesson struct {
	linear.Example
	lists []string // what the lists find in it
}

// archive is the newest version of each tagged article, as examples of what it is about.
type archive struct {
	c       *Catalogue
	about   subject
	lessons map[articles.ID]lesson
	order   []articles.ID // by their newest version; what was replaced is there twice
	last    articles.Seq
}

// subject is what a model judges.
type subject int

const (
	aboutTopics subject = iota
	aboutPlaces         // countries, and own topics that are sets of countries
)

func newArchive(c *Catalogue, about subject) *archive {
	return &archive{c: c, about: about, lessons: map[articles.ID]lesson{}}
}

// readArchive reads the articles once, for all.
func readArchive(ctx context.Context, from articles.Reader, progress func(string, int, int), all ...*archive) error {
	var last articles.Seq
	for read := 0; ; {
		page, err := from.After(ctx, last, pageSize)
		if err != nil {
			return fmt.Errorf("topics: read the archive: %w", err)
		}
		for _, one := range page {
			last = one.Seq
			for _, a := range all {
				a.last = last
				a.take(one)
			}
		}
		read += len(page)
		progress("reading", read, 0)
		if len(page) < pageSize {
			break
		}
	}
	for _, a := range all {
		a.tidy()
	}
	return nil
}

// take takes up a version, in place of an older one.
func (a *archive) take(one articles.Article) {
	delete(a.lessons, one.ID)
	tags, marked := a.marks(one)
	if !marked || one.Status != articles.Usable {
		return
	}
	l := lesson{Example: linear.Example{Labels: tags}}
	text, how := partsOf(one), readingOf(one.Language, one.Text())
	if a.about == aboutPlaces {
		named := a.c.mentions(one, text, how)
		l.Text, l.lists = placeText(one, named), a.c.namedPlaces(named)
	} else {
		l.Text, l.lists = a.c.learnedText(one, text, how), a.c.untagged(one, text, how)
	}
	l.Title, l.Body = strings.Clone(l.Title), strings.Clone(l.Body) // not the whole article
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

// marks are what the newsroom said of this subject. Of places it may have said that there are none, by saying something
// else.
func (a *archive) marks(one articles.Article) (labels []string, marked bool) {
	topics := a.c.tags(one)
	if a.about == aboutTopics {
		topics = slices.DeleteFunc(topics, a.c.isRegion)
		return topics, len(topics) > 0
	}
	for _, place := range one.Places {
		if key := placePrefix + string(place); a.c.Valid(key) {
			labels = append(labels, key)
		}
	}
	marked = len(topics)+len(labels) > 0
	labels = append(labels, a.c.regionsOf(one.Places)...)
	for _, t := range topics {
		if a.c.isRegion(t) && !slices.Contains(labels, t) {
			labels = append(labels, t)
		}
	}
	return labels, marked
}

// dropUnmarked drops the articles without places, unless most have some: only then they are examples of none.
func (a *archive) dropUnmarked() {
	with := 0
	for _, l := range a.lessons {
		if len(l.Labels) > 0 {
			with++
		}
	}
	if 2*with >= len(a.lessons) {
		return
	}
	maps.DeleteFunc(a.lessons, func(_ articles.ID, l lesson) bool { return len(l.Labels) == 0 })
	a.tidy()
}

// all are the lessons, without the topics that are too rare to learn. An article that has only such is an example of
// what the others are not, unless each article has one topic.
func (a *archive) all() []lesson {
	counts, single := a.counts(), a.single() == linear.Always
	var all []lesson
	for _, id := range a.order {
		l := a.lessons[id]
		l.Labels = slices.DeleteFunc(slices.Clone(l.Labels), func(topic string) bool { return counts[topic] < minOfTopic })
		if len(l.Labels) > 0 || !single {
			all = append(all, l)
		}
	}
	return all
}

// briefText is how many letters a text of this newsroom has on average, if what is in its words counts for more than
// the words themselves: a sentence seldom has a word of another one.
const briefText = 180

// weights are those of runs of letters and of concepts beside a word's 1.
func (a *archive) weights() (runs, concepts float64) {
	letters := 0
	for _, l := range a.lessons {
		letters += utf8.RuneCountInString(l.Title) + utf8.RuneCountInString(l.Body)
	}
	if letters < briefText*len(a.lessons) {
		return 3, 0.8
	}
	return 2, 0.2
}

// single says whether this newsroom gives each article one topic.
func (a *archive) single() linear.Single {
	for _, id := range a.order {
		if len(a.lessons[id].Labels) != 1 {
			return linear.Never
		}
	}
	return linear.Always
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
func (c *Catalogue) untagged(a articles.Article, text parts, how reading) []string {
	f := &findings{media: c.media}
	c.byLists(a, text, how, nil, f)
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

// compare measures on each lesson what models that did not see it say of it, and what the lists say.
func compare(topics []string, lessons []lesson, unseen [][]string) []TopicReport {
	var all []TopicReport
	for _, topic := range topics {
		var lists, learned tallied
		for i, l := range lessons {
			is := slices.Contains(l.Labels, topic)
			learned.add(slices.Contains(unseen[i], topic), is)
			lists.add(slices.Contains(l.lists, topic), is)
		}
		r := TopicReport{Topic: articles.Topic(topic), Articles: lists.right + lists.missed, HeldBack: lists.right + lists.missed}
		r.Lists, r.Learned = lists.figures(), learned.figures()
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
