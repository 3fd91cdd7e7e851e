package subscriptions

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

func TestCheckDigest(t *testing.T) {
	good := []string{
		"wake", "0 8 * * *", "30 7,18 * * 1-5", "0 9 1 * *", "0 9 * * 7", "0 9 * * fri-sun", "*/15 6-8 * * MON", "0 8 29 2 *",
		"0 0 31 2 5", // or on a Friday
	}
	for _, line := range good {
		if err := CheckDigest(line); err != nil {
			t.Errorf("%q is refused: %v", line, err)
		}
	}
	bad := []string{
		"", "0 8 * *", "0 8 * * * *", "@daily", "@every 1h", "TZ=UTC", "TZ=", "CRON_TZ=UTC 0 8 * * *", "TZ=UTC 8 * * *",
		", * * * *", "0 9 , * *", "0 9,  * * *", "0 0 31 2 *", "60 8 * * *", "0 24 * * *", "0 8 * * 8", "0 8 * * 22-2", "*-5 8 * * *",
		"0 8 L * *", "0 8 * * 1#2", "0 8 * * */0", "1/2/3 8 * * *", "? 8 * * *", strings.Repeat("0,", 200) + "0 8 * * *",
	}
	for _, line := range bad {
		if err := CheckDigest(line); err == nil {
			t.Errorf("%q is accepted", line)
		}
	}
}

func TestSundayEndsTheWeekToo(t *testing.T) {
	cases := map[string]string{
		"7": "0", "5-7": "5,6,0", "fri-sun": "5,6,0", "1-7/2": "1,3,5,0", "1-7/4": "1,5", "7-7": "0", "1-7": "1,2,3,4,5,6,0", "1,7": "1,0", "0-6": "0,1,2,3,4,5,6",
	}
	for line, same := range cases {
		got, err := parseCron("0 8 * * " + line)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		want, err := parseCron("0 8 * * " + same)
		if err != nil || got.dow&0x7f != want.dow&0x7f {
			t.Errorf("%s means days %b, want %b (%v)", line, got.dow, want.dow, err)
		}
	}
}

