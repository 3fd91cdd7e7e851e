package bots_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// TestNoButtonIsDead presses every button of every card that can be come by, for each kind of visitor, and in each of our
// languages: each leads somewhere, fits both platforms, and is worded.
func TestNoButtonIsDead(t *testing.T) {
	if testing.Short() {
		t.Skip("presses some 500 buttons, each a write to a real store")
	}
	reached := map[string]bool{}
	for _, language := range bots.Languages() {
		visitors := []string{"editor"} // sees what a reader sees, and more
		if language == bots.English {
			visitors = []string{"reader", "admin", "editor", "discord", "server"}
		}
		for _, name := range visitors {
			t.Run(language+" "+name, func(t *testing.T) {
				w := &walk{t: t, n: openNewsroom(t), who: name, language: language, pressed: map[string]bool{}, reached: reached}
				w.furnish()
				w.begin()
				for len(w.ahead) > 0 {
					next := w.ahead[0]
					w.ahead = w.ahead[1:]
					w.press(next)
				}
			})
		}
	}
	for _, name := range bots.ButtonNames() {
		if !reached[name] {
			t.Errorf("no button leads to %q", name)
		}
	}
}

// walk is one visitor who presses everything once.
type walk struct {
	t        *testing.T
	n        *newsroom
	who      string
	language string
	ahead    []string
	pressed  map[string]bool // by what it does, whichever alert it does it to
	reached  map[string]bool // names of deeds, over all walks
}

