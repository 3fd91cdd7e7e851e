package main

import (
	"context"
	"testing"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
)

// russian is a text whose source does not say what language it is in.
const russian = "Правительство сообщило во вторник, что переговоры продлятся до конца недели."

func TestEveryWayInSettlesTheLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.serve()
	if status := w.call("POST", "/v1/articles", `{"uri":"urn:a","type":"text","headline":"`+russian+`"}`, nil); status != 202 {
		t.Fatalf("pushed: %d", status)
	}
	w.drop("dropped.txt", []byte(russian))
	w.must("articles", "import", write(t, "imported.txt", russian))
	var page struct {
		Articles []struct{ Source, Language string }
	}
	w.until("three articles", func() bool {
		w.call("GET", "/v1/articles", "", &page)
		return len(page.Articles) == 3
	})
	for _, a := range page.Articles {
		if a.Language != "ru" {
			t.Errorf("from %s: language %q", a.Source, a.Language)
		}
	}
}

// TestAnalysisSettlesTheLanguage of what other programs wrote into the table, past every shelf of ours.
func TestAnalysisSettlesTheLanguage(t *testing.T) {
	catalogue, err := topics.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := analyst(catalogue, stories.NewIndex())(context.Background(), articles.Article{Headline: russian})
	if err != nil || f.Language != "ru" {
		t.Errorf("language %q, %v", f.Language, err)
	}
}
