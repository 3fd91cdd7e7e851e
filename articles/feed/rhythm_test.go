package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// every are times so far apart, the newest so long ago.
func every(gap, ago time.Duration, n int) (recent []time.Time) {
	for i := range n {
		recent = append(recent, now.Add(-ago-time.Duration(i)*gap))
	}
	return recent
}

func TestFeedsAreAskedAtTheirOwnRhythm(t *testing.T) {
	const day = 24 * time.Hour
	cases := map[string]struct {
		recent []time.Time
		ring   bool
		want   time.Duration
	}{
		"one a minute":               {every(time.Minute, 0, 8), false, MinInterval},
		"one in ten minutes":         {every(10*time.Minute, 0, 8), false, 150 * time.Second},
		"one a day":                  {every(day, 0, 8), false, MaxInterval},
		"one a day, and may ring":    {every(day, 0, 8), true, 2 * time.Minute},
		"a night of silence":         {every(10*time.Minute, 8*time.Hour, 8), false, 15 * time.Minute},
		"dead for a year":            {every(time.Minute, 365*day, 8), false, MaxInterval},
		"a day's worth in one batch": {every(0, 8*time.Hour, 8), false, 15 * time.Minute},
		"nothing yet":                {nil, false, MinInterval},
		"a time to come":             {every(0, -time.Hour, 1), false, MinInterval},
	}
	for name, tt := range cases {
		st := State{Since: now, Recent: tt.recent}
		if got := st.interval(Source{MayRing: tt.ring}, now); got != tt.want {
			t.Errorf("%s: every %s, want %s", name, got, tt.want)
		}
	}
	if st := (State{Since: now.Add(-8 * time.Hour)}); st.interval(Source{}, now) != 15*time.Minute {
		t.Errorf("an empty feed that was first read eight hours ago is asked every %s", st.interval(Source{}, now))
	}
}

func TestPausesAreNeverTheSame(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 1000 {
		d := jittered(time.Minute)
		if d < 54*time.Second || d > 66*time.Second {
			t.Fatalf("a minute became %s", d)
		}
		seen[d] = true
	}
	if len(seen) < 900 {
		t.Errorf("only %d different pauses", len(seen))
	}
}

func TestFeedsThatFailAreAskedLessOften(t *testing.T) {
	broken := errors.New("broken")
	cases := map[string]struct {
		failures    int
		err         error
		least, most time.Duration
	}{
		"once":                          {0, broken, time.Minute, time.Minute},
		"three times":                   {2, broken, 4 * time.Minute, 4 * time.Minute},
		"very often":                    {1 << 40, broken, MaxInterval, MaxInterval},
		"and asks for patience":         {0, &refusal{503, 20 * time.Minute}, 20 * time.Minute, 20 * time.Minute},
		"and asks for a little":         {5, &refusal{429, time.Second}, 32 * time.Minute, 32 * time.Minute},
		"and asks for a year":           {0, &refusal{429, 365 * 24 * time.Hour}, 24 * time.Hour, 24 * time.Hour},
		"and is gone for good":          {0, &refusal{status: 410}, 24 * time.Hour, 24 * time.Hour},
		"and is gone, whatever it says": {0, &refusal{410, time.Minute}, 24 * time.Hour, 24 * time.Hour},
	}
	for name, tt := range cases {
		st := State{Failures: tt.failures, Every: MinInterval, Read: now}.failed(tt.err, now)
		if pause := st.Next.Sub(now); pause < tt.least*9/10 || pause > tt.most*11/10 {
			t.Errorf("%s: asked again after %s, want %s", name, pause, tt.least)
		}
		if st.Fault == "" || st.Failures < 1 || st.Health(now) == "ok" {
			t.Errorf("%s: %+v", name, st)
		}
	}
}

func TestThePublishersMaxAgeIsKept(t *testing.T) {
	p, s, _, states := newsroom(t)
	p.text = rss(item("1", "One", "<pubDate>Sun, 01 Mar 2026 07:59:00 GMT</pubDate>"))
	p.head = http.Header{"Cache-Control": {"max-age=600"}}
	fetch(t, s)
	if next := states[s.Source.Name()].Next; next.Sub(now) < 10*time.Minute {
		t.Errorf("asked again after %s", next.Sub(now))
	}
}

