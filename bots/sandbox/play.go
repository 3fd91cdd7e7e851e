package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
)

// Newsroom is what the script works with: the real store and the real editors.
type Newsroom struct {
	Shelf   articles.Shelf
	File    told
	Editors corrector

	// Speed is how fast the minute passes; 1 is real time. 0 means 1.
	Speed float64
}

// told finds the alert that told of an article; see alerts.File.
type told interface {
	Told(ctx context.Context, article articles.ID, story articles.StoryID) (alerts.Alert, error)
}

// corrector is the one thing an editor does in the script; see alerts.Editors.
type corrector interface {
	Correct(ctx context.Context, id alerts.ID, c alerts.Correction, by string) (alerts.Alert, error)
}

// editor is who acts in the script, on the record.
const editor = "demo:editor"

// Play presses Start for the visitor and lets the demo newsroom work through its minute. It returns nil when the minute is over or ctx ends, and the
// error of the first beat that the newsroom refused.
func (s *Sandbox) Play(ctx context.Context, n Newsroom) error {
	if n.Speed <= 0 {
		n.Speed = 1
	}
	if err := s.telegram.start(); err != nil {
		return fmt.Errorf("sandbox: start the private chat: %w", err)
	}
	began := s.now()
	for i, beat := range s.beats {
		at := time.Duration(float64(beat.At) / n.Speed)
		if !sleep(ctx, at-s.now().Sub(began)) {
			return nil
		}
		s.timeline.begin(i, s.now())
		if err := s.perform(ctx, n, beat); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("sandbox: %s of %s: %w", beat.Mark, beat.Slug, err)
		}
		s.showTimeline()
	}
	return nil
}

// perform does what a beat says.
func (s *Sandbox) perform(ctx context.Context, n Newsroom, b Beat) error {
	if b.Mark == Correction {
		return s.correct(ctx, n, b)
	}
	_, err := n.Shelf.Put(ctx, b.article(s.site, s.now()))
	return err
}

// patience is how long the editor tries to correct an alert: the desk may not have made it yet, or may still be
// carrying an earlier change.
const patience = 10 * time.Second

func (s *Sandbox) correct(ctx context.Context, n Newsroom, b Beat) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := s.tryCorrect(ctx, n, b)
		if !errors.Is(err, alerts.ErrNotFound) && !errors.Is(err, alerts.ErrConflict) {
			return err
		}
		if !sleep(ctx, 50*time.Millisecond) {
			return err
		}
	}
}

func (s *Sandbox) tryCorrect(ctx context.Context, n Newsroom, b Beat) error {
	al, err := n.File.Told(ctx, ArticleID(b.Slug), "")
	if err != nil {
		return err
	}
	versions := map[string]alerts.Wording{}
	for lang, w := range al.Versions { // the script's articles have one
		w.Headline, w.Text = b.Story.Headline, b.Story.Standfirst
		versions[lang] = w
	}
	c := alerts.Correction{Kind: alerts.Fact, Note: b.Note, Versions: versions}
	_, err = n.Editors.Correct(ctx, al.ID, c, editor)
	return err
}

// sleep waits for d; false: ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(max(0, d))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
