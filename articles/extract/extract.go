// Package extract reads articles out of pages: out of the plain text that somebody saved or copied from a newsroom's
// site (Text), and out of its HTML (HTML).
//
// Both tell article from site chrome by shape first (a line printed twice is a picture's caption, a short label over a
// headline is the section, what follows the credit is the outlet speaking of itself) and by known words second; the
// words are in words.go. What the page does not say stays empty: an extracted article never has a time, a language or
// a standfirst that was guessed. The caller gives it its ID, Source, Way and Seen.
package extract

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
)

// ErrNotText says that the bytes are no text in any charset: an image, an archive, a program.
var ErrNotText = errors.New("extract: not a text")

// ErrNoArticle says that the page has no headline with a text below it.
var ErrNoArticle = errors.New("extract: no article found")

// decode brings raw bytes to UTF-8. A byte order mark decides; then the bytes, if they make sense as UTF-8; then a
// declaration in the page, unless it says UTF-8 and is wrong; without one the letters themselves must tell
// (windows-1251 text files are still written). detector looks at text or at HTML.
func decode(raw []byte, detector *chardet.Detector) ([]byte, error) {
	encoding, name, certain := charset.DetermineEncoding(raw, "")
	if !certain && isUTF8(raw) {
		encoding = unicode.UTF8
	} else if !certain && (name == "utf-8" || name == "windows-1252") { // what is not declared counts as the latter
		guess := likeliest(detector, raw)
		if known, _ := charset.Lookup(guess); known != nil {
			encoding, name = known, guess
		}
	}
	text, err := encoding.NewDecoder().Bytes(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: not %s: %w", ErrNotText, name, err)
	}
	if !isText(text) {
		return nil, ErrNotText
	}
	return bytes.TrimPrefix(text, []byte("\uFEFF")), nil
}

// CharsetOf is the name of the charset in which the letters of an HTML or XML document make most sense; "" where nothing
// can be said.
func CharsetOf(page []byte) string { return likeliest(chardet.NewHtmlDetector(), page) }

// likeliest is what the detector believes most. Where it believes two charsets alike the answer is always the same: that
// of Western Europe, or else the first by name. The detector itself says either, by chance, and an article would become
// another from one look to the next.
func likeliest(detector *chardet.Detector, raw []byte) string {
	guesses, err := detector.DetectAll(raw)
	if err != nil { // its one error: nothing was detected
		return ""
	}
	best := slices.MinFunc(guesses, func(a, b chardet.Result) int {
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(unwestern(a), unwestern(b)), cmp.Compare(a.Charset, b.Charset))
	})
	return best.Charset
}

// unwestern is 0 for the charsets of Western Europe, in which most pages are that do not say theirs; else 1.
func unwestern(guess chardet.Result) int {
	if guess.Charset == "ISO-8859-1" || guess.Charset == "windows-1252" {
		return 0
	}
	return 1
}

// isText reports whether there is no NUL and at most one control mark in a hundred bytes, as text has.
func isText(text []byte) bool {
	controls := 0
	for _, b := range text {
		switch {
		case b == 0:
			return false
		case b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != '\v':
			controls++
		}
	}
	return controls*100 <= len(text)
}

// isUTF8 reports whether raw has letters beyond ASCII, and at most one in twenty of them is broken: some pages are put
// together from parts of which one is in another charset.
func isUTF8(raw []byte) bool {
	letters, broken := 0, 0
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			letters++
		}
		raw = raw[size:]
	}
	return letters > 0 && broken*20 <= letters
}
