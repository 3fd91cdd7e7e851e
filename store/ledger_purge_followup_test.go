package store_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// A recall of three days later takes hours to be brought to everybody; meanwhile the messages it is about grow too old.
func TestWhatIsToBeCorrectedIsNotPurgedBefore(t *testing.T) {
	for _, op := range []delivery.Op{delivery.Edit, delivery.Reply, delivery.Delete} {
		t.Run(string(op), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				now := time.Now().UTC().Truncate(time.Millisecond)
				lease, err := s.Acquire(ctx, "lane/telegram/main", "test", 1000*time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				reader, err := s.Book().Save(ctx, subscriptionstest.Reader(1, "place:RU"))
				if err != nil {
					t.Fatal(err)
				}
				lane, batch := reader.Address.Lane(), delivery.BatchID("alert/a")
				content := delivery.Content{Kind: delivery.AlertContent, Batch: batch, Headline: "Nine dead"}
				if err := s.SaveContent(ctx, "alert/a/en", 1, content); err != nil {
					t.Fatal(err)
				}
				key := delivery.SendKey(batch, reader.ID)
				_, err = s.Owe(ctx, []delivery.Message{{Key: key, Batch: batch, Lane: lane, Subscriber: reader.ID, Op: delivery.Send,
					Class: delivery.Flash, Due: now, Rank: delivery.Rank(delivery.Private, batch, reader.ID), Content: "alert/a/en"}})
				if err != nil {
					t.Fatal(err)
				}
				turn := func(at time.Time, receipts ...delivery.Receipt) []delivery.Parcel {
					t.Helper()
					claim, err := s.Turn(ctx, lease, lane, at, receipts, 10)
					if err != nil {
						t.Fatal(err)
					}
					return claim.Parcels
				}
				turn(now)
				turn(now, delivery.Receipt{Key: key, Op: delivery.Send, Subscriber: reader.ID, State: delivery.Sent, MessageID: "7", Version: 1, At: now})
				late := now.Add(delivery.PrivateRetention - time.Minute)
				content.Kind, content.Headline = delivery.CorrectionContent, "Ten dead"
				if err := s.SaveContent(ctx, "alert/a/en", 2, content); err != nil {
					t.Fatal(err)
				}
				if n, _, err := s.FollowUp(ctx, delivery.FollowUp{Batch: batch, Op: op, Version: 2, Due: late}); n != 1 || err != nil {
					t.Fatalf("%d follow-ups (%v)", n, err)
				}
				if n, err := s.PurgeMessages(ctx, late.Add(6*time.Hour)); n != 0 || err != nil {
					t.Errorf("%d messages are purged before what is owed about them is told (%v)", n, err)
				}
				ps := turn(late.Add(6 * time.Hour))
				if len(ps) != 1 || ps[0].Op != op || ps[0].Original.MessageID != "7" {
					t.Fatalf("to be told: %+v", ps)
				}
				turn(late.Add(6*time.Hour), delivery.Receipt{Key: ps[0].Key, Op: op, Subscriber: reader.ID, State: delivery.Sent, MessageID: "8", At: late.Add(6 * time.Hour)})
				if n, err := s.PurgeMessages(ctx, late.Add(25*time.Hour)); n != 1 || err != nil {
					t.Errorf("%d messages are purged a day later (%v), want the first", n, err)
				}
			})
		})
	}
}
