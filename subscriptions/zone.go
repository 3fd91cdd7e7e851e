package subscriptions

import (
	"fmt"
	"sync"
	"time"
)

// loaded keeps the zones that were asked for: the standard library reads a zone from disk each time, and an audience
// asks a million times for a few hundred zones.
var loaded sync.Map // of *time.Location by IANA name

// Location is an IANA zone, or UTC where the name means nothing to us (names are checked when they are set).
func Location(zone string) *time.Location {
	if loc, ok := loaded.Load(zone); ok {
		return loc.(*time.Location)
	}
	if CheckZone(zone) != nil {
		return time.UTC
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	loaded.Store(zone, loc)
	return loc
}

// CheckZone says whether zone is an IANA time zone.
func CheckZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return fmt.Errorf("%q is no time zone like Europe/Prague", zone)
	}
	return nil
}

// wall is the first instant at which the clocks of loc show the given time of a day, or a later one: a time that a clock
// change leaves out is the first instant after the gap, and of a time that comes twice it is the first.
func wall(year int, month time.Month, day, hour, minute int, loc *time.Location) time.Time {
	want := time.Date(year, month, day, hour, minute, 0, 0, time.UTC) // read as a clock without zones
	const ahead = 26 * time.Hour                                      // no zone is further from UTC
	for begin := want.Add(-ahead); ; {
		in := begin.In(loc)
		_, offset := in.Zone()
		_, end := in.ZoneBounds() // of the time for which this offset holds; zero: for ever
		shown := want.Add(-time.Duration(offset) * time.Second)
		switch {
		case shown.Before(begin): // the clocks jumped over it
			return in
		case end.IsZero() || shown.Before(end):
			return shown.In(loc)
		}
		begin = end
	}
}
