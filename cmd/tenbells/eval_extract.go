package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
)

// extractTrial reads saved pages of newsrooms and compares with what people found in them.
var extractTrial = trial{name: "extract", help: "text and metadata of articles from their HTML pages", run: evalExtract}

// evalExtract measures the text of each set of pages, and what of their metadata was annotated. Baselines are the best
// single library on the same pages.
func evalExtract(ctx context.Context, corpus string) ([]grade, error) {
	var grades []grade
	for _, set := range []struct {
		name             string
		baseline, wanted float64
		figures          func(*pageSums) []grade
	}{
		{"scrapinghub", 0.960, 0.96, (*pageSums).runs}, {"readability", 0.990, 0.97, (*pageSums).runs}, {"trafilatura", 0.926, 0.93, (*pageSums).segments},
	} {
		s := pageSums{shares: map[string]*rightShare{}}
		for p, err := range lines[savedPage](corpus, "extraction/"+set.name+".jsonl.gz") {
			if err == nil {
				err = errors.Join(ctx.Err(), s.add(p))
			}
			if err != nil {
				return grades, err
			}
		}
		found := set.figures(&s)
		found[0].Baseline, found[0].Wanted = set.baseline, set.wanted
		for _, metric := range []string{"headline", "byline", "day published", "language"} {
			if of := s.shares[metric]; of != nil {
				found = append(found, grade{Metric: metric + " right", Value: float64(of.right) / float64(of.all)})
			}
		}
		found = append(found, grade{Metric: "ms a page", Value: float64(s.took.Microseconds()) / 1000 / float64(max(s.pages, 1)), Less: true})
		for i := range found {
			found[i].Data = set.name
		}
		grades = append(grades, found...)
	}
	return grades, nil
}

// savedPage is a page of the corpus with what was found in it; which of the fields are there depends on the set.
type savedPage struct {
	URL                 string
	HTML                string
	Raw                 string `json:"html_b64"`
	ArticleBody         string
	ExpectedText        string `json:"expected_text"`
	With, Without       []string
	Title, Author, Date string
	Metadata            struct{ Title, Byline, Lang string }
}

func (p savedPage) bytes() ([]byte, error) {
	if p.Raw == "" {
		return []byte(p.HTML), nil
	}
	return base64.StdEncoding.DecodeString(p.Raw)
}

// pageSums are what the pages of one set add up to.
type pageSums struct {
	pages             int
	took              time.Duration
	precision, recall float64
	body, withLead    segmentHits
	shares            map[string]*rightShare
}

// segmentHits counts passages: found, missed, and in the text although they should not be.
type segmentHits struct{ found, missed, wrong int }

type rightShare struct{ right, all int }

func (s *pageSums) add(p savedPage) error {
	raw, err := p.bytes()
	if err != nil {
		return fmt.Errorf("%s: %w", p.URL, err)
	}
	start := time.Now()
	a, err := extract.HTML(raw, p.URL)
	s.took += time.Since(start)
	s.pages++
	if err != nil && !errors.Is(err, extract.ErrNoArticle) { // a page without an article counts as one without a text
		return fmt.Errorf("%s: %w", p.URL, err)
	}
	text := strings.Join(a.Body, "\n")
	precision, recall := wordRuns(text).against(wordRuns(p.ArticleBody + p.ExpectedText))
	s.precision, s.recall = s.precision+precision, s.recall+recall
	s.body.count(text, p)
	s.withLead.count(a.Standfirst+"\n"+text, p)
	s.metadata(a, p)
	return nil
}

func (h *segmentHits) count(text string, p savedPage) {
	for _, segment := range p.With {
		if strings.Contains(text, spaced(segment)) {
			h.found++
		} else {
			h.missed++
		}
	}
	for _, segment := range p.Without {
		if strings.Contains(text, spaced(segment)) {
			h.wrong++
		}
	}
}

func spaced(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// metadata counts what of an annotated page's metadata is as annotated, capitals and spaces aside.
func (s *pageSums) metadata(a articles.Article, p savedPage) {
	day := ""
	if !a.Published.IsZero() {
		day = a.Published.Format(time.DateOnly)
	}
	for _, c := range []struct{ metric, got, want string }{
		{"headline", a.Headline, p.Title + p.Metadata.Title}, {"byline", a.Byline, p.Author + p.Metadata.Byline},
		{"day published", day, p.Date}, {"language", a.Language, p.Metadata.Lang},
	} {
		if c.want == "" {
			continue
		}
		if s.shares[c.metric] == nil {
			s.shares[c.metric] = &rightShare{}
		}
		s.shares[c.metric].all++
		if strings.EqualFold(spaced(c.got), spaced(c.want)) {
			s.shares[c.metric].right++
		}
	}
}

// runs are the figures of a set with the whole text: precision and recall are averaged over pages.
func (s *pageSums) runs() []grade {
	n := float64(max(s.pages, 1))
	precision, recall := s.precision/n, s.recall/n
	f1 := 0.0
	if precision+recall > 0 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	return []grade{
		{Metric: "4-word F1", Value: f1}, {Metric: "4-word precision", Value: precision}, {Metric: "4-word recall", Value: recall},
	}
}

// segments are the figures of a set with passages.
func (s *pageSums) segments() []grade {
	return []grade{
		{Metric: "segment F1", Value: s.body.f1()}, {Metric: "segment F1 with standfirst", Value: s.withLead.f1()},
	}
}

func (h segmentHits) f1() float64 {
	return 2 * float64(h.found) / float64(max(1, 2*h.found+h.missed+h.wrong))
}

// textRuns are all runs of four words in a text.
type textRuns map[string]bool

func wordRuns(text string) textRuns {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	runs := textRuns{}
	for i := 0; i+4 <= len(words); i++ {
		runs[strings.Join(words[i:i+4], " ")] = true
	}
	return runs
}

// against says which part of r is wanted, and which part of what is wanted is in r.
func (r textRuns) against(want textRuns) (precision, recall float64) {
	both := 0
	for run := range r {
		if want[run] {
			both++
		}
	}
	return float64(both) / float64(max(1, len(r))), float64(both) / float64(max(1, len(want)))
}