// furnish makes an alert in each status, and a digest.
func (w *walk) furnish() {
	for _, status := range []alerts.Status{alerts.Draft, alerts.AwaitingApproval, alerts.Scheduled, alerts.Sending, alerts.Sent, alerts.Paused, alerts.Recalled} {
		al := alerts.Alert{
			ID: alerts.ID("e-" + string(status)), Status: status, Was: alerts.Sending, Class: delivery.Bulletin, Version: 1,
			Versions: map[string]alerts.Wording{"": {Headline: "Ceasefire announced"}}, By: "editor 701",
			Everyone: true, Created: w.n.now, SendAt: w.n.now, Expires: w.n.now.Add(alerts.Shelf(delivery.Bulletin)),
		}
		_, _, err := w.n.store.Alerts().Create(context.Background(), al, nil)
		w.n.must(err)
	}
	for _, al := range questions(w.n) {
		_, _, err := w.n.store.Alerts().Create(context.Background(), al, nil)
		w.n.must(err)
	}
	w.n.ofStory("s2", "Ferry runs aground", nil)
	w.n.ofStory("s3", "Ship runs aground", &alerts.Offer{Until: w.n.now.Add(time.Hour)})
	w.n.alert("n1", "Putin, Obama discuss security", "place:RU", "place:US", "medtop:11000000")
	w.n.edition("edition/e1/en", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight")
}

// questions are alerts that wait for an editor's word.
func questions(n *newsroom) []alerts.Alert {
	base := alerts.Alert{
		Status: alerts.Sent, Class: delivery.Bulletin, Version: 2, Versions: map[string]alerts.Wording{"": {Headline: "Ceasefire announced"}},
		By: "newsroom", Created: n.now, SendAt: n.now, Published: n.now, Expires: n.now.Add(time.Hour), Reasons: []string{"Marked."}, Owed: 20_000,
	}
	offer, update, taken := base, base, base
	offer.ID, offer.Status, offer.Offer = "e-offered", alerts.Draft, &alerts.Offer{Until: base.Expires, After: "n1", Newer: "Ceasefire signed"}
	update.ID, update.Amendment = "e-update", &alerts.Amendment{Kind: alerts.Update, Version: 2, Asks: true, By: "newsroom", At: n.now}
	taken.ID, taken.TakenBack = "e-taken", true
	return []alerts.Alert{offer, update, taken}
}

// ask shows an editor what they are asked.
func (w *walk) ask() {
	for _, al := range questions(w.n) {
		q, err := w.n.desk.Ask(context.Background(), personas[w.who].chat, al)
		w.n.must(err)
		if q.What == "" {
			w.t.Errorf("nothing is asked of %s", al.ID)
		}
		w.look("question of "+string(al.ID), bots.Answer{Card: &q.Card}, false)
	}
	q := personas[w.who].request(w.language)
	q.Button = "sameas:n-ship"
	a, err := w.n.desk.Answer(context.Background(), q)
	w.n.must(err)
	w.look("the stories that it may be", a, false)
}

// begin hears everything that brings a first card.
func (w *walk) begin() {
	said := []string{
		"/follow Russia", "/follow sport", "/mute France", "/mute word:football", "/zone San", "/unfollow", "/unmute", "/unfollow zz",
		"/budget", "/discreet", "/reads de", "/ping <@&1234567890123456789>", "Russia", "/nonsense",
	}
	for _, c := range w.n.desk.Commands(w.language) {
		if c.Name != "forget" { // in the end, by its button
			said = append(said, "/"+c.Name)
		}
	}
	if w.who == "editor" {
		said = append(said, "/alert Ceasefire announced", `/alert`, "Ceasefire\n to: Russia")
	}
	for _, line := range said {
		w.hear(line)
	}
	for _, kind := range []bots.EventKind{bots.Joined, bots.Shunned, bots.Returned} {
		a, err := w.n.desk.Notice(context.Background(), bots.Event{Kind: kind, Chat: personas[w.who].chat, Language: w.language})
		w.n.must(err)
		w.look(string(kind), a, true)
	}
	w.ahead = append(w.ahead, bots.MoreData("alert/n1"), bots.OpenData("edition/e1/en", 2), bots.RestData("edition/e1/en", 1), bots.SettingsData)
	if w.who == "editor" {
		w.ask()
		for _, status := range []string{"draft", "awaiting_approval", "scheduled", "sending", "sent", "paused", "recalled"} {
			w.ahead = append(w.ahead, "progress:e-"+status)
		}
	}
}

func (w *walk) hear(line string) {
	q := personas[w.who].request(w.language)
	w.n.must(say(&q, line, nil))
	a, err := w.n.desk.Answer(context.Background(), q)
	w.n.must(err)
	w.reached[q.Command] = true
	w.look(line, a, line == "/nonsense" || line == "/unfollow zz")
}

// one is what differs between buttons that do the same: which alert, which proposal, which key of the same kind.
var one = regexp.MustCompile(`(:e[a-z0-9-]{12,}|confirm:.*|:medtop:\d+|:place:[A-Z]+)`)

func (w *walk) press(data string) {
	name, _, _ := strings.Cut(data, ":")
	q := personas[w.who].request(w.language)
	q.Button = data
	a, err := w.n.desk.Answer(context.Background(), q)
	w.n.must(err)
	w.reached[name] = true
	w.look("["+data+"]", a, false)
	if name == "typo" || name == "fact" || name == "recall" || name == "edit" {
		w.hear("Twelve people have died\nnote: The ministry says twelve.")
	}
	if name == "forgetting" { // and comes back, for what is still ahead
		w.hear("/start")
	}
}

// look checks an answer, and walks on to its buttons.
func (w *walk) look(after string, a bots.Answer, empty bool) {
	w.t.Helper()
	if a.Card == nil && a.Toast == "" && !a.Close && !empty {
		w.t.Errorf("%s: nothing happens", after)
	}
	if utf8.RuneCountInString(a.Toast) > 200 {
		w.t.Errorf("%s: a pop-up of %d characters", after, utf8.RuneCountInString(a.Toast))
	}
	w.worded(after, a.Toast)
	if a.Card == nil {
		return
	}
	for _, line := range a.Card.Lines {
		w.worded(after, line.Text)
	}
	w.buttons(after, a.Card)
}

// worded checks that a text is one, and not an apology.
func (w *walk) worded(after, text string) {
	w.t.Helper()
	switch {
	case strings.Contains(text, "<no value>"), strings.Contains(text, "{{"), slices.Contains(bots.Messages(), text) && strings.Contains(text, "-"):
		w.t.Errorf("%s: %q is not worded", after, text)
	case text == bots.Say(w.language, "sorry"):
		w.t.Errorf("%s: a fault of ours: %s", after, w.n.log.String())
	case after != "/nonsense" && w.who == "editor" && strings.HasPrefix(text, strings.TrimSuffix(bots.Say(w.language, "unknown", "command", ""), ".")):
		w.t.Errorf("%s: nobody knows what that is", after)
	}
}

// buttons checks that buttons fit both platforms: five rows of five, a menu being a row; data that is there, short and
// different (Discord's limits: discord.com/developers/docs/components/reference).
func (w *walk) buttons(after string, c *bots.Card) {
	w.t.Helper()
	rows, seen := len(c.Buttons), map[string]bool{}
	var all []string
	if c.Menu != nil {
		rows++
		for _, o := range c.Menu.Options {
			all = append(all, bots.ToggleData(c.Menu.Data, o.Value))
			w.worded(after, o.Label)
		}
	}
	if rows > 5 {
		w.t.Errorf("%s: %d rows", after, rows)
	}
	for _, row := range c.Buttons {
		if len(row) == 0 || len(row) > 5 {
			w.t.Errorf("%s: a row of %d buttons", after, len(row))
		}
		for _, b := range row {
			w.worded(after, b.Label)
			if b.Label == "" || utf8.RuneCountInString(b.Label) > 80 {
				w.t.Errorf("%s: label %q", after, b.Label)
			}
			if b.URL == "" {
				all = append(all, b.Data)
			}
		}
	}
	for _, data := range all {
		if data == "" || len(data) > bots.MaxData || seen[data] {
			w.t.Errorf("%s: data %q of %d bytes is missing, too long or there twice", after, data, len(data))
		}
		seen[data] = true
		if kind := one.ReplaceAllString(data, ":…"); !w.pressed[kind] {
			w.pressed[kind] = true
			w.ahead = append(w.ahead, data)
		}
	}
}
