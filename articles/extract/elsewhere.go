package extract

import (
	"golang.org/x/net/html/atom"
)

// lookElsewhere makes another choice when the first cannot be right: it misses what the page's description quotes, or
// has less than half of what one element tells. It reports whether it did.
func (s *sheet) lookElsewhere(description string) bool {
	e := elsewhere{sheet: s, told: make([]int, len(s.passages)), quoted: quotedIn(description, s.passages)}
	e.weigh()
	best, quoting := e.best()
	held := e.tells(func(i int, b block) bool { return s.taken[i] && !s.isApart(b.spot) })
	if quoting != nil && e.misses(quoting, held) {
		best, held = quoting, 0
	}
	if best == nil || held*2 >= e.within(best) {
		return false
	}
	s.take(func(b block) bool { return b.kind != caption && b.spot.isIn(best) && e.inOpen(b) })
	return true
}

// elsewhere is what the desk knows when it looks for the text without readability.
type elsewhere struct {
	*sheet
	told   []int  // letters of each passage that tells something: prose, and what the description quotes
	quoted []bool // by the description
	all    int    // letters of all prose
}

// quotedIn marks the passages that the description quotes, whole or in part.
func quotedIn(description string, passages []block) []bool {
	marks := make([]bool, len(passages))
	told := runs(description)
	if len(told) < 3 {
		return marks
	}
	for i, b := range passages {
		mine := runs(b.text)
		n := common(mine, told)
		marks[i] = b.linked*2 <= b.letters &&
			(n >= 3 && n*10 >= 6*min(len(told), len(mine)) || n >= 2 && n == len(mine))
	}
	return marks
}

// weigh says what each passage tells, and sums up the prose in each element.
func (e *elsewhere) weigh() {
	for i, b := range e.passages {
		if b.kind == prose && b.linked*3 <= b.letters {
			e.told[i] = b.letters
			e.all += b.letters
			for at := b.spot; at != nil; at = at.up {
				at.prose += b.letters
			}
		} else if e.quoted[i] {
			e.told[i] = b.letters
		}
		for at := b.spot; at != nil && e.quoted[i]; at = at.up {
			at.quoted = true
		}
	}
}

// inOpen reports whether no element around b is set apart, those excepted that are around the headline too; in a page
// without one, those with most of its prose.
func (e *elsewhere) inOpen(b block) bool {
	for at := b.spot; at != nil; at = at.up {
		if e.headline >= 0 && e.passages[e.headline].spot.isIn(at) || e.headline < 0 && at.prose*2 > e.all {
			return true
		}
		if at.named.apart {
			return false
		}
	}
	return true
}

// fading is how much less a passage counts for each further element around it.
const fading = 0.6

// best is the element that tells most, its own passages counting more than those deeper down; and the one among those
// which hold a passage that the description quotes.
func (e *elsewhere) best() (best, quoting *spot) {
	for i, b := range e.passages {
		if e.told[i] == 0 || !e.inOpen(b) {
			continue
		}
		at, weight := b.spot, float64(e.told[i])
		if leaf[at.tag] && at.up != nil {
			at = at.up
		}
		for ; at != nil && weight > 1; at = at.up {
			at.score += weight
			weight *= fading
			if best == nil || at.score > best.score {
				best = at
			}
			if at.quoted && (quoting == nil || at.score > quoting.score) {
				quoting = at
			}
		}
	}
	return best, quoting
}

// leaf elements hold one passage; the text is what is around them.
var leaf = map[atom.Atom]bool{
	atom.P: true, atom.Li: true, atom.Blockquote: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
}

// misses reports whether the choice has nothing of what the description quotes, though quoting does and is no mere
// standfirst: it is not around the choice and tells at least half as much, or a fifth where all that is taken is set apart.
func (e *elsewhere) misses(quoting *spot, held int) bool {
	for i, b := range e.passages {
		if e.quoted[i] && e.taken[i] && !e.isApart(b.spot) {
			return false
		}
	}
	same := e.tells(func(i int, b block) bool { return e.taken[i] && !e.isApart(b.spot) && b.spot.isIn(quoting) })
	told := e.within(quoting)
	return same*10 < held*8 && told*2 >= held || told*5 >= held && e.nothingInOpen()
}

// nothingInOpen reports whether all that is taken is set apart.
func (e *elsewhere) nothingInOpen() bool {
	for i, b := range e.passages {
		open := true
		for at := b.spot; at != nil && at.tag != atom.Body && at.tag != atom.Article; at = at.up {
			open = open && !at.named.apart
		}
		if e.taken[i] && open {
			return false
		}
	}
	return true
}

func (e *elsewhere) within(at *spot) int {
	return e.tells(func(_ int, b block) bool { return b.spot.isIn(at) && e.inOpen(b) })
}

func (e *elsewhere) tells(choose func(int, block) bool) int {
	n := 0
	for i, b := range e.passages {
		if choose(i, b) {
			n += e.told[i]
		}
	}
	return n
}
