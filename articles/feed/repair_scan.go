package feed

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Bounds of what is kept of a document. No feed or sitemap comes near them (a sitemap has at most 50,000 addresses,
// sitemaps.org/protocol.html), and a document made to exhaust memory or stack ends there.
const (
	maxNodes   = 600_000
	maxNesting = 200
	maxAttrs   = 300
)

// node is an element of a document, or a piece of its text.
type node struct {
	name     string // as written, with its prefix; "" is text
	text     string // of a piece of text: characters, no entities
	attrs    []attr
	children []*node
	cut      bool // the document ended inside it
}

type attr struct{ name, value string }

// scanner reads a document as a tree, whatever is wrong with it.
type scanner struct {
	doc      []byte
	at       int
	open     []*node // from the top down; the first is the document itself
	text     strings.Builder
	nodes    int
	entities entities
	absent   map[string]bool // what was looked for and is not in the rest of the document
	broken   bool            // a tag did not match
	guess    bool            // tags that are missing are guessed, as the document is broken
}

// scan reads a document, and once more where its tags do not match, then with an eye on what belongs where.
func scan(doc []byte) *node {
	tree, broken := scanOnce(doc, false)
	if broken {
		tree, _ = scanOnce(doc, true)
	}
	return tree
}

func scanOnce(doc []byte, guess bool) (tree *node, broken bool) {
	s := &scanner{doc: doc, open: []*node{{name: "document"}}, absent: map[string]bool{}, guess: guess}
	for s.at < len(s.doc) && s.nodes < maxNodes {
		s.next()
	}
	s.flush()
	for _, n := range s.open[1:] {
		n.cut, s.broken = true, true
	}
	return s.open[0], s.broken
}

// next reads one piece: text up to a tag, or a tag.
func (s *scanner) next() {
	rest := s.doc[s.at:]
	if rest[0] != '<' {
		end := bytes.IndexByte(rest, '<')
		if end < 0 {
			end = len(rest)
		}
		s.at += end
		s.addText(s.entities.decode(string(rest[:end])))
		return
	}
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		s.at += len("<!--")
		s.skip("-->", ">")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		s.cdata()
	case bytes.HasPrefix(rest, []byte("<?")):
		s.skip("?>", ">")
	case bytes.HasPrefix(rest, []byte("<!")):
		s.doctype()
	case bytes.HasPrefix(rest, []byte("</")):
		s.endTag()
	case len(rest) > 1 && nameStart(rest[1]):
		s.startTag()
	default:
		s.at++
		s.addText("<")
	}
}

// find is how far the next such piece of the document is, -1 when there is none. What is absent is looked for once.
func (s *scanner) find(piece string) int {
	if s.absent[piece] {
		return -1
	}
	i := bytes.Index(s.doc[s.at:], []byte(piece))
	if i < 0 && len(s.absent) < 100 {
		s.absent[piece] = true
	}
	return i
}

// skip passes over the first of the ends that is there, else to the end.
func (s *scanner) skip(ends ...string) {
	for _, end := range ends {
		if i := s.find(end); i >= 0 {
			s.at += i + len(end)
			return
		}
	}
	s.at = len(s.doc)
}

// cdata reads text that is written as it is. Where its end is missing, it ends with the element it is in.
func (s *scanner) cdata() {
	s.at += len("<![CDATA[")
	rest := s.doc[s.at:]
	end, after := s.find("]]>"), len("]]>")
	if end < 0 {
		end, after, s.broken = s.find("</"+s.top().name), 0, true
	}
	if end < 0 {
		end = len(rest)
	}
	s.at += end + after
	s.addText(cleaned(string(rest[:end])))
}

// doctype passes over a declaration, and takes the entities that a DOCTYPE declares in its brackets.
func (s *scanner) doctype() {
	rest := s.doc[s.at:]
	end := s.find(">")
	if end < 0 {
		s.at = len(s.doc)
		return
	}
	if open := bytes.IndexByte(rest[:end], '['); open >= 0 {
		if shut := s.find("]"); shut > open {
			s.entities.declare(rest[open:shut])
			s.at += shut
			s.skip(">")
			return
		}
	}
	s.at += end + 1
}

func (s *scanner) top() *node { return s.open[len(s.open)-1] }

func (s *scanner) addText(text string) { s.text.WriteString(text) }

