package stories

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestDigitsOfAllScriptsAreDigits(t *testing.T) {
	for _, in := range unicode.Nd.R32 {
		if (in.Hi-in.Lo+1)%10 != 0 || in.Stride != 1 {
			t.Errorf("the digits from %x on are not tens", in.Lo)
		}
	}
	for _, in := range unicode.Nd.R16 {
		if (in.Hi-in.Lo+1)%10 != 0 || in.Stride != 1 {
			t.Errorf("the digits from %x on are not tens", in.Lo)
		}
	}
	for _, text := range []string{"۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿"} {
		if got := western(text); got != "0123456789" {
			t.Errorf("%s is %s", text, got)
		}
	}
	if got := western("½ ² Ⅳ x5"); got != "½ ² Ⅳ x5" {
		t.Errorf("what is no decimal digit became %q", got)
	}
}

func TestSeparatedThousandsAreOneNumber(t *testing.T) {
	for text, want := range map[string]string{
		"1,200 dead":                         "1200 dead",
		"1.200 Tote, 12.345.678 Euro":        "1200 Tote, 12345678 Euro",
		"1 200 погибших":                     "1200 погибших",
		"1\u00a0200 и 3\u202f400":            "1200 и 3400",
		"1’200 Tote, 3'400 Verletzte":        "1200 Tote, 3400 Verletzte",
		"۱٬۲۰۰ کشته و ۲،۴۰۰ زخمی":            "۱۲۰۰ کشته و ۲۴۰۰ زخمی",
		"Peste 1.234.":                       "Peste 1234.",
		"killed 1,200, hurt 300":             "killed 1200, hurt 300",
		"in 2012, 300 died":                  "in 2012, 300 died",
		"2012 300 died":                      "2012 300 died",
		"7.2 quake":                          "7.2 quake",
		"0.125 and 0,300":                    "0.125 and 0,300",
		"1.2345 or 12,34 or 1,2345":          "1.2345 or 12,34 or 1,2345",
		"F-16 200 times":                     "F-16 200 times",
		"15 777-300ERs":                      "15 777-300ERs",
		"top 30 401k plans":                  "top 30 401k plans",
		"$1.259 bln, 2.875% and 1.306 pct":   "$1.259 bln, 2.875% and 1.306 pct",
		"$3,875 bln":                         "$3875 bln",
		"1,20 2,0000":                        "1,20 2,0000",
		"no number, none":                    "no number, none",
		"1,200.50 dollars":                   "1,200.50 dollars",
		"12, 300 dead":                       "12, 300 dead",
		"ends with 1,":                       "ends with 1,",
		"a1,200 b":                           "a1,200 b",
		"1,200\u066c300 with two separators": "1200\u066c300 with two separators",
	} {
		if got := WholeNumbers(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzWhole(f *testing.F) {
	for _, seed := range []string{"1,200 dead", "۱٬۲۰۰", "1 200 300-", "1.\xff000", "9’999’99", "\u2009 1\u2009000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := WholeNumbers(text)
		without := func(s string) string {
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune(thousands, r) {
					return -1
				}
				return r
			}, s)
		}
		if utf8.ValidString(text) && without(got) != without(text) {
			t.Errorf("%q became %q", text, got)
		}
		tollsIn(text, "fa")
	})
}
