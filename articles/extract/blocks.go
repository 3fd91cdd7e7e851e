package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	dom "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/tenbells/tenbells/articles"
)

// block is one passage of a page as its reader sees it: a paragraph, a heading, an item of a list.
type block struct {
	line
	letters int   // letters and digits in the text
	linked  int   // those of them inside links
	spot    *spot // the element that holds it
}

// spot is a block-level element on the way down to a passage: what it is, read off before readability changes the page,
// and what is known of all the passages in it.
type spot struct {
	up    *spot
	depth int
	tag   atom.Atom
	named struct{ apart, lead bool } // what its kind or its name says of it

	taken  int    // letters that are taken for the article
	apart  answer // whether it, or one around it, is set apart
	prose  int    // letters of prose
	quoted bool   // the page's description quotes something in it
	score  float64
}

type answer int

const (
	unknown answer = iota
	no
	yes
)

func below(up *spot, n *dom.Node) *spot {
	at := &spot{up: up, tag: n.DataAtom}
	at.named.apart, at.named.lead = isApart(n), called(n, leadWords)
	if up != nil {
		at.depth = up.depth + 1
	}
	return at
}

// isIn reports whether at is around, or in it.
func (at *spot) isIn(around *spot) bool {
	for ; at != nil && around != nil && at.depth >= around.depth; at = at.up {
		if at == around {
			return true
		}
	}
	return false
}

// blocksOf walks what is under node and gives its passages and the captions of its pictures, in order.
func blocksOf(node *dom.Node) []block {
	if node == nil {
		return nil
	}
	w := &walker{}
	w.walk(node)
	w.flush()
	return w.blocks
}

// bodyLines is blocksOf for those who need only the words.
func bodyLines(node *dom.Node) []line {
	var lines []line
	for _, b := range blocksOf(node) {
		lines = append(lines, b.line)
	}
	return lines
}

// walker gathers inline text until a block begins or ends.
type walker struct {
	text   strings.Builder
	linked int
	inLink int // how many <a> are open
	spot   *spot
	blocks []block
}

func (w *walker) flush() {
	if s := clean(w.text.String()); s != "" {
		w.blocks = append(w.blocks, block{
			line: line{text: s, kind: kindOf(s)}, letters: letters(s), linked: w.linked, spot: w.spot,
		})
	}
	w.text.Reset()
	w.linked = 0
}

func (w *walker) walk(n *dom.Node) {
	if len(w.blocks) >= maxPassages {
		return
	}
	switch {
	case n.Type == dom.TextNode:
		w.text.WriteString(n.Data)
		if w.inLink > 0 {
			w.linked += letters(n.Data)
		}
		return
	case n.Type == dom.ElementNode && (silent[n.DataAtom] || hidden(n)):
		return
	case n.DataAtom == atom.Figure:
		w.figure(n)
		return
	case n.DataAtom == atom.Br:
		w.lineBreak(n)
		return
	case n.DataAtom == atom.A:
		w.inLink++
		defer func() { w.inLink-- }()
	}
	if n.Type == dom.ElementNode && !inline[n.DataAtom] {
		w.within(n)
		return
	}
	for c := range n.ChildNodes() {
		w.walk(c)
	}
}

// within walks a block-level element: passages end where it begins and where it ends.
func (w *walker) within(n *dom.Node) {
	w.flush()
	w.spot = below(w.spot, n)
	for c := range n.ChildNodes() {
		w.walk(c)
	}
	w.flush()
	w.spot = w.spot.up
}

// lineBreak ends a paragraph when two come together; one alone is a space.
func (w *walker) lineBreak(n *dom.Node) {
	next := n.NextSibling
	for next != nil && next.Type == dom.TextNode && strings.TrimSpace(next.Data) == "" {
		next = next.NextSibling
	}
	if next != nil && next.DataAtom == atom.Br {
		w.flush()
		return
	}
	w.text.WriteByte(' ')
}

func (w *walker) figure(n *dom.Node) {
	w.flush()
	if image := figured(n); image.Caption != "" {
		w.blocks = append(w.blocks, block{
			line: line{text: image.Caption, kind: caption, image: image}, letters: letters(image.Caption), spot: below(w.spot, n),
		})
	}
}

// figured is the picture in a <figure>, with its caption.
func figured(figure *dom.Node) articles.Image {
	var image articles.Image
	for n := range figure.Descendants() {
		switch {
		case n.DataAtom == atom.Img && image.URL == "":
			image.URL = first(attr(n, "src"), attr(n, "data-src"))
		case n.DataAtom == atom.Figcaption && image.Caption == "":
			image.Caption = textOf(n)
		}
	}
	return image
}

// hidden reports whether the page's own markup says that nobody sees the element.
func hidden(n *dom.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		}
	}
	return false
}

func letters(s string) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
		i += size
	}
	return n
}
