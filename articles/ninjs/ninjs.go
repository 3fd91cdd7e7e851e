// Package ninjs reads IPTC's ninjs (News in JSON, iptc.org/standards/ninjs) in versions 1.0 to 3.1 and in the dialect
// that Superdesk pushes.
//
// A document is held to the JSON schema of its version first (schemas, check.go): the one it declares, or one that its fields
// show. The versions name the same things differently: headline, headline_main or headlines[]; byline or by; versioncreated
// or versionCreated. What is read is whichever is there. Fields that an article has no place for (usage terms, renditions of
// video, planned coverage) are passed over.
package ninjs

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/articles"
)

// Parse reads one document of any version. What is wrong with it is a *Fault, which names the place.
//
// The ID is made from uri (Superdesk: guid), so that one item is one article by whichever way it comes. The headline
// is empty when the document has none, as ninjs allows. Published is when the newsroom first published the item if it
// says so, else when it made this version: firstcreated may be the start of a draft. An item that was made under an
// embargo is withheld: the newsroom sends it again when it lifts it. Source, Way, MayRing and Seen are the caller's.
func Parse(doc []byte) (articles.Article, error) { return ParseAs(doc, "") }

// ParseAs is Parse for a document that must be of one of Versions.
func ParseAs(doc []byte, version string) (articles.Article, error) {
	r := &reader{}
	o := r.decode(doc, version)
	if r.fault != nil {
		return articles.Article{}, r.fault
	}
	a := articles.Article{
		Status:   r.status(o),
		Language: languageTag(r.text(o, "language")),
		Headline: r.headline(o),
		Byline:   r.byline(o),
		Dateline: r.text(o, "dateline", "located"),
		Section:  r.section(o),
		Urgency:  r.number(o, "urgency", 1, 9),
		Outlet:   r.outlet(o),
		Credit:   r.text(o, "creditline", "credit", "copyrightnotice"),
		URL:      r.address(o),
		Modified: r.instant(o, "versioncreated"),
	}
	a.ID = r.id(o)
	a.Evolved = IDOf(r.text(o, "evolvedfrom"))
	a.Standfirst = r.standfirst(o)
	a.Body = r.body(o)
	a.Keywords = r.keywords(o)
	a.Subjects, a.Places = r.subjects(o), r.places(o)
	a.Images = r.images(o)
	r.times(o, &a)
	if r.fault != nil {
		return articles.Article{}, r.fault
	}
	return a, nil
}

// id is required: without it, no version of an item could be told from another item.
func (r *reader) id(o object) articles.ID {
	uri := r.text(o, "uri", "guid")
	if uri == "" {
		r.fail("/uri", "is required")
	}
	return IDOf(uri)
}

// IDOf is the ID of the article that a newsroom calls by a uri (ninjs) or guid (NewsML-G2), by whatever way it comes; ""
// of none.
func IDOf(uri string) articles.ID {
	if uri == "" {
		return ""
	}
	return articles.DeriveID("ninjs", uri)
}

func (r *reader) status(o object) articles.Status {
	switch status := r.text(o, "pubstatus"); strings.ToLower(status) {
	case "", "usable":
		return articles.Usable
	case "withheld":
		return articles.Withheld
	case "canceled", "cancelled":
		return articles.Cancelled
	default:
		r.fail(o.at(o.fields["pubstatus"]), "%q is none of usable, withheld, canceled", status)
		return ""
	}
}

func (r *reader) times(o object, a *articles.Article) {
	a.Published = r.instant(o, "firstpublished", "versioncreated", "contentcreated", "firstcreated")
	if a.Status == articles.Usable && r.embargoed(o, latest(a.Modified, a.Published)) {
		a.Status = articles.Withheld
	}
}

// embargoed reports whether the item, made at an instant, was under embargo then. It was, too, when it does not say
// when it was made. An embargo that cannot be read is a fault: it must not be missed.
func (r *reader) embargoed(o object, made time.Time) bool {
	until := r.instant(o, "embargoeduntil", "embargoed")
	if text := r.text(o, "embargoeduntil", "embargoed"); text != "" && until.IsZero() {
		r.fail("/embargoed", "%q is no time like 2006-01-02T15:04:05Z", text)
	}
	return until.After(made)
}

func latest(t, u time.Time) time.Time {
	if t.After(u) {
		return t
	}
	return u
}

func (r *reader) byline(o object) string {
	if by := r.text(o, "byline", "by"); by != "" {
		return by
	}
	var names []string
	for _, author := range r.list(o, "authors") {
		if role := r.text(author, "role"); role == "" || role == "author" || role == "writer" {
			names = append(names, r.text(author, "name"))
		}
	}
	return strings.Join(slices.DeleteFunc(names, func(s string) bool { return s == "" }), ", ")
}

// section is the desk: Superdesk's service.
func (r *reader) section(o object) string {
	if _, text := o.fields["section"].value.(string); text {
		return r.text(o, "section")
	}
	for _, service := range r.list(o, "service", "section", "sections") {
		if name := r.text(service, "name"); name != "" {
			return name
		}
	}
	return ""
}

func (r *reader) outlet(o object) string {
	if name := r.text(o, "source", "copyrightholder"); name != "" {
		return name
	}
	for _, source := range r.list(o, "infosource", "infosources") {
		if name := r.text(source, "name"); name != "" {
			return name
		}
	}
	return ""
}

// address is where readers find the item. Its uri is none: "not to be used for links to external resources" (the
// schema's own words), and often leads behind a key.
func (r *reader) address(o object) string {
	if address := r.text(o, "canonicalurl", "canonical_url", "url", "href"); isWeb(address) {
		return address
	}
	for _, rendition := range r.named(o, "renditions") {
		address := r.text(rendition, "href")
		if strings.HasPrefix(r.text(rendition, "mimetype", "contenttype"), "text/html") && isWeb(address) {
			return address
		}
	}
	return ""
}

func isWeb(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

// keywords are the document's keywords and its slugline.
func (r *reader) keywords(o object) []string {
	var all []string
	switch f := o.fields["keywords"]; v := f.value.(type) {
	case nil:
	case string:
		all = strings.Split(v, ",")
	case []any:
		for _, word := range v {
			s, ok := word.(string)
			if !ok {
				r.fail(o.at(f), "must be a list of texts")
			}
			all = append(all, s)
		}
	default:
		r.fail(o.at(f), "must be a list of texts")
	}
	all = append(all, r.text(o, "slugline"))
	var clear []string
	for _, word := range all {
		if word = plain(word); word != "" && !slices.Contains(clear, word) {
			clear = append(clear, word)
		}
	}
	return clear
}

// languageTag is s in BCP 47, "" when it is no language tag.
func languageTag(s string) string {
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}
