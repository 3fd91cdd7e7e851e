package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
)

// rules is what an article is judged by.
type rules struct {
	name     string
	autosend alerts.Autosend
	topics   *topics.Catalogue
	past     *alerts.Past
}

// rehearsal is a desk of the past: it works as the real one does, on the articles that came then, at the time at which
// they came, in a world where nobody is told. Alerts are kept in a database that is thrown away; the real one is read.
type rehearsal struct {
	stage *stage
	hall  *hall
	desk  *alerts.Desk
	file  *store.AlertFile
	close func() error
}

// newRehearsal builds the world as it stood at an instant, behind which come the articles after a number. Nobody listens
// before listen.
func newRehearsal(ctx context.Context, n *newsroom, r rules, since time.Time, after articles.Seq, listen time.Time) (*rehearsal, error) {
	index := stories.NewIndex()
	if err := index.Rebuild(ctx, before{n.store, after}, since.Add(-stories.Memory)); err != nil {
		return nil, fmt.Errorf("learn the stories that ran then: %w", err)
	}
	scratch, discard, err := openScratch(ctx)
	if err != nil {
		return nil, fmt.Errorf("a database to rehearse in: %w", err)
	}
	re := &rehearsal{
		stage: &stage{archive: n.store, at: after, cursors: map[string]articles.Seq{"desk": after}}, file: scratch.Alerts(), close: discard,
	}
	re.hall = &hall{Audience: n.book, stage: re.stage, listen: listen, rings: map[subscriptions.ID]ringsOfDay{}, told: map[delivery.BatchID]*reach{}}
	re.desk = &alerts.Desk{
		Store: re.stage, Analyse: analyst(r.topics, index), Judge: alerts.Judge{Autosend: r.autosend, Past: r.past}, File: re.file,
		Audience: re.hall, Outbox: re.hall, Record: re.hall, Log: slog.New(slog.DiscardHandler), Now: re.stage.clock,
	}
	return re, nil
}

// openScratch opens an empty database, which is gone once it is discarded.
func openScratch(ctx context.Context) (scratch *store.Store, discard func() error, err error) {
	dir, err := os.MkdirTemp("", "tenbells-rehearsal-")
	if err != nil {
		return nil, nil, err
	}
	scratch, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "scratch.db"), store.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return scratch, func() error { return errors.Join(scratch.Close(), os.RemoveAll(dir)) }, nil
}

// maxSteps is how many steps the desk may need for one article; an audience of a million takes a hundred.
const maxSteps = 100_000

// take lets an article version come, at its time, and the desk work on it until it rests.
func (re *rehearsal) take(ctx context.Context, a articles.Article) error {
	if err := re.until(ctx, a.Seen); err != nil {
		return err
	}
	re.stage.reveal(a)
	return re.work(ctx)
}

// until lets time pass, with what falls due meanwhile.
func (re *rehearsal) until(ctx context.Context, t time.Time) error {
	for range maxSteps {
		next := re.stage.next
		if next.IsZero() || next.After(t) {
			break
		}
		re.stage.pass(next)
		if err := re.work(ctx); err != nil {
			return err
		}
	}
	re.stage.pass(t)
	return nil
}

func (re *rehearsal) work(ctx context.Context) error {
	for range maxSteps {
		next, err := re.desk.Step(ctx)
		if err != nil {
			return err
		}
		if re.stage.next = next; next.IsZero() || next.After(re.stage.clock()) {
			return nil
		}
	}
	return fmt.Errorf("the desk does not come to rest at %s", re.stage.clock().Format(time.RFC3339))
}

// alerts are those that rang, and those that editors would have been offered, oldest first, from an instant on.
func (re *rehearsal) alerts(ctx context.Context, since time.Time) (all []alerts.Alert, err error) {
	at, id := re.stage.clock().Add(time.Hour), alerts.ID("")
	for {
		some, err := re.file.Before(ctx, at, id, 200)
		if err != nil {
			return nil, err
		}
		for _, al := range some {
			if at, id = al.Created, al.ID; !al.Created.Before(since) {
				all = append(all, al)
			}
		}
		if len(some) == 0 || at.Before(since) {
			slices.Reverse(all)
			return all, nil
		}
	}
}

// stage shows articles one after another, and has a clock that goes by them.
type stage struct {
	archive *store.Store
	now     time.Time
	next    time.Time // when the desk wants to work again; zero: when something comes
	coming  []articles.Article
	at      articles.Seq // of the last that came
	cursors map[string]articles.Seq
}

func (s *stage) clock() time.Time { return s.now }

// pass lets time pass until t. It never goes back, though articles may have come out of order by moments.
func (s *stage) pass(t time.Time) {
	if t.After(s.now) {
		s.now = t
	}
}

func (s *stage) reveal(a articles.Article) { s.coming, s.at = []articles.Article{a}, a.Seq }

// After answers what has come, if it was not read yet.
func (s *stage) After(_ context.Context, after articles.Seq, _ int) ([]articles.Article, error) {
	return slices.DeleteFunc(slices.Clone(s.coming), func(a articles.Article) bool { return a.Seq <= after }), nil
}

