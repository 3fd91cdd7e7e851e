package feed

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/tenbells/tenbells/articles/extract"
)

// bom is the mark of UTF-8. What inUTF8 gives back begins with it where it is more than ASCII, so that nobody after it
// believes a declaration that is no longer true.
var bom = []byte("\ufeff")

// inUTF8 unpacks a document that came gzip'd and brings it to UTF-8. Byte order marks are believed first, then bytes
// that can hardly be anything but UTF-8, then what the document says of itself, then the server's Content-Type; where
// all are silent or wrong the bytes are looked at. It never fails: single bytes that mean nothing are replaced.
func inUTF8(doc []byte, contentType string) []byte {
	doc = unzipped(doc)
	if ascii(doc) && !shifts(declared(doc)) {
		return doc
	}
	return append(bom[:len(bom):len(bom)], decoded(doc, contentType)...)
}

// unzipped is a document without gzip, at most one byte more than MaxSize of it; what is broken off ends there.
func unzipped(doc []byte) []byte {
	if !bytes.HasPrefix(doc, []byte{0x1f, 0x8b}) {
		return doc
	}
	zipped, err := gzip.NewReader(bytes.NewReader(doc))
	if err != nil {
		return doc
	}
	text, err := io.ReadAll(io.LimitReader(zipped, MaxSize+1))
	if err != nil && len(text) == 0 {
		return doc
	}
	return text
}

func decoded(doc []byte, contentType string) []byte {
	if rest, marked := bytes.CutPrefix(doc, bom); marked {
		return mixed(rest)
	}
	if text, wide := fromWide(doc); wide {
		return text
	}
	names := []string{declared(doc), served(contentType)}
	good, bad := sequences(doc)
	if bad == 0 && good > 0 && (good > 8 || !twoBytes(names)) {
		return doc
	}
	for _, name := range names {
		if text, ok := from(name, doc); ok {
			return text
		}
	}
	if good > bad {
		return mixed(doc)
	}
	if text, ok := from(extract.CharsetOf(doc[:min(len(doc), 64<<10)]), doc); ok {
		return text
	}
	return mixed(doc)
}

func ascii(doc []byte) bool {
	for _, b := range doc {
		if b >= utf8.RuneSelf || b == 0 {
			return false
		}
	}
	return true
}

var declaration = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]{1,40})["']`)

// declared is the encoding that an XML declaration names, in lower case; "" none.
func declared(doc []byte) string {
	if found := declaration.FindSubmatch(doc[:min(len(doc), 400)]); found != nil {
		return strings.ToLower(string(found[1]))
	}
	return ""
}

func served(contentType string) string {
	_, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.Trim(parameters["charset"], `'" `))
}

// shifts reports whether an encoding writes other scripts in ASCII bytes.
func shifts(name string) bool { return strings.HasPrefix(name, "iso-2022-") || name == "hz-gb-2312" }

// twoBytes reports whether one of the names is of an encoding with two bytes a character, where a few bytes may look like
// UTF-8 by chance.
func twoBytes(names []string) bool {
	for _, name := range names {
		for _, start := range []string{"gb", "big5", "euc-", "shift", "sjis", "x-sjis", "ks_c"} {
			if strings.HasPrefix(name, start) {
				return true
			}
		}
	}
	return false
}

// from decodes a document from a named encoding, unless that leaves bytes without meaning.
func from(name string, doc []byte) ([]byte, bool) {
	e, canonical := charset.Lookup(name)
	if e == nil || e == encoding.Replacement || canonical == "utf-8" || strings.HasPrefix(canonical, "utf-16") {
		return nil, false
	}
	text, err := e.NewDecoder().Bytes(doc)
	return text, err == nil && !bytes.ContainsRune(text, utf8.RuneError)
}

// sequences counts the characters of UTF-8 beyond ASCII, and the bytes that are none.
func sequences(doc []byte) (good, bad int) {
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case r >= utf8.RuneSelf:
			good++
		}
		doc = doc[size:]
	}
	return good, bad
}

// mixed reads UTF-8 into which bytes of Windows-1252 were pasted, as some publishers do with agencies' copy.
func mixed(doc []byte) []byte {
	if utf8.Valid(doc) {
		return doc
	}
	text := make([]byte, 0, len(doc)+len(doc)/8)
	for len(doc) > 0 {
		r, size := utf8.DecodeRune(doc)
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(doc[0])
		}
		text = utf8.AppendRune(text, r)
		doc = doc[size:]
	}
	return text
}

// widths are the encodings of two and four bytes, by what a document begins with: its mark, or its first “<”.
var widths = []struct {
	start string
	size  int
	order binary.ByteOrder
}{
	{"\x00\x00\xfe\xff", 4, binary.BigEndian}, {"\xff\xfe\x00\x00", 4, binary.LittleEndian},
	{"\x00\x00\x00<", 4, binary.BigEndian}, {"<\x00\x00\x00", 4, binary.LittleEndian},
	{"\x00\x00\x00{", 4, binary.BigEndian}, {"{\x00\x00\x00", 4, binary.LittleEndian},
	{"\xfe\xff", 2, binary.BigEndian}, {"\xff\xfe", 2, binary.LittleEndian},
	{"\x00<", 2, binary.BigEndian}, {"<\x00", 2, binary.LittleEndian},
	{"\x00{", 2, binary.BigEndian}, {"{\x00", 2, binary.LittleEndian},
}

func fromWide(doc []byte) ([]byte, bool) {
	for _, w := range widths {
		if bytes.HasPrefix(doc, []byte(w.start)) {
			text := wide(doc, w.size, w.order)
			return bytes.TrimPrefix(text, bom), true
		}
	}
	return nil, false
}

func wide(doc []byte, size int, order binary.ByteOrder) []byte {
	text := make([]byte, 0, len(doc)/size+len(doc)/8)
	for ; len(doc) >= size; doc = doc[size:] {
		r := rune(utf8.RuneError)
		if size == 4 {
			r = rune(order.Uint32(doc))
		} else if r = rune(order.Uint16(doc)); utf16.IsSurrogate(r) && len(doc) >= 4 {
			if r = utf16.DecodeRune(r, rune(order.Uint16(doc[2:]))); r != utf8.RuneError {
				doc = doc[2:]
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}
