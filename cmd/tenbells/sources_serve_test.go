package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/delivery"
)

// TestTroublesAreToldTogether cuts the line: all sources fail at once, and the operator gets one letter.
func TestTroublesAreToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var letters []string
		told := newTroubles(func(_ delivery.Lane, text string) { letters = append(letters, text) })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- told.run(ctx) }()
		for i := range 25 {
			told.note(feed.Source{URL: fmt.Sprintf("https://a%d.example/rss?token=s3cr3t", i)}, "it does not answer in time")
			time.Sleep(time.Second)
		}
		time.Sleep(time.Minute)
		told.note(feed.Source{URL: "https://a1.example/rss?token=s3cr3t"}, "")
		time.Sleep(time.Minute)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if len(letters) != 2 || strings.Count(letters[0], "does not answer") != most || !strings.Contains(letters[0], "15 more") ||
			!strings.Contains(letters[1], "https://a1.example/rss?token=…") || !strings.Contains(letters[1], "all right again") {
			t.Errorf("letters %q", letters)
		}
		if strings.Contains(strings.Join(letters, ""), "s3cr3t") {
			t.Error("a letter gives a token away")
		}
	})
}
