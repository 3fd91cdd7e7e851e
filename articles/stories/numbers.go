package stories

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// western writes the decimal digits of all scripts as 0 to 9: “۱۲” and “12” are one number.
func western(text string) string {
	if !strings.ContainsFunc(text, isForeignDigit) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isForeignDigit(r) {
			return '0' + digitOf(r)
		}
		return r
	}, text)
}

func isForeignDigit(r rune) bool { return r >= utf8.RuneSelf && unicode.IsDigit(r) }

// digitOf is the value of a decimal digit. In Unicode's table each script has its ten in a row, from zero on.
func digitOf(r rune) rune {
	for _, in := range unicode.Nd.R16 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return (r - rune(in.Lo)) % 10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return (r - rune(in.Lo)) % 10
		}
	}
	return 0 // none
}

// thousands are what stands between the thousands of a number: a comma, point or apostrophe of some script, or a space.
const thousands = ",.'’٬،" + " \u00a0\u202f\u2009"

// WholeNumbers writes numbers with separated thousands in one: “1,200”, “1 200” and “۱٬۲۰۰”. What is no such number stays: “7.2”,
// “2012, 300”, “0.125”.
func WholeNumbers(text string) string {
	if !mayHaveThousands(text) {
		return text
	}
	var b strings.Builder
	before := ' '
	for rest := text; rest != ""; {
		number, n := wholeAt(rest, before)
		if n == 0 {
			before, n = utf8.DecodeRuneInString(rest)
			number = rest[:n]
		} else {
			before = '0'
		}
		b.WriteString(number)
		rest = rest[n:]
	}
	return b.String()
}

// mayHaveThousands says whether anywhere in a text a digit, one other sign and a digit follow each other.
func mayHaveThousands(text string) bool {
	var last, before bool // the runes before: a digit, and the one before it
	var sign rune
	for _, r := range text {
		is := '0' <= r && r <= '9' || isForeignDigit(r)
		if is && !last && before && strings.ContainsRune(thousands, sign) {
			return true
		}
		before, last, sign = last, is, r
	}
	return false
}

// wholeAt is the number with separated thousands at the beginning of a text, and how many bytes it takes; 0 where there is
// none. What stands around it must not make it another: “F-16 200”, “5,1 200”, “Boeing 15 777-300” and, since a point often
// is that of a fraction, “$1.259” and “2.875%”.
func wholeAt(text string, before rune) (number string, n int) {
	if unicode.IsDigit(before) || unicode.IsLetter(before) || strings.ContainsRune("-.,٫", before) {
		return "", 0
	}
	digits, n := digitsAt(text)
	if digits > 3 || n == 0 || digitOf(firstRune(text)) == 0 {
		return "", 0
	}
	separator, from := firstRune(text[n:]), n
	if !strings.ContainsRune(thousands, separator) {
		return "", 0
	}
	number = text[:n]
	for firstRune(text[n:]) == separator {
		group := n + utf8.RuneLen(separator)
		digits, size := digitsAt(text[group:])
		if digits != 3 {
			break
		}
		number, n = number+text[group:group+size], group+size
	}
	if n == from || !endsThousands(text[n:], separator) || separator == '.' && (isMeasure(before) || isFraction(text[n:])) {
		return "", 0
	}
	return number, n
}

// endsThousands says whether a number with a separator may end where rest begins.
func endsThousands(rest string, separator rune) bool {
	next, size := utf8.DecodeRuneInString(rest)
	switch {
	case strings.ContainsRune(".,٫", next):
		return !unicode.IsDigit(firstRune(rest[size:]))
	case separator == ' ':
		return next != '-' && !unicode.IsLetter(next)
	}
	return true
}

// isFraction says whether what follows a number with a point makes it one with a fraction.
func isFraction(rest string) bool {
	rest = strings.TrimLeft(rest, " \u00a0")
	word := rest
	if i := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) }); i >= 0 {
		word = rest[:i]
	}
	return isMeasure(firstRune(rest)) || fractions[strings.ToLower(word)]
}

// fractions are words before which a point is hardly one of thousands.
var fractions = map[string]bool{
	"percent": true, "per": true, "pct": true, "million": true, "mln": true, "billion": true, "bln": true, "trillion": true, "trln": true,
	"bn": true, "mn": true, "m": true,
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// digitsAt is how many digits a text begins with, and how many bytes they take.
func digitsAt(text string) (digits, n int) {
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		if !unicode.IsDigit(r) {
			break
		}
		digits, n = digits+1, n+size
	}
	return digits, n
}
