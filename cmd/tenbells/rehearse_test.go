package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// season is a newsroom with three days of articles and a few readers.
type season struct {
	t *testing.T
	*newsroom
	env []string
}

var firstDay = time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)

func newSeason(t *testing.T, url string) *season {
	t.Helper()
	s := &season{t: t, env: []string{"TENBELLS_DATABASE_URL=" + url, "TENBELLS_KEY_FILE=" + filepath.Join(t.TempDir(), "key")}}
	set, err := loadSettings("", s.env)
	if err != nil {
		t.Fatal(err)
	}
	if s.newsroom, err = openNewsroom(t.Context(), set, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *season) article(after time.Duration, headline string, change func(*articles.Article)) {
	s.t.Helper()
	at := firstDay.Add(after)
	a := articles.Article{
		ID: articles.DeriveID("test", headline), Source: "folder", Way: articles.ByFolder, MayRing: true, Status: articles.Usable, Language: "en",
		Headline: headline, Published: at, Seen: at,
	}
	if change != nil {
		change(&a)
	}
	if _, err := s.store.Put(s.t.Context(), a); err != nil {
		s.t.Fatal(err)
	}
}

func (s *season) reader(chat string, change func(*subscriptions.Subscriber)) {
	s.t.Helper()
	sub := subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: chat, Kind: delivery.Private}, Status: subscriptions.Active,
		Zone: "UTC", Least: delivery.Urgent, Follow: []subscriptions.Key{subscriptions.Everything}, Digest: []string{"0 8 * * *"},
	}
	if change != nil {
		change(&sub)
	}
	if _, err := s.book.Save(s.t.Context(), sub); err != nil {
		s.t.Fatal(err)
	}
}

func marked(urgency int) func(*articles.Article) {
	return func(a *articles.Article) { a.Urgency = urgency }
}

// published is three days, the first of which is before what is rehearsed.
func (s *season) published() {
	s.article(20*time.Hour, "Dam bursts above Neverton", marked(1))
	s.article(26*time.Hour, "Dam bursts above Neverton", func(a *articles.Article) { // another copy of what was told the day before
		a.Urgency, a.ID = 1, articles.DeriveID("test", "copy")
	})
	s.article(27*time.Hour, "Explosion kills nine at Westport refinery", nil) // the judge alone finds it urgent
	s.article(36*time.Hour, "Parliament of Ruritania elects a president", marked(1))
	s.article(37*time.Hour, "A season of wines", nil)
	s.article(51*time.Hour, "Ceasefire signed in Freedonia", marked(2))
	s.article(60*time.Hour, "Freedonia bank closes its doors", marked(2))
}

func (s *season) readers() {
	s.reader("1", nil)
	s.reader("2", func(r *subscriptions.Subscriber) { r.Budget = 1 })
	s.reader("3", func(r *subscriptions.Subscriber) {
		r.Quiet = subscriptions.Quiet{From: 2 * 60, To: 13 * 60, Mode: subscriptions.QuietAll}
	})
	s.reader("4", func(r *subscriptions.Subscriber) { r.Status = subscriptions.Blocked })
}

func (s *season) rehearse(args ...string) (rehearsed, string, int) {
	s.t.Helper()
	var out, said strings.Builder
	c := append([]string{"rehearse", "--from", "2026-05-05", "--to", "2026-05-06", "--json"}, args...)
	code := run(c, strings.NewReader(""), &out, &said)
	var answer rehearsed
	if code == 0 {
		decode(s.t, out.String(), &answer)
	}
	return answer, said.String(), code
}

func (s *season) set() {
	for _, line := range s.env {
		name, value, _ := strings.Cut(line, "=")
		s.t.Setenv(name, value)
	}
}

func newPlayedSeason(t *testing.T, url string) *season {
	s := newSeason(t, url)
	s.published()
	s.readers()
	s.set()
	return s
}

func TestRehearseSaysWhatWasImported(t *testing.T) {
	s := newSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	s.article(26*time.Hour, "Dam bursts above Neverton", func(a *articles.Article) { a.Way, a.Urgency = articles.ByImport, 1 })
	s.article(27*time.Hour, "A season of wines", nil)
	s.set()
	answer, said, code := s.rehearse()
	if code != 0 || answer.Articles != 2 || answer.Imports != 1 || answer.Rules[0].Alerts.sum() != 0 {
		t.Errorf("status %d, %s, %+v", code, said, answer)
	}
	var out strings.Builder
	if err := answer.print(&out); err != nil || !strings.Contains(out.String(), "1 of them were imported as an archive") {
		t.Errorf("%v, it prints %s", err, out.String())
	}
}

