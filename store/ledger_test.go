package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/delivery/deliverytest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestLedger(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		deliverytest.TestLedger(t, func(t *testing.T) deliverytest.House { return house(t, storetest.SQLite(t)) })
	})
	t.Run("postgres", func(t *testing.T) {
		deliverytest.TestLedger(t, func(t *testing.T) deliverytest.House { return house(t, storetest.Postgres(t)) })
	})
}

// house is a store and its book as the ledger's suite wants them.
func house(t testing.TB, s *store.Store) deliverytest.House {
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	return deliverytest.House{
		Store: s,
		Subscribe: func(a delivery.Address) delivery.SubscriberID {
			sub, err := s.Book().Save(ctx, subscriptions.Subscriber{Address: a, Status: subscriptions.Active, Zone: "UTC"})
			must(err)
			return sub.ID
		},
		Stop: func(id delivery.SubscriberID) {
			_, err := s.Book().Update(ctx, id, func(sub *subscriptions.Subscriber) error {
				sub.Status = subscriptions.Stopped
				return nil
			})
			must(err)
		},
		Find: func(a delivery.Address) delivery.SubscriberID {
			sub, err := s.Book().Find(ctx, a)
			if errors.Is(err, subscriptions.ErrUnknown) || sub.Status != subscriptions.Active {
				return 0
			}
			must(err)
			return sub.ID
		},
		PingRole: func(id delivery.SubscriberID, role string, least delivery.Class) {
			_, err := s.Book().Update(ctx, id, func(sub *subscriptions.Subscriber) error {
				sub.Ping = subscriptions.Ping{Role: role, Least: least}
				return nil
			})
			must(err)
		},
	}
}

func TestNothingIsLostAndNobodyToldTwice(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		deliverytest.TestNothingIsLostAndNobodyToldTwice(t, func(t *testing.T) deliverytest.House { return house(t, storetest.SQLite(t)) })
	})
	t.Run("postgres", func(t *testing.T) {
		deliverytest.TestNothingIsLostAndNobodyToldTwice(t, func(t *testing.T) deliverytest.House { return house(t, storetest.Postgres(t)) })
	})
}

func TestTurnsFinishWhatACutOffResumeBegan(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			at := url(t)
			s := storetest.Open(t, at)
			o := newOffice(t, s)
			to := o.reader(1)
			o.owe("alert/x", delivery.Bulletin, noon, to.ID)
			if err := s.SetBatch(ctx, "alert/x", delivery.BatchPaused); err != nil {
				t.Fatal(err)
			}
			_, err := storetest.DB(t, at).Exec(`UPDATE batches SET state = 'open', swept = 'alert/x/', unswept = TRUE`)
			if err != nil {
				t.Fatal(err)
			}
			c, err := s.Turn(ctx, o.lease, mainLane, noon, nil, 10)
			if err != nil || len(c.Parcels) != 1 {
				t.Errorf("claimed %d, %v; want what was parked", len(c.Parcels), err)
			}
		})
	}
}
