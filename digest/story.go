package digest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// maxArticles is how many articles of a window are looked at, the newest first: a day of a thousand feeds.
const maxArticles = 10_000

// maxWindows is how many windows are kept ready at a time, and maxReports how many reports they have together, of a few
// kilobytes each. Most readers' digests cover the same day.
const (
	maxWindows = 4
	maxReports = 2 * maxArticles
)

// maxOutlets is how many outlets an item names.
const maxOutlets = 3

// shelf reads windows of the archive that end at the same instant, and keeps the last few.
type shelf struct {
	archive Archive
	until   time.Time
	crowded bool // a window has more articles than are looked at
	windows map[time.Time]window
	order   []time.Time // oldest first
}

func newShelf(a Archive, until time.Time) *shelf {
	return &shelf{archive: a, until: until, windows: map[time.Time]window{}}
}

// window answers the articles since an instant.
func (s *shelf) window(ctx context.Context, since time.Time) (window, error) {
	if w, ok := s.windows[since]; ok {
		return w, nil
	}
	judged, err := s.archive.Between(ctx, since, s.until, maxArticles)
	if err != nil {
		return window{}, fmt.Errorf("articles since %s: %w", since.Format(time.RFC3339), err)
	}
	s.crowded = s.crowded || len(judged) == maxArticles
	w := windowOf(judged)
	for len(s.order) == maxWindows || len(s.order) > 0 && s.reports()+len(w.reports) > maxReports {
		delete(s.windows, s.order[0])
		s.order = s.order[1:]
	}
	s.windows[since], s.order = w, append(s.order, since)
	return w, nil
}

// reports is how many reports are kept ready.
func (s *shelf) reports() (n int) {
	for _, w := range s.windows {
		n += len(w.reports)
	}
	return n
}

// window is the articles of a time, prepared for many readers.
type window struct {
	reports []report       // newest first
	count   map[string]int // reports by story
}

// report is one article of it.
type report struct {
	story, language, outlet string
	matter                  subscriptions.Matter
	class                   delivery.Class
	alert                   delivery.BatchID
	told                    time.Time // when it was published, or seen
	as                      delivery.Item
}

// newsworthy is how long after its publication an article may reach us and still be told in a digest.
const newsworthy = 48 * time.Hour

// isArchive says whether an article was old when it reached us.
func isArchive(a articles.Article) bool {
	return a.Way == articles.ByImport || !a.Published.IsZero() && a.Seen.Sub(a.Published) > newsworthy
}

func windowOf(judged []Judged) window {
	w := window{count: map[string]int{}}
	for _, j := range judged {
		if j.Article.Headline == "" || isArchive(j.Article) {
			continue // there is nothing to show of it, or it is no news
		}
		r := reportOf(j)
		w.reports = append(w.reports, r)
		w.count[r.story]++
	}
	slices.SortStableFunc(w.reports, func(a, b report) int { return b.told.Compare(a.told) })
	return w
}

func reportOf(j Judged) report {
	a := j.Article
	story := string(j.Findings.Story)
	if story == "" {
		story = string(a.ID)
	}
	told := a.Published
	if told.IsZero() {
		told = a.Seen
	}
	standfirst := a.Standfirst
	if standfirst == "" && len(a.Body) > 0 && !a.Excerpt {
		standfirst = a.Body[0]
	}
	return report{
		story: story, language: cmp.Or(a.Language, j.Findings.Language), outlet: cmp.Or(a.Outlet, a.Credit),
		matter: subscriptions.MatterOf(a, j.Findings), class: j.Class, alert: j.Alert, told: told,
		as: delivery.Item{
			Story: story, Article: string(a.ID), Headline: a.Headline, Standfirst: standfirst, URL: a.URL, Published: told,
		},
	}
}

// story is what an edition says of one event: its newest report that is wanted, and how many there were.
type story struct {
	newest  report
	class   delivery.Class // the most urgent of its reports
	reports int
	outlets []string
	alerts  []delivery.BatchID
}

// stories are those that w wants, the most important first: by urgency, then by how much is reported, then by recency.
func (all window) stories(w set) []story {
	var found []*story
	known := map[string]*story{}
	for _, r := range all.reports {
		if !subscriptions.ReadsLanguage(w.Reads, r.language) || !r.matter.Wanted(w.Follow, w.Exclude) {
			continue
		}
		st := known[r.story]
		if st == nil {
			st = &story{newest: r, class: r.class, reports: all.count[r.story]}
			known[r.story], found = st, append(found, st)
		}
		st.add(r)
	}
	slices.SortStableFunc(found, func(a, b *story) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.reports, a.reports), b.newest.told.Compare(a.newest.told),
			strings.Compare(a.newest.story, b.newest.story))
	})
	best := make([]story, 0, maxItems)
	for _, st := range found[:min(len(found), maxItems)] {
		best = append(best, *st)
	}
	return best
}

func (st *story) add(r report) {
	st.class = min(st.class, r.class)
	if r.outlet != "" && !slices.Contains(st.outlets, r.outlet) {
		st.outlets = append(st.outlets, r.outlet)
	}
	if r.alert != "" && !slices.Contains(st.alerts, r.alert) {
		st.alerts = append(st.alerts, r.alert)
	}
}

// item is the story as a digest says it.
func (st story) item() delivery.Item {
	item := st.newest.as
	item.Credit = strings.Join(st.outlets[:min(len(st.outlets), maxOutlets)], ", ")
	item.Reports = st.reports
	if len(st.alerts) > 0 {
		item.Batch = st.alerts[0]
	}
	return item
}
