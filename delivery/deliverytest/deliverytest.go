// Package deliverytest holds the suites that every ledger and every keeper of leases passes.
package deliverytest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Store is what the suites test.
type Store interface {
	delivery.Leases
	delivery.Ledger
	delivery.Outbox
	delivery.Record
	// PurgeMessages deletes what has been finished long enough.
	PurgeMessages(ctx context.Context, now time.Time) (int, error)
}

// House is an empty store and the subscribers beside it.
type House struct {
	Store     Store
	Subscribe func(delivery.Address) delivery.SubscriberID
	Stop      func(delivery.SubscriberID)                         // wants nothing more from us
	Find      func(delivery.Address) delivery.SubscriberID        // 0: nobody active is there
	PingRole  func(delivery.SubscriberID, string, delivery.Class) // is pinged from a class on
}

// lane is the lane of all messages in these suites.
const lane = delivery.Lane("telegram/main")

// batch is the batch of most messages in these suites.
const batch = delivery.BatchID("alert/flood")

// content is what most messages say.
const content = delivery.ContentID("alert/flood/en")

// scene is a house with an owner of the lane in it.
type scene struct {
	House
	t     *testing.T
	lease delivery.Lease
	now   time.Time
}

// begin opens a house, saves version 1 of the content and takes the lane.
func begin(t *testing.T, open func(*testing.T) House) *scene {
	s := &scene{House: open(t), t: t, now: time.Now().Truncate(time.Millisecond).UTC()}
	s.save(content, 1)
	s.lease = s.acquire("first")
	return s
}

func (s *scene) acquire(owner string) delivery.Lease {
	s.t.Helper()
	l, err := s.Store.Acquire(context.Background(), "lane/"+string(lane), owner, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

// hand gives the lane to somebody else; the former lease is answered.
func (s *scene) hand(owner string) (former delivery.Lease) {
	s.t.Helper()
	former = s.lease
	if err := s.Store.Release(context.Background(), s.lease); err != nil {
		s.t.Fatal(err)
	}
	s.lease = s.acquire(owner)
	return former
}

func (s *scene) save(id delivery.ContentID, version int) {
	s.t.Helper()
	c := delivery.Content{Kind: delivery.AlertContent, Headline: fmt.Sprintf("%s version %d", id, version)}
	if err := s.Store.SaveContent(context.Background(), id, version, c); err != nil {
		s.t.Fatal(err)
	}
}

// readers subscribes n readers in private chats.
func (s *scene) readers(n int) []delivery.SubscriberID {
	ids := make([]delivery.SubscriberID, n)
	for i := range ids {
		ids[i] = s.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(1000 + i), Kind: delivery.Private})
	}
	return ids
}

// message is a bulletin to one reader, due now.
func (s *scene) message(b delivery.BatchID, to delivery.SubscriberID) delivery.Message {
	key := delivery.SendKey(b, to)
	return delivery.Message{Key: key, Batch: b, Lane: lane, Subscriber: to, Op: delivery.Send, Class: delivery.Bulletin,
		Rank: delivery.Rank(delivery.Private, b, to), Due: s.now, Expires: s.now.Add(12 * time.Hour), Content: content}
}

// crowd is n messages of a batch, all to one reader: where only their number counts, readers cost too much time.
func (s *scene) crowd(b delivery.BatchID, n int) []delivery.Message {
	to := s.readers(1)[0]
	ms := make([]delivery.Message, n)
	for i := range ms {
		ms[i] = s.message(b, to)
		ms[i].Key = delivery.SendKey(b, delivery.SubscriberID(i))
		ms[i].Rank = delivery.Rank(delivery.Private, b, delivery.SubscriberID(i))
	}
	return ms
}

func (s *scene) owe(ms ...delivery.Message) int {
	s.t.Helper()
	n, err := s.Store.Owe(context.Background(), ms)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// oweTo owes the batch's message to readers.
func (s *scene) oweTo(b delivery.BatchID, ids ...delivery.SubscriberID) {
	s.t.Helper()
	var ms []delivery.Message
	for _, id := range ids {
		ms = append(ms, s.message(b, id))
	}
	s.owe(ms...)
}

// turn settles and claims.
func (s *scene) turn(n int, receipts ...delivery.Receipt) delivery.Claim {
	s.t.Helper()
	c, err := s.Store.Turn(context.Background(), s.lease, lane, s.now, receipts, n)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// claim claims one message, which must be there.
func (s *scene) claim() delivery.Parcel {
	s.t.Helper()
	ps := s.turn(1).Parcels
	if len(ps) != 1 {
		s.t.Fatal("nothing to claim")
	}
	return ps[0]
}

// nothing fails if something may be claimed.
func (s *scene) nothing() {
	s.t.Helper()
	for _, p := range s.turn(100).Parcels {
		s.t.Errorf("claimed %s of %s", p.Op, p.Key)
	}
}

func (s *scene) counts(b delivery.BatchID) delivery.Counts {
	s.t.Helper()
	c, err := s.Store.Counts(context.Background(), b)
	if err != nil {
		s.t.Fatal(err)
	}
	open, err := s.Store.Unfinished(context.Background(), b)
	if err != nil || open != c.Open() {
		s.t.Errorf("%s is unfinished: %v (%v), and counts %+v", b, open, err, c)
	}
	return c
}

func (s *scene) set(b delivery.BatchID, state delivery.BatchState) {
	s.t.Helper()
	if err := s.Store.SetBatch(context.Background(), b, state); err != nil {
		s.t.Fatal(err)
	}
}

// follow owes follow-ups of the batch that bring a version.
func (s *scene) follow(op delivery.Op, version int) int {
	s.t.Helper()
	n, err := followUp(s.Store, delivery.FollowUp{Batch: batch, Op: op, Version: version, Due: s.now})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// followUp goes through all pages.
func followUp(store Store, f delivery.FollowUp) (total int, err error) {
	for {
		n, next, err := store.FollowUp(context.Background(), f)
		total += n
		if err != nil || next == "" {
			return total, err
		}
		if next <= f.After {
			return total, fmt.Errorf("after %q comes %q", f.After, next)
		}
		f.After = next
	}
}

// sent is the receipt of a parcel that arrived.
func (s *scene) sent(p delivery.Parcel) delivery.Receipt {
	r := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Sent, Version: p.Version, At: s.now}
	if p.Op == delivery.Send || p.Op == delivery.Reply {
		r.MessageID = "id of " + string(p.Key)
	}
	return r
}

// lost is the receipt of a parcel whose answer never came.
func (s *scene) lost(p delivery.Parcel, again time.Duration) delivery.Receipt {
	return delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Unknown, Version: p.Version, Due: s.now.Add(again)}
}

// refused is the receipt of a parcel that surely did not arrive.
func (s *scene) refused(p delivery.Parcel, again time.Duration) delivery.Receipt {
	return delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Queued, Version: p.Version, Due: s.now.Add(again)}
}

// deliver sends everything that may be claimed now, and answers what it was.
func (s *scene) deliver() (all []delivery.Parcel) {
	s.t.Helper()
	var receipts []delivery.Receipt
	for {
		ps := s.turn(10, receipts...).Parcels
		all = append(all, ps...)
		if receipts = nil; len(ps) == 0 {
			return all
		}
		for _, p := range ps {
			receipts = append(receipts, s.sent(p))
		}
	}
}

func keys(ps []delivery.Parcel) []delivery.Key {
	var all []delivery.Key
	for _, p := range ps {
		all = append(all, p.Key)
	}
	return all
}
