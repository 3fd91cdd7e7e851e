package main

import (
	"context"
	"path"
	"strings"
	"time"

	xlanguage "golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language"
)

// languageTrial asks for the language of articles that declare none.
var languageTrial = trial{name: "language", help: "the language of articles and of single sentences", run: evalLanguage}

// evalLanguage measures with all languages that are known as candidates, not only those of the corpus. The first figure
// of milliseconds includes reading the model.
func evalLanguage(ctx context.Context, corpus string) ([]grade, error) {
	var grades []grade
	for _, data := range []struct {
		file   string
		wanted float64
	}{{"rferl/items-multi.jsonl.gz", 0.98}, {"topics/sib200.jsonl.gz", 0.97}} {
		share, each, err := languageShare(ctx, corpus, data.file)
		if err != nil {
			return grades, err
		}
		name := strings.TrimSuffix(path.Base(data.file), ".jsonl.gz")
		grades = append(grades,
			grade{Data: name, Metric: "accuracy", Value: share, Wanted: data.wanted},
			grade{Data: name, Metric: "ms an article", Value: float64(each.Microseconds()) / 1000, Less: true})
	}
	return grades, nil
}

// languageShare is the share of items whose language is found, and how long it takes for each.
func languageShare(ctx context.Context, corpus, file string) (share float64, each time.Duration, err error) {
	hits, all, took := 0, 0, time.Duration(0)
	for item, err := range lines[struct{ Lang, Title, Text string }](corpus, file) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return 0, 0, err
		}
		start := time.Now()
		found := language.Of(articles.Article{Headline: item.Title, Body: []string{item.Text}})
		took += time.Since(start)
		all++
		if countedAs(found) == countedAs(item.Lang) {
			hits++
		}
	}
	n := max(all, 1)
	return float64(hits) / float64(n), took / time.Duration(n), nil
}

// countedAs is a language by the name under which it is counted: Dari with Persian, and Serbian, Croatian, Bosnian and
// Montenegrin together.
func countedAs(tag string) string {
	parsed, err := xlanguage.Parse(strings.ReplaceAll(tag, "_", "-"))
	if err != nil {
		return tag
	}
	base, _ := parsed.Base()
	switch name := base.String(); name {
	case "hr", "bs", "sh", "cnr":
		return "sr"
	case "pes", "prs":
		return "fa"
	case "arb":
		return "ar"
	default:
		return name
	}
}
