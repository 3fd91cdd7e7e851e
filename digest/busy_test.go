package digest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/store/storetest"
)

// wire is a busy day: so many articles about Russia, and before all of them one about Chile.
type wire struct{ articles int }

func (w wire) Between(_ context.Context, from, to time.Time, limit int) (js []digest.Judged, err error) {
	for i := range min(w.articles+1, limit) {
		place, seen := articles.Place("RU"), to.Add(-time.Duration(i+1)*time.Second)
		if i == w.articles {
			place = "CL"
		}
		name := fmt.Sprintf("%s %d", place, i)
		js = append(js, digest.Judged{
			Article:  articles.Article{ID: articles.ID(name), Status: articles.Usable, Headline: name, Published: seen, Seen: seen},
			Findings: articles.Findings{Places: []articles.Place{place}, Story: articles.StoryID(name)}, Class: delivery.Routine,
		})
	}
	return js, nil
}

// A thousand feeds bring thousands of articles a day; who follows one small country misses none of it.
func TestOfABusyDayNothingIsMissed(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	var lines bytes.Buffer
	o.press.Log = slog.New(slog.NewTextHandler(&lines, nil))
	o.press.Archive = wire{9000}
	id := o.save(o.reader("place:CL"))
	o.run()
	if ps := o.owed()[id]; len(ps) != 1 || len(ps[0].Body.Items) != 1 || ps[0].Body.Items[0].Headline != "CL 9000" {
		t.Errorf("told %+v", ps)
	}
	if strings.Contains(lines.String(), "too many") {
		t.Errorf("the log says: %s", &lines)
	}
}

// Where there are more than are looked at, the operator can know it.
func TestAWindowOfTooManyArticlesIsSpokenOf(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	var lines bytes.Buffer
	o.press.Log = slog.New(slog.NewTextHandler(&lines, nil))
	o.press.Archive = wire{20_000}
	o.save(o.reader("place:CL"))
	o.save(o.reader("place:RU"))
	o.run()
	if n := strings.Count(lines.String(), "too many"); n != 1 {
		t.Errorf("said %d times, want once: %s", n, &lines)
	}
}
