package subscriptions

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/robfig/cron/v3"
)

// dates says at which local times of which days something happens: one bit for each minute, hour, day, month and weekday.
type dates struct {
	minute, hour, dom, month, dow uint64
}

// anyDay is set in dom or dow where the line has a star there.
const anyDay = 1 << 63

// cronItem is one item of a field: a star, a number or name, or a range, each with an optional step. The parser itself
// takes more than it understands ("*-5", "TZ=UTC" with a panic, a lone comma as never), so nothing else reaches it.
var cronItem = regexp.MustCompile(`^(\*|[0-9]{1,2}|[A-Za-z]{3}|([0-9]{1,2}|[A-Za-z]{3})-([0-9]{1,2}|[A-Za-z]{3}))(/[0-9]{1,2})?$`)

// cronParser reads five fields and nothing else. Only its parser is used: its Next skips days whose clocks change at
// midnight, and minutes that a clock change leaves out.
var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// maxCronLine bounds what is read of a line, in bytes.
const maxCronLine = 200

// parseCron reads a line of five fields. Sunday is 0 or 7.
func parseCron(line string) (dates, error) {
	fields := strings.Fields(line)
	if len(fields) != 5 || len(line) > maxCronLine {
		return dates{}, fmt.Errorf("%q is no cron line of five fields like 0 8 * * 1-5 (minute, hour, day, month, weekday)", line)
	}
	for i, field := range fields {
		items := strings.Split(field, ",")
		for n, item := range items {
			if !cronItem.MatchString(item) {
				return dates{}, fmt.Errorf("%q: field %d: %q is no number, range or step", line, i+1, item)
			}
			if i == 4 {
				items[n] = sundayIsZero(item)
			}
		}
		fields[i] = strings.Join(items, ",")
	}
	schedule, err := cronParser.Parse(strings.Join(fields, " "))
	if err != nil {
		return dates{}, fmt.Errorf("%q: %w", line, err)
	}
	spec, ok := schedule.(*cron.SpecSchedule)
	if !ok {
		return dates{}, fmt.Errorf("%q has no fixed times", line)
	}
	return dates{minute: spec.Minute, hour: spec.Hour, dom: spec.Dom, month: spec.Month, dow: spec.Dow}, nil
}

// sundayIsZero rewrites a weekday item so that the parser, which counts from 0 to 6, also understands a week that ends
// on Sunday: "7", "5-7", "fri-sun", "1-7/2".
func sundayIsZero(item string) string {
	days, step, stepped := strings.Cut(item, "/")
	from, to, ranged := strings.Cut(days, "-")
	if !ranged && from == "7" {
		return "0"
	}
	first, known := weekday(from)
	if !ranged || !known || (to != "7" && !strings.EqualFold(to, "sun")) || first == 0 {
		return item
	}
	every := 1
	if stepped {
		every, _ = strconv.Atoi(step) // digits only, see cronItem; 0 is refused by the parser
	}
	if first == 7 {
		return "0"
	}
	week := strings.Replace(item, "-"+to, "-6", 1)
	if every > 0 && (7-first)%every == 0 {
		week += ",0"
	}
	return week
}

// weekday is a weekday's number by number or English name.
func weekday(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n <= 7
	}
	for n, name := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		if strings.EqualFold(s, name) {
			return n, true
		}
	}
	return 0, false
}
