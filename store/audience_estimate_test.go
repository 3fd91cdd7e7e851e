package store_test

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// A count that would take long is answered as a sample; with time enough it is the count.
func TestALargeAudienceIsEstimated(t *testing.T) {
	if testing.Short() {
		t.Skip("needs some thousand subscribers")
	}
	book := storetest.SQLite(t).Book()
	for from := 0; from < 16000; from += 2000 {
		var page []subscriptions.Subscriber
		for i := from; i < from+2000; i++ {
			key := subscriptions.Key("place:SY")
			if i%4 == 0 || i < 500 { // the first came for one thing
				key = "place:RU"
			}
			page = append(page, subscriptionstest.Reader(i, key))
		}
		if err := book.SaveAll(ctx, page); err != nil {
			t.Fatal(err)
		}
	}
	q := subscriptions.Query{Keys: []subscriptions.Key{"place:RU"}, Class: delivery.Bulletin}
	count, err := book.Count(ctx, q)
	if err != nil || count["telegram/main"] != 4375 {
		t.Fatalf("counted %v (%v)", count, err)
	}
	whole, err := book.Estimate(ctx, q, time.Hour)
	if err != nil || whole["telegram/main"] != 4375 {
		t.Errorf("with time enough estimated as %v (%v)", whole, err)
	}
	sample, err := book.Estimate(ctx, q, 0)
	if n := sample["telegram/main"]; err != nil || n == 4375 || n < 4000 || n > 5500 {
		t.Errorf("without time estimated as %v (%v), want about 4375", sample, err)
	}
}
