package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// sheet is a page on the copy desk: all its passages in order, and which of them are the article. Readability makes
// the first choice; the desk strikes what the page sets apart, looks elsewhere when that choice cannot be right, and
// finds the standfirst above it.
type sheet struct {
	passages []block
	taken    []bool
	letters  int // of all that is taken
	headline int // the passage that is the headline; -1 when none is
}

// chosen are the passages that make the article, and the standfirst that the page shows above them, given the lines
// that readability found, the headline, and the description of the page.
func chosen(passages []block, found []line, headline, description string) (body []line, standfirst string) {
	s := &sheet{passages: passages, taken: make([]bool, len(passages))}
	was := imprintOf(found)
	s.take(func(b block) bool { return was.holds(b.text) })
	s.findHeadline(headline)
	if s.lookElsewhere(description) {
		s.findHeadline(headline)
	}
	s.strike()
	standfirst = s.readLeads()
	for i, b := range s.passages {
		if s.taken[i] {
			body = append(body, b.line)
		}
	}
	return body, standfirst
}

// take makes a choice, and counts its letters for each element around it.
func (s *sheet) take(choose func(block) bool) {
	s.letters = 0
	for _, b := range s.passages {
		for at := b.spot; at != nil; at = at.up {
			at.taken, at.apart = 0, unknown
		}
	}
	for i, b := range s.passages {
		s.taken[i] = choose(b)
		if !s.taken[i] {
			continue
		}
		s.letters += b.letters
		for at := b.spot; at != nil; at = at.up {
			at.taken += b.letters
		}
	}
}

// isApart reports whether the page sets the element apart from the article: it, or one around it, says so, and holds
// less than a third of what is taken: names err.
func (s *sheet) isApart(at *spot) bool {
	if at == nil || at.taken*3 > s.letters {
		return false
	}
	if at.apart == unknown {
		at.apart = no
		if at.named.apart || s.isApart(at.up) {
			at.apart = yes
		}
	}
	return at.apart == yes
}

// findHeadline looks for the last passage before the text that says what the headline says, or else for the last <h1>;
// where there is none, for the first after it.
func (s *sheet) findHeadline(headline string) {
	s.headline = -1
	want, sure, below := fold(headline), false, false
	for i, b := range s.passages {
		below = below || s.taken[i] && b.kind == prose && !s.isApart(b.spot)
		if below && s.headline >= 0 {
			return
		}
		same := isHeadline(b, want)
		if same || !sure && b.spot.tag == atom.H1 && words(b.text) > 2 {
			s.headline, sure = i, sure || same
		}
	}
}

// isHeadline reports whether b says what is wanted, in other case or with something of the site before or after it.
func isHeadline(b block, want string) bool {
	text := fold(b.text)
	if want == "" || text == want {
		return want != ""
	}
	return heading[b.spot.tag] && words(text) > 2 && (strings.HasPrefix(want, text) || strings.HasPrefix(text, want))
}

var heading = map[atom.Atom]bool{atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true}

// strike leaves out of the choice what is set apart, the headline itself, captions, and lines that are only a link. It
// takes in the quotations between the first and the last passage, which readability mistakes for embedded matter.
func (s *sheet) strike() {
	for i, b := range s.passages {
		link := b.linked*10 >= b.letters*9 && b.linked > 0 && (b.kind != prose || b.spot.tag != atom.P)
		if i == s.headline || link || isCaption(b) || s.isApart(b.spot) {
			s.taken[i] = false
		}
	}
	first, last := slices.Index(s.taken, true), lastIndex(s.taken)
	home := s.home()
	for i := first + 1; i < last; i++ {
		if b := s.passages[i]; b.kind != caption && b.spot.isIn(home) && isQuoted(b.spot, home) {
			s.taken[i] = true
		}
	}
}

// isCaption reports whether b ends as captions do that stand in no <figure>, in the name of the photographer.
func isCaption(b block) bool {
	return b.kind != caption && words(b.text) <= maxCaption && pictureCredit.MatchString(b.text)
}

func isQuoted(at, home *spot) bool {
	for ; at != nil && at != home; at = at.up {
		if at.tag == atom.Blockquote {
			return true
		}
	}
	return false
}

func lastIndex(all []bool) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i] {
			return i
		}
	}
	return -1
}

// home is the innermost element with at least four fifths of what is taken.
func (s *sheet) home() *spot {
	var home *spot
	for _, b := range s.passages {
		for at := b.spot; at != nil; at = at.up {
			if at.taken*5 >= s.letters*4 && (home == nil || at.depth > home.depth) {
				home = at
			}
		}
	}
	return home
}

// maxStandfirst is the most words in a standfirst. What is longer is the article's beginning.
const maxStandfirst = 70

// readLeads looks at what stands between the headline and the text. One passage is the standfirst; of several, or of
// a long one, the text begins with them.
func (s *sheet) readLeads() (standfirst string) {
	first := slices.Index(s.taken, true)
	around := s.home()
	for s.headline >= 0 && around != nil && !s.passages[s.headline].spot.isIn(around) {
		around = around.up
	}
	var leads []int
	for i := s.headline + 1; s.headline >= 0 && i < first; i++ {
		b := s.passages[i]
		if b.kind != caption && b.spot.isIn(around) && b.linked*3 <= b.letters && (b.kind == prose && !s.isApart(b.spot) || isLead(b)) {
			leads = append(leads, i)
		}
	}
	if len(leads) == 1 && words(s.passages[leads[0]].text) <= maxStandfirst {
		return s.passages[leads[0]].text
	}
	for _, i := range leads {
		s.taken[i] = true
	}
	return ""
}

// isLead reports whether the element that holds b, or one closely around it, is called one for a standfirst.
func isLead(b block) bool {
	at := b.spot
	for range 3 {
		if at == nil || apart[at.tag] {
			return false
		}
		if at.named.lead {
			return words(b.text) >= 5
		}
		at = at.up
	}
	return false
}
