// Package articles says what was published: articles with versions, the words for what they are about, and the small
// contracts of those who keep and read them. It knows no database and no format; ways in live in its sub-packages
// (folder, feed, ninjs, extract), and the store is at the rim.
package articles

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// ID names an article across all its versions. It is derived from what the source calls the article (guid, uri,
// canonical URL, file name), never drawn. See DeriveID.
type ID string

// Topic is what a reader can follow about a subject: "medtop:16000000" (IPTC Media Topics) or "topic:own-slug".
type Topic string

// Place is an ISO 3166-1 alpha-2 code in capitals, "RU".
type Place string

// StoryID names the event that several articles tell of. Derived from the first of them, never drawn.
type StoryID string

// Seq is an article version's position in the store: dense enough to page by, strictly in order of becoming visible,
// so that a reader who remembers the last one he saw misses none. Zero means not yet numbered.
type Seq int64

// Status is ninjs' pubstatus.
type Status string

const (
	Usable    Status = "usable"
	Withheld  Status = "withheld"
	Cancelled Status = "cancelled"
)

// Way is how an article came in. Together with the operator's word it decides whether its own mark may ring.
type Way string

const (
	ByFolder Way = "folder"
	ByPush   Way = "push" // signed with the push secret
	ByAPI    Way = "api"  // bearer token
	ByTable  Way = "table"
	ByFeed   Way = "feed"
	ByImport Way = "import" // tenbells articles import: an archive, never breaking
)

// Image is a picture the newsroom chose for the article.
type Image struct {
	URL     string `json:"url,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// Article is one version of one article, as its newsroom published it. Times are UTC; a zero time means the source did
// not say. Strings are plain text without markup.
type Article struct {
	ID      ID
	Version int // from 1; given by the store
	Seq     Seq // given by the store

	Source  string // name of the source it came from, "folder", "api", "feed:example.org/1f3870be27"
	Way     Way
	MayRing bool // the operator trusts this source's own mark to ring without an editor

	Status     Status
	Language   string // BCP 47, "" unknown
	Headline   string
	Standfirst string
	Body       []string // paragraphs
	Dateline   string
	Byline     string
	Credit     string // "With reporting by AP and Reuters"
	Section    string // "Breaking News"
	Urgency    int    // ninjs urgency 1 (flash) … 9; 0 means the newsroom did not say
	Keywords   []string
	Subjects   []Topic // as marked by the newsroom
	Places     []Place // as marked by the newsroom
	Images     []Image
	URL        string // canonical address for readers
	Evolved    ID     // the article this one continues (ninjs evolvedfrom); "" none
	Outlet     string // the outlet's name for readers, "RFE/RL"
	Excerpt    bool   // only headline, standfirst and link may be passed on

	Published time.Time // the publisher's own time; when there is none that can be trusted, when it was seen
	Modified  time.Time
	Seen      time.Time // when this version reached us
}

// DeriveID makes an ID from the source's own name for the article. The same source and name give the same ID for ever.
func DeriveID(source, name string) ID {
	sum := sha256.Sum256([]byte(source + "\x00" + name))
	return ID("a" + hex.EncodeToString(sum[:10]))
}

// Digest is the fingerprint of what a reader or editor could see: two versions with equal digests are the same
// content. Times, version numbers and the way it came do not count.
func (a Article) Digest() string {
	a.Version, a.Seq, a.Way, a.MayRing = 0, 0, "", false
	a.Published, a.Modified, a.Seen = time.Time{}, time.Time{}, time.Time{}
	if a.Status == "" {
		a.Status = Usable
	}
	text, err := json.Marshal(a)
	if err != nil {
		panic("articles: an Article always marshals: it holds only strings, numbers and times") // impossible
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Text is headline, standfirst and body as one text, for those who look for words in it.
func (a Article) Text() string {
	parts := append([]string{a.Headline, a.Standfirst}, a.Body...)
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}

// Findings is what analysis says of one article version: topics and places with the words that show them.
type Findings struct {
	Language string
	Topics   []Topic
	Places   []Place
	Evidence []string // one line a finding, "place:RU because of “Putin”"
	Story    StoryID

	// Brings is what the article brings to its story, "" unknown, and Turns what changed where it is a Turn.
	// They are for the verdict and are not kept; its reasons are.
	Brings Development
	Turns  []Change

	// Merged are stories that editors merged into this one. They are not kept here either.
	Merged []StoryID

	// What was told of the event within the hour before, this article included: articles, outlets that they came by,
	// different headlines, and since when; of what is Sudden, within two hours. Kin are the stories it counts, its own
	// first. Zero is unknown; they are not kept either.
	Lately    int
	Outlets   int
	Headlines int
	Span      time.Duration
	Kin       []StoryID
	Sudden    bool // far more is told of it than is usual
}

// Development is what an article brings to its story.
type Development string

const (
	First      Development = "first"      // it begins the story
	Repeat     Development = "repeat"     // the same again, as another copy or marked “RPT”: silence
	Update     Development = "update"     // more of the same, to be edited into what was told
	Correction Development = "correction" // the newsroom corrects what it said
	Turn       Development = "turn"       // the state of things has changed: it may ring again
)
