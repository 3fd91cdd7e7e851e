package stories

import (
	"slices"
	"strings"
	"unicode"
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
	return filledIn(formOf(a, ours), formOf(b, theirs))
}

// mayDiffer says whether two headlines have different names or numbers in any place. It is asked first, since it takes
// little to know.
func mayDiffer(ours, theirs []string) bool {
	for i := range ours {
		if isFilling(ours, i) && isFilling(theirs, i) && !strings.EqualFold(ours[i], theirs[i]) {
			return true
		}
	}
	return false
}

// filledIn says whether two forms of one length differ in some places by names or numbers only.
func filledIn(ours, theirs form) bool {
	differ, filled := 0, 0
	for i, our := range ours.slots {
		their := theirs.slots[i]
		if our.is(their) {
			continue
		}
		differ++
		switch {
		case ours.isToll(i) && theirs.isToll(i):
		case our.names && their.names && !our.in(theirs.slots) && !their.in(ours.slots):
			filled++
		}
	}
	return filled > 0 && 2*differ < len(ours.slots)+1
}

// formLength is how many words a headline has as a form.
func (r *report) formLength() int {
	if r.slots == 0 {
		r.slots = len(formWords(r.shown))
	}
	return r.slots
}

// form is a headline as one.
type form struct {
	slots []slot
	small []string // its words without capitals, see small
	lang  string
	parts bool // its words are written in parts
}

// slot is one word of a form.
type slot struct {
	text, stem string
	small      string // the text without capitals, digits of any script as 0 to 9
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
func formOf(r *report, words []string) form {
	f := form{slots: make([]slot, len(words)), small: make([]string, len(words)), lang: r.language.name(), parts: isUncased(r.shown)}
	for i, w := range words {
		digits := strings.ContainsFunc(w, unicode.IsDigit)
		f.small[i] = small(w)
		f.slots[i] = slot{
			text: western(w), stem: newTerm(w, false).text, small: western(strings.ToLower(w)), names: isFilling(words, i), digits: digits,
			short: isShort(w), cut: !digits && strings.Contains(r.shown, w+"."),
		}
	}
	return f
}

// isFilling says whether the word at a place of a headline is a name or a number. The first is capital whatever it is.
func isFilling(words []string, place int) bool {
	first := firstRune(words[place])
	return place > 0 && (unicode.IsUpper(first) || isSomewhere(words, place)) || strings.ContainsFunc(words[place], unicode.IsDigit)
}

// isSomewhere says whether a word in letters without capitals is likely the name of a place: it stands behind the word for
// “in”, or has the Georgian ending for it.
func isSomewhere(words []string, place int) bool {
	if !hasNoCapital(firstRune(words[place])) {
		return false
	}
	here := small(words[place])
	return placeBefore[small(words[place-1])] && !placeBefore[here] && !happening[here] || strings.HasSuffix(here, "ში") && len(words[place]) > len("მაშინ")
}

// placeBefore are the words before a place, by the letters of Persian: in, in the town, in the province. happening are those for
// what happens there, by which one event is told as often as by another of them.
var (
	placeBefore = stemless("در في شهر شهرستان ولایت استان ولسوالی مدينة محافظة ولاية بمدينة بمحافظة بولاية")
	happening   = stemless("حمله حملات انفجار انفجاری حادثه رویداد پی حال یک دو هجوم تفجير انفجار حادث")
)

func stemless(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range smallWords(words) {
		all[w] = true
	}
	return all
}

func formWords(headline string) []string {
	return strings.FieldsFunc(spelled(headline), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// isToll says whether the word at i is a number that counts people: a word for the dead or hurt stands near it.
func (f form) isToll(i int) bool {
	if !f.slots[i].digits && !numerals.has(f.small, i, f.lang) {
		return false
	}
	reach := beside
	if f.parts {
		reach = besideParts
	}
	for j := max(0, i-reach-1); j < min(len(f.small), i+reach+2); j++ {
		if tolls.has(f.small, j, f.lang) {
			return true
		}
	}
	return false
}
