package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
)

// storiesTrial measures which articles are found to be on one event, what of them is silent, and which big events are
// heard. Labels are used for counting alone.
var storiesTrial = trial{"stories", "same story in one pass, copies that are silent, big events that are heard", evalStories}

// storyLine is a headline with its labels.
type storyLine struct {
	ID                     any
	Published, Title, Kind string
	Stream                 string
	Marker                 *string
	Story, Family          *string
	Recurring              bool
}

// counts says whether a headline of the Reuters streams has a label that is fit for counting.
func (l storyLine) counts() bool {
	return l.Story != nil && !l.Recurring && (l.Kind == "wire" || l.Kind == "web")
}

func (l storyLine) article() (articles.Article, error) {
	at, err := time.Parse("2006-01-02T15:04", l.Published)
	if err != nil {
		at, err = time.Parse(time.RFC3339, l.Published)
	}
	id := articles.DeriveID("corpus", fmt.Sprint(l.ID, " ", l.Published, " ", l.Title))
	return articles.Article{ID: id, Headline: l.Title, Published: at, Seen: at}, err
}

func evalStories(ctx context.Context, corpus string) ([]grade, error) {
	var grades []grade
	streams, err := storyStreams(corpus)
	if err != nil {
		return nil, err
	}
	for _, s := range []struct {
		name             string
		pairwise, bCubed float64 // baseline: the better of title words, letters and TF-IDF centroids
	}{{"2012-12", 0.739, 0.913}, {"2013-04-29", 0.765, 0.923}} {
		data := "reuters-stream " + s.name
		placed, err := placeStories(ctx, streams[s.name], false)
		if err != nil {
			return grades, err
		}
		grades = append(grades, sameStory(data, placed, []float64{s.pairwise, s.bCubed}, []float64{0.82, 0.94})...)
		grades = append(grades, bigEvents(data, placed)...)
		grades = append(grades, storySilence(data, placed)...)
	}
	found, err := evalShuffled(ctx, corpus)
	if err != nil {
		return grades, err
	}
	grades = append(grades, found...)
	found, err = evalPairs(corpus)
	return append(grades, found...), err
}

func storyStreams(corpus string) (map[string][]storyLine, error) {
	streams := map[string][]storyLine{}
	for l, err := range lines[storyLine](corpus, "clusters/reuters-stream.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		if l.counts() {
			streams[l.Stream] = append(streams[l.Stream], l)
		}
	}
	return streams, nil
}

// evalShuffled places the headlines of many outlets, shuffled: their times are those of a crawler, which fetched them
// story by story.
func evalShuffled(ctx context.Context, corpus string) ([]grade, error) {
	var all []storyLine
	for l, err := range lines[storyLine](corpus, "clusters/uci-newsaggregator.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	placed, err := placeStories(ctx, all, true)
	return sameStory("uci-newsaggregator shuffled", placed, []float64{0.539, 0.577}, []float64{0.70, 0.72}), err
}

// storyFound is one headline and what was said of it.
type storyFound struct {
	storyLine
	at time.Time
	stories.Placement
}

// placeStories places headlines in their order; atOnce has all of them seen at one time, so that none is forgotten.
func placeStories(ctx context.Context, all []storyLine, atOnce bool) ([]storyFound, error) {
	ix := stories.NewIndex()
	catalogue, err := topics.New(nil)
	if err != nil {
		return nil, err
	}
	placed := make([]storyFound, 0, len(all))
	for _, l := range all {
		a, err := l.article()
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return placed, err
		}
		if atOnce {
			a.Seen = time.Unix(0, 0).UTC()
		}
		placed = append(placed, storyFound{l, a.Published, asInService(catalogue, ix, a)})
	}
	return placed, nil
}

// asInService places an article with what a service finds out about it before: its language and the countries it is about.
func asInService(catalogue *topics.Catalogue, ix *stories.Index, a articles.Article) stories.Placement {
	a.Language = language.Of(a)
	return ix.Take(a, catalogue.Find(a).Places)
}

