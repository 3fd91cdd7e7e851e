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
	"errors"
	"fmt"
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
		if guess, err := detector.DetectBest(raw); err == nil {
			if known, _ := charset.Lookup(guess.Charset); known != nil {
				encoding, name = known, guess.Charset
			}
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
