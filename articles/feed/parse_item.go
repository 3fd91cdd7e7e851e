package feed

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	gofeedjson "github.com/mmcdole/gofeed/json"
	gofeedrss "github.com/mmcdole/gofeed/rss"
	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles/extract"
)

// found is an item as gofeed read it, in its general form and in that of its format, and what it stands in.
type found struct {
	*gofeed.Item
	rss         *gofeedrss.Item
	atom        *atom.Entry
	json        *gofeedjson.Item
	base        *url.URL // what its links are relative to
	feedTitle   string
	feedAuthors []*gofeed.Person // of items without author, where the format says so

	lang, dir string // as inherited
	about     string // RDF's name of the item
	cut       bool   // the document ended inside it; it is read when it is there whole
}

// withAbout takes what mend told of the item.
func (f found) withAbout() found {
	for _, e := range f.extensions(ourPrefix, "about") {
		f.lang, f.dir, f.about, f.cut = e.Attrs["lang"], e.Attrs["dir"], e.Attrs["about"], e.Attrs["cut"] == "true"
		if base, err := url.Parse(e.Attrs["base"]); err == nil && base.IsAbs() {
			f.base = base
		}
	}
	return f
}

// extensions are the elements of a namespace that stand directly in the item.
func (f found) extensions(prefix, name string) []ext.Extension { return f.Extensions[prefix][name] }

