package subscriptions

import (
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

func TestParseQuiet(t *testing.T) {
	cases := map[string]string{
		"23:00-07:00": "23:00-07:00", "23-7": "23:00-07:00", "22:30–6": "22:30-06:00", " 0:00 - 5:05 ": "00:00-05:05", "7-7": "",
	}
	for hours, want := range cases {
		q, err := ParseQuiet(hours, "")
		if err != nil || q.String() != want || q.Mode != QuietButFlash {
			t.Errorf("%q: %q (%s) %v, want %q", hours, q, q.Mode, err, want)
		}
	}
	for _, hours := range []string{"", "23", "23-", "-7", "24-7", "23:60-7", "23:00-07:00-09:00", "night"} {
		if q, err := ParseQuiet(hours, ""); err == nil {
			t.Errorf("%q is taken as %q", hours, q)
		}
	}
	if _, err := ParseQuiet("23-7", "loud"); err == nil {
		t.Error("an unknown mode is taken")
	}
}

func TestQuietHours(t *testing.T) {
	cases := []struct{ name, zone, hours, now, end string }{
		{"before midnight", "Europe/Prague", "23-7", "2026-01-15T22:30:00Z", "2026-01-16T06:00:00Z"},
		{"after midnight", "Europe/Prague", "23-7", "2026-01-16T03:00:00Z", "2026-01-16T06:00:00Z"},
		{"at the first minute", "Europe/Prague", "23-7", "2026-01-15T22:00:00Z", "2026-01-16T06:00:00Z"},
		{"not at the last", "Europe/Prague", "23-7", "2026-01-16T06:00:00Z", ""},
		{"by day", "Europe/Prague", "23-7", "2026-01-16T12:00:00Z", ""},
		{"a rest at noon", "Europe/Prague", "13-15", "2026-01-16T12:30:00Z", "2026-01-16T14:00:00Z"},
		{"off", "Europe/Prague", "7-7", "2026-01-16T06:00:00Z", ""},
		{"the night is an hour shorter", "Europe/Prague", "23-7", "2026-03-29T00:30:00Z", "2026-03-29T05:00:00Z"},
		{"the night is an hour longer", "Europe/Prague", "23-7", "2026-10-24T21:30:00Z", "2026-10-25T06:00:00Z"},
		{"they end in the gap", "America/New_York", "23-2:30", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z"},
		{"they end in the hour that comes twice: at the first", "America/New_York", "23-1:30", "2026-11-01T05:15:00Z", "2026-11-01T05:30:00Z"},
		{"and are over in the second", "America/New_York", "23-1:30", "2026-11-01T06:15:00Z", ""},
		{"they begin in the hour that comes twice", "America/New_York", "1:30-7", "2026-11-01T06:15:00Z", "2026-11-01T12:00:00Z"},
		{"they lie in the gap", "America/New_York", "2:15-2:45", "2026-03-08T07:00:00Z", ""},
		{"a midnight that does not come", "Asia/Beirut", "0-6", "2026-03-28T22:00:00Z", "2026-03-29T03:00:00Z"},
		{"an unknown zone is UTC", "Mars/Base", "23-7", "2026-01-15T23:30:00Z", "2026-01-16T07:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q, err := ParseQuiet(c.hours, QuietAll)
			if err != nil {
				t.Fatal(err)
			}
			end, quiet := q.Until(instant(t, c.now), c.zone)
			if quiet != (c.end != "") || quiet && !end.Equal(instant(t, c.end)) {
				t.Errorf("got %s, %v; want %q", end.UTC().Format(time.RFC3339), quiet, c.end)
			}
		})
	}
}

// Whatever the clocks do, quiet hours end, and end in the future.
func TestQuietHoursAlwaysEnd(t *testing.T) {
	since := 2025
	if !testing.Short() {
		since = 2010
	}
	for _, zone := range zones {
		loc := Location(zone)
		for _, change := range changes(loc, since, 2026) {
			for at := change.Add(-25 * time.Hour); at.Before(change.Add(25 * time.Hour)); at = at.Add(30 * time.Minute) {
				for _, q := range []Quiet{{From: 23 * 60, To: 7 * 60}, {From: 90, To: 150}, {From: 0, To: 60}, {From: 1430, To: 1}} {
					end, quiet := q.Until(at, zone)
					if _, still := q.Until(end, zone); quiet && (!end.After(at) || still || end.Sub(at) > 26*time.Hour) {
						t.Fatalf("%s, %s at %s: until %s (still quiet then: %v)", zone, q, at.In(loc), end.In(loc), still)
					}
				}
			}
		}
	}
}

// What quiet hours hold is released at the reader's own morning, and once: whenever within them it came, the instant is
// the same, it is the first at which their clocks show the hour, and a minute before it was still quiet. The zones change
// their clocks at midnight, by half an hour, or not any more.
func TestWhatIsHeldIsReleasedOnceAtTheReadersMorning(t *testing.T) {
	held := []Quiet{{From: 23 * 60, To: 7 * 60}, {From: 22*60 + 30, To: 30}, {From: 0, To: 60}, {From: 23 * 60, To: 0}}
	for _, zone := range []string{"America/Havana", "Africa/Cairo", "Asia/Tehran", "Australia/Lord_Howe", "Asia/Beirut", "America/Asuncion", "Atlantic/Azores", "Europe/Prague"} {
		loc := Location(zone)
		for _, change := range changes(loc, 2016, 2026) {
			for _, q := range held {
				released := map[time.Time]bool{}
				for at := change.Add(-36 * time.Hour); at.Before(change.Add(36 * time.Hour)); at = at.Add(15 * time.Minute) {
					due, ok := Plan(Recipient{Zone: zone, Quiet: Quiet{From: q.From, To: q.To, Mode: QuietAll}}, delivery.Flash, at)
					if !ok || due.Before(at) {
						t.Fatalf("%s, %s at %s: due %s, %v", zone, q, at.In(loc), due.In(loc), ok)
					}
					if due.After(at) {
						released[due.UTC()] = true
						isMorning(t, q, due.In(loc), zone)
					}
				}
				if n := len(released); n < 2 || n > 4 { // three days, of which the first and last are cut
					t.Errorf("%s, %s around %s: released at %d instants: %v", zone, q, change.In(loc), n, released)
				}
			}
		}
	}
}

// isMorning says that quiet hours end at an instant and not before, when the reader's clocks show their hour, or the first
// behind a gap that left it out.
func isMorning(t *testing.T, q Quiet, due time.Time, zone string) {
	t.Helper()
	_, still := q.Until(due, zone)
	_, before := q.Until(due.Add(-time.Minute), zone)
	if still || !before {
		t.Errorf("%s, %s: quiet a minute before %s: %v, and then: %v", zone, q, due, before, still)
	}
	shows := due.Hour()*60 + due.Minute()
	_, offset := due.Zone()
	_, was := due.Add(-time.Minute).Zone()
	late := (shows - q.To + 24*60) % (24 * 60)
	if gap := max(0, (offset-was)/60); late > gap {
		t.Errorf("%s, %s: released when the clocks show %s", zone, q, due)
	}
}
