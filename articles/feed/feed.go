// Package feed reads what newsrooms publish for machines: RSS, Atom, JSON feeds.
//
// A Source is one feed and what the operator allows it. A Reader reads one source once (Read) or takes what a hub
// pushed (Push): a visit is conditional, bounded in time and size, to public addresses only unless the operator says
// otherwise. A Watch does so for all sources, each at its own rhythm, gently with each host. What is known of a source
// is its State; pushes and their leases are a Hub's (websub.go).
//
// An item is known by its guid, or where it has none by its address, never by its date. What a feed holds when it is
// first read is its archive and is stored in silence; what comes later is news. By default only headline, standfirst
// and link are passed on, as feeds are meant to be used.
package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// MaxSize is the largest feed that is read, in bytes, unpacked.
const MaxSize = 10 << 20

// Text is how much of a source's articles may be passed on.
type Text string

const (
	Excerpt  Text = "excerpt"  // headline, standfirst and link
	Licensed Text = "licensed" // everything: its publisher allows it
	Own      Text = "own"      // everything: the newsroom is its publisher
)

// Source is one feed, and what the operator says of it.
type Source struct {
	URL      string // may hold a token: everywhere but in requests and sealed in the store it goes by Name
	Outlet   string // the outlet's name for readers; "" means the feed's own title
	MayRing  bool   // the operator trusts the feed's own marks to ring without an editor
	Text     Text   // "" means Excerpt
	Language string // BCP 47, where the operator knows better than the feed; "" as the feed says
	Private  bool   // its host may have a private or loopback address
	Settings bool   // it stands in the settings, and is gone when it does not any more
	Added    time.Time
}

// Name is what the source is called wherever its address must not be.
func (s Source) Name() string { return SourceName(s.URL) }

// whole reports whether the full text may be passed on.
func (s Source) whole() bool { return s.Text == Licensed || s.Text == Own }

// Catalogue knows all sources.
type Catalogue interface {
	// Sources are all of them.
	Sources(ctx context.Context) ([]Source, error)
	// Source is the one of a name; ErrNoSource where there is none.
	Source(ctx context.Context, name string) (Source, error)
	// Edition changes whenever a source is added, changed or removed.
	Edition(ctx context.Context) (int64, error)
}

// ErrNoSource says that there is no such source.
var ErrNoSource = errors.New("no such source")

// Memory keeps what is known of each feed under its SourceName.
type Memory interface {
	// FeedState is what was last saved for a feed; the zero State when nothing was.
	FeedState(ctx context.Context, name string) (State, error)
	SaveFeedState(ctx context.Context, name string, state State) error
}

// Reader reads sources onto a shelf. It may be used by many at a time.
type Reader struct {
	Shelf   articles.Shelf
	Memory  Memory
	Clients *Clients
	Hosts   *Hosts // spaces requests; nil: they are not spaced
	Hub     *Hub   // subscribes where a feed names a hub; nil: nothing is subscribed
	Log     *slog.Logger
	Now     func() time.Time // nil means time.Now

	// Alarm is told when a source has failed for a while or fallen silent, and with "" when that is over. May be nil.
	Alarm func(src Source, fault string)
	// Noted is told of each visit (not of pushes), for figures. May be nil.
	Noted func(Visit)
	// Arrived is told how long after its publisher's own time an article was stored. May be nil.
	Arrived func(src Source, lag time.Duration)

	heavy    sync.Mutex // large documents are parsed one at a time
	renamed  Renamed    // keeps the names of what a feed calls something else each time
	settling sync.Map   // a mutex for each source: what is read and what is pushed is settled one after another
}

// Visit is what became of one request for a feed.
type Visit struct {
	Source  string
	Status  int // 0: no answer
	Bytes   int // of the body, unpacked
	New     int // articles and versions
	Edited  int // known articles that a sitemap says were changed since
	Took    time.Duration
	Failure bool
}

// Read asks for the feed once, stores what is new and remembers how that went. The error says what is wrong with the
// feed or the shelf; the state has it in an editor's words. The state answered says when to read again.
func (r *Reader) Read(ctx context.Context, src Source) (State, error) {
	return r.visit(ctx, src, func() {})
}

