package ninjs

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// images are the pictures associated with an item, its feature picture first, and the item itself if it is one.
func (r *reader) images(o object) []articles.Image {
	items := r.named(o, "associations")
	slices.SortStableFunc(items, func(a, b object) int { return r.standing(a) - r.standing(b) })
	if isPicture(r.text(o, "type")) {
		items = append([]object{o}, items...)
	}
	var all []articles.Image
	for _, item := range items {
		if image := r.image(item); isPicture(r.text(item, "type")) && image.URL != "" {
			all = append(all, image)
		}
	}
	return all
}

// standing puts the picture that the newsroom chose for the top before the others.
func (r *reader) standing(o object) int {
	if mentions(r.text(o, "name"), "feature", "mainpic", "main") {
		return 0
	}
	return 1
}

func isPicture(kind string) bool { return kind == "picture" || kind == "graphic" }

func (r *reader) image(o object) articles.Image {
	caption := plain(choose(r.values(o, "description", "descriptions"), false, "caption", "", "text", "main", "html", "richtext"))
	if caption == "" {
		caption = r.headline(o)
	}
	return articles.Image{
		URL:     r.picture(o),
		Caption: caption,
		Credit:  r.text(o, "creditline", "byline", "by", "copyrightholder", "copyrightnotice"),
	}
}

// bestWidth is the width in pixels that chats show a picture at; the rendition nearest above it is taken.
const bestWidth = 1280

// picture is the address of the rendition that suits a chat: wide enough, and no wider than needed.
func (r *reader) picture(o object) string {
	best, bestRank := "", 0
	for _, rendition := range r.named(o, "renditions") {
		href, kind := r.text(rendition, "href"), r.text(rendition, "mimetype", "contenttype")
		if !isWeb(href) || kind != "" && !strings.HasPrefix(kind, "image/") {
			continue
		}
		rank := 1
		if width, ok := rendition.fields["width"].value.(json.Number); ok {
			n, _ := width.Int64() // a width that is no whole number ranks as none
			rank = rankWidth(int(n))
		}
		if rank > bestRank {
			best, bestRank = href, rank
		}
	}
	return best
}

// rankWidth is higher for the better width: beyond bestWidth the narrower, below it the wider.
func rankWidth(width int) int {
	switch {
	case width <= 0:
		return 1
	case width >= bestWidth:
		return 1<<30 - min(width, 1<<29)
	}
	return 1 + width
}
