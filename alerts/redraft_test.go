package alerts_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestADraftIsChangedAsIfItHadBeenOrderedSo(t *testing.T) {
	eachRoom(t, func(t *testing.T, r *room) {
		r.subscribe("one", "place:SY")
		r.subscribe("two", "place:RU")
		o := order("k")
		o.Draft = true
		al := r.send(o)
		al, err := r.editors.Redraft(ctx, al.ID, "cli:boris", func(o *alerts.Order) error {
			o.Class, o.Follow = delivery.Flash, []subscriptions.Key{"place:sy"}
			o.Versions["en"] = alerts.Wording{Headline: "Ceasefire is over"}
			return nil
		})
		if err != nil || al.Status != alerts.Draft || al.Class != delivery.Flash || al.Headline() != "Ceasefire is over" || al.Follow[0] != "place:SY" {
			t.Fatalf("%+v, %v", al, err)
		}
		if al, err = r.editors.Release(ctx, al.ID, "b", nil); err != nil || al.Audience != 1 || al.SendAt.After(r.editors.Now().Add(alerts.FlashHold)) {
			t.Errorf("released %+v, %v", al, err)
		}
		_, err = r.editors.Redraft(ctx, al.ID, "cli:boris", func(*alerts.Order) error { return nil })
		if !errors.Is(err, alerts.ErrConflict) {
			t.Errorf("what is on its way is a draft: %v", err)
		}
	})
}

func TestADraftKeepsTheTimeThatWasChosenForIt(t *testing.T) {
	r := newRoomOnSQLite(t)
	o := order("k")
	o.Draft, o.SendAt = true, r.editors.Now().Add(time.Hour)
	al := r.send(o)
	if al, err := r.editors.Redraft(ctx, al.ID, "cli:boris", func(o *alerts.Order) error { o.Class = delivery.Flash; return nil }); err != nil || !al.SendAt.Equal(o.SendAt) {
		t.Errorf("it goes out %s, not %s (%v)", al.SendAt, o.SendAt, err)
	}
}

func TestWhatWouldBeNoAlertIsNotWrittenDown(t *testing.T) {
	r := newRoomOnSQLite(t)
	o := order("k")
	o.Draft = true
	al := r.send(o)
	_, err := r.editors.Redraft(ctx, al.ID, "cli:boris", func(o *alerts.Order) error {
		o.Follow = []subscriptions.Key{"place:XX"}
		o.Versions["en"] = alerts.Wording{Headline: "Another"}
		return nil
	})
	if invalid, ok := alerts.IsInvalid(err); !ok || invalid.Field != "follow[0]" {
		t.Errorf("%v", err)
	}
	if report, err := r.editors.Show(ctx, al.ID); err != nil || report.Alert.Headline() != al.Headline() {
		t.Errorf("it is %q now (%v)", report.Alert.Headline(), err)
	}
}