func TestRehearseTellsWhatWouldRing(t *testing.T) {
	s := newPlayedSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	answer, said, code := s.rehearse("--for", "telegram:3")
	if code != 0 || len(answer.Rules) != 1 || answer.Difference != nil {
		t.Fatalf("status %d, %s, %+v", code, said, answer)
	}
	p := answer.Rules[0]
	if want := (classes{Flash: 1, Bulletin: 2}); answer.Articles != 6 || p.Alerts != want || p.Offers != 1 {
		t.Errorf("%d articles, alerts %+v, %d offers; want 6, %+v, 1", answer.Articles, p.Alerts, p.Offers, want)
	}
	// the first reader hears all at once; the second one a day, the rest in the digest; the third at 13 h what comes before
	wantTold := map[string]reach{
		"Parliament of Ruritania elects a president": {AtOnce: 2, Held: 1}, "Ceasefire signed in Freedonia": {AtOnce: 2, Held: 1},
		"Freedonia bank closes its doors": {AtOnce: 1, Held: 1, Folded: 1}, "Explosion kills nine at Westport refinery": {},
	}
	told := map[string]reach{}
	for _, al := range p.List {
		told[al.Headline] = al.Told
	}
	if diff := cmp.Diff(wantTold, told); diff != "" {
		t.Errorf("told (-want +got)\n%s", diff)
	}
	days := []dayCount{
		{Day: "2026-05-05", Alerts: classes{Flash: 1}, Offers: 1, Told: 3},
		{Day: "2026-05-06", Alerts: classes{Bulletin: 2}, Told: 5},
	}
	if diff := cmp.Diff(days, p.Days); diff != "" {
		t.Errorf("days (-want +got)\n%s", diff)
	}
	if p.Hours[12] != 3 || p.Hours[13] != 3 || p.Hours[3] != 2 {
		t.Errorf("messages by the hour: %v", p.Hours)
	}
	var heard []string
	for _, h := range p.Reader {
		heard = append(heard, h.At.Format("02 15:04 ")+h.Headline)
	}
	want := []string{"05 13:00 Parliament of Ruritania elects a president", "06 13:00 Ceasefire signed in Freedonia", "06 13:00 Freedonia bank closes its doors"}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("the watched reader (-want +got)\n%s", diff)
	}
	acts, err := s.file.Acts(t.Context(), "", 10)
	if err != nil || len(acts) != 1 || acts[0].What != "why" {
		t.Errorf("on the record: %+v, %v", acts, err)
	}
}

func TestRehearseComparesRules(t *testing.T) {
	s := newPlayedSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	answer, said, code := s.rehearse("--autosend", "judged")
	if code != 0 || len(answer.Rules) != 2 || answer.Difference == nil {
		t.Fatalf("status %d, %s, %+v", code, said, answer)
	}
	only := answer.Difference.Only
	if len(only["now"]) != 0 || len(only["proposed"]) != 1 || only["proposed"][0].Headline != "Explosion kills nine at Westport refinery" {
		t.Errorf("the difference is %+v", answer.Difference)
	}
	file := filepath.Join(t.TempDir(), "proposed.toml")
	proposal := `autosend = "none"
[[topics]]
slug = "banks"
words = ["bank"]
`
	if err := os.WriteFile(file, []byte(proposal), 0o600); err != nil {
		t.Fatal(err)
	}
	answer, said, code = s.rehearse("--against", file)
	if code != 0 || len(answer.Rules) != 2 || answer.Rules[1].Alerts.sum() != 0 || answer.Rules[1].Offers != 4 || len(answer.Difference.Only["now"]) != 3 {
		t.Fatalf("status %d, %s, %+v", code, said, answer)
	}
	answer, said, code = s.rehearse("--against", file, "--autosend", "marked")
	named := false
	for _, topic := range answer.Rules[1].Topics {
		named = named || topic.Key == "topic:banks" && topic.Alerts.Bulletin == 1
	}
	if code != 0 || !named {
		t.Errorf("status %d, %s: nothing rang for the proposed topic: %+v", code, said, answer.Rules[1].Topics)
	}
}

