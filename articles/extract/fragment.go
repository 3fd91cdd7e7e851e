package extract

import (
	"strings"

	dom "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fragment is a piece of HTML, as feeds have it in titles and descriptions, as paragraphs of plain text. Captions of
// pictures are left out. Plain text comes out as it went in.
func Fragment(markup string) []string {
	body := &dom.Node{Type: dom.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := dom.ParseFragment(strings.NewReader(markup), body)
	if err != nil { // nested beyond all measure; what a reader may get must have no markup
		return nil
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	var paragraphs []string
	for _, l := range bodyLines(body) {
		if l.kind != caption {
			paragraphs = append(paragraphs, l.text)
		}
	}
	return paragraphs
}
