package extract

import (
	"strings"
	"unicode"

	dom "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// apart are the elements that HTML itself sets apart from the text of a page.
var apart = map[atom.Atom]bool{
	atom.Nav: true, atom.Aside: true, atom.Footer: true, atom.Form: true, atom.Button: true, atom.Select: true,
	atom.Label: true, atom.Textarea: true, atom.Menu: true, atom.Dialog: true, atom.Fieldset: true, atom.Option: true,
	atom.Legend: true, atom.Figcaption: true,
}

// apartWords are the words that web developers everywhere put into class names and ids of what is not the text.
var apartWords = set(
	// ways around the site
	"nav", "navbar", "navigation", "menu", "submenu", "topnav", "subnav", "breadcrumb", "breadcrumbs", "pagination",
	"pager", "footer", "sidebar", "rail", "aside", "widget", "widgets", "toolbar", "tools", "copyright", "carousel",
	// ways to other articles
	"related", "recommended", "recommendation", "recommendations", "recirc", "recirculation", "popular", "trending",
	"recent", "teaser", "teasers", "readmore",
	// what the outlet wants of its readers
	"share", "sharing", "sharebar", "sharedaddy", "social", "socials", "follow", "newsletter", "newsletters", "signup",
	"subscribe", "subscription", "subscriptions", "cta", "donate", "donation", "login", "signin", "register",
	"cookie", "cookies", "consent", "gdpr", "popup", "modal", "overlay", "tooltip",
	// what readers say
	"comment", "comments", "commentlist", "kommentar", "kommentare", "disqus", "respond", "reply",
	"trackback", "trackbacks", "pingback", "pingbacks",
	// what others pay for
	"promo", "promos", "promoted", "promotion", "sponsor", "sponsored", "ad", "ads", "advert", "adverts",
	"advertisement", "advertising", "banner", "werbung", "anzeige", "publicidad", "outbrain", "taboola",
	// what is said of the article, its author and its pictures
	"author", "authors", "autor", "bio", "byline", "dateline", "timestamp", "meta", "metadata", "stats", "tags",
	"taglist", "keywords", "caption", "captions", "credit", "credits",
)

// leadWords are those of a standfirst.
var leadWords = set(
	"lead", "intro", "introduction", "standfirst", "dek", "deck", "subtitle", "subheadline", "subhead", "subheading",
	"subline", "summary", "teaser", "abstract", "excerpt", "preamble", "vorspann", "bajada", "entradilla", "chapo",
	"sapo", "ingress",
)

// isApart reports whether an element is set apart by its kind or by its name.
func isApart(n *dom.Node) bool { return apart[n.DataAtom] || called(n, apartWords) }

// called reports whether one of the words is in the class or the id of n: "relatedPosts" and "related-posts" have the
// same two words.
func called(n *dom.Node, words map[string]bool) bool {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for word := range strings.FieldsFuncSeq(parted(a.Val), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if words[word] {
				return true
			}
		}
	}
	return false
}

// parted is s in small letters, with a space where a small letter met a capital.
func parted(s string) string {
	var b strings.Builder
	small := false
	for _, r := range s {
		if small && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		small = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