// visit is Read. asked is called when the request has ended, and what follows concerns the host no more.
func (r *Reader) visit(ctx context.Context, src Source, asked func()) (State, error) {
	defer asked()
	state, err := r.Memory.FeedState(ctx, src.Name())
	if err != nil {
		return state, fmt.Errorf("feed: state of %s: %w", src.Name(), err)
	}
	began := r.now()
	answer, fault := r.ask(ctx, src, state)
	if pause := patience(fault); pause > 0 && r.Hosts != nil {
		r.Hosts.rest(hostOf(src.URL), r.now(), pause)
	}
	asked()
	visit := Visit{Source: src.Name(), Status: answer.Status, Bytes: len(answer.Text)}
	next, err := r.settle(ctx, src, func(now State) (next State, err error) {
		if next, err = now, fault; err == nil {
			var came arrivals
			next, came, err = r.take(ctx, src, now, answer)
			visit.New, visit.Edited = came.fresh, came.edited
		}
		if err != nil {
			next = now.failed(err, r.now())
		}
		return next, err
	})
	if ctx.Err() == nil && r.Noted != nil {
		visit.Took, visit.Failure = r.now().Sub(began), err != nil
		r.Noted(visit)
	}
	if err == nil && r.Hub != nil {
		r.Hub.tend(ctx, src, next)
	}
	return next, err
}

// saveTime is how long it may take to save what is known of a source.
const saveTime = 10 * time.Second

// settle changes what is known of a source, one change after another. The change's state is saved also beside an error,
// unless ctx has ended.
func (r *Reader) settle(ctx context.Context, src Source, change func(State) (State, error)) (State, error) {
	lock, _ := r.settling.LoadOrStore(src.Name(), &sync.Mutex{})
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	state, err := r.Memory.FeedState(ctx, src.Name())
	if err != nil {
		return state, fmt.Errorf("feed: state of %s: %w", src.Name(), err)
	}
	next, err := change(state)
	if errors.Is(ctx.Err(), context.Canceled) {
		return state, ctx.Err() // nobody's fault
	}
	r.report(src, state, next, err)
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTime)
	defer cancel()
	if saved := r.Memory.SaveFeedState(saving, src.Name(), next); saved != nil {
		err = errors.Join(err, fmt.Errorf("feed: save state of %s: %w", src.Name(), saved))
	}
	if err != nil {
		return next, fmt.Errorf("%s: %w", src.Name(), err)
	}
	return next, nil
}

// take stores what an answer has. The state is the new one only without an error: an item that was not stored must be
// seen again.
func (r *Reader) take(ctx context.Context, src Source, state State, answer Answer) (next State, came arrivals, err error) {
	now, archive := r.now(), state.Since.IsZero()
	next = state.answered(answer, now)
	if archive {
		next.Since = now
	}
	doc := Document{}
	if body := fingerprint(answer.Text); answer.Status == http.StatusOK && body != state.Body {
		if doc, err = r.parse(answer.Text, answer.Header.Get("Content-Type"), answer.Address); err != nil {
			return state, came, err
		}
		next.Body, next.Kind, next.Title = body, doc.Kind, firstOf(doc.Title, state.Title)
		next.Hub, next.Topic = announced(answer.Header, answer.Text, answer.Address)
	}
	switch {
	case next.Kind == Index:
		next, came, err = r.takeIndex(ctx, src, next, doc, answer.Address, archive)
	case doc.Kind != "":
		next, came.fresh, err = r.store(ctx, src, next, doc, archive)
	}
	if err != nil {
		return state, came, err
	}
	next.Every = next.interval(src, now)
	next.Next = now.Add(max(jittered(next.Every), freshFor(answer.Header)))
	if r.Hub == nil || archive {
		return next, came, nil
	}
	next, err = r.Hub.relax(ctx, src, next, came.fresh > 0)
	return next, came, err
}

// large is a document that takes much memory to parse, in bytes.
const large = 1 << 20

// parse is read, for large documents one at a time.
func (r *Reader) parse(text []byte, contentType string, address *url.URL) (Document, error) {
	if len(text) > large {
		r.heavy.Lock()
		defer r.heavy.Unlock()
	}
	return read(text, contentType, address)
}

// read turns what came into items: the one place where fetching meets parsing.
func read(text []byte, contentType string, address *url.URL) (Document, error) {
	return Parse(inUTF8(text, contentType), address)
}

// maxItems is how many items of a feed are read, the newest: a news sitemap has 1,000 at most.
const maxItems = 2000

// store puts the items on the shelf that are new or changed since they were last seen, the last of the feed first:
// feeds begin with the newest.
func (r *Reader) store(ctx context.Context, src Source, state State, doc Document, archive bool) (State, int, error) {
	read := min(len(doc.Items), maxItems)
	items := slices.Clone(doc.Items[:read])
	slices.Reverse(items)
	if doc.Kind != Sitemap && doc.Kind != Index { // there an address is the name
		r.renamed.Settle(src.Name(), items)
	}
	seen, pages, some, fresh := state.Seen.open(), r.pages(src), 1, 0
	if archive {
		some = atATime
	}
	items = slices.DeleteFunc(items, seen.has)
	for part := range slices.Chunk(items, some) {
		all := make([]articles.Article, len(part))
		for i, item := range part {
			all[i] = r.article(src, doc, item, state, archive, r.now())
			if all[i].Way == articles.ByImport {
				continue
			}
			if err := pages.complete(ctx, &all[i], seen.knows(item)); err != nil {
				return state, fresh, fmt.Errorf("read an item of %s: %w", src.Name(), err)
			}
		}
		receipts, err := r.put(ctx, all)
		if err != nil {
			return state, fresh, fmt.Errorf("store an item of %s: %w", src.Name(), err)
		}
		for i, item := range part {
			seen.add(item)
			if receipts[i].New {
				fresh++
				state = r.count(src, state, all[i], item, receipts[i], archive)
			}
		}
	}
	state.Seen = seen.prints(min(read+doc.held, maxItems))
	return state, fresh, nil
}

