package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

var ctx = context.Background()

// noon is when the tests of readers and their messages happen.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// office is a store whose only lane is worked on by hand.
type office struct {
	*testing.T
	*store.Store
	lease delivery.Lease
}

const mainLane delivery.Lane = "telegram/main"

func newOffice(t *testing.T, s *store.Store) office {
	t.Helper()
	lease, err := s.Acquire(ctx, "lane/"+string(mainLane), "the test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveContent(ctx, "alert/x/en", 1, delivery.Content{Kind: delivery.AlertContent, Headline: "News"}); err != nil {
		t.Fatal(err)
	}
	return office{t, s, lease}
}

func (o office) save(sub subscriptions.Subscriber) subscriptions.Subscriber {
	o.Helper()
	sub, err := o.Book().Save(ctx, sub)
	if err != nil {
		o.Fatal(err)
	}
	return sub
}

// reader saves a reader of Russia in a private chat.
func (o office) reader(chat int) subscriptions.Subscriber {
	o.Helper()
	return o.save(subscriptionstest.Reader(chat, "place:RU"))
}

// owe owes one batch to subscribers.
func (o office) owe(batch delivery.BatchID, class delivery.Class, due time.Time, to ...subscriptions.ID) {
	o.Helper()
	var ms []delivery.Message
	for _, id := range to {
		ms = append(ms, delivery.Message{
			Key: delivery.SendKey(batch, id), Batch: batch, Lane: mainLane, Subscriber: id, Op: delivery.Send, Class: class, Due: due,
			Content: "alert/x/en",
		})
	}
	if _, err := o.Owe(ctx, ms); err != nil {
		o.Fatal(err)
	}
}

// deliver claims whatever is due at noon, and gives back what became of it.
func (o office) deliver(became func(delivery.Parcel) delivery.Receipt) (parcels []delivery.Parcel) {
	o.Helper()
	var receipts []delivery.Receipt
	claim, err := o.Turn(ctx, o.lease, mainLane, noon, nil, 1000)
	if err != nil {
		o.Fatal(err)
	}
	for _, p := range claim.Parcels {
		r := became(p)
		r.Key, r.Subscriber, r.At = p.Key, p.Subscriber, noon
		receipts = append(receipts, r)
	}
	if _, err := o.Turn(ctx, o.lease, mainLane, noon, receipts, 0); err != nil {
		o.Fatal(err)
	}
	return claim.Parcels
}

// arrived is the receipt of whatever arrived.
func arrived(p delivery.Parcel) delivery.Receipt {
	return delivery.Receipt{State: delivery.Sent, MessageID: "77", Version: p.Version}
}

// refused is the receipt of what was dropped, with what it taught of the subscriber.
func refused(st delivery.Standing) func(delivery.Parcel) delivery.Receipt {
	return func(delivery.Parcel) delivery.Receipt {
		return delivery.Receipt{State: delivery.Dropped, Reason: delivery.Gone, Standing: st}
	}
}

// moved is the receipt of what did not arrive because the chat is elsewhere.
func moved(to delivery.Address) func(delivery.Parcel) delivery.Receipt {
	return func(delivery.Parcel) delivery.Receipt {
		return delivery.Receipt{State: delivery.Queued, Due: noon, Moved: &to}
	}
}

func (o office) counts(batch delivery.BatchID) delivery.Counts {
	o.Helper()
	c, err := o.Counts(ctx, batch)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

// status is "" for whoever is no more.
func (o office) status(id subscriptions.ID) subscriptions.Status {
	o.Helper()
	sub, err := o.Book().Get(ctx, id)
	if unknown(err) {
		return ""
	}
	if err != nil {
		o.Fatal(err)
	}
	return sub.Status
}
