package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

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

func TestContentsAreForgottenPageByPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		const many = 450 // more than two pages
		for i := range many {
			if err := s.SaveContent(ctx, delivery.ContentID(fmt.Sprint("edition/e", i)), 1, delivery.Content{Headline: "old"}); err != nil {
				t.Fatal(err)
			}
		}
		kept := func() (n int) {
			for i := range many {
				_, _, err := s.Content(ctx, delivery.ContentID(fmt.Sprint("edition/e", i)))
				if err == nil {
					n++
				} else if !errors.Is(err, bots.ErrNoContent) {
					t.Fatal(err)
				}
			}
			return n
		}
		for _, c := range []struct {
			after time.Duration
			want  int
		}{{delivery.ChannelRetention, many}, {delivery.ChannelRetention + 25*time.Hour, 0}} {
			if _, err := s.PurgeMessages(ctx, time.Now().Add(c.after)); err != nil {
				t.Fatal(err)
			}
			if n := kept(); n != c.want {
				t.Errorf("after %s %d of %d are kept, want %d", c.after, n, many, c.want)
			}
		}
	})
}