// sameStory is F1 over the pairs that share a story, and over articles.
func sameStory(data string, placed []storyFound, baseline, wanted []float64) []grade {
	found, label, both := map[articles.StoryID]float64{}, map[string]float64{}, map[[2]string]float64{}
	for _, o := range placed {
		found[o.Placement.Story]++
		label[*o.storyLine.Story]++
		both[[2]string{string(o.Placement.Story), *o.storyLine.Story}]++
	}
	var precision, recall, right float64
	for k, n := range both {
		right += n * (n - 1) / 2
		precision += n * n / found[articles.StoryID(k[0])]
		recall += n * n / label[k[1]]
	}
	all := float64(len(placed))
	pairwise := storyF1(right/storyPairs(found), right/storyPairs(label))
	return []grade{
		{Data: data, Metric: "pairwise precision", Value: right / storyPairs(found)},
		{Data: data, Metric: "pairwise recall", Value: right / storyPairs(label)},
		{Data: data, Metric: "pairwise F1", Value: pairwise, Baseline: baseline[0], Wanted: wanted[0]},
		{Data: data, Metric: "BCubed F1", Value: storyF1(precision/all, recall/all), Baseline: baseline[1], Wanted: wanted[1]},
	}
}

func storyPairs[K comparable](groups map[K]float64) (pairs float64) {
	for _, n := range groups {
		pairs += n * (n - 1) / 2
	}
	return pairs
}

