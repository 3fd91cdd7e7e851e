package feed

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	dom "golang.org/x/net/html"

	"github.com/tenbells/tenbells/articles"
)

// medium is a file of Media RSS (rssboard.org/media-rss) with what is said of it.
type medium struct {
	url, kind       string // kind is image, audio, video or ""
	mime            string
	caption, credit string
	width           int
	size, seconds   string
}

// media are the files of an item, those of groups too. What a group or the item says holds for its files.
func (f found) media() []medium {
	outer := ext.Extension{Children: map[string][]ext.Extension{}}
	for name, all := range f.Extensions["media"] {
		outer.Children[name] = all
	}
	return mediaIn(outer, medium{}, 0)
}

func mediaIn(n ext.Extension, from medium, depth int) []medium {
	from.caption = firstOf(mediaText(n, "description"), mediaText(n, "text"), from.caption)
	from.credit = firstOf(mediaText(n, "credit"), mediaText(n, "copyright"), from.credit)
	var all []medium
	for _, group := range n.Children["group"] {
		if depth < 3 {
			all = append(all, largest(mediaIn(group, from, depth+1))...)
		}
	}
	for _, content := range n.Children["content"] {
		m := from
		m.url, m.mime, m.kind = content.Attrs["url"], content.Attrs["type"], content.Attrs["medium"]
		m.size, m.seconds = content.Attrs["fileSize"], content.Attrs["duration"]
		m.caption = firstOf(mediaText(content, "description"), mediaText(content, "text"), mediaText(content, "title"), from.caption)
		m.credit = firstOf(mediaText(content, "credit"), mediaText(content, "copyright"), from.credit)
		if width, err := strconv.Atoi(content.Attrs["width"]); err == nil {
			m.width = width
		}
		if m.kind == "" {
			m.kind = mediaKind(m.mime, m.url)
		}
		all = append(all, m)
		for _, thumbnail := range content.Children["thumbnail"] {
			all = append(all, medium{url: thumbnail.Attrs["url"], kind: "thumbnail", caption: m.caption, credit: m.credit})
		}
	}
	for _, thumbnail := range n.Children["thumbnail"] {
		all = append(all, medium{url: thumbnail.Attrs["url"], kind: "thumbnail", caption: from.caption, credit: from.credit})
	}
	return all
}

func mediaText(n ext.Extension, name string) string {
	for _, child := range n.Children[name] {
		if text := line(child.Value); text != "" {
			return text
		}
	}
	return ""
}

// largest leaves of one picture in several sizes the widest; the other files of a group stay.
func largest(all []medium) []medium {
	widest := -1
	for i, m := range all {
		if m.kind == "image" && (widest < 0 || m.width > all[widest].width) {
			widest = i
		}
	}
	var kept []medium
	for i, m := range all {
		if m.kind != "image" || i == widest {
			kept = append(kept, m)
		}
	}
	return kept
}

// mediaKind is whether a file is an image, audio or video, by its media type or the ending of its name.
func mediaKind(mime, address string) string {
	if kind, _, typed := strings.Cut(mime, "/"); typed {
		return strings.ToLower(kind)
	}
	address, _, _ = strings.Cut(address, "?")
	switch strings.ToLower(path.Ext(address)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif":
		return "image"
	case ".mp3", ".m4a", ".ogg", ".opus", ".aac":
		return "audio"
	case ".mp4", ".m4v", ".webm", ".mov":
		return "video"
	}
	return ""
}

// images are the pictures of an item, the one it is best known by first: those it names as such, those among its
// enclosures, small ones where there are no others, and at last one that stands in its text.
func (f found) images() []articles.Image {
	var all []articles.Image
	add := func(ref, caption, credit string) {
		image := articles.Image{URL: fileAddress(f.base, ref), Caption: line(caption), Credit: line(credit)}
		if image.URL != "" && len(all) < maxFew && !slices.ContainsFunc(all, func(i articles.Image) bool { return i.URL == image.URL }) {
			all = append(all, image)
		}
	}
	media := f.media()
	for _, m := range media {
		if m.kind == "image" {
			add(m.url, m.caption, m.credit)
		}
	}
	for _, enclosure := range f.Enclosures {
		if enclosure != nil && mediaKind(enclosure.Type, enclosure.URL) == "image" {
			add(enclosure.URL, "", "")
		}
	}
	if f.Image != nil {
		add(f.Image.URL, f.Image.Title, "")
	}
	for _, m := range media {
		if m.kind == "thumbnail" && len(all) == 0 {
			add(m.url, m.caption, m.credit)
		}
	}
	if len(all) == 0 {
		add(imageIn(f.Content), "", "")
	}
	if len(all) == 0 {
		add(imageIn(f.Description), "", "")
	}
	return all
}

// imageIn is the first picture in a text that is one: not the dot that counts readers.
func imageIn(markup string) string {
	if !strings.Contains(strings.ToLower(markup), "<img") {
		return ""
	}
	for tags := dom.NewTokenizer(strings.NewReader(markup)); ; {
		switch tags.Next() {
		case dom.ErrorToken:
			return ""
		case dom.StartTagToken, dom.SelfClosingTagToken:
			tag := tags.Token()
			attrs := map[string]string{}
			for _, a := range tag.Attr {
				attrs[a.Key] = a.Val
			}
			if tag.Data == "img" && attrs["src"] != "" && !tiny(attrs["width"]) && !tiny(attrs["height"]) && !counter.MatchString(attrs["src"]) {
				return attrs["src"]
			}
		}
	}
}

// counter is the address of a picture that counts readers or is a button: those of FeedBurner and WordPress.com.
var counter = regexp.MustCompile(`/~[a-z]{1,2}/|//(?:pixel|stats)\.(?:wp|wordpress)\.com/|//feeds\.wordpress\.com/`)

func tiny(size string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(size), "px"))
	return err == nil && n < 16
}

// enclosures are the sounds and films that come with an item.
func (f found) enclosures() []Enclosure {
	var all []Enclosure
	add := func(e Enclosure, ref string) {
		e.URL = fileAddress(f.base, ref)
		if e.URL != "" && len(all) < maxFew && !slices.ContainsFunc(all, func(other Enclosure) bool { return other.URL == e.URL }) {
			all = append(all, e)
		}
	}
	for _, e := range f.Enclosures {
		if e != nil && mediaKind(e.Type, e.URL) != "image" {
			add(Enclosure{Type: strings.TrimSpace(e.Type), Size: number(e.Length), Duration: clock(f.says("itunes", "duration"))}, e.URL)
		}
	}
	for _, m := range f.media() {
		if m.kind == "audio" || m.kind == "video" {
			add(Enclosure{Type: m.mime, Size: number(m.size), Duration: clock(m.seconds)}, m.url)
		}
	}
	if f.json != nil && f.json.Attachments != nil {
		for i, a := range *f.json.Attachments {
			if i < len(all) && all[i].URL == fileAddress(f.base, a.URL) {
				all[i].Duration = time.Duration(a.DurationInSeconds) * time.Second
			}
		}
	}
	return all
}

// number is a number of bytes, 0 where none is given.
func number(text string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

var hours = regexp.MustCompile(`^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:\.\d+)?$`)

// clock is a length of time as podcasts write it: seconds, or “1:02:03”.
func clock(text string) time.Duration {
	text = strings.TrimSpace(text)
	if parts := hours.FindStringSubmatch(text); parts != nil {
		return time.Duration(number(parts[1])*3600+number(parts[2])*60+number(parts[3])) * time.Second
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds < 0 || seconds > 1e7 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}
