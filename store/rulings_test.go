package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/stories/storiestest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// judge stores an article that was judged, at noon and so many minutes.
func judge(s *store.Store, id articles.ID, story articles.StoryID, minutes int) error {
	at := noon.Add(time.Duration(minutes) * time.Minute)
	a := articles.Article{ID: id, Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Headline: "About " + string(id), Outlet: "RFE/RL", Published: at, Seen: at}
	r, err := s.Put(ctx, a)
	if err != nil {
		return err
	}
	v := alerts.Verdict{Article: id, Version: r.Version, Seq: r.Seq, Class: delivery.Bulletin, At: at}
	v.Story, v.Language = story, "en"
	return s.Alerts().SaveVerdict(ctx, v)
}

func TestRulings(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		storiestest.TestRulings(t, func(t *testing.T) storiestest.House {
			s := open(t)
			return storiestest.House{
				Rulings: s.Rulings(),
				Place:   func(id articles.ID, story articles.StoryID) error { return judge(s, id, story, 0) },
				StoryOf: func(id articles.ID) (articles.StoryID, error) {
					v, err := s.Alerts().Verdict(ctx, id, 0)
					return v.Story, err
				},
			}
		})
	})
}

// ruledNewsroom has two stories, one of which was told; those who follow it are told more.
func ruledNewsroom(t *testing.T, s *store.Store) (follower subscriptions.Subscriber) {
	t.Helper()
	told := alerts.Alert{
		ID: "n1", Status: alerts.Sent, Class: delivery.Bulletin, Article: "a2", Story: "s2", Created: noon,
		Follow: []subscriptions.Key{"place:RU", "story:s2"},
	}
	_, _, err := s.Alerts().Create(ctx, told, nil)
	if err := errors.Join(err, judge(s, "a1", "s1", 0), judge(s, "a2", "s2", 1), judge(s, "a3", "s1", 2)); err != nil {
		t.Fatal(err)
	}
	follower = subscriptionstest.Reader(1, "story:s1", "story:s2")
	follower.Exclude = []subscriptions.Key{"story:s3"}
	if follower, err = s.Book().Save(ctx, follower); err != nil {
		t.Fatal(err)
	}
	return follower
}

func TestWhatIsKeptOfAMergedStoryIsItsHeirs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		follower := ruledNewsroom(t, s)
		change := s.Changed(store.Alerts)
		if _, err := s.Rulings().Record(ctx, stories.Merge("s1", "s2", "cli:anna", noon)); err != nil {
			t.Fatal(err)
		}
		woken(t, change)
		al, err := s.Alerts().Told(ctx, "a1", "s1")
		if err != nil || al.ID != "n1" || al.Story != "s1" || !slices.Equal(al.Follow, []subscriptions.Key{"place:RU", "story:s1"}) {
			t.Errorf("told of the heir: %+v, %v", al, err)
		}
		sub, err := s.Book().Find(ctx, follower.Address)
		if err != nil || !slices.Equal(sub.Follow, []subscriptions.Key{"story:s1"}) || !slices.Equal(sub.Exclude, follower.Exclude) {
			t.Errorf("the reader follows %s, excludes %s, %v", sub.Follow, sub.Exclude, err)
		}
		acts, err := s.Alerts().Acts(ctx, "s1", 5)
		if err != nil || len(acts) != 1 || acts[0] != (alerts.Act{At: noon, By: "cli:anna", What: "merge-stories", Subject: "s1", Detail: "s2"}) {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
	})
}

func TestAnAlertGoesWithItsArticle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ruledNewsroom(t, s)
		if _, err := s.Rulings().Record(ctx, stories.Merge("s1", "s2", "cli:anna", noon)); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			split     articles.ID
			tellsS1   bool
			tellsAnew bool
		}{{"a3", true, false}, {"a2", false, true}} {
			r, err := s.Rulings().Record(ctx, stories.Split([]articles.ID{step.split}, "cli:anna", noon))
			if err != nil {
				t.Fatal(err)
			}
			for story, want := range map[articles.StoryID]bool{"s1": step.tellsS1, r.Story(): step.tellsAnew} {
				_, err := s.Alerts().Told(ctx, "another", story)
				if tells := err == nil; tells != want || err != nil && !errors.Is(err, alerts.ErrNotFound) {
					t.Errorf("without %s, told of %s is %v, %v", step.split, story, tells, err)
				}
			}
		}
	})
}

func TestEditorsSeeStories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		book := s.Rulings()
		if none, err := book.Recent(ctx, noon, 10); err != nil || len(none) != 0 {
			t.Errorf("before anything came: %+v, %v", none, err)
		}
		ruledNewsroom(t, s)
		var names []articles.StoryID
		recent, err := book.Recent(ctx, noon.Add(time.Minute), 10)
		for _, story := range recent {
			names = append(names, story.ID)
		}
		if err != nil || !slices.Equal(names, []articles.StoryID{"s1", "s2"}) {
			t.Fatalf("recent are %s, %v", names, err)
		}
		s1 := recent[0]
		want := alerts.StoryArticle{ID: "a3", Headline: "About a3", Outlet: "RFE/RL", Language: "en", Class: delivery.Bulletin, Judged: noon.Add(2 * time.Minute)}
		if s1.Count != 2 || s1.Articles[0] != want || !s1.Begun.Equal(noon) || !s1.Latest.Equal(want.Judged) || len(s1.Told) != 0 {
			t.Errorf("story %+v", s1)
		}
		if len(recent[1].Told) != 1 || recent[1].Told[0].ID != "n1" {
			t.Errorf("told of the other: %+v", recent[1].Told)
		}
		if _, err := book.Record(ctx, stories.Merge("s1", "s2", "cli:anna", noon)); err != nil {
			t.Fatal(err)
		}
		if heir, err := book.Story(ctx, "s2"); err != nil || heir.ID != "s1" || heir.Count != 3 || len(heir.Told) != 1 {
			t.Errorf("the heir is %+v, %v", heir, err)
		}
		if _, err := book.Story(ctx, "s9"); !errors.Is(err, stories.ErrUnknown) {
			t.Errorf("a story that is not: %v", err)
		}
	})
}
