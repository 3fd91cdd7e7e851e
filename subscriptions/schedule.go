package subscriptions

import (
	"fmt"
	"time"
)

// Wake is the digest line that means: when quiet hours end, or at WakeHour where there are none.
const Wake = "wake"

// WakeHour is the local hour of a "wake" digest without quiet hours.
const WakeHour = 7

// horizon is how far ahead a date is looked for: the longest a line can rest is from 29 February 2096 to that of 2104.
const horizon = 9 * 366

// CheckDigest says what is wrong with one digest line: a cron line of five fields, or "wake".
func CheckDigest(line string) error {
	if line == Wake {
		return nil
	}
	d, err := parseCron(line)
	if err != nil {
		return err
	}
	if d.next(time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC), time.UTC).IsZero() {
		return fmt.Errorf("%q never happens", line)
	}
	return nil
}

// NextDigest is the first date after after on which any of the subscriber's digest lines falls; zero where there is
// none. A local time that a clock change leaves out counts as the first instant after the gap, and one that comes twice
// as the first of the two. Lines are checked by CheckDigest when they are set; one that cannot be read has no dates.
func NextDigest(s Subscriber, after time.Time) time.Time {
	loc := Location(s.Zone)
	var earliest time.Time
	for _, line := range s.Digest {
		d, err := s.dates(line)
		if err != nil {
			continue // it has no dates, as documented
		}
		next := d.next(after, loc)
		if !next.IsZero() && (earliest.IsZero() || next.Before(earliest)) {
			earliest = next
		}
	}
	return earliest
}

// Schedule sets when the next digest is due, after preferences have changed. The window of the running digest is kept;
// where there never was one it begins at now, or rather at the full hour before it, so that all who came in that hour
// have the same window and can share an edition.
func (s *Subscriber) Schedule(now time.Time) {
	s.NextDigest = NextDigest(*s, now)
	if s.LastDigest.IsZero() && !s.NextDigest.IsZero() {
		s.LastDigest = now.UTC().Truncate(time.Hour)
	}
}

// dates is what a digest line means to s.
func (s Subscriber) dates(line string) (dates, error) {
	if line != Wake {
		return parseCron(line)
	}
	hour, minute := WakeHour, 0
	if s.Quiet.On() {
		hour, minute = s.Quiet.To/60, s.Quiet.To%60
	}
	return daily(hour, minute), nil
}

// daily is one time on each day.
func daily(hour, minute int) dates {
	return dates{minute: 1 << minute, hour: 1 << hour, dom: anyDay, month: 1<<13 - 1, dow: anyDay | 1<<7 - 1}
}

// next is the first of the dates after after, on the clocks of loc; zero where there is none within the horizon. It
// begins on the day the clocks show: whatever lies before it on the calendar has been shown already.
func (d dates) next(after time.Time, loc *time.Location) time.Time {
	year, month, day := after.In(loc).Date()
	for i := range horizon {
		date := time.Date(year, month, day+i, 0, 0, 0, 0, time.UTC)
		if !d.on(date) {
			continue
		}
		if t := d.within(date, after, loc); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// on says whether the dates include a calendar day. As in every cron, a day of the month and a weekday given together
// mean either.
func (d dates) on(date time.Time) bool {
	if d.month&(1<<date.Month()) == 0 {
		return false
	}
	dom, dow := d.dom&(1<<date.Day()) != 0, d.dow&(1<<date.Weekday()) != 0
	switch {
	case d.dom&anyDay != 0:
		return dow || d.dow&anyDay != 0
	case d.dow&anyDay != 0:
		return dom
	default:
		return dom || dow
	}
}

// within is the first time of a calendar day that comes after after; zero where all have passed.
func (d dates) within(date, after time.Time, loc *time.Location) time.Time {
	year, month, day := date.Date()
	for hour := range 24 {
		for minute := range 60 {
			if d.hour&(1<<hour) == 0 || d.minute&(1<<minute) == 0 {
				continue
			}
			if t := wall(year, month, day, hour, minute, loc); t.After(after) {
				return t
			}
		}
	}
	return time.Time{}
}
