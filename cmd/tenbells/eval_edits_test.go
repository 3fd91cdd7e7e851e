package main

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
)

func TestEditsAreReplayed(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	item := func(name string, hour time.Duration) feed.Item {
		return feed.Item{Headline: "Item " + name, URL: "https://example.org/" + name, Published: day.Add(hour * time.Hour)}
	}
	page := func(name string, hour time.Duration) feed.Page {
		return feed.Page{URL: "https://example.org/" + name, Modified: day.Add(hour * time.Hour)}
	}
	news := map[string]feed.Document{"a": {Items: []feed.Item{item("late", 3), item("edited", 2), item("same", 1), item("twin", 1)}}}
	latest := map[string]feed.Document{"a": {Pages: []feed.Page{page("edited", 5), page("same", 1), page("other", 6)}}}
	grades, err := evalEdits(t.Context(), news, latest)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1, 1, 0} {
		if grades[i].Value != want {
			t.Errorf("%s is %v, want %v", grades[i].Metric, grades[i].Value, want)
		}
	}
}
