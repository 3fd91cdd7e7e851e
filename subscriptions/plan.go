package subscriptions

import (
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Plan says when an alert of class may ring at r. ok is false where it does not ring at all and waits in the next
// digest instead: the budget of the day on which it would ring is used up, or quiet hours fold what happens in them. For
// those who have no digest it waits for the end of quiet hours, or for the next day; what goes beyond that day's budget
// too, the most urgent first, is not told them.
func Plan(r Recipient, class delivery.Class, now time.Time) (due time.Time, ok bool) {
	due, ok = r.awake(class, now)
	if !ok || r.Budget <= 0 {
		return due, ok
	}
	next := tomorrow(now, r.Zone)
	if due.Before(next) {
		if r.Rings < r.Budget {
			return due, true
		}
		if r.Digests {
			return time.Time{}, false
		}
		due, _ = r.awake(class, next)
	}
	if r.Tomorrow >= r.Budget {
		return time.Time{}, false
	}
	return due, true
}

// awake is when quiet hours let an alert ring that might ring at an instant; ok is false where they fold it.
func (r Recipient) awake(class delivery.Class, at time.Time) (due time.Time, ok bool) {
	end, quiet := r.Quiet.Until(at, r.Zone)
	switch {
	case !quiet, r.Quiet.Mode == QuietButFlash && class == delivery.Flash:
		return at, true
	case r.Quiet.Mode == QuietFold && r.Digests:
		return time.Time{}, false
	default:
		return end, true
	}
}

// tomorrow is when the next day begins for a reader in zone.
func tomorrow(now time.Time, zone string) time.Time {
	loc := Location(zone)
	year, month, day := now.In(loc).Date()
	return wall(year, month, day+1, 0, 0, loc)
}

// LocalDay numbers the day a reader in zone is living: days since 1970-01-01 on the reader's calendar.
func LocalDay(now time.Time, zone string) int {
	_, offset := now.In(Location(zone)).Zone()
	return int((now.Unix() + int64(offset)) / 86400)
}

// StartDefaults is what someone gets who only presses Start: flashes and one digest at 08:00, nothing but flashes at
// night (23–07), at most 5 rings a day, articles in their own language.
func StartDefaults(a delivery.Address, language string) Subscriber {
	s := Subscriber{
		Address: a, Status: Active, Language: language, Zone: "UTC", Least: delivery.Flash,
		Digest: []string{"0 8 * * *"}, Quiet: Quiet{From: 23 * 60, To: 7 * 60, Mode: QuietButFlash}, Budget: 5,
	}
	if language != "" {
		s.Reads = []string{language}
	}
	return s
}
