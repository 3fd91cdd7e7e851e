package store_test

import (
	"context"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/alerts/alertstest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestAlertFile(t *testing.T) {
	each(t, func(t *testing.T, open func(*testing.T) *store.Store) {
		alertstest.TestFile(t, func(t *testing.T) alertstest.File { return open(t).Alerts() })
	})
}

func TestAlertsWakeWhoeverWaitsForThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		c := s.Changed(store.Alerts)
		al := alerts.Alert{ID: "e1", Status: alerts.Scheduled, Class: delivery.Flash}
		if _, _, err := s.Alerts().Create(ctx, al, nil); err != nil {
			t.Fatal(err)
		}
		woken(t, c)
		c = s.Changed(store.Alerts)
		if _, err := s.Alerts().Update(ctx, "e1", nil, func(al *alerts.Alert) error { return nil }); err != nil {
			t.Fatal(err)
		}
		woken(t, c)
	})
}