func TestOldItemsNeverRing(t *testing.T) {
	p, s, kept, _ := newsroom(t)
	clock := now
	s.Now = func() time.Time { return clock }
	p.text = rss(item("1", "One", ""))
	fetch(t, s)
	clock = now.Add(3 * time.Hour) // nothing was read meanwhile
	p.text = rss(item("new", "New", "<pubDate>Sun, 01 Mar 2026 10:55:00 GMT</pubDate>"), item("undated", "Undated", ""),
		item("old", "Old", "<pubDate>Sun, 01 Mar 2026 07:55:00 GMT</pubDate>"), item("1", "One", ""))
	fetch(t, s)
	got := map[string]string{}
	for _, a := range kept.order[1:] {
		got[a.Headline] = fmt.Sprintf("%s %v %s", a.Way, a.MayRing, a.Seen.Sub(a.Published))
	}
	want := map[string]string{"New": "feed true 5m0s", "Undated": "feed true 3h0m0s", "Old": "import false 3h5m0s"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// counting counts what is put.
type counting struct {
	articles.Shelf
	puts int
}

func (c *counting) Put(ctx context.Context, a articles.Article) (articles.Receipt, error) {
	c.puts++
	return c.Shelf.Put(ctx, a)
}

func TestAFeedCostsTheStoreOnlyWhatIsNew(t *testing.T) {
	p, s, kept, states := newsroom(t)
	shelf := &counting{Shelf: kept}
	s.Shelf = shelf
	var items []string
	for i := range 50 {
		items = append(items, item(fmt.Sprint(i), fmt.Sprint("Item ", i), ""))
	}
	steps := []struct {
		what  string
		items []string
		puts  int
	}{
		{"the archive", items[10:], 40},
		{"the same again", items[10:], 0},
		{"one more", items[9:], 1},
		{"one edited", append([]string{item("9", "Edited", "")}, items[10:]...), 1},
		{"fewer", items[20:], 0},
		{"old ones come back", append(append([]string{}, item("9", "Edited", "")), items[10:]...), 0},
	}
	for _, step := range steps {
		shelf.puts = 0
		p.text = rss(step.items...)
		fetch(t, s)
		if shelf.puts != step.puts {
			t.Errorf("%s: %d puts, want %d", step.what, shelf.puts, step.puts)
		}
	}
	if st := states[s.Source.Name()]; st.Items != 42 || st.Kind != RSS || st.Title != "The Example Post" {
		t.Errorf("%d items, %s, %s", st.Items, st.Kind, st.Title)
	}
}

// TestTheSameBodyIsNotParsedAgain compares what is allocated: servers without marks send the same each time.
func TestTheSameBodyIsNotParsedAgain(t *testing.T) {
	p, s, _, _ := newsroom(t)
	var items []string
	for i := range 200 {
		items = append(items, item(fmt.Sprint(i), fmt.Sprint("Item ", i), "<description>Something.</description>"))
	}
	turn := 0
	other := testing.AllocsPerRun(3, func() {
		turn++
		p.text = rss(items...) + fmt.Sprintf("<!-- %d -->", turn)
		fetch(t, s)
	})
	same := testing.AllocsPerRun(3, func() { fetch(t, s) })
	if same > other/4 {
		t.Errorf("%.0f allocations for the same body, %.0f for another one", same, other)
	}
}

func TestPrintsForgetTheOldest(t *testing.T) {
	var p Prints
	for i := range 5 * spare {
		seen := p.open()
		seen.add(Item{Name: fmt.Sprint(i)})
		p = seen.prints(1)
	}
	if len(p) != spare+1 || !p.open().has(Item{Name: fmt.Sprint(5*spare - 1)}) || p.open().has(Item{Name: "1"}) {
		t.Errorf("%d prints are kept", len(p))
	}
	if err := p.UnmarshalBinary([]byte("damaged")); err == nil {
		t.Error("damaged prints were read")
	}
}

// TestTroubleIsToldOnce lets a feed fail, go, come back and fall silent.
func TestTroubleIsToldOnce(t *testing.T) {
	p, s, _, states := newsroom(t)
	clock := now
	s.Now = func() time.Time { return clock }
	var told []string
	s.Alarm = func(src Source, fault string) { told = append(told, src.Name()+": "+fault) }
	var items []string
	for i := range 4 {
		items = append(items, item(fmt.Sprint(i), fmt.Sprint(i), "<pubDate>"+now.Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z)+"</pubDate>"))
	}
	steps := []struct {
		after  time.Duration
		status int
		tells  string // "" nothing; "over" that it is over
	}{
		{0, 0, ""}, {time.Minute, 503, ""}, {time.Minute, 0, ""}, // a passing cloud
		{time.Minute, 503, ""}, {time.Minute, 503, ""}, {time.Minute, 503, "503"}, {time.Minute, 503, ""}, {time.Minute, 0, "over"},
		{time.Minute, 410, "410"}, {time.Minute, 410, ""}, {time.Minute, 0, "over"},
		{48 * time.Hour, 0, "nothing new since 1 March 08:00 UTC"}, {time.Hour, 0, ""}, {time.Minute, 503, ""}, {time.Minute, 0, ""},
	}
	for i, step := range steps {
		told, clock = nil, clock.Add(step.after)
		p.status, p.text = step.status, rss(items...)
		if err := s.Fetch(t.Context()); (err != nil) != (step.status != 0) {
			t.Fatal(err)
		}
		want := step.tells
		if want == "over" {
			want = s.Source.Name() + ": "
		}
		if (len(told) > 0) != (want != "") || want != "" && (len(told) != 1 || !strings.Contains(told[0], want) || step.tells == "over" && told[0] != want) {
			t.Errorf("step %d: told %q, want %q", i, told, want)
		}
	}
	clock = clock.Add(time.Minute)
	p.text = rss(append([]string{item("9", "News", "")}, items...)...)
	fetch(t, s)
	if st := states[s.Source.Name()]; len(told) != 1 || st.Health(clock) != "ok" || st.Trouble(clock) != "" {
		t.Errorf("told %q, health %s", told, st.Health(clock))
	}
}

func TestLagIsBehindThePublishersOwnTime(t *testing.T) {
	p, s, _, states := newsroom(t)
	clock := now
	s.Now = func() time.Time { return clock }
	var lags []time.Duration
	s.Arrived = func(_ Source, lag time.Duration) { lags = append(lags, lag) }
	p.text = rss(item("1", "Archive", "<pubDate>Sun, 01 Mar 2026 06:00:00 GMT</pubDate>"))
	fetch(t, s)
	clock = now.Add(time.Minute)
	p.text = rss(item("2", "News", "<pubDate>Sun, 01 Mar 2026 08:00:20 GMT</pubDate>"), item("3", "Undated", ""))
	fetch(t, s)
	if len(lags) != 1 || lags[0] != 40*time.Second || states[s.Source.Name()].Lag != 40*time.Second {
		t.Errorf("lags %v, kept %s", lags, states[s.Source.Name()].Lag)
	}
}

func TestKindsAreTold(t *testing.T) {
	for text, want := range map[string]Kind{
		rss(): RSS, "\ufeff\n<?xml version='1.0'?><!-- x --><feed xmlns='x'>": Atom, ` {"version": "", "items": []}`: JSON, "<rdf:RDF xmlns:rdf='x'>": RSS,
		"<urlset xmlns='x'>": Sitemap, "<sitemapindex xmlns='x'>": Index, "# all\nUser-agent: *\nSitemap: https://example.org/map": Index, "<html>": "",
	} {
		if doc, err := Parse([]byte(text), nil); doc.Kind != want || (err == nil) != (want != "") {
			t.Errorf("%.20q is %q, want %q", text, doc.Kind, want)
		}
	}
}

func TestANightIsNoSilence(t *testing.T) {
	day := every(10*time.Minute, 0, 20)
	week := append(day, every(10*time.Minute, 60*time.Hour, 20)...) // a weekend between
	cases := map[string]struct {
		recent []time.Time
		after  time.Duration
		silent bool
	}{
		"eleven hours":                           {day, 11 * time.Hour, false},
		"thirteen hours":                         {day, 13 * time.Hour, true},
		"a weekend, as the last one":             {week, 70 * time.Hour, false},
		"a week":                                 {week, 7 * 24 * time.Hour, true},
		"a month of one that comes twice a year": {every(180*24*time.Hour, 0, 5), 29 * 24 * time.Hour, false},
		"one that has published twice":           {day[:2], 365 * 24 * time.Hour, false},
	}
	for name, tt := range cases {
		if _, silent := (State{Recent: tt.recent}).Silent(now.Add(tt.after)); silent != tt.silent {
			t.Errorf("%s: silent is %v", name, silent)
		}
	}
}