// says is the text of the first such element, "" when there is none.
func (f found) says(prefix, name string) string {
	for _, e := range f.extensions(prefix, name) {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// item is the item in plain text. Its texts were made HTML by mend, whatever they had been.
func (f found) item() Item {
	description, content := paragraphs(f.Description), paragraphs(firstOf(f.Content, f.says("xhtml", "body"), f.Custom["body"], f.Custom["fullitem"]))
	item := Item{
		Headline: line(firstOf(f.Title, f.says("media", "title"))), Body: content,
		Language: languageTag(firstOf(f.says("dc", "language"), f.lang)), Byline: f.byline(), Keywords: f.keywords(),
		Enclosures: f.enclosures(),
	}
	if item.Direction = f.dir; item.Direction != "rtl" && item.Direction != "ltr" {
		item.Direction = ""
	}
	link := f.address()
	item.URL, item.link = webAddress(f.base, link), linked(f.base, link)
	item.guid = firstOf(f.GUID, f.about)
	if len(item.Body) == 0 {
		item.Body = description
	}
	if len(description) == 0 {
		description = content
	}
	item.Standfirst = excerpt(description)
	if item.Headline == "" {
		item.Headline, item.Standfirst = shortened(item.Standfirst, maxHeadline), ""
	}
	item.Published, item.Modified = f.times()
	item.Images = f.images()
	return item
}

// address is where the item is to be read, as the feed wrote it.
func (f found) address() string {
	if original := f.says("feedburner", "origLink"); webAddress(f.base, original) != "" {
		return original
	}
	switch {
	case f.rss != nil:
		return f.rssAddress()
	case f.atom != nil:
		return f.atomAddress()
	}
	return firstOf(f.Link, f.json.ExternalURL, webAddress(nil, f.GUID))
}

func (f found) rssAddress() string {
	for _, link := range f.rss.Links {
		if strings.TrimSpace(link) != "" {
			return link
		}
	}
	for _, link := range f.extensions("atom", "link") {
		if rel := link.Attrs["rel"]; rel == "" || rel == "alternate" || rel == "canonical" {
			return link.Attrs["href"]
		}
	}
	if guid := f.rss.GUID; guid != nil && !strings.EqualFold(guid.IsPermalink, "false") && webAddress(nil, guid.Value) != "" {
		return guid.Value
	}
	return f.about
}

// atomAddress is the link to the page, before links to the same in other forms.
func (f found) atomAddress() string {
	best, rank := "", 0
	for _, link := range f.atom.Links {
		r := 0
		switch html := link.Type == "" || strings.Contains(link.Type, "html"); {
		case link.Rel == "alternate" && html:
			r = 4
		case link.Rel == "alternate":
			r = 3
		case link.Rel == "canonical":
			r = 5
		case link.Rel == "self" || link.Rel == "related" || link.Rel == "via":
			r = 1
		}
		if r > rank && strings.TrimSpace(link.Href) != "" {
			best, rank = link.Href, r
		}
	}
	if content := f.atom.Content; rank < 3 && content != nil && content.Src != "" {
		return content.Src
	}
	return firstOf(best, webAddress(nil, f.GUID))
}

// times are when the item came out and when it was last changed.
func (f found) times() (published, modified time.Time) {
	switch {
	case f.rss != nil:
		published = firstTime(f.rss.PubDate, f.says("dc", "date"), f.says("dcterms", "issued"), f.says("dcterms", "created"),
			f.says("atom", "published"), f.says("atom03", "issued"), f.says("dcterms", "date"))
		modified = firstTime(f.says("atom", "updated"), f.says("dcterms", "modified"), f.says("atom03", "modified"))
	case f.atom != nil:
		published = firstTime(f.atom.Published, f.says("dc", "date"), f.says("dcterms", "issued"))
		modified = firstTime(f.atom.Updated, f.says("dcterms", "modified"))
	default:
		published, modified = firstTime(f.json.DatePublished), firstTime(f.json.DateModified)
	}
	if published.IsZero() && f.PublishedParsed != nil {
		published = f.PublishedParsed.UTC()
	}
	if published.IsZero() {
		published = modified
	}
	return published, modified
}

func (f found) keywords() []string {
	var words []string
	for _, category := range f.Categories[:min(len(f.Categories), maxFew)] {
		for _, word := range listed(line(category)) {
			if word != "" && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// listed are the words of a category that is in truth a list; one comma may belong to a name.
func listed(category string) []string {
	if strings.Count(category, ",") < 2 {
		return []string{category}
	}
	var all []string
	for word := range strings.SplitSeq(category, ",") {
		all = append(all, strings.TrimSpace(word))
	}
	return all
}

// maxFew is how many authors, keywords, pictures or files of one item are taken.
const maxFew = 100

// Bounds of what is taken for a headline or standfirst, in characters.
const (
	maxHeadline   = 120
	maxStandfirst = 400
)

// excerpt is the beginning of a description: whole sentences where there are any.
func excerpt(paragraphs []string) string {
	if len(paragraphs) == 0 {
		return ""
	}
	return shortened(paragraphs[0], maxStandfirst)
}

// shortened is s, or its whole sentences up to a number of characters, or its whole words with an ellipsis.
func shortened(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	s = string([]rune(s)[:most])
	if end := strings.LastIndexAny(s, ".!?…؟۔।。"); end > len(s)/3 {
		_, size := utf8.DecodeRuneInString(s[end:])
		return s[:end+size]
	}
	if end := strings.LastIndexByte(s, ' '); end > 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, " ,;:–—-") + "…"
}

// line is markup as one line of plain text.
func line(markup string) string { return strings.Join(paragraphs(markup), " ") }

// paragraphs are markup as plain text.
func paragraphs(markup string) []string {
	if strings.ContainsAny(markup, "<&") {
		return extract.Fragment(markup)
	}
	if text := strings.Join(strings.Fields(markup), " "); text != "" { // most texts have no markup
		return []string{text}
	}
	return nil
}

func languageTag(s string) string {
	tag, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"))
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// rightToLeft are the scripts written from right to left (ISO 15924) that newsrooms use.
var rightToLeft = []string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"}

// directionOf is how a language is written, "" where that is not known.
func directionOf(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil || tag == "" {
		return ""
	}
	if script, _ := parsed.Script(); slices.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// eitherWay are languages that newsrooms write from the left and, in Arabic letters, from the right.
var eitherWay = []string{"az", "ha", "kk", "ku", "ky", "ms", "pa", "sd", "tg", "tk", "tt", "ug", "uz"}

// inDirection is a language with its script, where the feed says by dir that its letters run otherwise than is usual for
// the language. Where the language cannot be written so, dir speaks of something else.
func inDirection(tag, direction string) string {
	parsed, err := language.Parse(tag)
	if err != nil || direction == "" || direction == directionOf(tag) {
		return tag
	}
	base, _ := parsed.Base()
	script := map[string]string{"rtl": "Arab", "ltr": "Latn"}[direction]
	if !slices.Contains(eitherWay, base.String()) || script == "" {
		return tag
	}
	return base.String() + "-" + script
}
