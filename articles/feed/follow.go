package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Bounds of following the sitemaps that a source names. The protocol allows an index 50,000 of them
// (sitemaps.org/protocol.html#index); news is in the few that changed last.
const (
	perIndex     = 6                // that are followed of one index, the newest
	maxLeaves    = 12               // that are followed of one source, with those of indexes within its index
	leavesTime   = 25 * time.Second // for all that are asked for in one reading, waiting for the host's turn included
	leavesPause  = time.Minute      // the shortest between two readings: each asks for several documents
	lastmodDoubt = 48 * time.Hour   // many sitemaps say only the day of a change, in a zone of their own
)

// errNoSitemaps and errLeaves say why an index gives nothing.
var (
	errNoSitemaps = errors.New("it names no sitemap of its own site")
	errLeaves     = errors.New("none of the sitemaps that it names can be read")
)

// leaf is a sitemap that a source's index names, kept as a feed of its own: its Topic is where it is, and Recent when it
// was last changed, as the index says.
type leaf struct {
	State
	name  string   // under which its state is kept
	asked bool     // in this reading
	doc   Document // what it says, where it was asked for and had something new
	err   error
}

// leafName is what a leaf's state is kept under: there are as many places as leaves that are followed.
func leafName(src Source, place int) string { return fmt.Sprintf("%s#%d", src.Name(), place) }

// leaves are what is known of the sitemaps that a source's index named.
func (r *Reader) leaves(ctx context.Context, src Source) (known []*leaf, err error) {
	for place := range maxLeaves {
		name := leafName(src, place)
		state, err := r.Memory.FeedState(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("feed: state of %s: %w", name, err)
		}
		if state.Topic != "" {
			known = append(known, &leaf{State: state, name: name})
		}
	}
	return known, nil
}

// pagesOf are the leaves as the index named them when it was last read.
func pagesOf(known []*leaf) (pages []Page) {
	for _, l := range known {
		pages = append(pages, Page{URL: l.Topic, Modified: l.changed()})
	}
	return pages
}

// changed is when the index says that it was last changed; zero: it does not.
func (l *leaf) changed() time.Time {
	if len(l.Recent) == 0 {
		return time.Time{}
	}
	return l.Recent[0]
}

// follow asks for the sitemaps of an index that may have something new, and for those of indexes among them.
func (r *Reader) follow(ctx context.Context, src Source, pages []Page, known []*leaf) []*leaf {
	ctx, cancel := context.WithTimeout(ctx, leavesTime)
	defer cancel()
	var followed []*leaf
	for at := 0; at < len(pages) && len(followed) < maxLeaves; at++ {
		l := leafOf(known, pages[at])
		if slices.ContainsFunc(followed, func(other *leaf) bool { return other.Topic == l.Topic }) {
			continue
		}
		followed = append(followed, l)
		if ctx.Err() == nil && l.due(r.now(), at == 0) {
			r.askLeaf(ctx, src, l)
		}
		if l.doc.Kind == Index {
			base, _ := url.Parse(l.Topic) // it was just asked for
			pages = append(pages, newestOf(base, l.doc.Sitemaps)...)
		}
	}
	return followed
}

// leafOf is the leaf at a page's address, with what is known of it.
func leafOf(known []*leaf, page Page) *leaf {
	l := &leaf{State: State{Topic: page.URL}}
	for _, k := range known {
		if k.Topic == page.URL {
			l = k
		}
	}
	if l.Recent = nil; !page.Modified.IsZero() {
		l.Recent = []time.Time{page.Modified}
	}
	return l
}

// due reports whether a leaf may have something new. The first is always asked: it is the newest, and what an index says
// of changes may be old itself.
func (l *leaf) due(now time.Time, first bool) bool {
	if now.Before(l.State.due(now)) {
		return false
	}
	return first || l.Kind == Index || l.Read.IsZero() || l.changed().IsZero() || l.changed().After(l.Read.Add(-lastmodDoubt))
}

// askLeaf asks for a leaf, and reads it where it has changed. An index is always asked for whole: what it names is not
// kept.
func (r *Reader) askLeaf(ctx context.Context, src Source, l *leaf) {
	l.asked = true
	state := l.State
	if state.Kind == Index {
		state.ETag, state.LastModified = "", ""
	}
	answer, err := r.askTurn(ctx, src, l.Topic, state)
	if errors.Is(ctx.Err(), context.Canceled) {
		l.err = ctx.Err()
		return
	}
	if l.err = err; err == nil || errors.Is(err, errTooLong) {
		l.State = l.answered(answer, r.now())
		l.Next = time.Time{}
	}
	body := fingerprint(answer.Text)
	if err == nil && answer.Status == http.StatusOK && (body != l.Body || l.Kind == Index) {
		l.Body = body
		if l.doc, l.err = r.parse(answer.Text, answer.Header.Get("Content-Type"), answer.Address); l.err == nil {
			l.doc.Items, l.doc.Pages = l.doc.Items[:min(len(l.doc.Items), maxItems)], l.newestPages() // twelve of 50,000 are much to hold
			l.Kind, l.Items, l.Title = l.doc.Kind, len(l.doc.Items), l.doc.Title
		}
	}
	if l.err != nil {
		l.State = l.failed(l.err, r.now())
		r.Log.Info("a sitemap of an index cannot be read", "feed", src.Name(), "sitemap", Shown(l.Topic), "err", l.err)
	}
}