// Cursor answers how far a reader has come.
func (s *stage) Cursor(_ context.Context, name string) (articles.Seq, error) {
	return s.cursors[name], nil
}

// MoveCursor moves a reader on.
func (s *stage) MoveCursor(_ context.Context, name string, to articles.Seq) error {
	s.cursors[name] = max(s.cursors[name], to)
	return nil
}

// Adopt numbers nothing: what comes has a number.
func (s *stage) Adopt(context.Context) (int, error) { return 0, nil }

// Article answers a version of an article.
func (s *stage) Article(ctx context.Context, id articles.ID, version int) (articles.Article, error) {
	return s.archive.Article(ctx, id, version)
}

// before is what the store knew of stories when it had so many article versions.
type before struct {
	stories.Past
	last articles.Seq
}

// Placed answers what had come by then.
func (b before) Placed(ctx context.Context, after articles.Seq, limit int) ([]stories.Placed, error) {
	ps, err := b.Past.Placed(ctx, after, limit)
	for i, p := range ps {
		if p.Article.Seq > b.last {
			return ps[:i], err
		}
	}
	return ps, err
}

// reach is whom an alert would have reached.
type reach struct {
	AtOnce int `json:"at_once"`
	Held   int `json:"held"`   // until the end of their quiet hours, or the next day
	Folded int `json:"folded"` // left to their digest: quiet hours, the day's budget, or a language they do not read
}

// ringsOfDay is how often a reader rang on a day of their calendar.
type ringsOfDay struct{ day, n int }

// hall is the readers, as they are today, and a ledger that only counts what they would be owed. How often each rang is
// counted here, since the real ledger knows of other alerts.
type hall struct {
	subscriptions.Audience
	stage  *stage
	listen time.Time // nobody is there before

	mu    sync.Mutex // the desk reads a page ahead
	rings map[subscriptions.ID]ringsOfDay
	zones map[subscriptions.ID]string // of those on the pages that were read last, who have a budget
	told  map[delivery.BatchID]*reach
	hours [24]int // messages by the hour, UTC, in which they would have gone out

	reader subscriptions.ID // one who is watched; 0: nobody
	heard  []delivery.Message
}

// Page answers recipients with how often they have rung in this rehearsal.
func (h *hall) Page(ctx context.Context, q subscriptions.Query, now time.Time, after subscriptions.ID, limit int) ([]subscriptions.Recipient, error) {
	if now.Before(h.listen) {
		return nil, nil
	}
	rs, err := h.Audience.Page(ctx, q, now, after, limit)
	h.mu.Lock()
	defer h.mu.Unlock()
	if after == 0 || h.zones == nil {
		h.zones = map[subscriptions.ID]string{}
	}
	for i, r := range rs {
		rs[i].Rings = 0
		if r.Budget <= 0 {
			continue
		}
		h.zones[r.ID] = r.Zone
		if had := h.rings[r.ID]; had.day == subscriptions.LocalDay(now, r.Zone) {
			rs[i].Rings = had.n
		}
	}
	return rs, err
}

// SaveContent keeps nothing.
func (h *hall) SaveContent(context.Context, delivery.ContentID, int, delivery.Content) error {
	return nil
}

// Owe counts.
func (h *hall) Owe(_ context.Context, ms []delivery.Message) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.stage.clock()
	for _, m := range ms {
		to := h.told[m.Batch]
		if to == nil {
			to = &reach{}
			h.told[m.Batch] = to
		}
		if m.Due.After(now) {
			to.Held++
		} else {
			to.AtOnce++
		}
		h.hours[m.Due.UTC().Hour()]++
		h.ring(m.Subscriber, now)
		if m.Subscriber == h.reader {
			h.heard = append(h.heard, m)
		}
	}
	return len(ms), nil
}

func (h *hall) ring(id subscriptions.ID, now time.Time) {
	zone, counted := h.zones[id]
	if !counted {
		return
	}
	today := subscriptions.LocalDay(now, zone)
	had := h.rings[id]
	if had.day != today {
		had = ringsOfDay{day: today}
	}
	had.n++
	h.rings[id] = had
	delete(h.zones, id)
}

// Counts answers that nothing is waiting.
func (h *hall) Counts(context.Context, delivery.BatchID) (delivery.Counts, error) {
	return delivery.Counts{}, nil
}

// Unfinished says that all has been delivered.
func (h *hall) Unfinished(context.Context, delivery.BatchID) (bool, error) { return false, nil }

// SetBatch changes nothing.
func (h *hall) SetBatch(context.Context, delivery.BatchID, delivery.BatchState) error { return nil }

// FollowUp finds nobody to tell of a change.
func (h *hall) FollowUp(context.Context, delivery.FollowUp) (int, delivery.Key, error) {
	return 0, "", nil
}

// Halt changes nothing.
func (h *hall) Halt(context.Context, bool) error { return nil }

// Halted says that nothing is.
func (h *hall) Halted(context.Context) (bool, error) { return false, nil }
