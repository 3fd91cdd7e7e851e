package main

import (
	"strings"
	"testing"
	"time"
)

// TestADigestComesAtItsMinute waits for the next full minute: that is the soonest a digest can be due.
func TestADigestComesAtItsMinute(t *testing.T) {
	if testing.Short() {
		t.Skip("a digest is due at a full minute at the soonest; -short does not wait for it")
	}
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.subscribe(
		`{"platform":"telegram","chat":"501","follow":["place:CL"],"least":"flash","digest":["* * * * *"]}`,
		`{"platform":"discord","chat":"900000000000000501","follow":["place:CL"],"least":"flash","digest":["* * * * *"]}`,
		`{"platform":"telegram","chat":"502","follow":["place:NO"],"least":"flash","digest":["* * * * *"]}`,
	)
	w.serve()
	w.drop("storm.txt", []byte(page))
	if out := w.must("digest", "preview", "--follow", "place:CL"); !strings.Contains(out, "1 story") {
		w.until("the article is judged", func() bool {
			return strings.Contains(w.must("digest", "preview", "--follow", "place:CL"), "1. Storm Floods Harbour In Valparaiso")
		})
	}
	digests := func() bool { return len(w.telegramTexts(501)) > 0 && len(w.discordTexts("900000000000000501")) > 0 }
	for end := time.Now().Add(5 * time.Minute); !digests() && time.Now().Before(end); {
		time.Sleep(100 * time.Millisecond)
	}
	for who, texts := range map[string][]string{"telegram": w.telegramTexts(501), "discord": w.discordTexts("900000000000000501")} {
		if n := count(texts, "Storm Floods Harbour In Valparaiso"); n != 1 {
			t.Errorf("on %s the story came %d times, want once: %q", who, n, texts)
		}
	}
	if texts := w.telegramTexts(502); len(texts) > 0 {
		t.Errorf("a digest with nothing to tell was sent: %q", texts)
	}
}
