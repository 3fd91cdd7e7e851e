package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// decide lets editors send, of n offered articles, each third, which says what closes; the others are left to digests.
// How they look is the same, so that the rules cannot tell them apart.
func decide(t *testing.T, n *newsroom, from, to int) {
	t.Helper()
	places := []string{"Moldovan", "Georgian", "Kazakh", "Serbian", "Armenian"}
	for i := from; i < to; i++ {
		at := time.Date(2026, 4, 1, 6, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour)
		what, how := "opens", alerts.OfferDigest
		if i%3 == 0 {
			what, how = "closes", alerts.OfferSent
		}
		a := articles.Article{
			ID: articles.ID(fmt.Sprint("d", i)), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
			Headline: fmt.Sprintf("%s border %s to lorries", places[i%len(places)], what), Published: at, Seen: at,
		}
		if _, err := n.store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		_, created, err := n.file.Create(t.Context(), alerts.Alert{
			ID: alerts.ID(fmt.Sprint("n", i)), Status: alerts.Draft, Class: delivery.Urgent, Version: 1, Article: a.ID, Revision: 1, First: 1,
			Versions: map[string]alerts.Wording{"en": {Headline: a.Headline}}, By: "newsroom", Created: at, SendAt: at,
			Expires: time.Now().Add(time.Hour), Offer: &alerts.Offer{Until: time.Now().Add(time.Hour)},
		}, nil)
		if err != nil || !created {
			t.Fatal(created, err)
		}
		if how == alerts.OfferSent {
			_, err = n.editors.Release(t.Context(), alerts.ID(fmt.Sprint("n", i)), "telegram:1", nil)
		} else {
			_, err = n.editors.Decline(t.Context(), alerts.ID(fmt.Sprint("n", i)), how, "telegram:1")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestJudgeTrainLearnsWhatEditorsSend(t *testing.T) {
	dir := t.TempDir()
	n := library(t, dir, 0)
	if out, said, code := call(t, dir, "", "judge", "show"); code != exitFailed || out != "" || !strings.Contains(said, "tenbells judge train") {
		t.Errorf("show before any training: status %d, %q %q", code, out, said)
	}
	decide(t, n, 0, alerts.MinDecisions-1)
	out, said, code := call(t, dir, "", "judge", "train")
	if code != exitFailed || out != "" || !strings.Contains(said, "decided on 49 articles") || !strings.Contains(said, "at least 50") {
		t.Errorf("too few: status %d, %q %q", code, out, said)
	}
	decide(t, n, alerts.MinDecisions-1, 120)
	var answer foretold
	out, said, code = call(t, dir, "", "judge", "train", "--dry-run", "--json")
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 0 || answer.Kept || answer.Decisions != 120 || answer.Sent != 40 || !answer.Better() {
		t.Errorf("dry run: status %d, %v, %s%s", code, err, out, said)
	}
	if _, _, code := call(t, dir, "", "judge", "show"); code != exitFailed {
		t.Error("a dry run was kept")
	}
	if out, said, code := call(t, dir, "", "judge", "train"); code != 0 || !strings.Contains(out, "Articles are judged by it") {
		t.Errorf("status %d, %s%s", code, out, said)
	}
	out, said, code = call(t, dir, "", "judge", "show", "--json")
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 0 || !answer.Used {
		t.Errorf("show: status %d, %v, %s%s", code, err, out, said)
	}
	n.useLearned(t.Context(), map[string]time.Time{})
	past := n.past.Load()
	if past == nil {
		t.Fatal("what was learned is not used")
	}
	yes := past.Opinion(articles.Article{Headline: "Uzbek border closes to lorries"}, alerts.Pace{})
	no := past.Opinion(articles.Article{Headline: "Uzbek border opens to lorries"}, alerts.Pace{})
	if !yes.Likely || no.Likely {
		t.Errorf("of what is sent: %+v; of what is not: %+v", yes, no)
	}
}

func TestTheServiceLearnsFromDecisionsWhenThereAreEnough(t *testing.T) {
	n := library(t, t.TempDir(), 0)
	learned := func() int {
		t.Helper()
		if err := n.relearnPast(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, report, err := n.pastReport(t.Context())
		if err != nil && report.Decisions > 0 {
			t.Fatal(err)
		}
		return report.Decisions
	}
	for _, step := range []struct{ until, want int }{
		{alerts.MinDecisions - 1, 0}, {alerts.MinDecisions, 50}, {alerts.MinDecisions + enoughDecided - 1, 50}, {alerts.MinDecisions + enoughDecided, 70},
	} {
		acts, err := n.file.DecidedAfter(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		decide(t, n, acts, step.until)
		if got := learned(); got != step.want {
			t.Errorf("after %d decisions %d are learned from, want %d", step.until, got, step.want)
		}
	}
}

// What is no better than the rules is not used, and what was used before is laid down.
func TestWhatForetellsNothingIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	n := library(t, dir, 0)
	decide(t, n, 0, 60)
	p, report, last, err := n.learnPast(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n.past.Store(p)
	report.Rules = report.Learned
	if err := n.keepPast(t.Context(), p, report, last); err != nil {
		t.Fatal(err)
	}
	if out, said, code := call(t, dir, "", "judge", "show"); code != 0 || !strings.Contains(out, "no better than the rules") {
		t.Errorf("status %d, %s%s", code, out, said)
	}
	if err := n.usePast(t.Context()); err != nil || n.past.Load() != nil {
		t.Errorf("%v, %v is used", err, n.past.Load())
	}
}
