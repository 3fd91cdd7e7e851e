package subscriptions

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

func TestPlan(t *testing.T) {
	const night, day = "2026-01-16T02:00:00Z", "2026-01-16T12:00:00Z"
	quiet := func(mode QuietMode) Quiet { return Quiet{From: 23 * 60, To: 7 * 60, Mode: mode} }
	cases := []struct {
		name  string
		r     Recipient
		class delivery.Class
		now   string
		due   string // "": it waits in the digest
	}{
		{"by day", Recipient{Quiet: quiet(QuietAll)}, delivery.Bulletin, day, day},
		{"held at night", Recipient{Quiet: quiet(QuietAll)}, delivery.Bulletin, night, "2026-01-16T07:00:00Z"},
		{"even a flash", Recipient{Quiet: quiet(QuietAll)}, delivery.Flash, night, "2026-01-16T07:00:00Z"},
		{"all but a flash", Recipient{Quiet: quiet(QuietButFlash)}, delivery.Flash, night, night},
		{"a bulletin is no flash", Recipient{Quiet: quiet(QuietButFlash)}, delivery.Bulletin, night, "2026-01-16T07:00:00Z"},
		{"folded", Recipient{Quiet: quiet(QuietFold), Digests: true}, delivery.Flash, night, ""},
		{"folded, but there is no digest", Recipient{Quiet: quiet(QuietFold)}, delivery.Flash, night, "2026-01-16T07:00:00Z"},
		{"within the budget", Recipient{Budget: 5, Rings: 4, Digests: true}, delivery.Urgent, day, day},
		{"the budget is used up", Recipient{Budget: 5, Rings: 5, Digests: true}, delivery.Flash, day, ""},
		{"used up, and there is no digest", Recipient{Budget: 5, Rings: 5, Zone: "Europe/Prague"}, delivery.Flash, day, "2026-01-16T23:00:00Z"},
		{"used up, no digest, and the next day begins quietly", Recipient{Budget: 5, Rings: 5, Quiet: quiet(QuietAll)}, delivery.Flash, day, "2026-01-17T07:00:00Z"},
		{"held at night, and the morning is full", Recipient{Budget: 5, Tomorrow: 5, Quiet: quiet(QuietAll)}, delivery.Urgent, "2026-01-16T23:30:00Z", ""},
		{"held at night, and the morning has room", Recipient{Budget: 5, Rings: 5, Tomorrow: 4, Quiet: quiet(QuietAll), Digests: true}, delivery.Urgent, "2026-01-16T23:30:00Z", "2026-01-17T07:00:00Z"},
		{"after midnight the morning is today's", Recipient{Budget: 5, Rings: 4, Tomorrow: 5, Quiet: quiet(QuietAll)}, delivery.Urgent, night, "2026-01-16T07:00:00Z"},
		{"a flash at night is today's", Recipient{Budget: 5, Rings: 4, Tomorrow: 5, Quiet: quiet(QuietButFlash)}, delivery.Flash, "2026-01-16T23:30:00Z", "2026-01-16T23:30:00Z"},
		{"used up, no digest, and so is the next day", Recipient{Budget: 5, Rings: 5, Tomorrow: 5}, delivery.Flash, day, ""},
		{"no budget", Recipient{Rings: 100, Tomorrow: 100}, delivery.Routine, day, day},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			due, ok := Plan(c.r, c.class, instant(t, c.now))
			if ok != (c.due != "") || ok && !due.Equal(instant(t, c.due)) {
				t.Errorf("got %s, %v; want %q", due.UTC().Format(time.RFC3339), ok, c.due)
			}
		})
	}
}

func TestLocalDayTurnsAtTheReadersMidnight(t *testing.T) {
	before, after := instant(t, "2026-03-28T21:59:59Z"), instant(t, "2026-03-28T22:00:00Z") // Beirut's clocks skip midnight
	if a, b := LocalDay(before, "Asia/Beirut"), LocalDay(after, "Asia/Beirut"); b != a+1 {
		t.Errorf("day %d, then %d", a, b)
	}
	if a, b := LocalDay(before, "UTC"), LocalDay(after, "UTC"); a != b || time.Unix(int64(a)*86400, 0).UTC().Format(time.DateOnly) != "2026-03-28" {
		t.Errorf("in UTC day %d, then %d", a, b)
	}
}
