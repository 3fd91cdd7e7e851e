package ninjs

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/tenbells/tenbells/articles"
)

// newsML names the standard in faults.
const newsML = "NewsML-G2"

// ParseNewsML reads a NewsML-G2 document (iptc.org/standards/newsml-g2): a newsItem, or a newsMessage with some. ninjs says
// in JSON what NewsML-G2 says in XML, and an article has the same ID whether its guid comes in the one or as uri in the other.
//
// Pictures in a message with one other item are that item's. Items of other kinds (packages, concepts, plans) are none of
// ours; a document with nothing else is refused. Embargo, times and what is the caller's are as with Parse.
func ParseNewsML(doc []byte) ([]articles.Article, error) {
	message, err := decodeNewsML(doc)
	if err != nil {
		return nil, err
	}
	var pictures, all []articles.Article
	for i, item := range message.Items {
		a, fault := item.article()
		if fault != nil {
			if message.XMLName.Local == "newsMessage" {
				fault.Path = fmt.Sprintf("/newsMessage/itemSet/newsItem[%d]", i+1) + strings.TrimPrefix(fault.Path, "/newsItem")
			}
			return nil, fault
		}
		if item.class() == "picture" {
			pictures = append(pictures, a)
		} else {
			all = append(all, a)
		}
	}
	if len(all) != 1 {
		return append(all, pictures...), nil
	}
	for _, p := range pictures {
		all[0].Images = append(all[0].Images, p.Images...)
	}
	return all, nil
}

// newsMessage is what a document holds, be it wrapped in a message or not.
type newsMessage struct {
	XMLName xml.Name
	Items   []newsItem `xml:"itemSet>newsItem"`
}

func decodeNewsML(doc []byte) (newsMessage, error) {
	var m newsMessage
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.CharsetReader, d.Entity = charset.NewReaderLabel, xml.HTMLEntity
	start, err := rootOf(d)
	if err != nil {
		return m, notXML(err)
	}
	switch m.XMLName = start.Name; start.Name.Local {
	case "newsMessage":
		if err := d.DecodeElement(&m, &start); err != nil {
			return m, notXML(err)
		}
	case "newsItem":
		m.Items = make([]newsItem, 1)
		if err := d.DecodeElement(&m.Items[0], &start); err != nil {
			return m, notXML(err)
		}
	}
	if len(m.Items) == 0 {
		return m, &Fault{Version: newsML, Path: "/" + start.Name.Local, Says: "has no newsItem"}
	}
	for {
		switch token, err := d.Token(); token.(type) {
		case xml.StartElement:
			return m, &Fault{Version: newsML, Path: "/", Says: "more follows after the document"}
		default:
			if errors.Is(err, io.EOF) {
				return m, nil
			} else if err != nil {
				return m, notXML(err)
			}
		}
	}
}

func rootOf(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return start, nil
		}
	}
}

func notXML(err error) error {
	return &Fault{Version: newsML, Path: "/", Says: "no XML: " + err.Error()}
}

// newsItem is what an article takes of one.
type newsItem struct {
	GUID     string `xml:"guid,attr"`
	Language string `xml:"lang,attr"`
	Rights   []struct {
		Holder g2Concept `xml:"copyrightHolder"`
		Notice string    `xml:"copyrightNotice"`
	} `xml:"rightsInfo"`
	Meta struct {
		Class    g2Concept   `xml:"itemClass"`
		Provider g2Concept   `xml:"provider"`
		Created  string      `xml:"versionCreated"`
		First    string      `xml:"firstCreated"`
		Embargo  *string     `xml:"embargoed"`
		Status   g2Concept   `xml:"pubStatus"`
		Services []g2Concept `xml:"service"`
		Titles   []string    `xml:"title"`
		Links    []g2Link    `xml:"link"`
	} `xml:"itemMeta"`
	Content struct {
		Urgency      string      `xml:"urgency"`
		Created      string      `xml:"contentCreated"`
		By           []string    `xml:"by"`
		Creators     []g2Concept `xml:"creator"`
		Credit       string      `xml:"creditline"`
		Dateline     string      `xml:"dateline"`
		Languages    []g2Tag     `xml:"language"`
		Keywords     []string    `xml:"keyword"`
		Subjects     []g2Concept `xml:"subject"`
		Slugline     string      `xml:"slugline"`
		Headlines    []g2Text    `xml:"headline"`
		Descriptions []g2Text    `xml:"description"`
	} `xml:"contentMeta"`
	Set struct {
		XML    []g2Inline `xml:"inlineXML"`
		Data   []g2Inline `xml:"inlineData"`
		Remote []g2Remote `xml:"remoteContent"`
	} `xml:"contentSet"`
}

