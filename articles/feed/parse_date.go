package feed

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// firstTime is the first of the texts that is a time; the zero Time when none is.
func firstTime(texts ...string) time.Time {
	for _, text := range texts {
		if t, ok := when(text); ok {
			return t
		}
	}
	return time.Time{}
}

var (
	isoDate     = regexp.MustCompile(`^(\d{4})-?(\d{2})(?:-?(\d{2}))?(?:[T\s]+(.*))?$`)
	isoYear     = regexp.MustCompile(`^(\d{4})$`)
	dayNumber   = regexp.MustCompile(`^(\d{4})-?(\d{3})(?:[T\s]+(.*))?$`)
	numeric     = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})\.?(?:[T,\s]+(.*))?$`)
	yearFirst   = regexp.MustCompile(`^(\d{4})[./-](\d{1,2})[./-](\d{1,2})\.?(?:[T,\s]+(.*))?$`)
	dateWords   = regexp.MustCompile(`[\p{L}\p{M}]+|\d+(?::\d+)*(?:[.,]\d+)?|[+-]\d{1,2}:?\d{2}`)
	clockTime   = regexp.MustCompile(`^(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?\s*(.*)$`)
	compactTime = regexp.MustCompile(`^(\d{2})(\d{2})(\d{2})((?:[.,]\d+)?(?:\D.*)?)$`)
	offset      = regexp.MustCompile(`^(?:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d{2})?\b`)
	eastAsia    = regexp.MustCompile(`(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]`)
)

// when reads a time as feeds write it: RFC 3339 and its relatives, RFC 822 with and without weekday, seconds or zone, C's
// asctime, months in many languages, digits of other scripts. Without a zone it is UTC, as the machines that write
// feeds mostly run on it. False when it is none, or lies outside the years 1970 to 2199.
func when(text string) (time.Time, bool) {
	text = strings.TrimSpace(westernDigits(text))
	if len(text) > 100 || text == "" {
		return time.Time{}, false
	}
	text = eastAsia.ReplaceAllString(text, "$1-$2-$3 ")
	t, ok := numbers(strings.TrimSpace(text))
	if !ok {
		t, ok = inWords(text)
	}
	return t.UTC(), ok && t.Year() >= 1970 && t.Year() < 2200
}

// numbers reads dates without words: “2026-03-01T08:00Z”, “20260301”, “2026-060”, “01.03.2026 08:00”.
func numbers(text string) (time.Time, bool) {
	if p := isoDate.FindStringSubmatch(text); p != nil {
		return date(p[1], p[2], firstOf(p[3], "1"), p[4])
	}
	if p := yearFirst.FindStringSubmatch(text); p != nil {
		return date(p[1], p[2], p[3], p[4])
	}
	if p := dayNumber.FindStringSubmatch(text); p != nil {
		t, ok := date(p[1], "1", "1", p[3])
		return t.AddDate(0, 0, atoi(p[2])-1), ok && atoi(p[2]) <= 366
	}
	if p := numeric.FindStringSubmatch(text); p != nil {
		day, month := p[1], p[2]
		if atoi(month) > 12 { // as in America
			day, month = month, day
		}
		return date(p[3], month, day, p[4])
	}
	if p := isoYear.FindStringSubmatch(text); p != nil {
		return date(p[1], "1", "1", "")
	}
	return time.Time{}, false
}

// inWords reads dates with the name of a month: “Sun, 01 Mar 2026 08:00:00 GMT”, “1 марта 2026, 08:00”, “March 1, 2026”.
func inWords(text string) (time.Time, bool) {
	month, day, year, rest := 0, "", "", ""
	for _, at := range dateWords.FindAllStringIndex(text, 20) {
		word := text[at[0]:at[1]]
		digits := strings.Trim(word, "0123456789") == ""
		switch {
		case !digits && monthOf(word) > 0 && rest == "": // the last: “mar, 03 nov” is a Tuesday
			month = monthOf(word)
		case digits && day == "" && len(word) <= 2:
			day = word
		case digits && year == "" && (len(word) == 4 || len(word) == 2 && month > 0):
			year = word
		case strings.Contains(word, ":") && word[0] != '+' && word[0] != '-' && rest == "":
			rest = text[at[0]:]
		}
	}
	if month == 0 || day == "" || year == "" {
		return time.Time{}, false
	}
	if len(year) == 4 { // asctime has the year after the zone
		rest = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), year))
	}
	return date(year, strconv.Itoa(month), day, rest)
}

// date puts a time together. clock is what follows the day: “08:00:00 +0100”; without a time in it, it is midnight.
func date(year, month, day, clock string) (time.Time, bool) {
	y, m, d := atoi(year), atoi(month), atoi(day)
	if len(year) == 2 {
		if y += 1900; y < 1970 {
			y += 100
		}
	}
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	passed, zone := timeOfDay(clock)
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone).Add(passed), true
}

var (
	afternoon = regexp.MustCompile(`(?i)\bp\.?m\b|오후|午後|下午`)
	morning   = regexp.MustCompile(`(?i)\ba\.?m\b|오전|午前|上午`)
)

// timeOfDay is how much of a day has passed, and in which zone.
func timeOfDay(clock string) (time.Duration, *time.Location) {
	digits := strings.TrimLeftFunc(clock, func(r rune) bool { return !unicode.IsDigit(r) })
	p := clockTime.FindStringSubmatch(compactTime.ReplaceAllString(digits, "$1:$2:$3$4"))
	if p == nil {
		return 0, time.UTC
	}
	h, minute, second := atoi(p[1]), atoi(p[2]), atoi(p[3])
	switch {
	case afternoon.MatchString(clock) && h < 12:
		h += 12
	case morning.MatchString(clock) && h == 12:
		h = 0
	}
	if h > 24 || minute > 59 || second > 60 {
		return 0, time.UTC
	}
	passed := time.Duration(h*3600+minute*60+second) * time.Second
	return passed + time.Duration(atoi((p[4] + "000000000")[:9])), zoneOf(p[5])
}

// zoneOf is the zone that is named after a time; UTC where none is.
func zoneOf(text string) *time.Location {
	text = strings.TrimSpace(text)
	if p := offset.FindStringSubmatch(text); p != nil {
		seconds := atoi(p[2])*3600 + atoi(p[3])*60
		if p[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds)
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if minutes, known := zones[strings.ToUpper(word)]; known {
			return time.FixedZone(word, minutes*60)
		}
	}
	return time.UTC
}

func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// zones are the abbreviations that mean one zone in feeds, in minutes east of Greenwich (RFC 822, section 5, and the tz
// database). Such as “AST” or “AMT”, which mean several, are left out and read as UTC.
var zones = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
	"MET": 60, "MEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "TRT": 180, "SAST": 120, "EAT": 180, "CAT": 120,
	"WAT": 60, "IRST": 210, "IRDT": 270, "AFT": 270, "PKT": 300, "IST": 330, "NPT": 345, "UZT": 300, "TJT": 300, "ALMT": 360,
	"ICT": 420, "WIB": 420, "HKT": 480, "SGT": 480, "PHT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570, "ACDT": 630,
	"AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "NST": -210, "NDT": -150, "ADT": -180, "EST": -300, "EDT": -240, "ET": -300,
	"CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "BRT": -180,
	"ART": -180, "CLT": -240, "COT": -300, "PET": -300, "VET": -240,
}

// months are beginnings of the names of the months in the languages of feeds, in lower case: English, German, French,
// Spanish, Portuguese, Italian, Dutch, Polish, Romanian, Hungarian, Turkish, Indonesian, Scandinavian; Russian and
// Ukrainian; Greek; Arabic, Persian and Hebrew; Kazakh, Georgian and Armenian. Where two languages mean different months
// by one word, it is left out.
var months = func() map[string]int {
	all := map[string]int{}
	for month, names := range []string{
		"jan ene gen sty ian oca янв січ ιαν يناير ژانویه ינואר қаң იან հունվ",
		"feb fév fev lut şub фев лют φεβ فبراير فوریه פברואר ақп თებ փետ",
		"mar mär mrt mrz már мар бер μαρ μάρ مارس מרץ нау მარ մարտ",
		"apr abr avr kwi ápr nis апр кві απρ أبريل ابريل آوریل אפריל сәу აპრ ապր",
		"may mai mag maj máj mei мая май тра μάι μαΐ μαι μαϊ مايو مه מאי мам მაი մայ",
		"jun juin giu cze iun jún haz июн чер ιούν ιουν يونيو ژوئن יוני мау ივნ հունիս",
		"jul juil lug iul júl tem июл ιούλ ιουλ يوليو ژوئیه יולי шіл ივლ հուլ",
		"aug ago aoû aou sie agu ağu авг сер αύγ αυγ أغسطس اوت אוגוסט там აგვ օգոստ",
		"sep set wrz sze eyl сен вер σεπ سبتمبر سپتامبر ספטמבר қыр სექ սեպտ",
		"oct okt ott out paź eki окт жов οκτ أكتوبر اکتبر אוקטובר қаз ოქტ հոկտ",
		"nov lis noi kas ноя ное лис νοέ νοε نوفمبر نوامبر נובמבר қар ნოე նոյ",
		"dec déc dez dic gru des ara дек гру δεκ ديسمبر دسامبر דצמבר жел დეკ դեկտ",
	} {
		for _, name := range strings.Fields(names) {
			all[name] = month + 1
		}
	}
	return all
}()

// monthOf is the number of a month by its name or the beginning of it, 0 when it is none.
func monthOf(word string) int {
	word = strings.ToLower(word)
	runes := []rune(word)
	for n := min(len(runes), 8); n >= 2; n-- {
		if month, known := months[string(runes[:n])]; known {
			return month
		}
	}
	return 0
}

// westernDigits writes digits of other scripts as 0 to 9.
func westernDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		for zero := r; ; zero-- { // Unicode has the ten digits of a script in a row
			if !unicode.IsDigit(zero-1) || r-zero == 9 {
				return '0' + r - zero
			}
		}
	}, text)
}