// A rehearsal on either database says the same, and leaves it as it was.
func TestRehearseWritesNothing(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		s := newSeason(t, url)
		s.published()
		s.readers()
		counts := func() []int {
			t.Helper()
			als, err := s.file.Recent(t.Context(), 100)
			if err != nil {
				t.Fatal(err)
			}
			acts, err := s.file.Acts(t.Context(), "", 100)
			if err != nil {
				t.Fatal(err)
			}
			at, err := s.store.Cursor(t.Context(), "desk")
			if err != nil {
				t.Fatal(err)
			}
			judged := 0
			placed, err := s.store.Placed(t.Context(), 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range placed {
				if p.Story != "" {
					judged++
				}
			}
			return []int{len(als), len(acts), int(at), judged}
		}
		before := counts()
		r := replay{newsroom: s.newsroom, from: firstDay.AddDate(0, 0, 1), end: firstDay.AddDate(0, 0, 3), progress: func(int) {}}
		var err error
		if r.rules, err = s.rulesOf(t.Context(), "now", alerts.AutosendMarked, nil); err != nil {
			t.Fatal(err)
		}
		p, err := r.play(t.Context())
		if err != nil || p.Alerts.sum() != 3 {
			t.Errorf("%+v, %v", p.Alerts, err)
		}
		if diff := cmp.Diff(before, counts()); diff != "" {
			t.Errorf("the database has changed: %s", diff)
		}
	})
}

func TestRehearseSaysWhatIsMissing(t *testing.T) {
	s := newSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	s.set()
	broken := filepath.Join(t.TempDir(), "broken.toml")
	if err := os.WriteFile(broken, []byte("autosend = \"loud\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, exitFailed, "no articles yet"},
		{[]string{"--to", "2026-05-01"}, exitUsage, "is after --to"},
		{[]string{"--against", broken}, exitUsage, "autosend"},
		{[]string{"--against", filepath.Join(t.TempDir(), "none.toml")}, exitUsage, "none.toml"},
		{[]string{"--autosend", "loud"}, exitUsage, "--autosend"},
		{[]string{"--for", "telegram:9"}, exitUsage, "nobody has subscribed"},
		{[]string{"--for", "me"}, exitUsage, "--for"},
	} {
		if _, said, code := s.rehearse(c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%q: status %d, %q; want %d and %q", c.args, code, said, c.code, c.says)
		}
	}
	s.published()
	var out, said strings.Builder
	if code := run([]string{"rehearse", "--from", "2026-06-01", "--to", "2026-06-02"}, strings.NewReader(""), &out, &said); code != exitUsage || !strings.Contains(said.String(), "2026-05-04") {
		t.Errorf("an empty period: status %d, %q", code, said.String())
	}
}

func TestRehearsePrintsForPeople(t *testing.T) {
	s := newPlayedSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	var out, said strings.Builder
	code := run([]string{"rehearse", "--from", "2026-05-05", "--to", "2026-05-06", "--autosend", "judged", "--for", "telegram:1"}, strings.NewReader(""), &out, &said)
	if code != 0 {
		t.Fatalf("status %d, %s", code, said.String())
	}
	for _, want := range []string{"2 days", "1.5 alerts a day", "Only by the rules proposed", "Explosion kills nine", "offered", "THE SUBSCRIBER"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	_ = s
}

// BenchmarkRehearse replays a week of 3,000 articles, one in a hundred of which rings.
func BenchmarkRehearse(b *testing.B) {
	set, err := loadSettings("", []string{"TENBELLS_DATABASE_URL=sqlite:" + filepath.Join(b.TempDir(), "tenbells.db")})
	if err != nil {
		b.Fatal(err)
	}
	n, err := openNewsroom(context.Background(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := n.close(); err != nil {
			b.Error(err)
		}
	}()
	for i := range 3000 {
		at := firstDay.Add(time.Duration(i) * 3 * time.Minute)
		a := articles.Article{
			ID: articles.ID(fmt.Sprint("b", i)), Source: "folder", Way: articles.ByFolder, MayRing: true, Status: articles.Usable, Language: "en",
			Headline: fmt.Sprintf("Report %d on the %d%s vote in district %d", i, i%97, "th", i%531), Published: at, Seen: at,
		}
		if i%100 == 0 {
			a.Urgency = 1
		}
		if _, err := n.store.Put(context.Background(), a); err != nil {
			b.Fatal(err)
		}
	}
	r := replay{newsroom: n, from: firstDay, end: firstDay.AddDate(0, 0, 7), progress: func(int) {}}
	if r.rules, err = n.rulesOf(context.Background(), "now", alerts.AutosendMarked, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := r.play(context.Background())
		if err != nil || p.articles != 3000 {
			b.Fatal(p.articles, err)
		}
		text, err := json.Marshal(p.performance)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(p.List)), "alerts")
		b.ReportMetric(float64(len(text)), "bytes-of-json")
	}
}

func TestARehearsalThatCannotBeginLeavesNothing(t *testing.T) { // not beside others: they share the folder
	s := newSeason(t, "sqlite:"+filepath.Join(t.TempDir(), "tenbells.db"))
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newRehearsal(ctx, s.newsroom, rules{}, firstDay, 0, firstDay); err == nil {
		t.Error("it begins although its time is over")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}
