package store_test

import (
	"testing"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/articlestest"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestManyArticlesArePutInTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var archive feed.Archive = s
		one := articlestest.Flood()
		two, edited := one, one
		two.ID, two.Headline = articles.DeriveID("folder", "two"), "Two\x00"
		edited.Headline = "River is back in its banks"
		if _, err := s.Put(ctx, one); err != nil {
			t.Fatal(err)
		}
		receipts, err := archive.PutAll(ctx, []articles.Article{one, two, edited, edited})
		if err != nil {
			t.Fatal(err)
		}
		want := []articles.Receipt{{ID: one.ID, Version: 1, Seq: 1}, {ID: two.ID, Version: 1, Seq: 2, New: true}, {ID: one.ID, Version: 2, Seq: 3, New: true}, {ID: one.ID, Version: 2, Seq: 3}}
		for i := range want {
			if receipts[i] != want[i] {
				t.Errorf("receipt %d is %+v, want %+v", i, receipts[i], want[i])
			}
		}
		all, err := s.After(ctx, 0, 10)
		if err != nil || len(all) != 3 || all[1].Headline != "Two" || all[2].Headline != edited.Headline {
			t.Errorf("stored %+v, %v", all, err)
		}
	})
}
