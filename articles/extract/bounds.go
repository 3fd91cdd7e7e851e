package extract

import (
	dom "golang.org/x/net/html"
)

// Bounds on what one page may cost. Ordinary pages stay far below: the largest of 290 we looked at has 2,100 elements.
const (
	maxElements = 30_000 // a page with more is read without readability
	maxPassages = 10_000 // what comes after them is not read
	maxNames    = 1_000  // bytes of a class or an id
	maxListed   = 100    // authors, and keywords
)

// bound cuts the names of elements, which are matched against patterns again and again, and reports whether the page
// has few enough elements for readability.
func bound(doc *dom.Node) bool {
	elements := 0
	for n := range doc.Descendants() {
		if n.Type != dom.ElementNode {
			continue
		}
		elements++
		for i, a := range n.Attr {
			if (a.Key == "class" || a.Key == "id") && len(a.Val) > maxNames {
				n.Attr[i].Val = a.Val[:maxNames]
			}
		}
	}
	return elements <= maxElements
}
