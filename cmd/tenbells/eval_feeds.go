package main

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles/feed"
)

// feedSample is a feed of the corpus, with what it should become.
type feedSample struct {
	Text     string
	Raw      []byte          `json:"b64"`
	Items    *int            `json:"n_item_tags"`
	Expected json.RawMessage // as another parser read it
}

// sitemapSample is a sitemap of the corpus.
type sitemapSample struct {
	Site, Kind, XML string
	URLs            int `json:"n_urls"`
}

// evalFeeds measures which documents are read as what they are, with all their items, or refused as no feeds.
func evalFeeds(ctx context.Context, corpus string) ([]grade, error) {
	var grades []grade
	for _, file := range []struct {
		name             string
		baseline, wanted float64 // what gofeed reads, and what we want
	}{{"feedparser", 0.974, 0.985}, {"gofeed", 0.992, 0.99}, {"real", 0.928, 0.97}} {
		var all, right, counted, equal float64
		for sample, err := range lines[feedSample](corpus, "feeds/"+file.name+".jsonl.gz") {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return grades, err
			}
			all++
			isFeed, items, known := sample.about()
			doc, err := feed.Parse(sample.bytes(), feedAddress)
			if isFeed == (err == nil) && (err != nil || !known || doc.Found == items) {
				right++
			}
			if err == nil && known {
				counted++
				if doc.Found == items {
					equal++
				}
			}
		}
		grades = append(grades,
			grade{Data: file.name, Metric: "read rightly", Value: right / all, Baseline: file.baseline, Wanted: file.wanted},
			grade{Data: file.name, Metric: "item count equal", Value: equal / counted, Wanted: 1})
	}
	sitemaps, err := evalSitemaps(ctx, corpus)
	return append(grades, sitemaps...), err
}

// evalSitemaps measures whether every address of a sitemap is counted, and how many items of the news were edited.
func evalSitemaps(ctx context.Context, corpus string) ([]grade, error) {
	var all, right, items, edited float64
	news, latest := map[string]feed.Document{}, map[string]feed.Document{}
	for sample, err := range lines[sitemapSample](corpus, "rferl/sitemaps.jsonl.gz") {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		all++
		doc, err := feed.Parse([]byte(sample.XML), feedAddress)
		if err == nil && doc.Found == sample.URLs && len(doc.Items)+len(doc.Pages) == sample.URLs {
			right++
		}
		if sample.Kind == "news" {
			news[sample.Site] = doc
		} else {
			latest[sample.Site] = doc
		}
	}
	for site, doc := range news {
		doc.Items = slices.Clone(doc.Items)
		doc.Amend(latest[site])
		for _, item := range doc.Items {
			if items++; item.Edited() {
				edited++
			}
		}
	}
	replayed, err := evalEdits(ctx, news, latest)
	return append([]grade{
		{Data: "rferl sitemaps", Metric: "read with all addresses", Value: right / all, Wanted: 1},
		{Data: "rferl sitemaps", Metric: "items edited after they came out", Value: edited / items},
	}, replayed...), err
}

// feedAddress is where the corpus pretends to have been found.
var feedAddress = &url.URL{Scheme: "https", Host: "example.org", Path: "/feed"}

func (s feedSample) bytes() []byte {
	if len(s.Raw) > 0 {
		return s.Raw
	}
	return []byte(s.Text)
}

var (
	feedTag = regexp.MustCompile(`(?i)<(?:[a-z0-9]+:)?(?:rss|feed|rdf|channel)[\s>]`)
	pageTag = regexp.MustCompile(`(?i)<html[\s>]`)
	itemTag = regexp.MustCompile(`(?i)<(?:[a-z0-9]+:)?(?:item|entry)[\s/>]`)
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// about is what a glance says of a sample: whether it is a feed, and how many items it has, where that is known. RSS in
// JSON has items which the corpus did not count.
func (s feedSample) about() (isFeed bool, items int, known bool) {
	text := strings.TrimSpace(strings.ReplaceAll(string(s.bytes()), "\x00", ""))
	isFeed = feedTag.MatchString(text) && !pageTag.MatchString(text)
	if strings.HasPrefix(text, "{") {
		isFeed = strings.Contains(text, `"items"`) || strings.Contains(text, `"rss":`)
	}
	if s.Items != nil {
		return isFeed, *s.Items, !strings.Contains(text, `"rss":`)
	}
	var expected *struct{ Items, Entries []json.RawMessage }
	if json.Unmarshal(s.Expected, &expected) == nil && expected != nil {
		return isFeed, len(expected.Items) + len(expected.Entries), true
	}
	return isFeed, len(itemTag.FindAllString(comment.ReplaceAllString(text, ""), -1)), isFeed && !strings.HasPrefix(text, "{")
}
