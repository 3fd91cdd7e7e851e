package subscriptions

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseQuiet reads "23:00-07:00". Equal hours mean off.
func ParseQuiet(hours string, mode QuietMode) (Quiet, error) {
	from, to, ok := strings.Cut(hours, "-")
	q := Quiet{Mode: mode}
	var err1, err2 error
	q.From, err1 = minuteOfDay(from)
	q.To, err2 = minuteOfDay(to)
	if !ok || err1 != nil || err2 != nil {
		return Quiet{}, fmt.Errorf("%q are no hours like 23:00-07:00", hours)
	}
	switch mode {
	case QuietButFlash, QuietAll, QuietFold:
		return q, nil
	case "":
		q.Mode = QuietButFlash
		return q, nil
	}
	return Quiet{}, fmt.Errorf("quiet mode %q must be one of flash, all, fold", mode)
}

// minuteOfDay reads "23:00", or "23".
func minuteOfDay(clock string) (int, error) {
	h, m, ok := strings.Cut(strings.TrimSpace(clock), ":")
	if !ok {
		m = "0"
	}
	hour, err := strconv.Atoi(h)
	if err != nil || hour < 0 || hour > 23 {
		return 0, fmt.Errorf("%q is no time of day", clock)
	}
	minute, err := strconv.Atoi(m)
	if err != nil || minute < 0 || minute > 59 {
		return 0, fmt.Errorf("%q is no time of day", clock)
	}
	return hour*60 + minute, nil
}

// On says whether there are quiet hours at all.
func (q Quiet) On() bool { return q.From != q.To }

// String is the hours as ParseQuiet reads them, "" when off.
func (q Quiet) String() string {
	if !q.On() {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
}

// Until says whether now is within the quiet hours of a reader in zone, and when they end. Clock changes are minded: the
// hours are those on the reader's wall.
func (q Quiet) Until(now time.Time, zone string) (end time.Time, quiet bool) {
	if !q.On() {
		return time.Time{}, false
	}
	local := now.In(Location(zone))
	minute := local.Hour()*60 + local.Minute()
	within := q.From <= minute && minute < q.To
	if q.From > q.To {
		within = minute >= q.From || minute < q.To
	}
	if !within {
		return time.Time{}, false
	}
	day := local
	if minute >= q.To {
		day = local.AddDate(0, 0, 1)
	}
	return wall(day.Year(), day.Month(), day.Day(), q.To/60, q.To%60, Location(zone)), true
}

// Location is an IANA zone, or UTC where the name means nothing to us (names are checked when they are set).
func Location(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return time.UTC
	}
	return loc
}

// CheckZone says whether zone is an IANA time zone.
func CheckZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return fmt.Errorf("%q is no time zone like Europe/Prague", zone)
	}
	return nil
}

// wall is the instant at which the clocks of loc first show the given time of that day. A time that a clock change
// leaves out is the first instant after the gap; of a time that comes twice it is the first.
func wall(year int, month time.Month, day, hour, minute int, loc *time.Location) time.Time {
	t := time.Date(year, month, day, hour, minute, 0, 0, loc)
	if t.Hour() == hour && t.Minute() == minute && t.Day() == time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Day() {
		return first(t, hour, minute)
	}
	// In a gap time.Date answers with one of the two offsets around it: the change lies within a day of it.
	lo, hi := t.Add(-26*time.Hour), t.Add(26*time.Hour)
	want := time.Date(year, month, day, hour, minute, 0, 0, time.UTC).Unix()
	for hi.Sub(lo) > time.Second { // the wall clock only jumps forward here: search the first instant past want
		mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Second)
		if !mid.After(lo) {
			break
		}
		if wallUnix(mid) < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// first is the earlier of the two instants that show the same wall time, where clocks were set back.
func first(t time.Time, hour, minute int) time.Time {
	_, now := t.Zone()
	for _, back := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour} {
		earlier := t.Add(-back)
		_, then := earlier.Zone()
		if then > now && earlier.Hour() == hour && earlier.Minute() == minute && earlier.Day() == t.Day() {
			return earlier
		}
	}
	return t
}

// wallUnix is what the wall shows at t, as seconds of a clock without zones.
func wallUnix(t time.Time) int64 {
	_, offset := t.Zone()
	return t.Unix() + int64(offset)
}
