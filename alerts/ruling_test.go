package alerts_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
)

// of puts an article into a story.
func of(story string) func(*articles.Article) {
	return func(a *articles.Article) { a.Dateline = story }
}

func id(name string) articles.ID { return articles.DeriveID("test", name) }

func (r *room) split(story articles.StoryID, names ...string) alerts.Story {
	r.t.Helper()
	var ids []articles.ID
	for _, name := range names {
		ids = append(ids, id(name))
	}
	s, err := r.editors.Split(ctx, story, ids, "cli:anna")
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *room) wantSends(want int, when string) {
	r.t.Helper()
	r.settle()
	if got := r.chat("all").sends; got != want {
		r.t.Errorf("%s: told %d times, want %d", when, got, want)
	}
}

func TestNobodyIsToldAMergedStoryAgain(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		r.publish("told", of("one"))
		r.publish("asked", func(a *articles.Article) { unmarked(a); a.Dateline = "two" })
		r.wantSends(1, "before")
		offer := r.onlyOffer()
		s, err := r.editors.Merge(ctx, "one", "two", "cli:anna")
		if err != nil || s.ID != "one" || s.Count != 2 || len(s.Told) != 1 {
			t.Fatalf("merged to %+v, %v", s, err)
		}
		r.publish("late", of("two"))
		r.wantSends(1, "after")
		if al, err := r.store.Alerts().Get(ctx, offer.ID); err != nil || al.Offer.Answer != alerts.OfferMerged {
			t.Errorf("the offer is answered %+v, %v", al.Offer, err)
		}
		if acts, err := r.store.Alerts().Acts(ctx, "one", 5); err != nil || len(acts) != 1 || acts[0].By != "cli:anna" {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
	})
}

func TestAnOfferOfAMergedStoryWaitsWhereNothingWasTold(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("asked", func(a *articles.Article) { unmarked(a); a.Dateline = "two" })
	r.publish("silent", plainly("one"))
	r.settle()
	if _, err := r.editors.Merge(ctx, "one", "two", "cli:anna"); err != nil {
		t.Fatal(err)
	}
	r.settle()
	offer := r.onlyOffer()
	r.publish("flash", of("one"))
	r.settle()
	if al, err := r.store.Alerts().Get(ctx, offer.ID); err != nil || al.Offer.Answer != alerts.OfferOvertook {
		t.Errorf("once the heir rang, the offer is answered %+v, %v", al.Offer, err)
	}
}

func TestWhatIsSplitOffRingsByItselfOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("all")
		for _, name := range []string{"a", "b", "c"} {
			r.publish(name, of("one"))
			r.settle()
		}
		r.wantSends(1, "as one story")
		r.split("one", "b", "c")
		r.wantSends(2, "split")
		r.hire()
		r.publish("d", of("one"))
		r.wantSends(2, "after a restart")
	})
}

func TestTheStoryThatATellingArticleLeavesMayRing(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.subscribe("all")
	r.publish("a", of("one"))
	r.publish("b", of("one"))
	r.wantSends(1, "as one story")
	r.split("one", "a")
	r.wantSends(1, "its alert goes with it")
	r.publish("c", of("one"))
	r.wantSends(2, "another article of the old story")
	r.publish("d", of("one"))
	r.wantSends(2, "and one more")
}

func TestTheOfferOfWhatIsSplitOffIsMadeAnew(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", plainly("one"))
	r.publish("b", func(a *articles.Article) { unmarked(a); a.Dateline = "one" })
	r.settle()
	was := r.onlyOffer()
	s := r.split("one", "b")
	r.settle()
	if is := r.onlyOffer(); is.ID == was.ID || is.Story != s.ID || is.Article != id("b") {
		t.Errorf("offered is %+v", is)
	}
	if al, err := r.store.Alerts().Get(ctx, was.ID); err != nil || al.Offer.Answer != alerts.OfferSplit {
		t.Errorf("the old offer is answered %+v, %v", al.Offer, err)
	}
}

func TestTheDeskTakesARulingUpAgainAfterDeath(t *testing.T) {
	for in := 1; in < 20; in++ {
		r := newRoomOnSQLite(t)
		r.subscribe("all")
		r.publish("a", of("one"))
		r.publish("b", of("one"))
		r.wantSends(1, "before")
		r.split("one", "b")
		r.faults.set(in, in%2 == 0)
		err := r.work()
		fired := r.faults.fired
		if fired != (err != nil) {
			t.Fatalf("write %d failed: %v, error %v", in, fired, err)
		}
		r.hire()
		r.wantSends(2, "after death at a write")
		if !fired {
			return
		}
	}
	t.Error("the desk does not come to an end")
}

func TestRulingsThatEditorsCannotMake(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", of("one"))
	r.publish("b", of("one"))
	r.publish("c", of("two"))
	r.settle()
	invalid := func(field string) func(error) bool {
		return func(err error) bool {
			fault, is := alerts.IsInvalid(err)
			return is && fault.Field == field
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	split := func(story articles.StoryID, ids ...articles.ID) error {
		_, err := r.editors.Split(ctx, story, ids, "cli:anna")
		return err
	}
	merge := func(into, from articles.StoryID) error {
		_, err := r.editors.Merge(ctx, into, from, "cli:anna")
		return err
	}
	for _, tt := range []struct {
		name string
		err  error
		want func(error) bool
	}{
		{"a story with itself", merge("one", "one"), invalid("from")},
		{"with a story that is not", merge("one", "nine"), is(stories.ErrUnknown)},
		{"no article", split("one"), invalid("articles")},
		{"all articles", split("one", id("a"), id("b")), invalid("articles")},
		{"another story's article", split("one", id("c")), invalid("articles")},
		{"an article that is not", split("one", "x"), invalid("articles")},
		{"of a story that is not", split("nine", id("a")), is(stories.ErrUnknown)},
		{"very many", split("one", manyIDs(stories.MaxSplit+1)...), invalid("articles")},
	} {
		if !tt.want(tt.err) {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	if rs, err := r.store.Rulings().Ruled(ctx, 0); err != nil || len(rs) != 0 {
		t.Errorf("on record: %+v, %v", rs, err)
	}
}

func manyIDs(n int) (ids []articles.ID) {
	for i := range n {
		ids = append(ids, articles.ID(strings.Repeat("x", i+1)))
	}
	return ids
}

func TestEditorsSeeTheStoriesOfLate(t *testing.T) {
	r := newRoomOnSQLite(t)
	r.publish("a", of("one"))
	r.settle()
	r.publish("b", func(a *articles.Article) { a.Dateline, a.Outlet = "one", "AP" })
	r.settle()
	all, err := r.editors.RecentStories(ctx, 10)
	if err != nil || len(all) != 1 || all[0].Headline() != "Putin, Obama Discuss Security" || !slices.Equal(all[0].Outlets(), []string{"AP", "folder"}) {
		t.Errorf("recent are %+v, %v", all, err)
	}
	r.ahead += alerts.Recently + time.Hour
	if all, err = r.editors.RecentStories(ctx, 10); err != nil || len(all) != 0 {
		t.Errorf("two days later %+v, %v", all, err)
	}
}