// Archive is a Shelf that takes many articles at once, all or none: what a feed holds at first is not news, and need not
// wait for the disk piece by piece.
type Archive interface {
	articles.Shelf
	PutAll(ctx context.Context, all []articles.Article) ([]articles.Receipt, error)
}

// atATime is how many articles of an archive are put at once.
const atATime = 50

// put puts articles on the shelf, at once where it can.
func (r *Reader) put(ctx context.Context, all []articles.Article) (receipts []articles.Receipt, err error) {
	if archive, can := r.Shelf.(Archive); can && len(all) > 1 {
		return archive.PutAll(ctx, all)
	}
	for _, a := range all {
		receipt, err := r.Shelf.Put(ctx, a)
		if err != nil {
			return nil, err
		}
		receipts = append(receipts, receipt)
	}
	return receipts, nil
}

// count notes that an article came, for the source's rhythm and figures.
func (r *Reader) count(src Source, state State, a articles.Article, item Item, receipt articles.Receipt, archive bool) State {
	state.Items++
	dated := !item.Published.IsZero() && !item.Published.After(a.Seen)
	if receipt.Version == 1 && (dated || !archive) {
		state = state.published(a.Published)
	}
	if archive {
		return state
	}
	r.Log.Info("article", "feed", src.Name(), "id", receipt.ID, "version", receipt.Version, "headline", a.Headline)
	if a.Way == articles.ByFeed && receipt.Version == 1 && dated {
		lag := max(0, r.now().Sub(a.Published))
		state = state.lagged(lag)
		if r.Arrived != nil {
			r.Arrived(src, lag)
		}
	}
	return state
}

// article is an item as we store it. What was published before the source was first read is archive whenever it turns
// up; what has no time that can be trusted is as old as the last reading that did not have it.
func (r *Reader) article(src Source, doc Document, item Item, state State, archive bool, now time.Time) articles.Article {
	a := articles.Article{
		ID: articles.DeriveID(src.Name(), item.Name), Source: src.Name(), Status: articles.Usable,
		Way: articles.ByFeed, MayRing: src.MayRing, Outlet: src.Outlet, Excerpt: !src.whole(), Seen: now,
		Language: item.Language, Headline: item.Headline, Standfirst: item.Standfirst, Byline: item.Byline,
		Keywords: item.Keywords, URL: item.URL, Published: item.Published, Modified: item.changed(),
	}
	a.Language = firstOf(src.Language, inDirection(item.Language, item.Direction))
	if a.Outlet == "" {
		a.Outlet = doc.Title
	}
	if a.Published.IsZero() || a.Published.After(now) { // a time to come is none that can be trusted
		a.Published = now
		if !archive && !state.Before.IsZero() {
			a.Published = state.Before
		}
	}
	if archive || a.Published.Before(state.Since) {
		a.Way, a.MayRing = articles.ByImport, false
	}
	if src.whole() {
		a.Body, a.Images = item.Body, item.Images
	}
	return a
}

// report says once when a feed fails or falls silent, and once when that is over.
func (r *Reader) report(src Source, before, after State, err error) {
	name := src.Name()
	switch {
	case after.Fault != "" && before.Fault == "":
		r.Log.Warn("a feed cannot be read; it is tried again less and less often", "feed", name, "fault", after.Fault, "err", err)
	case after.Fault == "" && before.Fault != "":
		r.Log.Info("the feed can be read again", "feed", name, "failures", before.Failures)
	case before.Since.IsZero() && !after.Since.IsZero():
		r.Log.Info("a feed was read for the first time; what it holds is archive", "feed", name, "items", after.Items)
	}
	was, _ := before.trouble(before.Fetched)
	is, says := after.trouble(after.Fetched)
	if is == was {
		return
	}
	if is == silent {
		r.Log.Warn("a source has fallen silent", "feed", name, "fault", says)
	}
	if r.Alarm != nil {
		r.Alarm(src, says)
	}
}

func (r *Reader) now() time.Time {
	if r.Now == nil {
		return time.Now().UTC()
	}
	return r.Now().UTC()
}
