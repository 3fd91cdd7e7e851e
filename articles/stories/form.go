package stories

import (
	"strings"
	"unicode"
)

// sameForm says whether an earlier headline is one form with that of r, filled in differently: “Missiles hit Kyiv overnight”
// and “Missiles hit Odesa overnight” are alike in all but what matters. They have as many words, and most of them in the same
// places; where they differ, it is by a name or a number in each case. A count of people may differ within one story, a word
// may be written shorter (“Dec.”), and a name that only stands elsewhere is no other one.
func (rs *reports) sameForm(r, other *report) bool {
	if n := r.formLength(); n != other.formLength() || n < 2 {
		return false
	}
	if rs.form == nil || rs.form.report != r { // it is held against one after another
		rs.form = formOf(r)
	}
	return rs.form.filledIn(formOf(other))
}

// filledIn says whether two forms of one length differ in some places by names or numbers only. What takes little to know is
// asked first.
func (f *form) filledIn(other *form) bool {
	if !f.mayDiffer(other) {
		return false
	}
	differ, filled := 0, 0
	for i := range f.words {
		our, their := f.slot(i), other.slot(i)
		if our.is(their) {
			continue
		}
		if differ++; 2*differ >= len(f.words)+1 {
			return false
		}
		if our.names && their.names && !other.has(our) && !f.has(their) && !(f.isToll(i) && other.isToll(i)) {
			filled++
		}
	}
	return filled > 0
}

// mayDiffer says whether two headlines have different names or numbers in any place.
func (f *form) mayDiffer(other *form) bool {
	for i, our := range f.words {
		if isFilling(f.words, i) && isFilling(other.words, i) && !strings.EqualFold(our, other.words[i]) {
			return true
		}
	}
	return false
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
	*report
	words []string
	slots []*slot  // of the words that were asked for
	small []string // the words without capitals, see small; nil until they are asked for
}

func formOf(r *report) *form { return &form{report: r, words: formWords(r.shown)} }

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
func (s *slot) is(other *slot) bool {
	if strings.EqualFold(s.text, other.text) || s.stem == other.stem && (s.short || other.short) {
		return true
	}
	short, long := s.small, other.small
	if len(short) > len(long) {
		s, short, long = other, long, short
	}
	return s.cut && strings.HasPrefix(long, short)
}

// slot is the word at a place.
func (f *form) slot(i int) *slot {
	if f.slots == nil {
		f.slots = make([]*slot, len(f.words))
	}
	if f.slots[i] == nil {
		w := f.words[i]
		digits := strings.ContainsFunc(w, unicode.IsDigit)
		f.slots[i] = &slot{
			text: western(w), stem: newTerm(w, false).text, small: western(strings.ToLower(w)), names: isFilling(f.words, i), digits: digits,
			short: isShort(w), cut: !digits && strings.Contains(f.shown, w+"."),
		}
	}
	return f.slots[i]
}

// has says whether a word, not a number, stands anywhere in a form.
func (f *form) has(s *slot) bool {
	for i := 0; i < len(f.words) && !s.digits; i++ {
		if s.is(f.slot(i)) {
			return true
		}
	}
	return false
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
func (f *form) isToll(i int) bool {
	if f.small == nil {
		for _, w := range f.words {
			f.small = append(f.small, small(w))
		}
	}
	lang := f.language.name()
	if !f.slot(i).digits && !numerals.has(f.small, i, lang) {
		return false
	}
	reach := beside
	if isUncased(f.shown) { // its words are written in parts
		reach = besideParts
	}
	for j := max(0, i-reach-1); j < min(len(f.small), i+reach+2); j++ {
		if tolls.has(f.small, j, lang) {
			return true
		}
	}
	return false
}