// askTurn asks for a document once it is its host's turn.
func (r *Reader) askTurn(ctx context.Context, src Source, address string, state State) (Answer, error) {
	if r.Hosts == nil {
		return r.askAt(ctx, src, address, state)
	}
	leave, err := r.Hosts.wait(ctx, hostOf(address))
	if err != nil {
		return Answer{}, err
	}
	defer leave()
	answer, err := r.askAt(ctx, src, address, state)
	if pause := patience(err); pause > 0 {
		r.Hosts.rest(hostOf(address), r.now(), pause)
	}
	return answer, err
}

// takeIndex stores what the sitemaps of an index have.
func (r *Reader) takeIndex(ctx context.Context, src Source, state State, index Document, at *url.URL, archive bool) (next State, came arrivals, err error) {
	known, pages := []*leaf(nil), newestOf(at, index.Sitemaps)
	if !archive {
		if known, err = r.leaves(ctx, src); err != nil {
			return state, came, err
		}
	}
	if index.Kind == "" { // it is as it was
		pages = pagesOf(known)
	}
	if len(pages) == 0 {
		return state, came, errNoSitemaps
	}
	followed := r.follow(ctx, src, pages, known)
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return state, came, err
	}
	doc := gathered(followed)
	before := state.Seen
	state.Title = firstOf(doc.Title, state.Title)
	if next, came.fresh, err = r.store(ctx, src, state, doc, archive); err != nil {
		return state, came, err
	}
	if !archive {
		came.edited, err = r.reread(ctx, src, before, state.Before, followed)
	} else {
		noteAll(followed)
	}
	return next, came, errors.Join(err, r.saveLeaves(ctx, src, known, followed), faultOf(followed))
}

// gathered is what the leaves have as one document, the newest first: news, amended by what else they say of its
// addresses.
func gathered(followed []*leaf) Document {
	all := Document{Kind: Index}
	for _, l := range followed {
		if l.doc.Kind == "" {
			all.held += l.Items
			continue
		}
		all.Title, all.Language = firstOf(all.Title, l.doc.Title), firstOf(all.Language, l.doc.Language)
		all.Items = append(all.Items, l.doc.Items...)
	}
	for _, l := range followed {
		all.Amend(l.doc)
	}
	all.Pages = nil // they are the leaves' own
	slices.SortStableFunc(all.Items, func(a, b Item) int { return b.Published.Compare(a.Published) })
	all.Items = once(all.Items)
	return all
}

// saveLeaves keeps what is known of the leaves, each in its place, and forgets those that are not followed any more.
func (r *Reader) saveLeaves(ctx context.Context, src Source, known, followed []*leaf) error {
	taken := map[string]bool{}
	for _, l := range followed {
		taken[l.name] = l.name != ""
	}
	for place := range maxLeaves {
		if name := leafName(src, place); !taken[name] {
			at := slices.IndexFunc(followed, func(l *leaf) bool { return l.name == "" })
			if at < 0 {
				break
			}
			followed[at].name = name
			taken[name] = true
		}
	}
	var errs []error
	for _, l := range followed {
		errs = append(errs, r.Memory.SaveFeedState(ctx, l.name, l.State))
	}
	for _, l := range known {
		if !taken[l.name] {
			errs = append(errs, r.Memory.SaveFeedState(ctx, l.name, State{}))
		}
	}
	return errors.Join(errs...)
}

// faultOf is what is wrong with an index of which nothing could be read.
func faultOf(followed []*leaf) error {
	var fault error
	for _, l := range followed {
		if l.Kind != "" && l.err == nil {
			return nil
		}
		if fault == nil {
			fault = l.err
		}
	}
	if fault == nil {
		return nil // none had its turn
	}
	return fmt.Errorf("%w: %w", errLeaves, fault)
}

// newsy are the words by which sitemaps of news go, where an index does not say which of them changed last.
var newsy = regexp.MustCompile(`(?i)news|latest|recent|today|breaking`)

// newestOf are the sitemaps of an index that are followed: those that changed last, and before them those of unknown
// date that go by the name of news. An index may speak of its own site only, as others cannot vouch for it; whom a
// site's robots.txt names is its own choice (sitemaps.org/protocol.html#location).
func newestOf(at *url.URL, pages []Page) []Page {
	anywhere := at == nil || strings.HasSuffix(at.Path, "/robots.txt")
	pages = slices.DeleteFunc(slices.Clone(pages), func(p Page) bool { return !anywhere && !sameSite(at.Hostname(), hostOf(p.URL)) })
	rank := func(p Page) int {
		switch {
		case !p.Modified.IsZero():
			return 1
		case newsy.MatchString(p.URL):
			return 0
		}
		return 2
	}
	slices.SortStableFunc(pages, func(a, b Page) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Modified.Compare(a.Modified)) })
	return pages[:min(len(pages), perIndex)]
}

// sameSite reports whether two hosts belong to one site: www.example.org and media.example.org do.
func sameSite(one, other string) bool {
	a, errA := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(one))
	b, errB := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(other))
	return strings.EqualFold(one, other) || errA == nil && errB == nil && a == b
}
