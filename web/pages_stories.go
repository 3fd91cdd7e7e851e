package web

import (
	"net/http"
	"slices"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// storiesPage lists the stories of late.
func (s *Server) storiesPage(_ string, w http.ResponseWriter, r *http.Request) error {
	recent, err := s.Editors.RecentStories(r.Context(), maxStories)
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, "stories", struct {
		frame
		Stories []alerts.Story
	}{s.frame("stories", "Stories"), recent})
}

// done are what a page says after something was done, by the name in its address.
var done = map[string]string{
	"merged": "They are one story now. What was told of any of them was told of it.",
	"split":  "This is a story of its own now. It is being judged anew, and may ring by itself.",
}

// storyPage shows one story, its articles, and who was told what.
func (s *Server) storyPage(_ string, w http.ResponseWriter, r *http.Request) error {
	story, err := s.Editors.Story(r.Context(), storyID(r))
	if err != nil {
		return err
	}
	f := s.frame("stories", story.Headline())
	f.Done = done[r.URL.Query().Get("done")]
	var told []alerts.Report
	for _, al := range story.Told {
		report, err := s.Editors.Show(r.Context(), al.ID)
		if err != nil {
			return err
		}
		told = append(told, report)
	}
	return s.render(w, http.StatusOK, "story", struct {
		frame
		Story alerts.Story
		Told  []alerts.Report
	}{f, story, told})
}

// mostMerged is how many stories are merged at once.
const mostMerged = 50

// mergeOnPage makes the chosen stories one: that which was told, or else the oldest.
func (s *Server) mergeOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	chosen := r.PostForm["story"]
	if len(chosen) < 2 || len(chosen) > mostMerged {
		return badField("story", "Choose at least two stories to merge, and at most %d.", mostMerged)
	}
	var all []alerts.Story
	for _, id := range chosen {
		story, err := s.Editors.Story(r.Context(), articles.StoryID(id))
		if err != nil {
			return err
		}
		all = append(all, story)
	}
	slices.SortStableFunc(all, byStanding)
	for _, other := range all[1:] {
		if _, err := s.Editors.Merge(r.Context(), all[0].ID, other.ID, who); err != nil {
			return err
		}
	}
	http.Redirect(w, r, "/stories/"+string(all[0].ID)+"?done=merged", http.StatusSeeOther)
	return nil
}

// byStanding puts a story that was told before others, and an older one before a newer one.
func byStanding(a, b alerts.Story) int {
	switch toldA, toldB := len(a.Told) > 0, len(b.Told) > 0; {
	case toldA && !toldB:
		return -1
	case toldB && !toldA:
		return 1
	}
	return a.Begun.Compare(b.Begun)
}

// splitOnPage makes the chosen articles a story of their own.
func (s *Server) splitOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	var ids []articles.ID
	for _, id := range r.PostForm["article"] {
		ids = append(ids, articles.ID(id))
	}
	if len(ids) == 0 {
		return badField("article", "Choose the articles that are another story.")
	}
	story, err := s.Editors.Split(r.Context(), storyID(r), ids, who)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/stories/"+string(story.ID)+"?done=split", http.StatusSeeOther)
	return nil
}
