package feed

import (
	"context"
	"errors"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// Found is what is at a source's address now.
type Found struct {
	Kind     Kind
	Title    string
	Moved    string             // where it has moved for good, "" nowhere
	Hub      string             // the hub that pushes it, "" none
	Articles []articles.Article // as they would be stored if they were news, the newest first
	Feeds    []string           // the feeds that a web page names, where it is one
	Sitemaps []string           // the sitemaps that are followed, where it is an index
}

// Look asks for a source once and stores nothing. Beside ErrNoFeed there may be Feeds.
func (r *Reader) Look(ctx context.Context, src Source) (Found, error) {
	answer, err := r.ask(ctx, src, State{})
	if err != nil {
		return Found{}, err
	}
	found := Found{Moved: answer.Moved}
	doc, err := read(answer.Text, answer.Header.Get("Content-Type"), answer.Address)
	if errors.Is(err, ErrNoFeed) {
		found.Feeds = named(answer.Text, answer.Address)
	}
	if err != nil {
		return found, err
	}
	found.Kind = doc.Kind
	if doc.Kind == Index {
		if doc, err = r.lookInto(ctx, src, doc, answer.Address, &found); err != nil {
			return found, err
		}
	}
	found.Title = doc.Title
	found.Hub, _ = announced(answer.Header, answer.Text, answer.Address)
	for _, item := range doc.Items[:min(len(doc.Items), maxItems)] {
		found.Articles = append(found.Articles, r.article(src, doc, item, State{}, false, r.now()))
	}
	return found, nil
}

// lookInto reads the sitemaps that an index names.
func (r *Reader) lookInto(ctx context.Context, src Source, index Document, at *url.URL, found *Found) (Document, error) {
	pages := newestOf(at, index.Sitemaps)
	if len(pages) == 0 {
		return index, errNoSitemaps
	}
	followed := r.follow(ctx, src, pages, nil)
	for _, l := range followed {
		found.Sitemaps = append(found.Sitemaps, l.Topic)
	}
	return gathered(followed), faultOf(followed)
}

// Words says what is wrong with a source so that an editor understands it, and what can be done.
func Words(err error) string { return words(err) }

var pageAttribute = regexp.MustCompile(`(?is)\b(rel|type|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))`)

// maxNamed is how many feeds of a web page are told.
const maxNamed = 10

// named are the feeds that a web page links to.
func named(page []byte, address *url.URL) (feeds []string) {
	for _, tag := range linkTag.FindAll(page[:min(len(page), 1<<20)], -1) {
		says := map[string]string{}
		for _, a := range pageAttribute.FindAllSubmatch(tag, -1) {
			says[strings.ToLower(string(a[1]))] = html.UnescapeString(string(a[2]) + string(a[3]) + string(a[4]))
		}
		kind, feed := strings.ToLower(says["type"]), absolute(address, says["href"])
		speaks := strings.Contains(kind, "rss") || strings.Contains(kind, "atom") || strings.Contains(kind, "feed+json")
		if speaks && feed != "" && strings.EqualFold(says["rel"], "alternate") && !slices.Contains(feeds, feed) && len(feeds) < maxNamed {
			feeds = append(feeds, feed)
		}
	}
	return feeds
}
