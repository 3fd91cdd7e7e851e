package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestAModelIsReplacedByOneThatSawNoLess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, ask := range []func() (store.Model, error){
			func() (store.Model, error) { return s.Model(ctx, "topics") },
			func() (store.Model, error) { return s.ModelStamp(ctx, "topics") },
		} {
			if _, err := ask(); !errors.Is(err, store.ErrNoModel) {
				t.Errorf("before any: %v, want ErrNoModel", err)
			}
		}
		first := store.Model{Trained: noon, Last: 7, Body: []byte{0, 1, 0xff}, Report: []byte(`{"articles":3}`)}
		second := store.Model{Trained: noon.Add(time.Hour), Last: 7, Body: []byte("b"), Report: []byte(`{}`)}
		late := store.Model{Trained: noon.Add(2 * time.Hour), Last: 6, Body: []byte("c"), Report: []byte(`{}`)}
		for _, step := range []struct{ save, want store.Model }{{first, first}, {second, second}, {late, second}} {
			if err := s.SaveModel(ctx, "topics", step.save); err != nil {
				t.Fatal(err)
			}
			got, err := s.Model(ctx, "topics")
			if diff := cmp.Diff(step.want, got); diff != "" || err != nil {
				t.Errorf("%v: %s", err, diff)
			}
			stamp, err := s.ModelStamp(ctx, "topics")
			if err != nil || !stamp.Trained.Equal(step.want.Trained) || stamp.Last != step.want.Last || stamp.Body != nil {
				t.Errorf("stamp %+v, %v, want that of %+v", stamp, err, step.want)
			}
		}
		if _, err := s.Model(ctx, "urgency"); !errors.Is(err, store.ErrNoModel) {
			t.Errorf("a model of another name: %v, want ErrNoModel", err)
		}
	})
}

func TestTaggedArticlesAreCountedFromANumberOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		marks := []func(*articles.Article){
			func(a *articles.Article) { a.Subjects = []articles.Topic{"medtop:16000000"} },
			func(a *articles.Article) { a.Section = "Sport" },
			func(*articles.Article) {},
			func(a *articles.Article) { a.Keywords = []string{"flood"} },
		}
		var seqs []articles.Seq
		for i, mark := range marks {
			a := articles.Article{ID: articles.ID(fmt.Sprint("a", i)), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Headline: "x", Published: noon, Seen: noon}
			mark(&a)
			r, err := s.Put(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			seqs = append(seqs, r.Seq)
		}
		for _, c := range []struct {
			after articles.Seq
			limit int
			want  int
		}{{0, 10, 3}, {0, 2, 2}, {seqs[0], 10, 2}, {seqs[3], 10, 0}} {
			if got, err := s.TaggedAfter(ctx, c.after, c.limit); got != c.want || err != nil {
				t.Errorf("after %d, at most %d: %d, %v, want %d", c.after, c.limit, got, err, c.want)
			}
		}
	})
}