// flush puts the text that was read into the element it stands in.
func (s *scanner) flush() {
	text, into := s.text.String(), s.top()
	s.text.Reset()
	if text == "" || containers[local(into.name)] && strings.TrimSpace(text) == "" {
		return
	}
	s.nodes++
	into.children = append(into.children, &node{text: text})
}

func (s *scanner) startTag() {
	s.flush()
	n, empty := s.tag()
	if s.guess {
		s.closeForgotten(local(n.name), empty)
		empty = empty || void[strings.ToLower(n.name)]
	}
	if len(s.open) > maxNesting {
		s.broken = s.broken || !empty
		return
	}
	s.nodes++
	into := s.top()
	into.children = append(into.children, n)
	if !empty {
		s.open = append(s.open, n)
	}
}

// tag reads a start tag with its attributes, quoted or not.
func (s *scanner) tag() (n *node, empty bool) {
	s.at++
	n = &node{name: s.name()}
	for s.at < len(s.doc) {
		switch b := s.doc[s.at]; {
		case b == '>':
			s.at++
			return n, empty
		case b == '<': // the tag was never closed
			s.broken = true
			return n, empty
		case nameStart(b):
			empty = false
			if a := s.attribute(); len(n.attrs) < maxAttrs {
				n.attrs = append(n.attrs, a)
			}
		default:
			empty = b == '/' || empty && isSpace(b)
			s.at++
		}
	}
	s.broken = true
	return n, empty
}

func (s *scanner) attribute() attr {
	a := attr{name: s.name()}
	s.space()
	if s.at >= len(s.doc) || s.doc[s.at] != '=' {
		return a
	}
	s.at++
	s.space()
	rest := s.doc[s.at:]
	if len(rest) == 0 {
		return a
	}
	end, after := -1, 1
	if quote := rest[0]; quote == '"' || quote == '\'' {
		rest = rest[1:]
		s.at++
		if end = bytes.IndexByte(rest, quote); end >= 0 && unended(rest, end) {
			end, after = bytes.IndexAny(rest, " \t\r\n>"), 0
		}
	} else {
		end, after = bytes.IndexAny(rest, " \t\r\n>"), 0
	}
	if end < 0 {
		end, after = len(rest), 0
	}
	s.at += end + after
	a.value = s.entities.decode(string(rest[:end]))
	return a
}

// unended reports whether a value can hardly end at a quote: a tag begins in it, and what follows the quote follows none.
func unended(rest []byte, end int) bool {
	follows := end+1 == len(rest) || isSpace(rest[end+1]) || rest[end+1] == '>' || rest[end+1] == '/'
	return !follows && bytes.IndexByte(rest[:end], '<') >= 0
}

func (s *scanner) space() {
	for s.at < len(s.doc) && isSpace(s.doc[s.at]) {
		s.at++
	}
}

// name reads the name of an element or attribute.
func (s *scanner) name() string {
	start := s.at
	for s.at < len(s.doc) && nameByte(s.doc[s.at]) {
		s.at++
	}
	return string(s.doc[start:s.at])
}

// endTag closes the element it names and all that are open inside; an end of nothing is left out.
func (s *scanner) endTag() {
	s.flush()
	s.at += len("</")
	name := s.name()
	if end := bytes.IndexAny(s.doc[s.at:], "<>"); end < 0 {
		s.at = len(s.doc)
	} else if s.at += end; s.doc[s.at] == '>' {
		s.at++
	}
	for _, same := range []func(a, b string) bool{
		func(a, b string) bool { return a == b }, strings.EqualFold,
		func(a, b string) bool { return local(a) == local(b) && containers[local(a)] },
	} {
		for i := len(s.open) - 1; i > 0; i-- {
			if same(s.open[i].name, name) {
				s.broken = s.broken || i < len(s.open)-1
				s.open = s.open[:i]
				return
			}
		}
	}
	s.broken = true
}

// local is a name without its prefix, in lower case.
func local(name string) string {
	return strings.ToLower(name[strings.LastIndexByte(name, ':')+1:])
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func nameStart(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_' || b >= utf8.RuneSelf
}

func nameByte(b byte) bool {
	return nameStart(b) || '0' <= b && b <= '9' || b == '-' || b == '.' || b == ':'
}
