package digest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

var morning = time.Date(2013, 4, 29, 8, 0, 0, 0, time.UTC)

// judged is an article of some minutes before morning.
func judged(id, story string, minutes int, class delivery.Class, place articles.Place) Judged {
	return Judged{
		Article: articles.Article{
			ID: articles.ID(id), Headline: id, Language: "en", Outlet: "Outlet " + id[:1], Body: []string{"First of " + id, "Second"},
			Published: morning.Add(-time.Duration(minutes) * time.Minute), Seen: morning,
		},
		Findings: articles.Findings{Story: articles.StoryID(story), Places: []articles.Place{place}}, Class: class,
	}
}

func headlines(stories []story) (all []string) {
	for _, st := range stories {
		all = append(all, st.item().Headline)
	}
	return all
}

func TestStoriesAreRanked(t *testing.T) {
	all := windowOf([]Judged{
		judged("b-old-flash", "s1", 600, delivery.Flash, "RU"),
		judged("a-much-reported", "s2", 300, delivery.Routine, "RU"),
		judged("b-much-reported", "s2", 310, delivery.Routine, "SY"),
		judged("a-newest", "s3", 1, delivery.Routine, "SY"),
		judged("a-second", "s4", 2, delivery.Routine, "RU"),
		judged("a-bulletin", "s5", 400, delivery.Bulletin, "RU"),
	})
	cases := []struct {
		name string
		w    set
		want []string
	}{
		{"by urgency, reports, recency", set{}, []string{"b-old-flash", "a-bulletin", "a-much-reported", "a-newest", "a-second"}},
		{"what is followed", set{Follow: []subscriptions.Key{"place:SY"}}, []string{"b-much-reported", "a-newest"}},
		{"without what is excluded", set{Exclude: []subscriptions.Key{"place:RU"}}, []string{"b-much-reported", "a-newest"}},
		{"in languages that are read", set{Reads: []string{"uk"}}, nil},
		{"of a word", set{Follow: []subscriptions.Key{"word:newest"}}, []string{"a-newest"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := headlines(all.stories(c.w)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAStoryIsToldByItsNewestReport(t *testing.T) {
	old, newer := judged("a-old", "s1", 60, delivery.Urgent, "RU"), judged("b-new", "s1", 5, delivery.Routine, "RU")
	old.Alert = "alert/n1"
	item := windowOf([]Judged{old, newer}).stories(set{})[0].item()
	want := delivery.Item{
		Story: "s1", Article: "b-new", Batch: "alert/n1", Headline: "b-new", Standfirst: "First of b-new", Credit: "Outlet b, Outlet a",
		Reports: 2, Published: newer.Article.Published,
	}
	if item != want {
		t.Errorf("got %+v, want %+v", item, want)
	}
}

func TestAnArchiveIsNoNews(t *testing.T) {
	imported := judged("a", "s1", 5, delivery.Routine, "RU")
	imported.Article.Way = articles.ByImport
	old := judged("b", "s2", 3*24*60, delivery.Routine, "RU")
	undated := judged("c", "s3", 5, delivery.Routine, "RU")
	undated.Article.Published = time.Time{}
	if got := headlines(windowOf([]Judged{imported, old, undated}).stories(set{})); !slices.Equal(got, []string{"c"}) {
		t.Errorf("got %q, want what is new", got)
	}
}

func TestAnExcerptGivesNoBodyAway(t *testing.T) {
	j := judged("a", "s", 5, delivery.Routine, "RU")
	j.Article.Excerpt = true
	if item := windowOf([]Judged{j}).stories(set{})[0].item(); item.Standfirst != "" {
		t.Errorf("told %q of the body", item.Standfirst)
	}
}

func TestAnEditionHasTwentyItemsAtMost(t *testing.T) {
	var js []Judged
	for i := range 50 {
		js = append(js, judged(fmt.Sprintf("a%02d", i), fmt.Sprintf("s%02d", i), i, delivery.Routine, "RU"))
	}
	if got := headlines(windowOf(js).stories(set{})); len(got) != maxItems || got[0] != "a00" || got[19] != "a19" {
		t.Errorf("%d items: %q", len(got), got)
	}
}

func TestOmit(t *testing.T) {
	e := edition{alerts: [][]delivery.BatchID{{"alert/a"}, nil, {"alert/b", "alert/c"}}}
	if got := e.omit([]delivery.BatchID{"alert/c", "alert/x"}); !slices.Equal(got, []int{2}) {
		t.Errorf("omits %v", got)
	}
	if got := e.omit(nil); got != nil {
		t.Errorf("told nothing, omits %v", got)
	}
}

func TestASetIsNamedByItsWishes(t *testing.T) {
	base := subscriptions.Subscriber{ID: 1, Follow: []subscriptions.Key{"place:RU", "place:SY"}, LastDigest: morning.Add(-24 * time.Hour)}
	name := func(change func(*subscriptions.Subscriber)) string {
		s := base
		change(&s)
		return setOf(s, morning).name()
	}
	same := name(func(*subscriptions.Subscriber) {})
	shared := map[string]func(*subscriptions.Subscriber){
		"another person":   func(s *subscriptions.Subscriber) { s.ID, s.Zone, s.Quiet.To = 2, "Asia/Tokyo", 60 },
		"in another order": func(s *subscriptions.Subscriber) { s.Follow = []subscriptions.Key{"place:SY", "place:RU"} },
		"chosen twice":     func(s *subscriptions.Subscriber) { s.Follow = append(s.Follow, "place:RU") },
		"the instant in Tokyo": func(s *subscriptions.Subscriber) {
			s.LastDigest = s.LastDigest.In(subscriptions.Location("Asia/Tokyo"))
		},
	}
	for what, change := range shared {
		if name(change) != same {
			t.Errorf("%s: not the same edition", what)
		}
	}
	own := map[string]func(*subscriptions.Subscriber){
		"another wish": func(s *subscriptions.Subscriber) { s.Follow = s.Follow[:1] },
		"an exclusion": func(s *subscriptions.Subscriber) { s.Exclude = []subscriptions.Key{"place:US"} },
		"reads less":   func(s *subscriptions.Subscriber) { s.Reads = []string{"en"} },
		"our language": func(s *subscriptions.Subscriber) { s.Language = "ru" },
		"another time": func(s *subscriptions.Subscriber) { s.LastDigest = s.LastDigest.Add(time.Hour) },
	}
	for what, change := range own {
		if name(change) == same {
			t.Errorf("%s: the same edition", what)
		}
	}
}

func TestWindowsReachBackNoFurtherThanTheyShould(t *testing.T) {
	cases := []struct {
		name  string
		last  time.Time
		since time.Time
	}{
		{"the first digest", time.Time{}, morning.Add(-24 * time.Hour)},
		{"from the last one", morning.Add(-30 * time.Hour), morning.Add(-30 * time.Hour)},
		{"after a year", morning.AddDate(-1, 0, 0), morning.Add(-maxWindow)},
	}
	for _, c := range cases {
		if got := setOf(subscriptions.Subscriber{LastDigest: c.last}, morning); !got.Since.Equal(c.since) || !got.Until.Equal(morning) {
			t.Errorf("%s: since %s until %s", c.name, got.Since, got.Until)
		}
	}
}

func TestADigestIsWorthSendingUntilTheNext(t *testing.T) {
	cases := map[string]struct{ next, want time.Duration }{
		"each minute": {time.Minute, minShelf}, "twice a day": {12 * time.Hour, 12 * time.Hour}, "weekly": {7 * 24 * time.Hour, maxShelf},
	}
	for what, c := range cases {
		if got := expiry(morning, morning.Add(c.next)); !got.Equal(morning.Add(c.want)) {
			t.Errorf("%s: until %s", what, got)
		}
	}
	if got := expiry(morning, time.Time{}); !got.Equal(morning.Add(maxShelf)) {
		t.Errorf("the last one: until %s", got)
	}
}
