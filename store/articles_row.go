package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

const articleColumns = `id, version, seq, source, way, may_ring, status, language, headline, standfirst, body, dateline,
	byline, credit, section, urgency, keywords, subjects, places, images, url, evolved, outlet, excerpt, published,
	modified, seen`

// betweenParagraphs is what stands between two paragraphs of a body.
const betweenParagraphs = "\n\n"

func articleArgs(a articles.Article) ([]any, error) {
	lists, err := listed(a.Keywords, a.Subjects, a.Places, a.Images)
	if err != nil {
		return nil, err
	}
	return []any{a.ID, a.Version, a.Seq, a.Source, a.Way, a.MayRing, a.Status, a.Language, a.Headline, a.Standfirst,
		strings.Join(a.Body, betweenParagraphs), a.Dateline, a.Byline, a.Credit, a.Section, a.Urgency, lists[0], lists[1],
		lists[2], lists[3], a.URL, a.Evolved, a.Outlet, a.Excerpt, millis(a.Published), millis(a.Modified), millis(a.Seen)}, nil
}

// listed is lists as JSON arrays; an empty one is "[]".
func listed(lists ...any) ([]string, error) {
	texts := make([]string, len(lists))
	for i, list := range lists {
		text, err := json.Marshal(list)
		if err != nil {
			return nil, err
		}
		texts[i] = string(text)
		if texts[i] == "null" {
			texts[i] = "[]"
		}
	}
	return texts, nil
}

// keptArticle is an article with the digest it was stored with.
type keptArticle struct {
	articles.Article
	digest string
}

func scanArticle(rows *sql.Rows) (articles.Article, error) { return scanArticleAnd(rows) }

func scanKept(rows *sql.Rows) (k keptArticle, err error) {
	k.Article, err = scanArticleAnd(rows, &k.digest)
	return k, err
}

// scanArticleAnd reads articleColumns and whatever columns follow.
func scanArticleAnd(rows *sql.Rows, more ...any) (a articles.Article, err error) {
	var seq sql.Null[articles.Seq]
	var body, keywords, subjects, places, images string
	var published, modified, seen int64
	err = rows.Scan(append([]any{&a.ID, &a.Version, &seq, &a.Source, &a.Way, &a.MayRing, &a.Status, &a.Language, &a.Headline,
		&a.Standfirst, &body, &a.Dateline, &a.Byline, &a.Credit, &a.Section, &a.Urgency, &keywords, &subjects, &places,
		&images, &a.URL, &a.Evolved, &a.Outlet, &a.Excerpt, &published, &modified, &seen}, more...)...)
	if err != nil {
		return a, err
	}
	a.Seq, a.Body = seq.V, paragraphs(body)
	a.Published, a.Modified, a.Seen = instant(published), instant(modified), instant(seen)
	for text, list := range map[*string]any{&keywords: &a.Keywords, &subjects: &a.Subjects, &places: &a.Places, &images: &a.Images} {
		if *text == "[]" {
			continue // nil, as most articles have it
		}
		if err := json.Unmarshal([]byte(*text), list); err != nil {
			return a, fmt.Errorf("article %s version %d: %w", a.ID, a.Version, err)
		}
	}
	return a, nil
}

// paragraphs are the parts between blank lines.
func paragraphs(body string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n", "\n"), betweenParagraphs) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// mended is a without what the schema refuses: bytes that PostgreSQL cannot hold in a text, an urgency that is none, no
// status.
func mended(a articles.Article) articles.Article {
	for _, text := range []*string{&a.Source, &a.Language, &a.Headline, &a.Standfirst, &a.Dateline, &a.Byline, &a.Credit,
		&a.Section, &a.URL, &a.Outlet, (*string)(&a.ID), (*string)(&a.Evolved)} {
		*text = mendedText(*text)
	}
	a.Body, a.Keywords = mendedTexts(a.Body), mendedTexts(a.Keywords)
	a.Subjects, a.Places = mendedTexts(a.Subjects), mendedTexts(a.Places)
	a.Images = slices.Clone(a.Images)
	for i, img := range a.Images {
		a.Images[i] = articles.Image{URL: mendedText(img.URL), Caption: mendedText(img.Caption), Credit: mendedText(img.Credit)}
	}
	if a.Status == "" {
		a.Status = articles.Usable
	}
	if a.Urgency < 0 || a.Urgency > 9 {
		a.Urgency = 0
	}
	return a
}

func mendedText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

func mendedTexts[T ~string](list []T) []T {
	list = slices.Clone(list)
	for i := range list {
		list[i] = T(mendedText(string(list[i])))
	}
	return list
}
