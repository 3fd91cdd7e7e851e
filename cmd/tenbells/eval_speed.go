package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
)

// recentArticles is how many articles of the last two days a busy newsroom with its feeds has.
const recentArticles = 50_000

// evalSpeed measures what it costs to judge an article as a service does that has learned all it can: topics, regions
// and editors' decisions, with so many recent articles in its stories.
func evalSpeed(ctx context.Context, corpus string) ([]grade, error) {
	catalogue, held, err := learnedCatalogue(ctx, corpus)
	if err != nil {
		return nil, err
	}
	past, err := learnedPast(ctx, corpus)
	if err != nil {
		return nil, err
	}
	archive, err := busyArchive(corpus)
	if err != nil {
		return nil, err
	}
	rebuilt, err := rebuiltIn(ctx, archive)
	if err != nil {
		return nil, err
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	index := stories.NewIndex()
	if err := index.Rebuild(ctx, archive, time.Time{}); err != nil {
		return nil, err
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	data := fmt.Sprintf("among %d recent", recentArticles)
	grades := []grade{
		{Data: data, Metric: "story index, MB", Value: float64(after.HeapAlloc-before.HeapAlloc) / 1e6, Wanted: 100, Less: true},
		{Data: data, Metric: "its rebuild, s of CPU", Value: rebuilt.Seconds(), Wanted: 3, Less: true},
	}
	now := archive[len(archive)-1].Article.Seen
	for _, set := range held {
		cost, err := judgedIn(ctx, analyst(catalogue, index), alerts.Judge{Autosend: alerts.AutosendMarked, Past: past}, set.articles, now)
		if err != nil {
			return nil, err
		}
		grades = append(grades, grade{Data: set.name, Metric: "judged, ms of CPU", Value: float64(cost.Microseconds()) / 1000, Wanted: 2, Less: true})
	}
	return grades, nil
}

// rebuiltIn is what it costs to rebuild the index after a restart: by the headlines alone, which is what the store gives.
func rebuiltIn(ctx context.Context, archive placedArchive) (time.Duration, error) {
	headlines := slices.Clone(archive)
	for i := range headlines {
		headlines[i].Article.Body = nil
	}
	runtime.GC()
	began := spentCPU()
	err := stories.NewIndex().Rebuild(ctx, headlines, time.Time{})
	return spentCPU() - began, err
}

// judgedIn is what it costs to judge one of some articles, on average. What is made when the first comes is left out, and
// what was left behind by learning is collected before.
func judgedIn(ctx context.Context, analyse alerts.Analyst, judge alerts.Judge, as []articles.Article, now time.Time) (time.Duration, error) {
	if _, err := analyse(ctx, as[0]); err != nil {
		return 0, err
	}
	runtime.GC()
	began := spentCPU()
	for i, a := range as {
		a.Published, a.Seen = now.Add(time.Duration(i)*time.Second), now.Add(time.Duration(i)*time.Second)
		f, err := analyse(ctx, a)
		if err != nil {
			return 0, err
		}
		judge.Judge(a, f, a.Seen)
	}
	return (spentCPU() - began) / time.Duration(max(1, len(as))), nil
}

// heldBack is articles that nothing was learned from.
type heldBack struct {
	name     string
	articles []articles.Article
}

// learnedCatalogue has learned regions and topics of one archive, of two sets of the corpus.
func learnedCatalogue(ctx context.Context, corpus string) (*topics.Catalogue, []heldBack, error) {
	sets := []struct {
		name, file string
		labelled
	}{
		{"rferl items-en", "rferl/items-en.jsonl.gz", labelled{all: sortedNames(desks), labels: func(t tagged) []string { return t.Regions }}},
		{"bbc, whole texts", "topics/bbc.jsonl.gz", labelled{labels: func(t tagged) []string { return []string{t.Label} }}},
	}
	var own []topics.Own
	var archive shelf
	var held []heldBack
	for i := range sets {
		s := &sets[i]
		for item, err := range lines[tagged](corpus, s.file) {
			if err != nil {
				return nil, nil, err
			}
			s.take(item, inTraining(item.id()))
			if item.Label != "" && !slices.Contains(s.all, item.Label) {
				s.all = append(s.all, item.Label)
			}
		}
		for _, label := range s.all {
			o := topics.Own{Slug: slugOf(label)}
			for _, country := range desks[label] {
				o.Places = append(o.Places, string(country))
			}
			own = append(own, o)
		}
		archive = append(archive, s.archive()...)
		set := heldBack{name: s.name}
		for _, item := range s.held {
			set.articles = append(set.articles, item.article())
		}
		held = append(held, set)
	}
	for i := range archive {
		archive[i].Seq = articles.Seq(i + 1)
	}
	catalogue, err := topics.New(own)
	if err != nil {
		return nil, nil, err
	}
	learned, _, err := catalogue.Learn(ctx, archive, topics.How{})
	if err != nil {
		return nil, nil, err
	}
	catalogue.Use(learned)
	return catalogue, held, nil
}

// learnedPast has learned what a wire's desk sent.
func learnedPast(ctx context.Context, corpus string) (*alerts.Past, error) {
	var wire []wired
	for item, err := range lines[wired](corpus, "topics/reuters21578.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		wire = append(wire, item)
	}
	past, _, err := alerts.LearnPast(ctx, questions[0].decisions(wire))
	return past, err
}

// placedArchive is what a store remembers of stories.
type placedArchive []stories.Placed

// Placed is stories.Past's.
func (p placedArchive) Placed(_ context.Context, after articles.Seq, limit int) ([]stories.Placed, error) {
	rest := p[min(int(after), len(p)):]
	return rest[:min(len(rest), limit)], nil
}

// busyArchive is as many different headlines as are wanted, of halves of real ones, all within the time in which stories
// run, each with a real text below. Each is a story of its own: that is the most that there can be.
func busyArchive(corpus string) (placedArchive, error) {
	var titles []string
	for item, err := range lines[storyLine](corpus, "clusters/reuters-stream.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		titles = append(titles, item.Title)
	}
	var texts []string
	for item, err := range lines[wired](corpus, "topics/reuters21578.jsonl.gz") {
		if err != nil {
			return nil, err
		}
		if len(item.Text) > 200 {
			texts = append(texts, item.Text)
		}
	}
	made := make(placedArchive, recentArticles)
	begin := time.Date(2013, 4, 28, 0, 0, 0, 0, time.UTC)
	for i := range made {
		title := titles[i%len(titles)]
		if i >= len(titles) {
			one, two := strings.Fields(title), strings.Fields(titles[(i*7919)%len(titles)])
			title = strings.Join(slices.Concat(one[:len(one)/2], two[len(two)/2:]), " ")
		}
		at := begin.Add(time.Duration(i) * stories.Window / time.Duration(recentArticles+1))
		id := articles.ID(fmt.Sprint("a", i))
		made[i] = stories.Placed{
			Article: articles.Article{
				Seq: articles.Seq(i + 1), ID: id, Version: 1, Headline: title, Body: []string{texts[(i*31)%len(texts)]}, Published: at, Seen: at,
			},
			Story: stories.IDOf(id),
		}
	}
	return made, nil
}