// The dates of platforms where a library was seen to be wrong.
func TestNextDigestAcrossClockChanges(t *testing.T) {
	cases := []struct{ name, zone, line, after, want string }{
		{"Cairo has no midnight on that Friday, but it has a nine o'clock", "Africa/Cairo", "0 9 * * 5", "2026-04-22T12:00:00Z", "2026-04-24T06:00:00Z"},
		{"nor has Beirut on that Sunday", "Asia/Beirut", "0 9 * * 0", "2026-03-27T12:00:00Z", "2026-03-29T06:00:00Z"},
		{"a midnight that does not come is the first instant of the day", "Asia/Beirut", "0 0 * * 0", "2026-03-27T12:00:00Z", "2026-03-28T22:00:00Z"},
		{"Santiago's midnight", "America/Santiago", "0 0 * * *", "2026-09-05T12:00:00Z", "2026-09-06T04:00:00Z"},
		{"half past two is not shown in New York", "America/New_York", "30 2 * * *", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z"},
		{"half past one comes twice in New York: the first", "America/New_York", "30 1 * * *", "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		{"and not the second", "America/New_York", "30 1 * * *", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
		{"nor when asked between the two", "America/New_York", "30 1 * * *", "2026-11-01T05:45:00Z", "2026-11-02T06:30:00Z"},
		{"half an hour on Lord Howe", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"},
		{"a day that never was, in Apia", "Pacific/Apia", "0 9 * * *", "2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z"},
		{"strictly after", "UTC", "0 8 * * *", "2026-01-01T08:00:00Z", "2026-01-02T08:00:00Z"},
		{"29 February, past 2100", "UTC", "0 8 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T08:00:00Z"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := NextDigest(Subscriber{Zone: c.zone, Digest: []string{c.line}}, instant(t, c.after))
			if want := instant(t, c.want); !got.Equal(want) {
				t.Errorf("got %s, want %s", got.UTC().Format(time.RFC3339), c.want)
			}
		})
	}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNextDigestTakesTheEarliestLine(t *testing.T) {
	s := Subscriber{Zone: "Europe/Prague", Digest: []string{"0 18 * * *", "wake", "this is no line"}, Quiet: Quiet{From: 23 * 60, To: 6*60 + 30}}
	after := instant(t, "2026-01-15T00:00:00Z")
	for _, want := range []string{"2026-01-15T05:30:00Z", "2026-01-15T17:00:00Z", "2026-01-16T05:30:00Z"} {
		if after = NextDigest(s, after); !after.Equal(instant(t, want)) {
			t.Fatalf("got %s, want %s", after.UTC(), want)
		}
	}
	s.Quiet = Quiet{}
	if got := NextDigest(s, after); !got.Equal(instant(t, "2026-01-16T06:00:00Z")) {
		t.Errorf("without quiet hours wake is at 07:00, got %s", got)
	}
	if got := NextDigest(Subscriber{Zone: "UTC"}, after); !got.IsZero() {
		t.Errorf("no lines, but a date: %s", got)
	}
}

func TestScheduleKeepsTheWindow(t *testing.T) {
	now := instant(t, "2026-01-15T12:00:00Z")
	s := Subscriber{Zone: "UTC", Digest: []string{"0 8 * * *"}}
	s.Schedule(now.Add(10 * time.Minute))
	if !s.LastDigest.Equal(now) || !s.NextDigest.Equal(instant(t, "2026-01-16T08:00:00Z")) {
		t.Fatalf("a new digest: last %s, next %s", s.LastDigest, s.NextDigest)
	}
	s.Digest = []string{"0 20 * * *"}
	s.Schedule(now.Add(time.Hour))
	if !s.LastDigest.Equal(now) || !s.NextDigest.Equal(instant(t, "2026-01-15T20:00:00Z")) {
		t.Fatalf("another hour: last %s, next %s", s.LastDigest, s.NextDigest)
	}
	s.Digest = nil
	if s.Schedule(now); !s.NextDigest.IsZero() {
		t.Fatalf("no digest any more, but next %s", s.NextDigest)
	}
}

// zones is where clocks do what they should not: at midnight, by half an hour, by a day, to the west, and not at all.
var zones = []string{
	"Africa/Cairo", "Asia/Beirut", "America/Santiago", "America/New_York", "Asia/Tehran", "Australia/Lord_Howe", "UTC",
	"America/Havana", "America/Sao_Paulo", "Asia/Amman", "Asia/Gaza", "Africa/Casablanca", "Europe/Dublin", "Europe/Moscow",
	"Pacific/Apia", "Pacific/Chatham", "America/St_Johns", "Antarctica/Troll", "Asia/Kathmandu", "Asia/Pyongyang",
	"America/Caracas", "Pacific/Kiritimati", "America/Asuncion", "Europe/Volgograd", "Africa/Juba",
}

// TestNextDigestAgainstBruteForce walks minute by minute around every clock change and looks at the clock on the wall.
func TestNextDigestAgainstBruteForce(t *testing.T) {
	years := []int{2025, 2026}
	if !testing.Short() {
		years = []int{2009, 2030}
	}
	for _, zone := range zones {
		t.Run(zone, func(t *testing.T) {
			loc, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			random := rand.New(rand.NewPCG(1, uint64(len(zone))))
			changes := changes(loc, years[0], years[1])
			changes = append(changes, time.Date(2026, 2, 28, 12, 0, 0, 0, loc))
			for _, change := range changes {
				for range 2 {
					checkAround(t, random, change, loc)
				}
			}
		})
	}
}

// changes are the instants at which the clocks of loc change.
func changes(loc *time.Location, from, to int) []time.Time {
	var all []time.Time
	at := time.Date(from, 1, 1, 0, 0, 0, 0, loc)
	for {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > to {
			return all
		}
		all, at = append(all, end), end
	}
}

func checkAround(t *testing.T, random *rand.Rand, change time.Time, loc *time.Location) {
	t.Helper()
	line, happens := someLine(random, change)
	s := Subscriber{Zone: loc.String(), Digest: []string{line}}
	begin := change.Add(-36 * time.Hour).Truncate(time.Minute)
	at := begin
	for _, want := range bruteForce(begin, 72*time.Hour, loc, happens) {
		got := NextDigest(s, at)
		if !got.Equal(want) {
			t.Fatalf("%q after %s: got %s, the clocks say %s", line, at.In(loc), got, want.In(loc))
		}
		at = got
	}
	if got := NextDigest(s, at); !got.IsZero() && !got.After(begin.Add(72*time.Hour)) {
		t.Fatalf("%q after %s: got %s, the clocks say nothing", line, at.In(loc), got)
	}
}

// someLine makes up a line and, beside it, what it means.
func someLine(random *rand.Rand, near time.Time) (string, func(time.Time) bool) {
	minutes := []int{random.IntN(60), 0, 30}[random.IntN(3):]
	hours := []int{random.IntN(24), random.IntN(4), 23}[random.IntN(3):]
	days := []int{near.Day(), near.AddDate(0, 0, 1).Day()}
	weekdays := []int{int(near.Weekday()), int(near.Weekday()+6) % 7}
	form := random.IntN(4)
	dom, dow := "*", "*"
	if form&1 != 0 {
		dom = list(days)
	}
	if form&2 != 0 {
		dow = list(weekdays)
	}
	return fmt.Sprintf("%s %s %s * %s", list(minutes), list(hours), dom, dow), func(clock time.Time) bool {
		onDay, onWeekday := slices.Contains(days, clock.Day()), slices.Contains(weekdays, int(clock.Weekday()))
		on := []bool{true, onDay, onWeekday, onDay || onWeekday}[form]
		return on && slices.Contains(hours, clock.Hour()) && slices.Contains(minutes, clock.Minute())
	}
}

func list(ns []int) string { return strings.Trim(strings.ReplaceAll(fmt.Sprint(ns), " ", ","), "[]") }

// bruteForce looks at the clock each minute. Whatever it shows for the first time, or has just jumped over, happens now.
func bruteForce(begin time.Time, span time.Duration, loc *time.Location, happens func(time.Time) bool) []time.Time {
	shows := func(at time.Time) time.Time {
		local := at.In(loc)
		return time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
	}
	var found []time.Time
	latest := shows(begin)
	for at := begin.Add(time.Minute); !at.After(begin.Add(span)); at = at.Add(time.Minute) {
		hit := false
		for ; latest.Before(shows(at)); latest = latest.Add(time.Minute) {
			hit = hit || happens(latest.Add(time.Minute))
		}
		if hit {
			found = append(found, at)
		}
	}
	return found
}

func BenchmarkNextDigest(b *testing.B) {
	s := StartDefaults(delivery.Address{}, "en")
	s.Zone = "Europe/Prague"
	now := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		NextDigest(s, now)
	}
}
