package bots

import (
	"fmt"
	"time"

	"github.com/tenbells/tenbells/subscriptions"
)

// Clock is an instant as a reader in zone says it: "18:42" when it is today there, else with the day.
func Clock(t, now time.Time, zone, lang string) string {
	loc := subscriptions.Location(zone)
	t, now = t.In(loc), now.In(loc)
	clock := t.Format("15:04")
	days := dayNumber(now) - dayNumber(t)
	switch {
	case days == 0:
		return clock
	case -7 < days && days < 7:
		return Say(lang, "clock-day", "weekday", Say(lang, fmt.Sprintf("short-weekday-%d", t.Weekday())), "time", clock)
	default:
		return Say(lang, "clock-date", "day", t.Day(), "month", month(t, lang), "time", clock)
	}
}

// Day is the date as a reader in zone says it: "Monday, 29 April".
func Day(t time.Time, zone, lang string) string {
	t = t.In(subscriptions.Location(zone))
	weekday := Say(lang, fmt.Sprintf("weekday-%d", t.Weekday()))
	return Say(lang, "day", "weekday", weekday, "day", t.Day(), "month", month(t, lang))
}

func month(t time.Time, lang string) string { return Say(lang, fmt.Sprintf("month-%d", t.Month())) }

// dayNumber counts the days of the calendar that t's wall shows.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
