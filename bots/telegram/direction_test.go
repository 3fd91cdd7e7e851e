package telegram

import (
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// A line in Persian that begins with a Latin name runs from right to left all the same.
func TestLinesRunAsTheyAreRead(t *testing.T) {
	const rlm = "\u200f"
	now := time.Date(2026, 4, 29, 18, 42, 0, 0, time.UTC)
	w := writer{voice: delivery.Voice{Language: "fa", Zone: "UTC"}, now: now}
	alert := delivery.Content{
		Kind: delivery.AlertContent, Class: delivery.Bulletin, Language: "fa", Headline: "NATO در بروکسل نشست دارد",
		Standfirst: "BBC میگوید که دوازده نفر کشته شدند.", Body: []string{"Reuters این را تأیید کرد و افزود.", "چنین است."},
	}
	digest := delivery.Content{
		Kind: delivery.DigestContent, Class: delivery.Digest, Language: "fa", Since: now.Add(-time.Hour), Until: now,
		Items: []delivery.Item{{Headline: alert.Headline, Standfirst: alert.Standfirst}},
	}
	for name, c := range map[string]delivery.Content{"alert": alert, "digest": digest} {
		s, err := w.render(delivery.Parcel{Body: c, Voice: w.voice})
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(s.plain) {
			latin := strings.ContainsAny(line, "NBR")
			if marked := strings.HasPrefix(line, rlm); latin != marked {
				t.Errorf("%s: the line %q is marked: %t", name, line, marked)
			}
		}
		if strings.Count(s.plain, rlm) < 2 {
			t.Errorf("%s: %q", name, s.plain)
		}
	}
}