func storyF1(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// storySilence is the share of exact copies, markers aside, that are silent, and of updates and corrections among them that
// are known as such.
func storySilence(data string, placed []storyFound) []grade {
	before := map[string]time.Time{}
	var copies, silent, versions, known float64
	for _, o := range placed {
		plain := o.Title
		if o.Marker != nil {
			if i := strings.Index(plain, "-"); i > 0 && i < 40 {
				plain = plain[i+1:]
			}
		}
		plain = strings.ToLower(strings.TrimSpace(plain))
		last, was := before[plain]
		before[plain] = o.at
		switch {
		case !was || o.at.Sub(last) > stories.Window:
		case o.Marker == nil || strings.HasPrefix(*o.Marker, "RPT"):
			copies++
			if o.Is == stories.Repeat {
				silent++
			}
		case strings.HasPrefix(*o.Marker, "UPDATE"), strings.HasPrefix(*o.Marker, "CORRECT"), strings.HasPrefix(*o.Marker, "REFILE"):
			versions++
			if o.Is == stories.Update || o.Is == stories.Correction {
				known++
			}
		}
	}
	return []grade{
		{Data: data, Metric: "exact copies silent", Value: silent / copies, Wanted: 1},
		{Data: data, Metric: "updates and corrections kept", Value: known / versions, Wanted: 1},
	}
}

// span is within how long a big event has eightfold coverage; inTime is how late after the fourth article within an
// hour it may be heard.
const (
	bigSpan   = 6 * time.Hour
	bigItems  = 8
	inTime    = 10 * time.Minute
	fourthIn  = time.Hour
	fourItems = 4
)

// bigEvents hears events by their heat alone and compares with the families that have eight articles within six hours.
func bigEvents(data string, placed []storyFound) []grade {
	times := map[string][]time.Time{}
	for _, o := range placed {
		times[*o.Family] = append(times[*o.Family], o.at)
	}
	big, fourth := map[string]bool{}, map[string]time.Time{}
	for family, ts := range times {
		for i := range ts {
			if i >= bigItems-1 && ts[i].Sub(ts[i-bigItems+1]) <= bigSpan {
				big[family] = true
			}
			if i >= fourItems-1 && ts[i].Sub(ts[i-fourItems+1]) <= fourthIn && fourth[family].IsZero() {
				fourth[family] = ts[i]
			}
		}
	}
	bells := ringing(placed, big, fourth, 0)
	grades := []grade{
		{Data: data, Metric: "big events: rings", Value: bells.rings},
		{Data: data, Metric: "big events: rings beyond one a day", Value: bells.beyond},
		{Data: data, Metric: "big events: precision", Value: bells.precision(), Baseline: 0.385, Wanted: 0.75},
		{Data: data, Metric: "big events: heard", Value: bells.heard, Wanted: 1},
		{Data: data, Metric: "big events: heard in time", Value: bells.soon, Wanted: 1},
		{Data: data, Metric: "big events: minutes after the fourth", Value: bells.late()},
	}
	for more := 1; more <= 4; more++ { // the curve: what asking for more articles would hear, and how much later
		bells, at := ringing(placed, big, fourth, more), fmt.Sprintf("big events, %+d articles: ", more)
		grades = append(grades,
			grade{Data: data, Metric: at + "precision", Value: bells.precision()},
			grade{Data: data, Metric: at + "heard", Value: bells.heard},
			grade{Data: data, Metric: at + "minutes after the fourth", Value: bells.late()})
	}
	return grades
}

// rung is what was heard of big events: rings, how many of them are of big families, and how many of a family that had
// rung within the day; which share of the big families is heard, and in time; and how many minutes after the fourth article
// within an hour each of them was, where it had one.
type rung struct {
	rings, right, beyond, heard, soon float64
	after                             []float64
}

func (r rung) precision() float64 { return r.right / max(r.rings, 1) }

// late is the median of minutes after the fourth article.
func (r rung) late() float64 {
	if len(r.after) == 0 {
		return 0
	}
	slices.Sort(r.after)
	return (r.after[(len(r.after)-1)/2] + r.after[len(r.after)/2]) / 2
}

// ringing rings for big events of which so many more articles came than is asked for.
func ringing(placed []storyFound, big map[string]bool, fourth map[string]time.Time, more int) (r rung) {
	last, bells := map[string]time.Time{}, stories.Bells{}
	for _, o := range placed {
		h := o.Heat
		h.Articles -= more
		if !bells.Ring(h, o.at) {
			continue
		}
		r.rings++
		before, again := last[*o.Family]
		last[*o.Family] = o.at
		if again && o.at.Sub(before) < 24*time.Hour {
			r.beyond++
		}
		if !big[*o.Family] {
			continue
		}
		r.right++
		if again {
			continue
		}
		r.heard += 1 / float64(len(big))
		at := fourth[*o.Family]
		if !at.IsZero() {
			r.after = append(r.after, o.at.Sub(at).Minutes())
		}
		if at.IsZero() || !o.at.After(at.Add(inTime)) {
			r.soon += 1 / float64(len(big))
		}
	}
	return r
}

// evalPairs places articles with their texts, of which a person said which pairs are of one story.
func evalPairs(corpus string) ([]grade, error) {
	type told struct{ URL, Title, Text string }
	type pair struct {
		Lang          string
		Same          bool `json:"same_story"`
		First, Second told
	}
	catalogue, err := topics.New(nil)
	if err != nil {
		return nil, err
	}
	indexes := map[string]*stories.Index{"ru": stories.NewIndex(), "en": stories.NewIndex()}
	right, found, same := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for p, err := range lines[pair](corpus, "clusters/tgcontest-pairs.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		ix := indexes[p.Lang]
		if ix == nil {
			return nil, fmt.Errorf("a pair in %q: only ru and en are known", p.Lang)
		}
		place := func(t told) articles.StoryID {
			at := time.Unix(0, 0).UTC()
			a := articles.Article{ID: articles.DeriveID("corpus", t.URL), Headline: t.Title, Body: []string{t.Text}, Published: at, Seen: at}
			return asInService(catalogue, ix, a).Story
		}
		one, two := place(p.First), place(p.Second)
		if p.Same {
			same[p.Lang]++
		}
		if one == two {
			found[p.Lang]++
			if p.Same {
				right[p.Lang]++
			}
		}
	}
	var grades []grade
	for _, of := range []struct {
		lang             string
		baseline, wanted float64
	}{{"ru", 0.793, 0.90}, {"en", 0.889, 0.95}} {
		f1 := storyF1(right[of.lang]/max(found[of.lang], 1), right[of.lang]/max(same[of.lang], 1))
		grades = append(grades, grade{Data: "tgcontest-pairs " + of.lang, Metric: "pairs F1", Value: f1, Baseline: of.baseline, Wanted: of.wanted})
	}
	return grades, nil
}
