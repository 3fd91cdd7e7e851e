// Package alerts decides what to tell now: the Judge says of each article whether it is breaking and why, the Desk turns
// verdicts into alerts and sees that their audience is owed them, and Editors write, correct and recall alerts by hand.
package alerts

import (
	"errors"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// ID names an alert. An article's alert has an ID derived from its story; an editor's one from the idempotency key, or
// drawn where there is none.
type ID string

// Batch is the alert's batch in the ledger.
func (id ID) Batch() delivery.BatchID { return delivery.BatchID("alert/" + string(id)) }

// Content names what the ledger holds for one language of the alert.
func (id ID) Content(language string) delivery.ContentID {
	if language == "" {
		language = "und"
	}
	return delivery.ContentID("alert/" + string(id) + "/" + language)
}

// Status is where an alert stands in its life.
type Status string

const (
	Draft            Status = "draft"
	AwaitingApproval Status = "awaiting_approval"
	Scheduled        Status = "scheduled" // also while it is held before the first send
	Sending          Status = "sending"
	Sent             Status = "sent"
	Paused           Status = "paused"
	CancelledStatus  Status = "cancelled"
	Corrected        Status = "corrected" // sent, and a correction is owed to all it reached
	Recalled         Status = "recalled"
)

// Wording is an alert in one language.
type Wording struct {
	Headline string   `json:"headline"`
	Text     string   `json:"text,omitempty"` // standfirst
	Body     []string `json:"body,omitempty"` // further paragraphs
	URL      string   `json:"url,omitempty"`
	Image    string   `json:"image,omitempty"`
}

// Alert is something to tell now.
type Alert struct {
	ID     ID
	Status Status
	Was    Status // what it was before it was paused
	// Suspended says that the desk paused it, because the newsroom took the article back; it goes on when the article
	// is given out again. An editor's pause ends by an editor only.
	Suspended bool
	// TakenBack says that the newsroom took the article back after somebody was told: whether to recall the alert is for
	// an editor to say.
	TakenBack bool `json:",omitempty"`
	Class     delivery.Class
	Version   int // of the wording, from 1
	Test      bool

	Versions  map[string]Wording // by language; "" where it is unknown
	Credit    string
	Published time.Time

	Article  articles.ID // "" for an editor's own
	Revision int         // the article version it tells
	First    int         `json:",omitempty"` // the one that was decided on; 0: kept before this was noted
	Pace     Pace        `json:",omitzero"`  // of the story then
	Story    articles.StoryID
	Reasons  []string // why it rings, in words
	Because  []Reason `json:",omitempty"` // the same, where bots can say it in other languages

	Follow   []subscriptions.Key // who is told: followers of any of these
	Everyone bool                // who is told: all active subscribers

	// By is who had the last word before it was let go: who ordered, reworded or released it. All of them are on the
	// record.
	By          string // "newsroom", "api", "telegram:…" as hashed staff name, "cli:user"
	Approved    string
	Idempotency string
	Asked       string `json:",omitempty"` // a digest of the order that used the idempotency key; "": no key, or kept before there was one
	Created     time.Time
	SendAt      time.Time // not before
	Expires     time.Time

	OwedTo   subscriptions.ID // the audience has been owed up to this subscriber
	AllOwed  bool             // nobody else will be owed it
	Owed     int              // how many were owed it so far
	Audience int              // how many it is for: the estimate when it was ordered, then the number owed
	// OwedBy is how many were owed it so far by each bot, and Fares what was set aside to send it faster.
	OwedBy map[delivery.Lane]int  `json:",omitempty"`
	Fares  map[delivery.Lane]Fare `json:",omitempty"`

	// Overtaken names the alert that tells the same article more urgently: nobody else is told this one.
	Overtaken ID

	Amendment *Amendment // the newest correction or recall
	Facts     []int      `json:",omitempty"` // the versions that a short reply told of
	Renewal   *Renewal   // the article's newest version, waiting until Amendment is carried; nil: none waits
	Updated   time.Time  // when a fact last changed; zero: never
	Noted     string     // what changed then
	Edited    time.Time  `json:",omitzero"` // when the last Update was carried; zero: none was

	Offer *Offer           `json:",omitempty"` // the desk drafted it for editors to decide on
	Cards map[string]Shown `json:",omitempty"` // what the staff was shown of it, by name on the record
}

// AmendmentKind says how loudly an amendment is heard.
type AmendmentKind string

const (
	Typo AmendmentKind = "typo" // a silent edit
	Fact AmendmentKind = "fact" // an edit and a short reply with the original's sound
	// Update is the newsroom's own new version of the article: an edit marked with its time.
	Update AmendmentKind = "update"
	Recall AmendmentKind = "recall"
)

// Amendment is a correction or recall to be carried to whatever was delivered with an older version.
type Amendment struct {
	Kind    AmendmentKind      `json:"kind"`
	Version int                `json:"version"`
	Note    string             `json:"note,omitempty"` // what was wrong, or why it is withdrawn
	Told    map[string]Wording `json:"told,omitempty"` // the wording it replaces
	Delete  bool               `json:"delete,omitempty"`
	Silent  bool               `json:"silent,omitempty"`
	By      string             `json:"by"`
	At      time.Time          `json:"at"`
	Carried bool               `json:"carried,omitempty"` // all follow-ups are in the ledger

	// Carrying is the message of the batch up to which follow-ups are in the ledger: the edits or deletes first, then
	// the replies (a Fact's own, or what a recall makes of earlier ones), as Replying says.
	Carrying delivery.Key `json:"carrying,omitempty"`
	Replying bool         `json:"replying,omitempty"`

	// NotBefore is until when further updates are gathered into this one; zero: it is carried at once. Asks says that it
	// is carried only once an editor has approved it.
	NotBefore time.Time `json:"not_before,omitzero"`
	Asks      bool      `json:"asks,omitempty"`
}

// Renewal is a new version of an alert's article, in one language.
type Renewal struct {
	Revision int     `json:"revision"`
	Language string  `json:"language"`
	Wording  Wording `json:"wording"`

	// Because says why an editor must let it through first; nil: nobody need be asked.
	Because *Reason `json:"because,omitempty"`
}

// Act is one deed of the staff, kept for ever.
type Act struct {
	At      time.Time
	By      string
	What    string // "send", "approve", "pause", "correct", "recall", "halt" …
	Subject string // alert id, or ""
	Detail  string
}

// Verdict is what the judge said of one article version.
type Verdict struct {
	Article articles.ID
	Version int
	Seq     articles.Seq
	Class   delivery.Class
	Rings   bool     // goes out without an editor
	Ask     bool     // an editor should look
	Reasons []string // in words
	Because []Reason // the same, for its alert; not kept
	articles.Findings
	At time.Time

	after ID // the alert that tells its story already

	big Reason // why its event rings, or is offered, if that is because so much comes of it
}

var (
	// ErrNotFound says that there is no such alert.
	ErrNotFound = errors.New("no such alert")
	// ErrConflict says that the alert's state forbids what was asked.
	ErrConflict = errors.New("the alert's state forbids this")
	// ErrKeyUsed says that an order's idempotency key belongs to another alert.
	ErrKeyUsed = errors.New("this idempotency key was used for another alert")
)
