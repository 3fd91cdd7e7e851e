package store_test

import (
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/feed/feedtest"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestSourcesOnSQLite(t *testing.T) {
	feedtest.Test(t, func(t *testing.T) feedtest.Store { return storetest.SQLite(t) })
}

func TestSourcesOnPostgres(t *testing.T) {
	feedtest.Test(t, func(t *testing.T) feedtest.Store { return storetest.Postgres(t) })
}

// TestNoRowTellsAFeedsToken looks for what an address may hold in every row, as a dump would have it.
func TestNoRowTellsAFeedsToken(t *testing.T) {
	url := storetest.PostgresURL(t)
	s := storetest.Open(t, url)
	const address = "https://reader:hunter2@example.org/rss?token=s3cr3t"
	src := feed.Source{URL: address, Outlet: "kilimanjaro"}
	if err := s.SaveSources(ctx, src); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveFeedState(ctx, src.Name(), feed.State{Moved: address + "&moved", Hub: "https://hub.example.org/s3cr3t", Topic: address}); err != nil {
		t.Fatal(err)
	}
	err := s.ChangeSubscription(ctx, src.Name(), func(sub *feed.Subscription) {
		*sub = feed.Subscription{Source: src.Name(), ID: "1", Standing: feed.Asked, Hub: "https://hub.example.org/s3cr3t", Topic: address, Secret: "hunter2"}
	})
	if err != nil {
		t.Fatal(err)
	}
	dump := string(rowsAsText(t, open(t, url)))
	if !strings.Contains(dump, "kilimanjaro") {
		t.Fatal("the dump does not show the rows")
	}
	for _, secret := range []string{"s3cr3t", "hunter2", "68756e74657232"} {
		if strings.Contains(dump, secret) {
			t.Errorf("%s is in the rows", secret)
		}
	}
}
