package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestContentIsReadAsItWasSavedLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		for version, headline := range []string{"Fire in the port", "Fire in the port is out"} {
			if err := s.SaveContent(ctx, "alert/1/en", version+1, delivery.Content{Headline: headline}); err != nil {
				t.Fatal(err)
			}
		}
		c, version, err := s.Content(ctx, "alert/1/en")
		if err != nil || version != 2 || c.Headline != "Fire in the port is out" {
			t.Errorf("got version %d, %q, %v", version, c.Headline, err)
		}
	})
}

func TestContentThatIsNotKeptIsSaidToBeGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, _, err := s.Content(context.Background(), "digest/1/en"); !errors.Is(err, bots.ErrNoContent) {
			t.Errorf("got %v", err)
		}
	})
}