// g2Concept is anything that has a code, an address, or a name.
type g2Concept struct {
	QCode   string      `xml:"qcode,attr"`
	URI     string      `xml:"uri,attr"`
	Literal string      `xml:"literal,attr"`
	Type    string      `xml:"type,attr"`
	TypeURI string      `xml:"typeuri,attr"`
	Role    string      `xml:"role,attr"`
	RoleURI string      `xml:"roleuri,attr"`
	Names   []string    `xml:"name"`
	Same    []g2Concept `xml:"sameAs"`
	Broader []g2Concept `xml:"broader"`
	Main    *g2Concept  `xml:"mainConcept"`
}

func (c g2Concept) name() string {
	for _, name := range c.Names {
		if name = plain(name); name != "" {
			return name
		}
	}
	return ""
}

// code is the last part of what a concept is named by: "usable" of "stat:usable" and of ".../pubstatus/usable".
func (c g2Concept) code() string { return lastOf(cmp.Or(c.QCode, c.URI)) }

func lastOf(name string) string { return name[strings.LastIndexAny(name, ":/#")+1:] }

type g2Text struct {
	Role    string `xml:"role,attr"`
	RoleURI string `xml:"roleuri,attr"`
	Text    string `xml:",innerxml"`
}

type g2Tag struct {
	Tag string `xml:"tag,attr"`
}

type g2Link struct {
	Rel     string `xml:"rel,attr"`
	RelURI  string `xml:"reluri,attr"`
	ResID   string `xml:"residref,attr"`
	Href    string `xml:"href,attr"`
	Content string `xml:"contenttype,attr"`
}

type g2Inline struct {
	Type string `xml:"contenttype,attr"`
	Text string `xml:",innerxml"`
	Data string `xml:",chardata"`
}

type g2Remote struct {
	Href  string `xml:"href,attr"`
	Type  string `xml:"contenttype,attr"`
	Width int    `xml:"width,attr"`
}

func (n newsItem) class() string { return n.Meta.Class.code() }

func (n newsItem) article() (articles.Article, *Fault) {
	wrong := func(path, format string, args ...any) (articles.Article, *Fault) {
		return articles.Article{}, &Fault{Version: newsML, Path: "/newsItem" + path, Says: fmt.Sprintf(format, args...)}
	}
	if n.GUID == "" {
		return wrong("/@guid", "is required")
	}
	status, known := map[string]articles.Status{
		"": articles.Usable, "usable": articles.Usable, "withheld": articles.Withheld,
		"canceled": articles.Cancelled, "cancelled": articles.Cancelled,
	}[strings.ToLower(n.Meta.Status.code())]
	if !known {
		return wrong("/itemMeta/pubStatus", "%q is none of usable, withheld, canceled", n.Meta.Status.code())
	}
	urgency, known := urgencyOf(n.Content.Urgency)
	if !known {
		return wrong("/contentMeta/urgency", "must be 1 to 9")
	}
	a := articles.Article{
		ID: IDOf(n.GUID), Status: status, Urgency: urgency, Language: n.language(),
		Headline:   cmp.Or(textOf(n.Content.Headlines, true, "", "headline", "main"), plain(first(n.Meta.Titles))),
		Standfirst: textOf(n.Content.Descriptions, false, "summary", "abstract", "standfirst", "teaser", ""),
		Dateline:   plain(n.Content.Dateline), Credit: plain(n.Content.Credit), Section: nameIn(n.Meta.Services),
		Keywords: n.keywords(), Evolved: n.evolved(), URL: n.address(), Byline: n.byline(), Outlet: n.outlet(),
		Modified: stamped(strings.TrimSpace(n.Meta.Created)),
	}
	a.Subjects, a.Places = n.subjects()
	a.Body = n.body()
	a.Images = n.images()
	for _, told := range []string{n.Meta.Created, n.Content.Created, n.Meta.First} {
		if a.Published.IsZero() {
			a.Published = stamped(strings.TrimSpace(told))
		}
	}
	if n.Meta.Embargo != nil && a.Status == articles.Usable {
		told := strings.TrimSpace(*n.Meta.Embargo)
		until := stamped(told)
		if told != "" && until.IsZero() {
			return wrong("/itemMeta/embargoed", "%q is no time like 2006-01-02T15:04:05Z", told)
		}
		if told == "" || until.After(latest(a.Modified, a.Published)) { // empty: until further notice
			a.Status = articles.Withheld
		}
	}
	return a, nil
}

func urgencyOf(s string) (int, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	return int(s[0] - '0'), len(s) == 1 && s[0] >= '1' && s[0] <= '9'
}

func (n newsItem) language() string {
	for _, l := range n.Content.Languages {
		if tag := languageTag(l.Tag); tag != "" {
			return tag
		}
	}
	return languageTag(n.Language)
}

