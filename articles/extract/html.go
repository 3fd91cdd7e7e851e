package extract

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/gogs/chardet"
	dom "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
)

// HTML reads a newsroom page. address is where it was found, "" when that is not known; it becomes the article's URL
// unless the page names its canonical one. Metadata is the page's own (JSON-LD, OpenGraph). Readability says which
// passages are the body; sheet corrects it.
func HTML(raw []byte, address string) (articles.Article, error) {
	text, err := decode(raw, chardet.NewHtmlDetector())
	if err != nil {
		return articles.Article{}, err
	}
	base, err := url.Parse(address)
	if err != nil {
		return articles.Article{}, fmt.Errorf("extract: address of the page: %w", err)
	}
	doc, err := dom.Parse(bytes.NewReader(text))
	if err != nil {
		return articles.Article{}, fmt.Errorf("%w: %w", ErrNoArticle, err) // nested beyond all measure
	}
	small := bound(doc)
	m := readMeta(doc)
	picture := firstFigure(doc)
	passages := blocksOf(bodyOf(doc)) // before readability changes the page
	var page readability.Article
	if small {
		parser := readability.NewParser()
		if page, err = parser.ParseAndMutate(doc, base); err != nil {
			return articles.Article{}, fmt.Errorf("%w: %w", ErrNoArticle, err)
		}
	}
	title := first(m.headline, page.Title(), m.title)
	a := m.article(base)
	a.Headline = withoutSite(withoutOutlet(title, a.Outlet), passages)
	a.Byline = first(a.Byline, person(page.Byline()))
	body, shown := chosen(passages, bodyLines(page.Node), title, m.description)
	fillBody(&a, body, m)
	fillImages(&a, m.image, picture, base)
	a.Standfirst = first(shown, standfirst(m.description, a.Body))
	if a.Headline == "" || len(a.Body) == 0 {
		return articles.Article{}, ErrNoArticle
	}
	locate(&a)
	return a, nil
}

// article is what the metadata alone says.
func (m meta) article(base *url.URL) articles.Article {
	a := articles.Article{
		Status: articles.Usable, Language: languageTag(m.language), Byline: m.byline, Section: m.section,
		Keywords: m.keywords, Outlet: m.outlet, Published: m.published, Modified: m.modified,
		Excerpt: m.paid,
		URL:     webAddress(base, first(m.url, base.String())),
	}
	if a.URL == "" {
		a.URL = webAddress(base, base.String())
	}
	return a
}

func languageTag(s string) string {
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// withoutOutlet drops the outlet's name from the end of a page title: "Headline | Outlet".
func withoutOutlet(title, outlet string) string {
	title = clean(title)
	rest, found := strings.CutSuffix(title, outlet)
	if outlet == "" || !found {
		return title
	}
	trimmed := strings.TrimRight(rest, " |-–—·•:")
	if trimmed == "" || trimmed == strings.TrimRight(rest, " ") { // no separator: the name belongs to the headline
		return title
	}
	return trimmed
}

// separators stand between headline and outlet in a page's title.
var separators = []string{"|", "-", "–", "—", "·", "•", "»", "«", "/"}

// withoutSite drops what a title says of the site where the page itself prints the headline without it: "Headline |
// News from Vail", "Vail » Headline".
func withoutSite(title string, passages []block) string {
	for _, b := range passages {
		if !heading[b.spot.tag] || words(b.text) < 3 {
			continue
		}
		after, isFirst := strings.CutPrefix(title, b.text+" ")
		before, isLast := strings.CutSuffix(title, " "+b.text)
		for _, sign := range separators {
			if isFirst && strings.HasPrefix(after, sign) || isLast && strings.HasSuffix(before, sign) {
				return b.text
			}
		}
	}
	return title
}

// fillBody reads the lines of the found text as those of a page, less what the metadata says already. A page whose
// text was not found may still give it to machines.
func fillBody(a *articles.Article, found []line, m meta) {
	readBody(a, slices.DeleteFunc(found, func(l line) bool {
		return l.kind != caption && (sameLine(l.text, a.Headline) || sameLine(l.text, a.Byline) || l.kind == dated)
	}), credit)
	if told := paragraphs(m.body); len(a.Body) == 0 && len(told) > 0 {
		readBody(a, classify(told), credit, furniture)
	}
}

func sameLine(s, t string) bool { return t != "" && fold(s) == fold(t) }

// fillImages puts the picture of the metadata first, with the caption under the page's first picture when it has none
// itself. Captions that readability left in the text go.
func fillImages(a *articles.Article, told, shown articles.Image, base *url.URL) {
	if told.URL == "" {
		told.URL = shown.URL
	}
	if told.Caption == "" {
		told.Caption = shown.Caption
	}
	images := append([]articles.Image{told}, a.Images...)
	a.Images = nil
	for _, image := range images {
		image.URL = webAddress(base, image.URL)
		known := slices.ContainsFunc(a.Images, func(i articles.Image) bool {
			return i.URL == image.URL && image.URL != "" || i.Caption == image.Caption && image.Caption != ""
		})
		if image != (articles.Image{}) && !known {
			a.Images = append(a.Images, image)
		}
	}
	a.Body = slices.DeleteFunc(a.Body, func(s string) bool {
		return slices.ContainsFunc(a.Images, func(i articles.Image) bool { return sameLine(s, i.Caption) })
	})
}

// standfirst is the page's description, unless it only repeats how a paragraph begins, or the whole text: then the page
// has none.
func standfirst(description string, body []string) string {
	if words(description) > maxStandfirst {
		return ""
	}
	told := fold(strings.TrimRight(description, " .…[]"))
	for _, paragraph := range body {
		if told == "" || strings.HasPrefix(fold(paragraph), told) || strings.HasPrefix(told, fold(paragraph)) {
			return ""
		}
	}
	return description
}

// firstFigure is the page's first picture that has a caption: readability drops the one above the text.
func firstFigure(doc *dom.Node) articles.Image {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Figure {
			continue
		}
		if image := figured(n); image.Caption != "" {
			return image
		}
	}
	return articles.Image{}
}

func textOf(n *dom.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == dom.TextNode {
			b.WriteString(c.Data)
		} else if !inline[c.DataAtom] {
			b.WriteByte(' ')
		}
	}
	return clean(b.String())
}

// silent elements hold nothing that a reader sees.
var silent = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Svg: true,
	atom.Rt: true, atom.Rp: true,
}

// inline elements do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true,
	atom.Del: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true, atom.Kbd: true,
	atom.Mark: true, atom.Q: true, atom.S: true, atom.Small: true, atom.Span: true, atom.Strike: true,
	atom.Strong: true, atom.Sub: true, atom.Sup: true, atom.Time: true, atom.Tt: true, atom.U: true, atom.Var: true,
	atom.Wbr: true, atom.Img: true, atom.Ruby: true,
}

// bodyOf is the <body> of a page.
func bodyOf(doc *dom.Node) *dom.Node {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Body {
			return n
		}
	}
	return doc
}
