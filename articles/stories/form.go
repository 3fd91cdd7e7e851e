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
	ours, theirs := formOf(a.shown), formOf(b.shown)
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
	names      bool // a name or a number, or a code with digits
	digits     bool
	short      bool // it is known to be written instead of another
	cut        bool // a point stands behind it, as behind what is written shorter
}

// is says whether two words are one, maybe written shorter in one of the headlines: “Jan.” and “January”.
func (s slot) is(other slot) bool {
	if strings.EqualFold(s.text, other.text) || s.stem == other.stem && (s.short || other.short) {
		return true
	}
	short, long := strings.ToLower(s.text), strings.ToLower(other.text)
	if len(short) > len(long) {
		s, short, long = other, long, short
	}
	return s.cut && strings.HasPrefix(long, short)
}

// in says whether a word, not a number, stands anywhere in a form.
func (s slot) in(form []slot) bool {
	return !s.digits && slices.ContainsFunc(form, s.is)
}

// formOf are the words of a headline as a form. The first word of a headline is capital whatever it is.
func formOf(headline string) []slot {
	words := formWords(headline)
	form := make([]slot, len(words))
	for i, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		digits := strings.ContainsFunc(w, unicode.IsDigit)
		form[i] = slot{
			text: w, stem: newTerm(w, false).text, names: digits || i > 0 && unicode.IsUpper(first), digits: digits,
			short: isShort(w), cut: !digits && strings.Contains(headline, w+"."),
		}
	}
	return form
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
