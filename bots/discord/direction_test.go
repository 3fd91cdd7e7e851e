package discord

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
	voice := delivery.Voice{Language: "fa", Zone: "UTC"}
	headline, standfirst := "NATO در بروکسل نشست دارد", "BBC میگوید که دوازده نفر کشته شدند."
	alert := render(delivery.Parcel{Voice: voice, Body: delivery.Content{
		Kind: delivery.AlertContent, Class: delivery.Bulletin, Headline: headline, Standfirst: standfirst,
	}}, now).Embeds[0]
	if alert.Title != rlm+headline || alert.Description != rlm+standfirst {
		t.Errorf("the alert reads %q, %q", alert.Title, alert.Description)
	}
	digest := render(delivery.Parcel{Voice: voice, Body: delivery.Content{
		Kind: delivery.DigestContent, Until: now, Items: []delivery.Item{{Headline: headline, Standfirst: standfirst, URL: "https://example.org/1"}},
	}}, now).Embeds[0]
	if want := "**" + rlm + "1. [" + headline + "](https://example.org/1)**\n" + rlm + standfirst; digest.Description != want {
		t.Errorf("the digest reads %q, want %q", digest.Description, want)
	}
	if strings.Contains(render(delivery.Parcel{Body: delivery.Content{Kind: delivery.AlertContent, Headline: "NATO meets"}}, now).Embeds[0].Title, rlm) {
		t.Error("what is read from left to right is marked")
	}
}
