package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

func TestAPreviewSpeaksTheReadersLanguage(t *testing.T) {
	until := time.Date(2026, 4, 29, 18, 42, 0, 0, time.UTC)
	for _, lang := range bots.Languages() {
		var out bytes.Buffer
		showEdition(&Env{Out: &out}, delivery.Content{
			Language: lang, Since: until.Add(-12 * time.Hour), Until: until,
			Items: []delivery.Item{{Headline: "A"}, {Headline: "B", Standfirst: "C"}},
		}, until)
		first, rest, _ := strings.Cut(out.String(), "\n")
		want := bots.Day(until, "UTC", lang) + " · " + bots.Say(lang, "digest-since", "count", 2, "time", bots.Clock(until.Add(-12*time.Hour), until, "UTC", lang))
		if first != want || rest != "\n1. A\n\n2. B\n   C\n" {
			t.Errorf("%s: %q, then %q; want %q", lang, first, rest, want)
		}
		if lang != "en" && strings.Contains(first, "stor") {
			t.Errorf("%s: %q is English", lang, first)
		}
	}
}
