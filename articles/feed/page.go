package feed

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/extract"
)

// Bounds of fetching the pages of what a feed only gives the beginning of. News must not wait for a slow page: what has
// not come in time is stored as the feed has it.
const (
	pageTime  = 8 * time.Second  // for one page, the wait for the host's turn included
	pagesTime = 20 * time.Second // for all pages of one reading
	maxPage   = 4 << 20          // bytes
	fullText  = 800              // characters of a feed's own text that are taken for all of it
)

// pages fetches the full text where the operator may pass it on.
type pages struct {
	reader *Reader
	src    Source
	until  time.Time
}

func (r *Reader) pages(src Source) *pages {
	return &pages{reader: r, src: src, until: time.Now().Add(pagesTime)}
}

// complete fills in what the article's page has and the feed has not. Where the page cannot be had, a new article stays
// as it is, and the next version of a known one has the text of the one before.
func (p *pages) complete(ctx context.Context, a *articles.Article, known bool) error {
	if !p.src.whole() || a.URL == "" || length(a.Body) >= fullText {
		return nil
	}
	found, err := articles.Article{}, errLate
	if time.Now().Before(p.until) {
		found, err = p.fetch(ctx, a.URL)
	}
	if err != nil && known {
		p.reader.Log.Info("the page of an article cannot be read; its next version has the text that is known", "feed", p.src.Name(), "id", a.ID, "err", err)
		return p.carryOver(ctx, a)
	}
	if err != nil {
		p.reader.Log.Info("the page of an article cannot be read; it is stored as the feed has it", "feed", p.src.Name(), "id", a.ID, "err", err)
		return nil
	}
	p.fillIn(a, found)
	return nil
}

// errLate says that the time for pages has passed.
var errLate = errors.New("there was no time left for it")

// carryOver gives a version the text of the one before it.
func (p *pages) carryOver(ctx context.Context, a *articles.Article) error {
	shelf, can := p.reader.Shelf.(Kept)
	if !can {
		return nil
	}
	old, err := shelf.Article(ctx, a.ID, 0)
	if errors.Is(err, articles.ErrNotFound) {
		return nil
	}
	p.fillIn(a, old)
	return err
}

// fillIn takes from found what a has not.
func (p *pages) fillIn(a *articles.Article, found articles.Article) {
	if length(found.Body) <= length(a.Body) {
		return
	}
	a.Body = found.Body
	if len(a.Images) == 0 {
		a.Images = found.Images
	}
	fill(&a.Byline, found.Byline)
	fill(&a.Dateline, found.Dateline)
	fill(&a.Section, found.Section)
	fill(&a.Standfirst, found.Standfirst)
	fill(&a.Language, found.Language)
}

func fill(field *string, with string) {
	if *field == "" {
		*field = with
	}
}

func (p *pages) fetch(ctx context.Context, address string) (articles.Article, error) {
	ctx, cancel := context.WithTimeout(ctx, pageTime)
	defer cancel()
	if p.reader.Hosts != nil {
		leave, err := p.reader.Hosts.wait(ctx, hostOf(address))
		if err != nil {
			return articles.Article{}, err
		}
		defer leave()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return articles.Article{}, withoutAddress(err)
	}
	request.Header.Set("Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1")
	answer, err := get(p.reader.Clients.of(p.src), request, maxPage)
	if err != nil {
		return articles.Article{}, err
	}
	return extract.HTML(answer.Text, answer.Address.String())
}

// length is how many characters paragraphs have.
func length(paragraphs []string) int { return utf8.RuneCountInString(strings.Join(paragraphs, "\n")) }
