package web

import (
	"net/http"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// How many stories an answer has, unless it says otherwise, and at most.
const (
	defaultStories = 50
	maxStories     = 200
)

func storyID(r *http.Request) articles.StoryID { return articles.StoryID(r.PathValue("id")) }

// listStories answers the stories with the newest articles.
func (s *Server) listStories(w http.ResponseWriter, r *http.Request) error {
	limit, err := number(r, "limit", defaultStories, 1, maxStories)
	if err != nil {
		return err
	}
	recent, err := s.Editors.RecentStories(r.Context(), int(limit))
	if err != nil {
		return err
	}
	out := struct {
		Stories []alerts.StoryOutline `json:"stories"`
	}{make([]alerts.StoryOutline, len(recent))}
	for i, story := range recent {
		out.Stories[i] = story.JSON()
	}
	return writeJSON(w, http.StatusOK, out)
}

// showStory answers one story, or the one that it was merged into.
func (s *Server) showStory(w http.ResponseWriter, r *http.Request) error {
	story, err := s.Editors.Story(r.Context(), storyID(r))
	return answerStory(w, story, err)
}

func answerStory(w http.ResponseWriter, story alerts.Story, err error) error {
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, story.JSON())
}

// mergeStory takes another story into this one.
func (s *Server) mergeStory(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		From articles.StoryID `json:"from"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	if in.From == "" {
		return badField("from", "from: name the story that is the same event")
	}
	story, err := s.Editors.Merge(r.Context(), storyID(r), in.From, byAPI)
	return answerStory(w, story, err)
}

// splitStory makes articles of this story one of their own, and answers that one.
func (s *Server) splitStory(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Articles []articles.ID `json:"articles"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	story, err := s.Editors.Split(r.Context(), storyID(r), in.Articles, byAPI)
	return answerStory(w, story, err)
}
