package feed

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxExpansion is how much text a document's own entities may become in all, in bytes. They are not looked for inside
// each other, so that none can grow without end.
const maxExpansion = 1 << 20

// entities are the names of characters and texts in a document: those of XML and HTML, and those it declares itself.
type entities struct {
	own   map[string]string
	spent int
}

var (
	ownEntity = regexp.MustCompile(`<!ENTITY\s+([\w.-]{1,60})\s+(?:"([^"]*)"|'([^']*)')\s*>`)
	reference = regexp.MustCompile(`&(#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,9}|[a-zA-Z_][\w.-]{0,60});`)
)

// declare takes what a DOCTYPE declares. What lies in other files is never fetched.
func (e *entities) declare(subset []byte) {
	if e.own != nil {
		return // a document has one DOCTYPE
	}
	e.own = map[string]string{}
	for _, found := range ownEntity.FindAllSubmatch(subset, 1000) {
		text := string(found[2]) + string(found[3])
		e.own[string(found[1])] = cleaned(reference.ReplaceAllStringFunc(text, known))
	}
}

// decode puts characters in the place of entities, and leaves an ampersand that begins none.
func (e *entities) decode(text string) string {
	if strings.IndexByte(text, '&') >= 0 {
		text = reference.ReplaceAllStringFunc(text, e.character)
	}
	return cleaned(text)
}

func (e *entities) character(ref string) string {
	text, declared := e.own[ref[1:len(ref)-1]]
	if !declared {
		return known(ref)
	}
	if e.spent += len(text); e.spent > maxExpansion {
		return ""
	}
	return text
}

// known is the character behind a reference of XML or HTML; any other stays as it is.
func known(ref string) string {
	if text := html.UnescapeString(ref); text != ref && !strings.HasSuffix(text, ";") || ref == "&semi;" {
		return text
	}
	return ref
}

// cleaned is text without characters that XML forbids; those of Windows-1252 that were taken for control characters
// are what was meant.
func cleaned(text string) string {
	if strings.IndexFunc(text, suspicious) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x80 && r < 0xa0:
			if meant := charmap.Windows1252.DecodeByte(byte(r)); meant != utf8.RuneError {
				return meant
			}
			return -1
		case suspicious(r):
			return -1
		}
		return r
	}, text)
}

func suspicious(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r == 0xfeff
}
