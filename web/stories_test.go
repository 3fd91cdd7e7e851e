package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
)

// judged puts an article into a story.
func (s *site) judged(id articles.ID, story articles.StoryID, headline string) {
	s.t.Helper()
	now := time.Now().UTC()
	a := articles.Article{ID: id, Source: "feed", Way: articles.ByFeed, Status: articles.Usable, Headline: headline, Outlet: "AP", Published: now, Seen: now}
	r, err := s.store.Put(ctx, a)
	if err != nil {
		s.t.Fatal(err)
	}
	v := alerts.Verdict{Article: id, Version: r.Version, Seq: r.Seq, Class: delivery.Urgent, At: now, Findings: articles.Findings{Story: story, Language: "en"}}
	if err := s.store.Alerts().SaveVerdict(ctx, v); err != nil {
		s.t.Fatal(err)
	}
}

func TestStoriesAreListedMergedAndSplit(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		if a := s.ask("GET", "/v1/stories", ""); a.status != http.StatusOK || strings.TrimSpace(a.raw) != `{"stories":[]}` {
			t.Errorf("before anything came: %d %s", a.status, a.raw)
		}
		s.judged("a1", "s1", "Ferry runs aground")
		s.judged("a2", "s1", "Ferry burns")
		s.judged("a3", "s2", "Ferry lost")
		_, _, err := s.store.Alerts().Create(ctx, alerts.Alert{ID: "n1", Status: alerts.Sent, Class: delivery.Flash, Article: "a3", Story: "s2", Created: time.Now()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := s.ask("POST", "/v1/stories/s1/merge", `{"from":"s2"}`); a.status != http.StatusOK || a.body["count"] != 3.0 || !strings.Contains(a.raw, `"told":[{"id":"n1"`) {
			t.Errorf("merged: %d %s", a.status, a.raw)
		}
		if a := s.ask("GET", "/v1/stories/s2", ""); a.status != http.StatusOK || a.body["id"] != "s1" {
			t.Errorf("the story that was merged: %d %s", a.status, a.raw)
		}
		a := s.ask("POST", "/v1/stories/s1/split", `{"articles":["a2"]}`)
		if a.status != http.StatusOK || a.body["headline"] != "Ferry burns" || a.body["count"] != 1.0 {
			t.Errorf("split off: %d %s", a.status, a.raw)
		}
		if a := s.ask("GET", "/v1/stories?limit=1", ""); strings.Count(a.raw, `"headline":"Ferry`) == 0 || strings.Count(a.raw, `"begun_at"`) != 1 {
			t.Errorf("the newest: %s", a.raw)
		}
		acts, err := s.store.Alerts().Acts(ctx, "", 5)
		if err != nil || len(acts) != 2 || acts[0].By != "api" || acts[0].What != "split-story" {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
		for _, tt := range []struct {
			path, body string
			status     int
			says       string
		}{
			{"s9/merge", `{"from":"s1"}`, http.StatusNotFound, "no such story: s9"},
			{"s1/merge", `{"from":"s8"}`, http.StatusNotFound, "no such story: s8"},
			{"s1/merge", `{"from":"s2"}`, http.StatusConflict, "one story already"},
			{"s1/merge", `{"from":"s1"}`, http.StatusUnprocessableEntity, "same story"},
			{"s1/merge", `{}`, http.StatusUnprocessableEntity, "from"},
			{"s1/split", `{"articles":["x"]}`, http.StatusUnprocessableEntity, "x is no article of story s1"},
			{"s1/split", `{"articles":["a1","a3"]}`, http.StatusUnprocessableEntity, "leave at least one"},
		} {
			s.ask("POST", "/v1/stories/"+tt.path, tt.body).wantProblem(t, tt.status, tt.says)
		}
		s.ask("GET", "/v1/stories/s9", "").wantProblem(t, http.StatusNotFound, "no such story: s9")
		s.ask("GET", fmt.Sprintf("/v1/stories?limit=%d", 201), "").wantProblem(t, http.StatusUnprocessableEntity, "limit")
	})
}
