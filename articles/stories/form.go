package stories

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sameForm says whether two headlines are one form, filled in differently: “Missiles hit Kyiv overnight” and “Missiles hit
// Odesa overnight” are alike in all but what matters. They have as many words, and most of them in the same places; where
// they differ, it is by a name or a number in each case. A count of people may differ within one story, a word may be
// written shorter (“Dec.”), and a name that only stands elsewhere is no other one.
func sameForm(a, b *report) bool {
	if n := a.formLength(); n != b.formLength() || n < 2 {
		return false
	}
	ours, theirs := formWords(a.shown), formWords(b.shown)
	if !mayDiffer(ours, theirs) {
		return false
	}
	return filledIn(formOf(a.shown, ours), formOf(b.shown, theirs))
}

// mayDiffer says whether two headlines have different names or numbers in any place. It is asked first, since it takes
// little to know.
func mayDiffer(ours, theirs []string) bool {
	for i := range ours {
		if isFilling(ours[i], i) && isFilling(theirs[i], i) && !strings.EqualFold(ours[i], theirs[i]) {
			return true
		}
	}
	return false
}

// filledIn says whether two forms of one length differ in some places by names or numbers only.
func filledIn(ours, theirs []slot) bool {
	differ, filled := 0, 0
	for i := range ours {
		if ours[i].is(theirs[i]) {
			continue
		}
		differ++
		switch {
		case isToll(ours, i) && isToll(theirs, i):
		case ours[i].names && theirs[i].names && !ours[i].in(theirs) && !theirs[i].in(ours):
			filled++
		}
	}
	return filled > 0 && 2*differ < len(ours)+1
}

// formLength is how many words a headline has as a form.
func (r *report) formLength() int {
	if r.slots == 0 {
		r.slots = len(formWords(r.shown))
	}
	return r.slots
}

// slot is one word of a form.
type slot struct {
	text, stem string
	small      string // the text without capitals
	names      bool   // a name or a number, or a code with digits
	digits     bool
	short      bool // it is known to be written instead of another
	cut        bool // a point stands behind it, as behind what is written shorter
}

// is says whether two words are one, maybe written shorter in one of the headlines: “Jan.” and “January”.
func (s slot) is(other slot) bool {
	if strings.EqualFold(s.text, other.text) || s.stem == other.stem && (s.short || other.short) {
		return true
	}
	short, long := s.small, other.small
	if len(short) > len(long) {
		s, short, long = other, long, short
	}
	return s.cut && strings.HasPrefix(long, short)
}

// in says whether a word, not a number, stands anywhere in a form.
func (s slot) in(form []slot) bool {
	return !s.digits && slices.ContainsFunc(form, s.is)
}

// formOf are the words of a headline as a form.
func formOf(headline string, words []string) []slot {
	form := make([]slot, len(words))
	for i, w := range words {
		digits := strings.ContainsFunc(w, unicode.IsDigit)
		form[i] = slot{
			text: w, stem: newTerm(w, false).text, small: strings.ToLower(w), names: isFilling(w, i), digits: digits,
			short: isShort(w), cut: !digits && strings.Contains(headline, w+"."),
		}
	}
	return form
}

// isFilling says whether the word at a place of a headline is a name or a number. The first is capital whatever it is.
func isFilling(word string, place int) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return place > 0 && unicode.IsUpper(first) || strings.ContainsFunc(word, unicode.IsDigit)
}

func formWords(headline string) []string {
	return strings.FieldsFunc(spelled(headline), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isToll says whether the word at i is a number that counts people: a word for the dead or hurt stands near it.
func isToll(form []slot, i int) bool {
	if !form[i].digits && counted[form[i].stem] == "" {
		return false
	}
	near := form[max(0, i-beside-1):min(len(form), i+beside+2)]
	return slices.ContainsFunc(near, func(s slot) bool { return tolls[s.stem] != "" })
}
