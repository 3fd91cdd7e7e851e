// Package feed reads RSS, Atom and JSON feeds.
//
// One Fetch is one polite request: conditional, bounded in time and size, to public addresses only unless the operator
// says otherwise. An item is known by its guid, or where it has none by its address, never by its date. What a feed
// holds when it is first read is its archive and is stored in silence; what comes later is news. By default only
// headline, standfirst and link are passed on, as feeds are meant to be used.
package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// MaxSize is the largest feed that is read, in bytes, unpacked.
const MaxSize = 10 << 20

// Source reads one feed onto a shelf.
type Source struct {
	URL     string // stays in here: it may hold a token; everywhere else the feed goes by SourceName
	Name    string // the outlet's name for readers; "" means the feed's own title
	MayRing bool   // the operator trusts the feed's own marks to ring without an editor
	Full    bool   // the operator may pass on the full text; else headline, standfirst and link

	Shelf  articles.Shelf
	Memory Memory
	Client *http.Client // see NewClient
	Log    *slog.Logger
	Now    func() time.Time // nil means time.Now
}

// Fetch reads the feed once and remembers how that went. The error says what is wrong with the feed or the shelf; the
// same error is in the feed's State. Whoever calls tries again when Due.
func (s *Source) Fetch(ctx context.Context) error {
	state, err := s.Memory.FeedState(ctx, SourceName(s.URL))
	if err != nil {
		return fmt.Errorf("feed: state of %s: %w", SourceName(s.URL), err)
	}
	next, err := s.fetch(ctx, state)
	if ctx.Err() != nil {
		return ctx.Err() // nobody's fault
	}
	if err != nil {
		next = state.failed(err, s.now())
	}
	s.report(state, next)
	if saved := s.Memory.SaveFeedState(ctx, SourceName(s.URL), next); saved != nil {
		err = errors.Join(err, fmt.Errorf("feed: save state of %s: %w", SourceName(s.URL), saved))
	}
	return err
}

// fetch asks for the feed and stores what it has. State is the new one only without an error: an item that was not
// stored must be seen again.
func (s *Source) fetch(ctx context.Context, state State) (State, error) {
	answer, err := s.ask(ctx, state)
	if err != nil {
		return state, err
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotModified:
		return state.read(answer.Header, s.now()), nil
	case answer.StatusCode != http.StatusOK:
		return state, fmt.Errorf("%s answers %s", SourceName(s.URL), answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, MaxSize+1))
	if err != nil {
		return state, fmt.Errorf("read %s: %w", SourceName(s.URL), err)
	}
	if len(text) > MaxSize {
		return state, fmt.Errorf("%s has more than %d MiB", SourceName(s.URL), MaxSize>>20)
	}
	address := withoutSecrets(answer.Request.URL) // after redirects: what links in the feed are relative to
	doc, err := Parse(inUTF8(text, answer.Header.Get("Content-Type")), address)
	if err != nil {
		return state, fmt.Errorf("%s: %w", SourceName(s.URL), err)
	}
	if err := s.store(ctx, doc, state.Since.IsZero()); err != nil {
		return state, err
	}
	return state.read(answer.Header, s.now()), nil
}

// store puts the items on the shelf, the last of the feed first: feeds begin with the newest.
func (s *Source) store(ctx context.Context, doc Document, archive bool) error {
	now := s.now()
	for i := len(doc.Items) - 1; i >= 0; i-- {
		receipt, err := s.Shelf.Put(ctx, s.article(doc, doc.Items[i], archive, now))
		if err != nil {
			return fmt.Errorf("store an item of %s: %w", SourceName(s.URL), err)
		}
		if receipt.New && !archive {
			s.Log.Info("article", "feed", SourceName(s.URL), "id", receipt.ID, "version", receipt.Version, "headline", doc.Items[i].Headline)
		}
	}
	return nil
}

// article is an item as we store it.
func (s *Source) article(doc Document, item Item, archive bool, now time.Time) articles.Article {
	a := articles.Article{
		ID: articles.DeriveID(SourceName(s.URL), item.Name), Source: SourceName(s.URL), Status: articles.Usable,
		Way: articles.ByFeed, MayRing: s.MayRing, Outlet: s.Name, Excerpt: !s.Full, Seen: now,
		Language: item.Language, Headline: item.Headline, Standfirst: item.Standfirst, Byline: item.Byline,
		Keywords: item.Keywords, URL: item.URL, Published: item.Published, Modified: item.Modified,
	}
	if archive {
		a.Way, a.MayRing = articles.ByImport, false
	}
	if a.Outlet == "" {
		a.Outlet = doc.Title
	}
	if a.Published.IsZero() || a.Published.After(now) { // a time to come is none that can be trusted
		a.Published = now
	}
	if s.Full {
		a.Body, a.Images = item.Body, item.Images
	}
	return a
}

// report says once when a feed fails, and once when it works again.
func (s *Source) report(before, after State) {
	switch {
	case after.Fault != "" && before.Fault == "":
		s.Log.Warn("a feed cannot be read; it is tried again less and less often", "feed", SourceName(s.URL), "err", after.Fault)
	case after.Fault == "" && before.Fault != "":
		s.Log.Info("the feed can be read again", "feed", SourceName(s.URL), "failures", before.Failures)
	case before.Since.IsZero() && !after.Since.IsZero():
		s.Log.Info("a feed was read for the first time; what it holds is archive", "feed", SourceName(s.URL))
	}
}

func (s *Source) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now().UTC()
}