// textOf is the text whose role comes first in roles; one of another role only if others is set.
func textOf(texts []g2Text, others bool, roles ...string) string {
	var all []value
	for _, t := range texts {
		all = append(all, value{role: strings.ToLower(lastOf(cmp.Or(t.Role, t.RoleURI))), text: t.Text})
	}
	return plain(choose(all, others, roles...))
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

func nameIn(concepts []g2Concept) string {
	for _, c := range concepts {
		if name := c.name(); name != "" {
			return name
		}
	}
	return ""
}

func (n newsItem) keywords() []string {
	var all []string
	for _, word := range append(slices.Clone(n.Content.Keywords), n.Content.Slugline) {
		if word = plain(word); word != "" && !slices.Contains(all, word) {
			all = append(all, word)
		}
	}
	return all
}

func (n newsItem) evolved() articles.ID {
	for _, link := range n.Meta.Links {
		if strings.EqualFold(lastOf(cmp.Or(link.Rel, link.RelURI)), "evolvedFrom") {
			return IDOf(link.ResID)
		}
	}
	return ""
}

// address is where readers find the item: a link to a page that is the item.
func (n newsItem) address() string {
	for _, link := range n.Meta.Links {
		rel := strings.ToLower(lastOf(cmp.Or(link.Rel, link.RelURI)))
		if isWeb(link.Href) && (rel == "haswebpage" || rel == "canonical" || rel == "altformat" || rel == "" && link.Content == "text/html") {
			return link.Href
		}
	}
	for _, content := range n.Set.Remote {
		if isWeb(content.Href) && strings.HasPrefix(content.Type, "text/html") {
			return content.Href
		}
	}
	return ""
}

func (n newsItem) byline() string {
	for _, by := range n.Content.By {
		if by = plain(by); by != "" {
			return by
		}
	}
	var names []string
	for _, c := range n.Content.Creators {
		role := strings.ToLower(lastOf(cmp.Or(c.Role, c.RoleURI)))
		if name := c.name(); name != "" && (role == "" || role == "author" || role == "reporter" || role == "writer" || role == "photographer") {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

func (n newsItem) outlet() string {
	if name := n.Meta.Provider.name(); name != "" {
		return name
	}
	for _, r := range n.Rights {
		if name := cmp.Or(r.Holder.name(), plain(r.Holder.Literal)); name != "" {
			return name
		}
	}
	return ""
}

// subjects are the Media Topics and countries that the newsroom marked.
func (n newsItem) subjects() (topics []articles.Topic, places []articles.Place) {
	for _, c := range n.Content.Subjects {
		if c.Main != nil {
			c = *c.Main
		}
		for _, named := range append([]g2Concept{c}, c.Same...) {
			if topic := topicOf("", named.QCode, named.URI); topic != "" && !slices.Contains(topics, topic) {
				topics = append(topics, topic)
				break
			}
		}
		if place := countryOf(c); place != "" && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return topics, places
}

// countryOf is the country that a subject is or lies in.
func countryOf(c g2Concept) articles.Place {
	for _, named := range slices.Concat([]g2Concept{c}, c.Same, c.Broader) {
		name := cmp.Or(named.QCode, named.URI)
		if mentions(name, "iso3166", "iso-3166", "country:", "cntry:") {
			code, _, _ := strings.Cut(lastOf(name), "-") // US-NV lies in the US
			if place := country(code); place != "" {
				return place
			}
		}
	}
	if mentions(cmp.Or(c.Type, c.TypeURI), "geoarea", "country") {
		for _, named := range append([]g2Concept{c}, c.Broader...) {
			if place := countries()[strings.ToLower(named.name())]; place != "" {
				return place
			}
		}
	}
	return ""
}

// body is the first text in the item: NITF or XHTML, else what is no markup. Other XML, as of tables of results, is no text.
func (n newsItem) body() []string {
	for _, content := range n.Set.XML {
		if !mentions(content.Type, "nitf", "html") && !strings.Contains(content.Text, "<body") {
			continue
		}
		if body := marked(within(content.Text)); len(body) > 0 {
			return body
		}
	}
	for _, content := range n.Set.Data {
		if strings.HasPrefix(content.Type, "text/") || content.Type == "" {
			if body := paragraphs(content.Data); len(body) > 0 {
				return body
			}
		}
	}
	return nil
}

// within cuts the article's own text out of NITF or XHTML.
func within(doc string) string {
	for _, element := range []string{"body.content", "body"} {
		start := strings.Index(doc, "<"+element)
		end := strings.LastIndex(doc, "</"+element+">")
		if start >= 0 && end > start {
			return doc[start:end]
		}
	}
	return doc
}

// images is the picture that the item is, in the rendition that suits a chat.
func (n newsItem) images() []articles.Image {
	best, bestRank := "", 0
	for _, content := range n.Set.Remote {
		if !isWeb(content.Href) || !strings.HasPrefix(content.Type, "image/") {
			continue
		}
		if rank := rankWidth(content.Width); rank > bestRank {
			best, bestRank = content.Href, rank
		}
	}
	if best == "" {
		return nil
	}
	caption := textOf(n.Content.Descriptions, true, "caption", "")
	return []articles.Image{{URL: best, Caption: caption, Credit: cmp.Or(plain(n.Content.Credit), n.byline())}}
}
