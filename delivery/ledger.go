package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Lease is the right to own something only one process may own: a lane, the desk. Every write of the owner is fenced by
// the epoch: once another has taken over, the old owner's writes do nothing but answer ErrLeaseLost.
type Lease struct {
	Name  string // "lane/telegram/main", "desk"
	Owner string // for people: host, process, since when
	Epoch int64
	Until time.Time
}

// ErrLeaseLost says that another process has taken over; the caller must stop at once.
var ErrLeaseLost = errors.New("another process has taken over")

// HeldError says who holds a lease, and until when unless it is renewed.
type HeldError struct {
	Name, Owner string
	Until       time.Time
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("%s is held by %s until %s", e.Name, e.Owner, e.Until.UTC().Format(time.TimeOnly))
}

// Leases hands out leases. Acquire answers *HeldError while another owner's has not run out; taking one over raises the
// epoch. Renew and Release answer ErrLeaseLost when the epoch has moved on.
type Leases interface {
	Acquire(ctx context.Context, name, owner string, ttl time.Duration) (Lease, error)
	Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error)
	Release(ctx context.Context, l Lease) error
	// Held is all leases that have not run out, by name.
	Held(ctx context.Context) ([]Lease, error)
}

// Delivered is a message as the platform knows it.
type Delivered struct {
	MessageID string
	Version   int // of the content that was delivered
	State     State
	At        time.Time
}

// Parcel is a claimed message with all that is needed to deliver it.
type Parcel struct {
	Message
	To       Address
	Voice    Voice
	Body     Content
	Version  int       // of Body; the receipt carries it back
	Attempts int       // this one included
	Doubtful bool      // an earlier attempt left us and was never answered
	First    time.Time // when the first attempt was marked
	Original Delivered // the target of an edit, reply or delete
	Paid     bool      // this attempt may go beyond what the platform allows for nothing; it is paid for
}

// Receipt says what became of a parcel.
type Receipt struct {
	Key        Key
	Op         Op // "" where it is not known
	Subscriber SubscriberID
	State      State     // Sent, Queued (again at Due), Unknown (again at Due) or Dropped
	Reason     Reason    // when Dropped
	Due        time.Time // when Queued or Unknown
	MessageID  string    // when Sent by Send or Reply
	Version    int       // of the content delivered
	At         time.Time // when the platform answered
	Note       string    // for people, without addresses
	Deferred   bool      // it never left us and cost no attempt: the pace did not allow it yet
	Standing   Standing  // what the platform said of the subscriber, "" nothing
	Moved      *Address  // the subscriber's new address (a migrated group)
}

// Standing is what a delivery taught us about a subscriber.
type Standing string

const (
	StandingBlocked  Standing = "blocked"   // the reader blocked the bot: pause until they come back
	StandingGone     Standing = "gone"      // the account, chat or channel is no more: end the subscription
	StandingNoRights Standing = "no_rights" // we may not post there: pause and let an admin know
)

// Claim is what a turn gave.
type Claim struct {
	Parcels []Parcel
	Next    time.Time // when something more falls due in this lane; zero: nothing is waiting
	Halted  bool      // the staff halted all lanes: nothing was claimed
}

// Ledger is the part of the record that a Dispatcher works on. All of it is fenced by the lease.
type Ledger interface {
	// Recover turns what an earlier owner left in Sending into Unknown, due at once: it may have arrived. It is the
	// first thing an owner does, and finds nothing after a soft stop. It answers how many there were.
	Recover(ctx context.Context, l Lease, lane Lane, now time.Time) (int, error)

	// Turn settles receipts and then claims up to n due messages, all in one transaction, so that durability costs one
	// write however many there are. What is claimed is in Sending, with its attempt on record, before Turn returns.
	// Order: class, kind of chat, due, rank. Nothing is claimed while halted, nor are sends of a paused batch; sends of a cancelled
	// batch are dropped instead. Those whose outcome is unknown are not repeated either, unless their content is a recall
	// by now: whoever may have been told hears that it is withdrawn. Subscribers who stopped get edits and deletes of
	// what they have, and nothing new. A receipt for a key that is not Sending under this lease is ignored.
	Turn(ctx context.Context, l Lease, lane Lane, now time.Time, receipts []Receipt, n int) (Claim, error)
}

// Outbox is the part of the ledger that a desk or press writes.
type Outbox interface {
	// SaveContent stores content under id as version; an older or equal version than what is there changes nothing.
	SaveContent(ctx context.Context, id ContentID, version int, c Content) error
	// Owe writes messages; those whose key is already there are left as they are. It answers how many were new.
	// Sends of a cancelled batch are not written.
	Owe(ctx context.Context, ms []Message) (int, error)
}

// BatchState is whether a batch's first tellings (Op Send) may go out. Edits, replies and deletes of a paused or
// cancelled batch go out all the same: a correction or recall must reach whoever was told.
type BatchState string

const (
	BatchOpen      BatchState = "open"
	BatchPaused    BatchState = "paused"
	BatchCancelled BatchState = "cancelled"
)

// Counts is how a batch stands, of messages as they stand now.
type Counts struct {
	Queued  int            `json:"queued"`
	Sending int            `json:"sending"`
	Sent    int            `json:"sent"`
	Unknown int            `json:"unknown"`
	Edited  int            `json:"edited"`  // of the first tellings, those that stand edited
	Deleted int            `json:"deleted"` // of the first tellings, those that we deleted
	Dropped map[Reason]int `json:"dropped"` // all five reasons are always there
	Repeats int            `json:"-"`       // sends repeated because no answer came

	First, Last time.Time     `json:"-"` // first and last send answered; zero: none yet
	P50, P90    time.Duration `json:"-"` // from due to answered
}

// Open says whether anything of the batch is still to be delivered.
func (c Counts) Open() bool { return c.Queued+c.Sending+c.Unknown > 0 }

// FollowUp asks for one message with Op for every message of Batch that was or may have been delivered with an older
// version than Version: an edit in place, a corrective reply (only to those it reached), a delete.
type FollowUp struct {
	Batch   BatchID
	Of      Op // which messages: Reply, or else the first tellings
	Op      Op
	Version int
	Content func(ContentID) ContentID // from that of the original to that of the follow-up; nil: it is the original's own
	Due     time.Time
	After   Key // where this page begins: what the page before answered; "" for the first
}

// Record is what editors ask of the ledger and do to a whole batch.
type Record interface {
	Counts(ctx context.Context, b BatchID) (Counts, error)
	// Unfinished says whether anything of the batch is still to be delivered: Counts.Open, without the counting.
	Unfinished(ctx context.Context, b BatchID) (bool, error)
	SetBatch(ctx context.Context, b BatchID, s BatchState) error
	// FollowUp owes a page of what f asks for, and answers how many messages were new and where the next page begins;
	// "" when this was the last. A page may be repeated: what is owed already is left as it is.
	FollowUp(ctx context.Context, f FollowUp) (n int, next Key, err error)
	// Halt stops (or lets go on) all lanes.
	Halt(ctx context.Context, halted bool) error
	Halted(ctx context.Context) (bool, error)
}
