package subscriptions

import (
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Plan says when an alert of class may ring at r. ok is false where it does not ring at all and waits in the next
// digest instead: the day's budget is used up, or quiet hours fold what happens in them.
func Plan(r Recipient, class delivery.Class, now time.Time) (due time.Time, ok bool) {
	if r.Budget > 0 && r.Rings >= r.Budget {
		return time.Time{}, false
	}
	end, quiet := r.Quiet.Until(now, r.Zone)
	if !quiet {
		return now, true
	}
	switch r.Quiet.Mode {
	case QuietAll:
		return end, true
	case QuietFold:
		return time.Time{}, false
	default:
		if class == delivery.Flash {
			return now, true
		}
		return end, true
	}
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
