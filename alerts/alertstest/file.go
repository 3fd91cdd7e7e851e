// Package alertstest is the conformance suite of alerts.File: what every file of alerts must do.
package alertstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// File is an alerts.File whose record of acts can be read.
type File interface {
	alerts.File
	alerts.Purse
	// Acts answers the newest acts, newest first: those on one alert, or all where subject is "".
	Acts(ctx context.Context, subject alerts.ID, limit int) ([]alerts.Act, error)
}

// TestFile runs the suite; open answers an empty File for each test.
func TestFile(t *testing.T, open func(t *testing.T) File) {
	tests := []struct {
		name string
		test func(*testing.T, File)
	}{
		{"an alert is read back as it was created", readBack},
		{"the same id or idempotency key again is the same alert", createdTwice},
		{"an alert created by many at once is created once", createdAtOnce},
		{"an alert and the act that made it are kept together", createdOnRecord},
		{"a change and its act are kept together", changed},
		{"a change that errs changes nothing and records nothing", refused},
		{"changes at the same time all count", together},
		{"what wants work is open, the most urgent first", opened},
		{"recent alerts come newest first", recent},
		{"acts come newest first", acts},
		{"a verdict replaces the old one on the same version", verdicts},
		{"Stars are set aside once, within the month's budget, and what is left comes back", stars},
		{"an article's own alert told it, or else its story's", told},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

var (
	ctx  = context.Background()
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// full has something in every field.
func full(id alerts.ID) alerts.Alert {
	return alerts.Alert{
		ID: id, Status: alerts.Paused, Was: alerts.Sending, Suspended: true, Class: delivery.Urgent, Version: 2, Test: true,
		Versions: map[string]alerts.Wording{
			"en": {Headline: "Dam bursts", Text: "Three villages are cut off.", Body: []string{"One.", "Two."}, URL: "https://example.org/1", Image: "https://example.org/1.jpg"},
			"":   {Headline: "Прорвало плотину"},
		},
		Credit: "RFE/RL", Published: noon, Article: "a1", Revision: 3, Story: "s1", Reasons: []string{"Marked urgency 3 by RFE/RL."},
		Because: []alerts.Reason{{
			Key: "marked-urgency", Count: 3, Words: map[string]string{"by": "RFE/RL"}, Span: time.Minute, At: noon,
			Parts: map[string]alerts.Reason{"by": {Key: "newsroom"}},
		}},
		Follow: []subscriptions.Key{"place:RU"}, Everyone: true, By: "newsroom", Approved: "cli:anna", Idempotency: "key of " + string(id), Asked: "0f",
		Created: noon, SendAt: noon.Add(time.Minute), Expires: noon.Add(time.Hour), OwedTo: 17, AllOwed: true, Owed: 5, Audience: 6,
		Amendment: &alerts.Amendment{Kind: alerts.Fact, Version: 2, Note: "Two villages.", Told: map[string]alerts.Wording{"en": {Headline: "Dam broke"}},
			Delete: true, Silent: true, By: "cli:anna", At: noon.Add(2 * time.Minute), Carried: true,
			Carrying: "alert/e1/17", Replying: true},
		Facts: []int{2}, Overtaken: "e0", Renewal: &alerts.Renewal{Revision: 4, Language: "en", Wording: alerts.Wording{Headline: "Dam holds"},
			Because: &alerts.Reason{Key: "not-sent-minor", Words: map[string]string{"words": "child"}}},
		Updated: noon.Add(2 * time.Minute), Noted: "Two villages.",
	}
}

// plain is an alert in a status.
func plain(id alerts.ID, status alerts.Status) alerts.Alert {
	return alerts.Alert{
		ID: id, Status: status, Class: delivery.Bulletin, Version: 1, Versions: map[string]alerts.Wording{"en": {Headline: string(id)}},
		Created: noon, SendAt: noon,
	}
}

func readBack(t *testing.T, f File) {
	for _, al := range []alerts.Alert{full("e1"), plain("e2", alerts.Draft)} {
		got, created, err := f.Create(ctx, al, nil)
		if err != nil || !created || !reflect.DeepEqual(got, al) {
			t.Errorf("created %v\n%+v, %v, want\n%+v", created, got, err, al)
		}
		if got, err := f.Get(ctx, al.ID); err != nil || !reflect.DeepEqual(got, al) {
			t.Errorf("got\n%+v, %v, want\n%+v", got, err, al)
		}
	}
	if _, err := f.Get(ctx, "e3"); !errors.Is(err, alerts.ErrNotFound) {
		t.Errorf("an unknown alert: %v", err)
	}
}

func createdTwice(t *testing.T, f File) {
	first := create(t, f, full("e1"))
	sameID, sameKey := plain("e1", alerts.Draft), plain("e2", alerts.Draft)
	sameKey.Idempotency = first.Idempotency
	for name, al := range map[string]alerts.Alert{"id": sameID, "idempotency key": sameKey} {
		got, created, err := f.Create(ctx, al, &alerts.Act{At: noon, By: "cli:anna", What: "send", Subject: string(al.ID)})
		if err != nil || created || !reflect.DeepEqual(got, first) {
			t.Errorf("same %s: created %v\n%+v, %v, want\n%+v", name, created, got, err, first)
		}
	}
	if got := get(t, f, "e1"); !reflect.DeepEqual(got, first) {
		t.Errorf("changed to\n%+v", got)
	}
	if acts := readActs(t, f, ""); len(acts) != 0 {
		t.Errorf("on the record: %+v", acts)
	}
	for _, id := range []alerts.ID{"e3", "e4"} { // no idempotency key is no key in common
		create(t, f, plain(id, alerts.Draft))
	}
}

func createdAtOnce(t *testing.T, f File) {
	var mu sync.Mutex
	n := 0
	atOnce(t, 8, func(i int) error {
		al := plain(alerts.ID(fmt.Sprintf("e%d", i)), alerts.Draft)
		al.Idempotency = "the same"
		_, created, err := f.Create(ctx, al, &alerts.Act{At: noon, By: "cli:anna", What: "send", Subject: "e"})
		mu.Lock()
		defer mu.Unlock()
		if created {
			n++
		}
		return err
	})
	if acts := readActs(t, f, ""); n != 1 || len(acts) != 1 {
		t.Errorf("created %d times, on the record %d times", n, len(acts))
	}
}

func createdOnRecord(t *testing.T, f File) {
	act := alerts.Act{At: noon, By: "cli:anna", What: "send", Subject: "e1", Detail: "flash"}
	if _, created, err := f.Create(ctx, plain("e1", alerts.Draft), &act); err != nil || !created {
		t.Fatal(created, err)
	}
	if got := readActs(t, f, "e1"); !reflect.DeepEqual(got, []alerts.Act{act}) {
		t.Errorf("on the record: %+v", got)
	}
	impossible := alerts.Act{At: noon, By: "cli:anna", Subject: "e2"} // it does not say what was done
	if _, created, err := f.Create(ctx, plain("e2", alerts.Draft), &impossible); err == nil || created {
		t.Errorf("created %v without its act (%v)", created, err)
	}
	if _, err := f.Get(ctx, "e2"); !errors.Is(err, alerts.ErrNotFound) {
		t.Errorf("an alert stays without its act: %v", err)
	}
}

func changed(t *testing.T, f File) {
	al := create(t, f, plain("e1", alerts.Draft))
	want := full("e1")
	act := alerts.Act{At: noon, By: "cli:anna", What: "pause", Subject: "e1", Detail: "for lunch"}
	got, err := f.Update(ctx, "e1", &act, func(now *alerts.Alert) error {
		if !reflect.DeepEqual(*now, al) {
			t.Errorf("change was given\n%+v, want\n%+v", *now, al)
		}
		*now = want
		return nil
	})
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("answered\n%+v, %v, want\n%+v", got, err, want)
	}
	if got := get(t, f, "e1"); !reflect.DeepEqual(got, want) {
		t.Errorf("kept\n%+v, want\n%+v", got, want)
	}
	if got := readActs(t, f, "e1"); !reflect.DeepEqual(got, []alerts.Act{act}) {
		t.Errorf("on the record: %+v", got)
	}
	_, err = f.Update(ctx, "e2", &act, func(*alerts.Alert) error { return nil })
	if !errors.Is(err, alerts.ErrNotFound) {
		t.Errorf("change of an unknown alert: %v", err)
	}
}

func refused(t *testing.T, f File) {
	al := create(t, f, full("e1"))
	no := errors.New("no")
	_, err := f.Update(ctx, "e1", &alerts.Act{At: noon, By: "cli:anna", What: "pause"}, func(now *alerts.Alert) error {
		now.Status, now.Versions["en"] = alerts.Sent, alerts.Wording{}
		return no
	})
	if err != no {
		t.Errorf("got error %v, want the one of the change as it is", err)
	}
	if got := get(t, f, "e1"); !reflect.DeepEqual(got, al) {
		t.Errorf("changed all the same:\n%+v", got)
	}
	if got := readActs(t, f, ""); len(got) != 0 {
		t.Errorf("on the record: %+v", got)
	}
}

func together(t *testing.T, f File) {
	create(t, f, plain("e1", alerts.Sending))
	const n = 20
	atOnce(t, n, func(int) error {
		_, err := f.Update(ctx, "e1", nil, func(al *alerts.Alert) error { al.Owed++; return nil })
		return err
	})
	if got := get(t, f, "e1").Owed; got != n {
		t.Errorf("%d of %d changes count", got, n)
	}
}

func opened(t *testing.T, f File) {
	with := func(al alerts.Alert, change func(*alerts.Alert)) alerts.Alert { change(&al); return al }
	at := func(d time.Duration) func(*alerts.Alert) {
		return func(al *alerts.Alert) { al.SendAt = noon.Add(d) }
	}
	amended := func(kind alerts.AmendmentKind, carried bool) func(*alerts.Alert) {
		return func(al *alerts.Alert) { al.Amendment = &alerts.Amendment{Kind: kind, Version: 2, Carried: carried} }
	}
	for _, al := range []alerts.Alert{
		plain("draft", alerts.Draft), plain("awaiting", alerts.AwaitingApproval), plain("sent", alerts.Sent),
		plain("cancelled", alerts.CancelledStatus), plain("paused", alerts.Paused),
		with(plain("in an hour", alerts.Scheduled), at(time.Hour)),
		with(plain("in a minute", alerts.Scheduled), at(time.Minute)),
		with(plain("in half an hour", alerts.Scheduled), at(30*time.Minute)),
		plain("due now", alerts.Scheduled),
		with(plain("due before", alerts.Scheduled), at(-time.Minute)),
		with(plain("sending", alerts.Sending), at(-time.Hour)),
		with(plain("a flash", alerts.Sending), func(al *alerts.Alert) { al.Class = delivery.Flash }),
		with(plain("recall to carry", alerts.Recalled), amended(alerts.Recall, false)),
		with(plain("recall carried", alerts.Recalled), amended(alerts.Recall, true)),
		with(plain("correction to carry", alerts.Corrected), amended(alerts.Fact, false)),
		with(plain("correction carried", alerts.Corrected), amended(alerts.Fact, true)),
		with(plain("correction carried, not counted yet", alerts.Sent), amended(alerts.Fact, true)),
	} {
		create(t, f, al)
	}
	want := []string{
		"a flash", "sending", "due before", "correction to carry", "due now", "recall to carry",
	}
	open, next, err := f.Open(ctx, noon)
	var got []string
	for _, al := range open {
		got = append(got, string(al.ID))
	}
	if err != nil || !slices.Equal(got, want) || !next.Equal(noon.Add(time.Minute)) {
		t.Errorf("open %q, next %s, %v\nwant %q, next in a minute", got, next, err, want)
	}
	open, next, err = f.Open(ctx, noon.Add(2*time.Hour))
	if err != nil || len(open) != len(want)+3 || !next.IsZero() {
		t.Errorf("two hours later: %d open, next %s, %v", len(open), next, err)
	}
	if _, err := f.Update(ctx, "a flash", nil, func(al *alerts.Alert) error { al.Status = alerts.Sent; return nil }); err != nil {
		t.Fatal(err)
	}
	if open, _, err := f.Open(ctx, noon); err != nil || len(open) != len(want)-1 {
		t.Errorf("after one was sent: %d open, %v", len(open), err)
	}
}

func recent(t *testing.T, f File) {
	for i, id := range []alerts.ID{"first", "third", "second"} {
		al := plain(id, alerts.Sent)
		al.Created = noon.Add(time.Duration([]int{1, 3, 2}[i]) * time.Minute)
		create(t, f, al)
	}
	als, err := f.Recent(ctx, 2)
	if err != nil || len(als) != 2 || als[0].ID != "third" || als[1].ID != "second" {
		t.Errorf("got %+v, %v", als, err)
	}
}

func acts(t *testing.T, f File) {
	halt := alerts.Act{At: noon.Add(time.Second), By: "cli:anna", What: "halt"}
	send := alerts.Act{At: noon, By: "telegram:0f3a", What: "send", Subject: "e1", Detail: "flash"}
	for _, act := range []alerts.Act{send, halt} {
		if err := f.Record(ctx, act); err != nil {
			t.Fatal(err)
		}
	}
	if got := readActs(t, f, ""); !reflect.DeepEqual(got, []alerts.Act{halt, send}) {
		t.Errorf("all acts: %+v", got)
	}
	if got := readActs(t, f, "e1"); !reflect.DeepEqual(got, []alerts.Act{send}) {
		t.Errorf("acts on the alert: %+v", got)
	}
}

func verdicts(t *testing.T, f File) {
	v := alerts.Verdict{
		Article: "a1", Version: 1, Seq: 7, Class: delivery.Bulletin, Rings: true, Ask: true, Reasons: []string{"Marked.", "By “us”."},
		Findings: articles.Findings{
			Language: "en", Topics: []articles.Topic{"medtop:16000000"}, Places: []articles.Place{"RU", "SY"},
			Evidence: []string{"place:RU because of “Putin”"}, Story: "s1",
		},
		At: noon,
	}
	bare := alerts.Verdict{Article: "a1", Version: 3, Seq: 9, Class: delivery.Routine, At: noon}
	again := v
	again.Rings, again.Seq, again.Class, again.Topics, again.Story = false, 8, delivery.Urgent, nil, "s2"
	for _, want := range []alerts.Verdict{v, bare, again} {
		given := want
		if want.Seq == again.Seq {
			given.At = noon.Add(time.Hour) // it stays known since when it was first judged
		}
		if err := f.SaveVerdict(ctx, given); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Verdict(ctx, "a1", want.Version); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%+v, %v, want\n%+v", got, err, want)
		}
	}
	if got, err := f.Verdict(ctx, "a1", 0); err != nil || !reflect.DeepEqual(got, bare) {
		t.Errorf("the newest is\n%+v, %v, want\n%+v", got, err, bare)
	}
	for id, version := range map[articles.ID]int{"a1": 2, "a2": 0} {
		if _, err := f.Verdict(ctx, id, version); !errors.Is(err, alerts.ErrNotFound) {
			t.Errorf("article %s, version %d: %v", id, version, err)
		}
	}
}

func told(t *testing.T, f File) {
	of := func(id alerts.ID, article articles.ID, story articles.StoryID, after time.Duration) {
		al := plain(id, alerts.Sent)
		al.Article, al.Story, al.Created = article, story, noon.Add(after)
		create(t, f, al)
	}
	of("an editor's own", "", "", 0)
	of("first of the story", "a1", "s1", time.Minute)
	of("second of the story", "a2", "s1", 2*time.Minute)
	cases := []struct {
		article articles.ID
		story   articles.StoryID
		want    alerts.ID
	}{
		{"a1", "s1", "first of the story"},
		{"a2", "s1", "second of the story"},
		{"a3", "s1", "second of the story"},
		{"a1", "s9", "first of the story"},
		{"a3", "s9", ""},
		{"", "", ""},
	}
	for _, c := range cases {
		got, err := f.Told(ctx, c.article, c.story)
		if c.want == "" && !errors.Is(err, alerts.ErrNotFound) || c.want != "" && err != nil || got.ID != c.want {
			t.Errorf("article %q of story %q was told by %q, %v, want %q", c.article, c.story, got.ID, err, c.want)
		}
	}
	of("again", "a1", "s2", 3*time.Minute)
	for article, want := range map[articles.ID][]alerts.ID{"a1": {"again", "first of the story"}, "a3": nil, "": nil} {
		als, err := f.Of(ctx, article)
		var got []alerts.ID
		for _, al := range als {
			got = append(got, al.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("alerts of %q: %q, %v, want %q", article, got, err, want)
		}
	}
}

func create(t *testing.T, f File, al alerts.Alert) alerts.Alert {
	t.Helper()
	got, created, err := f.Create(ctx, al, nil)
	if err != nil || !created {
		t.Fatalf("create %s: created %v, %v", al.ID, created, err)
	}
	return got
}

func get(t *testing.T, f File, id alerts.ID) alerts.Alert {
	t.Helper()
	al, err := f.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return al
}

func readActs(t *testing.T, f File, subject alerts.ID) []alerts.Act {
	t.Helper()
	acts, err := f.Acts(ctx, subject, 10)
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

// atOnce runs do n times at the same time, and waits for all.
func atOnce(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := do(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func stars(t *testing.T, f File) {
	const lane, month = delivery.Lane("telegram/main"), "2026-03"
	spent := func(want int) {
		t.Helper()
		if n, err := f.Spent(ctx, month); err != nil || n != want {
			t.Errorf("%d messages of the month are spent or set aside, %v; want %d", n, err, want)
		}
	}
	reserve := func(id alerts.ID, n int, want bool) {
		t.Helper()
		if granted, err := f.Reserve(ctx, id, lane, month, n, 1000); err != nil || granted != want {
			t.Errorf("%d for %s: granted %v, %v; want %v", n, id, granted, err, want)
		}
	}
	paid := func(id alerts.ID, want map[delivery.Lane]alerts.Payment) {
		t.Helper()
		if got, err := f.Payments(ctx, id); err != nil || !maps.Equal(got, want) {
			t.Errorf("of %s was paid %+v, %v; want %+v", id, got, err, want)
		}
	}
	aside := alerts.Fare{Messages: 600, Granted: true}
	for _, id := range []alerts.ID{"a", "b", "c"} {
		al := full(id)
		al.Status, al.Idempotency = alerts.Sending, string(id)
		if _, _, err := f.Create(ctx, al, nil); err != nil {
			t.Fatal(err)
		}
	}
	spent(0)
	reserve("a", 600, true)
	reserve("a", 600, true) // after a crash
	reserve("b", 600, false)
	paid("a", map[delivery.Lane]alerts.Payment{lane: {Fare: aside}})
	paid("b", nil)
	spent(600)
	reserve("b", 400, true)
	reserve("c", 1, false)
	if running, err := f.Running(ctx, lane); err != nil || len(running) != 2 || !running[alerts.ID("a").Batch()] || !running[alerts.ID("b").Batch()] {
		t.Errorf("running %v, %v", running, err)
	}
	if running, err := f.Running(ctx, "telegram/second"); err != nil || len(running) != 0 {
		t.Errorf("another bot pays for %v, %v", running, err)
	}
	if _, err := f.Update(ctx, "a", nil, func(al *alerts.Alert) error { al.Status = alerts.Recalled; return nil }); err != nil {
		t.Fatal(err)
	}
	if running, err := f.Running(ctx, lane); err != nil || len(running) != 1 {
		t.Errorf("with one recalled, running %v, %v", running, err)
	}
	paid("a", map[delivery.Lane]alerts.Payment{lane: {Fare: aside, GivenBack: 600}})
	spent(400) // nothing of a was sent
	reserve("c", 600, true)
	if err := f.GiveBack(ctx, lane); err != nil {
		t.Fatal(err)
	}
	spent(0)
	if running, err := f.Running(ctx, lane); err != nil || len(running) != 0 {
		t.Errorf("after all was given back, running %v, %v", running, err)
	}
	if n, err := f.Spent(ctx, "2026-04"); err != nil || n != 0 {
		t.Errorf("the next month begins with %d, %v", n, err)
	}
}
