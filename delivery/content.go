package delivery

import "time"

// ContentID names content that many messages share: "alert/812/en". The content behind it may get newer versions;
// whoever is not yet told gets the newest.
type ContentID string

// ContentKind says which card a bot makes of a Content.
type ContentKind string

const (
	AlertContent      ContentKind = "alert"
	CorrectionContent ContentKind = "correction" // a short reply that says what was wrong
	RecallContent     ContentKind = "recall"     // stands in the place of what was withdrawn
	DigestContent     ContentKind = "digest"
)

// Content is what to say, without any markup: each bot renders it in its platform's form and fits it by leaving out
// whole parts, the last first. Times are UTC; a bot shows them in the reader's zone.
type Content struct {
	Kind     ContentKind `json:"kind"`
	Batch    BatchID     `json:"batch"`
	Class    Class       `json:"class"`
	Language string      `json:"language"` // BCP 47, "" unknown

	Headline   string    `json:"headline,omitempty"`
	Standfirst string    `json:"standfirst,omitempty"`
	Body       []string  `json:"body,omitempty"`   // whole paragraphs
	Credit     string    `json:"credit,omitempty"` // "RFE/RL, with AP and Reuters"
	URL        string    `json:"url,omitempty"`
	Image      string    `json:"image,omitempty"` // only where the newsroom chose one
	Published  time.Time `json:"published,omitzero"`
	Reports    int       `json:"reports,omitempty"` // which report on this story it is; 0 or 1 says nothing
	Story      string    `json:"story,omitempty"`   // "": it is of none that others could be of
	Test       bool      `json:"test,omitempty"`

	Updated time.Time `json:"updated,omitzero"` // when the newest version was made, if it is a fact that changed
	Note    string    `json:"note,omitempty"`   // what changed, or why it was withdrawn
	Told    string    `json:"told,omitempty"`   // the headline as first told, for a correction
	ToldAt  time.Time `json:"told_at,omitzero"`

	Since time.Time `json:"since,omitzero"` // a digest's window
	Until time.Time `json:"until,omitzero"`
	Items []Item    `json:"items,omitempty"` // most important first
}

// Item is one story in a digest.
type Item struct {
	Story      string    `json:"story"`
	Article    string    `json:"article"`
	Batch      BatchID   `json:"batch,omitempty"` // the alert that told it already, if there was one
	Headline   string    `json:"headline"`
	Standfirst string    `json:"standfirst,omitempty"`
	Credit     string    `json:"credit,omitempty"`
	URL        string    `json:"url,omitempty"`
	Reports    int       `json:"reports,omitempty"`
	Published  time.Time `json:"published,omitzero"`
	Withdrawn  int       `json:"withdrawn,omitempty"` // the version of the digest since which it is not told any more; 0: it is
}

// Voice is how one subscriber wants to be spoken to.
type Voice struct {
	Language string // of our own words
	Zone     string // IANA time zone
	Discreet bool   // first line says nothing, the rest is hidden until pressed
	PingRole string // Discord role to ping; already decided for this message; "" none
	Threads  bool   // what more is told of a story goes into a thread of it, on Discord
}
