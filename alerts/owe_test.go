package alerts

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Only whom their own quiet hours delay may be told an hour after the alert has stopped being new.
func TestNobodyIsToldLateButByTheirOwnQuietHours(t *testing.T) {
	now := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	al := Alert{ID: "e1", Class: delivery.Flash, Versions: map[string]Wording{"en": {Headline: "A"}}, Expires: now.Add(10 * time.Minute)}
	night := subscriptions.Quiet{From: 23 * 60, To: 7 * 60, Mode: subscriptions.QuietAll}
	ms := al.messages([]subscriptions.Recipient{{ID: 1, Zone: "UTC"}, {ID: 2, Zone: "UTC", Quiet: night}}, now)
	if len(ms) != 2 || !ms[0].Expires.Equal(al.Expires) || !ms[1].Expires.Equal(now.Add(6*time.Hour)) {
		t.Errorf("got %+v", ms)
	}
}
