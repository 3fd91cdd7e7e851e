package subscriptions

import (
	"testing"
	"time"
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
