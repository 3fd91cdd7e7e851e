package store

import (
	"testing"
	"time"
)

func TestLocalDayBeginsAtTheFirstInstantOfTheDay(t *testing.T) {
	cases := []struct{ name, zone, now, from, to string }{
		{"an ordinary day", "Europe/Prague", "2026-03-01T12:00:00Z", "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"},
		{"its first instant", "Europe/Prague", "2026-02-28T23:00:00Z", "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z"},
		{"a day of 23 hours", "Europe/Prague", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"a day that begins at one o'clock", "America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"the day before it", "America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z"},
		{"no zone", "", "2026-03-01T12:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"},
	}
	for _, c := range cases {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		d := localDay(now, c.zone)
		if from, to := instant(d.begins).Format(time.RFC3339), instant(d.ends).Format(time.RFC3339); from != c.from || to != c.to {
			t.Errorf("%s: from %s to %s, want from %s to %s", c.name, from, to, c.from, c.to)
		}
	}
}
