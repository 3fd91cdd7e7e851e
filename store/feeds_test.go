package store_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestFeedStateIsWhatWasLastSaved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var memory feed.Memory = s
		states := []feed.State{
			{},
			{ETag: `W/"1"`, LastModified: "Sun, 01 Mar 2026 12:00:00 GMT", Since: noon.Add(-time.Hour), Fetched: noon},
			{Since: noon, Fetched: noon.Add(time.Minute), Failures: 3, Fault: "503 Service\x00 Unavailable"},
		}
		for i, want := range states {
			if i > 0 {
				if err := memory.SaveFeedState(ctx, feed.SourceName("https://example.org/rss"), want); err != nil {
					t.Fatal(err)
				}
			}
			if want.Fault != "" {
				want.Fault = "503 Service Unavailable"
			}
			got, err := memory.FeedState(ctx, feed.SourceName("https://example.org/rss"))
			if err != nil || got != want {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
		}
		if got, err := memory.FeedState(ctx, feed.SourceName("https://example.org/other")); err != nil || got != (feed.State{}) {
			t.Errorf("of another feed: %+v, %v", got, err)
		}
	})
}
