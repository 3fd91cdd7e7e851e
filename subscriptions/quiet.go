package subscriptions

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseQuiet reads "23:00-07:00" or "23–7". Equal hours mean off; no mode means QuietButFlash.
func ParseQuiet(hours string, mode QuietMode) (Quiet, error) {
	from, to, ok := strings.Cut(strings.ReplaceAll(hours, "–", "-"), "-")
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

// Until says whether now is within the quiet hours of a reader in zone, and when they end. They last from the first time
// that the reader's clocks show the one hour to the first time they show the other, whatever the clocks do between.
func (q Quiet) Until(now time.Time, zone string) (end time.Time, quiet bool) {
	if !q.On() {
		return time.Time{}, false
	}
	loc := Location(zone)
	year, month, today := now.In(loc).Date()
	for _, day := range []int{today - 1, today, today + 1} { // tomorrow's may join where a zone skipped a whole day
		last := day
		if q.From > q.To { // over midnight
			last++
		}
		begin := wall(year, month, day, q.From/60, q.From%60, loc)
		ends := wall(year, month, last, q.To/60, q.To%60, loc)
		if !now.Before(begin) && now.Before(ends) {
			now, quiet = ends, true
		}
	}
	if !quiet {
		return time.Time{}, false
	}
	return now, true
}
