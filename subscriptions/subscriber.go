// Package subscriptions knows who wants what: subscribers with what they follow, their language, hours and limits, and
// the audience of an alert. Pure rules (matching keys, quiet hours, next digest) are here; the Book is kept by the store.
package subscriptions

import (
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// ID names a subscriber for ever; it holds no address.
type ID = delivery.SubscriberID

// Key is one thing that can be followed or excluded: "medtop:16000000", "topic:own-slug", "place:RU", "word:navalny"
// (folded, see FoldWord), "source:name", "story:id".
type Key string

// Everything is the key of those who follow nothing in particular and so get everything.
const Everything Key = "*"

// Status is whether a subscriber is told things.
type Status string

const (
	Active  Status = "active"
	Stopped Status = "stopped" // asked to stop; preferences are kept
	Blocked Status = "blocked" // the platform says they do not want us: paused until they come back
	Barred  Status = "barred"  // we may not post there; an admin is asked to mend it
)

// statuses are all of them.
var statuses = []Status{Active, Stopped, Blocked, Barred}

// Subscriber is an address with preferences.
type Subscriber struct {
	ID      ID
	Address delivery.Address
	Status  Status
	Created time.Time

	Language string   // of our own words, BCP 47
	Reads    []string // languages of articles wanted; empty means all
	Zone     string   // IANA name, "UTC"

	Follow  []Key // empty means everything
	Exclude []Key
	Least   delivery.Class // least urgent class that rings

	Digest     []string  // cron lines of five fields in the subscriber's zone, or "wake" (the end of quiet hours)
	NextDigest time.Time // zero: none scheduled
	LastDigest time.Time // end of the last digest's window

	Quiet        Quiet
	Budget       int // rings a local day; 0 means no limit
	Ping         Ping
	StoryThreads bool
	Discreet     bool
}

// QuietMode says what quiet hours hold back.
type QuietMode string

const (
	QuietButFlash QuietMode = "flash" // only flashes ring
	QuietAll      QuietMode = "all"   // all held until morning
	QuietFold     QuietMode = "fold"  // goes into the digest instead
)

// Quiet are the hours in which nothing rings, in the subscriber's zone. From and To are minutes after midnight; equal
// means off.
type Quiet struct {
	From, To int
	Mode     QuietMode
}

// Ping is the Discord role that is pinged, from the least class on.
type Ping struct {
	Role  string
	Least delivery.Class
}
