package bots_test

import (
	"strings"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/bots"
)

// asked is what somebody is asked about an alert now.
func (n *newsroom) asked(name string, id alerts.ID) bots.Question {
	n.t.Helper()
	al, err := n.store.Alerts().Get(n.t.Context(), id)
	n.must(err)
	q, err := n.desk.Ask(n.t.Context(), personas[name].chat, al)
	n.must(err)
	return q
}

func shows(c bots.Card, text string) bool {
	for _, line := range c.Lines {
		if strings.Contains(line.Text, text) {
			return true
		}
	}
	return false
}

// What one editor has made of an offer stands on the others' cards too before they can send it.
func TestWhatAnEditorRewordsIsShownToTheOthers(t *testing.T) {
	n := openNewsroom(t)
	until := n.now.Add(3600e9)
	n.ofStory(articles.StoryID("s2"), "Ship stuck", &alerts.Offer{Until: until})
	mine, theirs := n.asked("editor", "n-ship"), n.asked("second", "n-ship")
	n.hear("editor", "en", "(edit:n-ship)", map[string]*bots.Card{})
	n.hear("editor", "en", "Ship is stuck off Lindholm", map[string]*bots.Card{})
	if q := n.asked("second", "n-ship"); q.What == theirs.What || !shows(q.Card, "Ship is stuck off Lindholm") {
		t.Errorf("the other is asked %q as before: %+v", q.What, q.Card.Lines)
	}
	if q := n.asked("editor", "n-ship"); q.What != mine.What {
		t.Errorf("who reworded it is asked %q, before %q", q.What, mine.What)
	}
	theirs = n.asked("second", "n-ship")
	n.hear("editor", "en", "(class:n-ship:flash)", map[string]*bots.Card{})
	if q := n.asked("second", "n-ship"); q.What == theirs.What {
		t.Error("the other is not shown that it is a flash now")
	}
}

// Whoever's words stand in an offer is told what its article says by now.
func TestACardTellsOfTheArticlesNewVersion(t *testing.T) {
	n := openNewsroom(t)
	n.ofStory(articles.StoryID("s2"), "Ship stuck", &alerts.Offer{Until: n.now.Add(3600e9), Reworded: true, Newer: "Ship afloat"})
	if q := n.asked("editor", "n-ship"); !shows(q.Card, "has a new version since this was reworded: “Ship afloat”") {
		t.Errorf("the card says %+v", q.Card.Lines)
	}
	a := n.hear("editor", "en", "(draft:n-ship)", map[string]*bots.Card{})
	if !shows(*a.Card, "“Ship afloat”") {
		t.Errorf("the draft says %+v", a.Card.Lines)
	}
}
