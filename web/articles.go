package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/language"
	"github.com/tenbells/tenbells/articles/ninjs"
)

// maxArticle is how many bytes a pushed article may have.
const maxArticle = 4 << 20

// accepted is the answer to an article.
type accepted struct {
	ID      articles.ID  `json:"id"`
	Version int          `json:"version"`
	Seq     articles.Seq `json:"seq"`
	More    []accepted   `json:"more,omitempty"` // of a NewsML-G2 message with several items: the others
}

// putArticle takes in one document: ninjs, or NewsML-G2 by its media type. It is on disk when the answer goes out.
func (s *Server) putArticle(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get(signatureHeader) == "" { // then nobody's body is read who may not come in
		if err := s.authorize(r); err != nil {
			return err
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxArticle))
	if err != nil {
		return unread(err)
	}
	way, err := s.admit(r, body)
	if err != nil {
		return err
	}
	all, err := parse(r, body)
	if err != nil {
		return faulty(err)
	}
	var answers []accepted
	status := http.StatusOK
	for _, a := range all {
		receipt, err := s.Articles.Put(r.Context(), s.received(a, way))
		if err != nil {
			return fmt.Errorf("web: put article: %w", err)
		}
		if receipt.New {
			status = http.StatusAccepted
		}
		answers = append(answers, accepted{ID: receipt.ID, Version: receipt.Version, Seq: receipt.Seq})
	}
	answers[0].More = answers[1:]
	return writeJSON(w, status, answers[0])
}

// parse reads what was pushed. The query may name the version of ninjs that it must be of.
func parse(r *http.Request, body []byte) ([]articles.Article, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && (strings.HasSuffix(kind, "/xml") || strings.HasSuffix(kind, "+xml")) {
		return ninjs.ParseNewsML(body)
	}
	a, err := ninjs.ParseAs(body, r.URL.Query().Get("ninjs"))
	return []articles.Article{a}, err
}

// faulty says what is wrong with a document, and at which place in it.
func faulty(err error) error {
	var fault *ninjs.Fault
	if errors.As(err, &fault) {
		return badField(fault.Path, "%s", err)
	}
	return badField("", "%s", err)
}

// received notes on an article how it came: both ways are the newsroom's own, so what it marks may ring.
func (s *Server) received(a articles.Article, way articles.Way) articles.Article {
	a.Way, a.MayRing, a.Seen = way, true, s.Now().UTC()
	a.Source, a.Outlet = cmp.Or(a.Source, string(way)), cmp.Or(a.Outlet, s.Outlet)
	if a.Published.IsZero() {
		a.Published = a.Seen
	}
	return a
}

// unread is what it means that a body could not be read.
func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return &problem{Status: http.StatusBadRequest, Detail: "the body could not be read to its end"}
}

// listed is one article version as other programs see it.
type listed struct {
	ID         articles.ID      `json:"id"`
	Version    int              `json:"version"`
	Seq        articles.Seq     `json:"seq"`
	Source     string           `json:"source"`
	Status     articles.Status  `json:"status"`
	Language   string           `json:"language,omitempty"`
	Direction  string           `json:"direction"` // rtl or ltr, as HTML's dir
	Headline   string           `json:"headline"`
	Standfirst string           `json:"standfirst,omitempty"`
	Body       []string         `json:"body,omitempty"`
	Dateline   string           `json:"dateline,omitempty"`
	Byline     string           `json:"byline,omitempty"`
	Credit     string           `json:"credit,omitempty"`
	Section    string           `json:"section,omitempty"`
	Urgency    int              `json:"urgency,omitempty"`
	Keywords   []string         `json:"keywords,omitempty"`
	Subjects   []articles.Topic `json:"subjects,omitempty"`
	Places     []articles.Place `json:"places,omitempty"`
	Images     []articles.Image `json:"images,omitempty"`
	URL        string           `json:"url,omitempty"`
	Evolved    articles.ID      `json:"evolved_from,omitempty"`
	Outlet     string           `json:"outlet,omitempty"`
	Published  *time.Time       `json:"published_at"`
	Modified   *time.Time       `json:"modified_at"`
	Seen       *time.Time       `json:"seen_at"`
}

// Pages of articles: as many as are asked for, within reason.
const (
	defaultPage = 100
	maxPage     = 1000
)

// listArticles answers the store in order, from after a position on.
func (s *Server) listArticles(w http.ResponseWriter, r *http.Request) error {
	after, err := number(r, "after", 0, 0, 1<<62)
	if err != nil {
		return err
	}
	limit, err := number(r, "limit", defaultPage, 1, maxPage)
	if err != nil {
		return err
	}
	page, err := s.Articles.After(r.Context(), articles.Seq(after), int(limit))
	if err != nil {
		return fmt.Errorf("web: list articles: %w", err)
	}
	out := struct {
		Articles []listed     `json:"articles"`
		Next     articles.Seq `json:"next"` // ask with after=next for what follows
	}{make([]listed, 0, len(page)), articles.Seq(after)}
	for _, a := range page {
		out.Articles = append(out.Articles, list(a))
		out.Next = a.Seq
	}
	return writeJSON(w, http.StatusOK, out)
}

// instant is t for JSON, nil where there is none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// list is a as other programs may have it: of an excerpt headline, standfirst and link only.
func list(a articles.Article) listed {
	if a.Excerpt {
		a.Body, a.Images = nil, nil
	}
	direction := "ltr"
	if language.RightToLeft(a.Language) {
		direction = "rtl"
	}
	return listed{
		Direction: direction, ID: a.ID, Version: a.Version, Seq: a.Seq, Source: a.Source, Status: a.Status, Language: a.Language,
		Headline: a.Headline, Standfirst: a.Standfirst, Body: a.Body, Dateline: a.Dateline, Byline: a.Byline,
		Credit: a.Credit, Section: a.Section, Urgency: a.Urgency, Keywords: a.Keywords, Subjects: a.Subjects,
		Places: a.Places, Images: a.Images, URL: a.URL, Evolved: a.Evolved, Outlet: a.Outlet,
		Published: instant(a.Published), Modified: instant(a.Modified), Seen: instant(a.Seen),
	}
}

// number reads a whole number from the query.
func number(r *http.Request, name string, otherwise, least, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, badField(name, "%s: %q is no whole number from %d to %d", name, text, least, most)
	}
	return n, nil
}
