package bots

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	_ "time/tzdata" // the same zones on every machine

	"github.com/tenbells/tenbells/subscriptions"
)

var (
	//go:embed words/zones.txt
	zoneNames string
	//go:embed words/cities.tsv
	cityNames string

	zones  = dataLines(zoneNames)
	cities = dataLines(cityNames)
)

// FindZones answers the time zones that text may mean, the likeliest first, at most limit: a city in one of our
// languages, an IANA name or a part of it, or an offset like +3.
func FindZones(text string, limit int) []string {
	want := subscriptions.FoldWord(text)
	if zone, ok := offsetZone(text); ok {
		return []string{zone}
	}
	if want == "" {
		return nil
	}
	var same, begins, within []string
	sort := func(name, zone string) {
		switch {
		case name == want:
			same = append(same, zone)
		case strings.HasPrefix(name, want):
			begins = append(begins, zone)
		case strings.Contains(name, want):
			within = append(within, zone)
		}
	}
	for _, line := range cities {
		name, zone, _ := strings.Cut(line, "\t")
		sort(subscriptions.FoldWord(name), zone)
	}
	for _, zone := range zones {
		if strings.HasPrefix(zone, "Etc/") {
			continue // they count the other way round: see offsetZone
		}
		sort(subscriptions.FoldWord(zone[strings.LastIndex(zone, "/")+1:]), zone)
		sort(subscriptions.FoldWord(zone), zone)
	}
	if len(same) > 0 {
		begins, within = nil, nil
	}
	return firstOf(limit, same, begins, within)
}

// firstOf is the first limit different strings of lists, in order.
func firstOf(limit int, lists ...[]string) []string {
	var found []string
	for _, s := range slices.Concat(lists...) {
		if len(found) < limit && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// offsetZone reads "+3", "UTC+3", "GMT-5". The zone database counts the other way round: Etc/GMT-3 is three hours ahead.
func offsetZone(text string) (string, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	text = strings.TrimPrefix(strings.TrimPrefix(text, "UTC"), "GMT")
	if !strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "-") {
		return "", false
	}
	hours, err := strconv.Atoi(strings.TrimSuffix(text, ":00"))
	if err != nil || hours < -12 || hours > 14 {
		return "", false
	}
	if hours == 0 {
		return "UTC", true
	}
	return fmt.Sprintf("Etc/GMT%+d", -hours), true
}

// dataLines are the lines of an embedded list, comments and empty lines left out.
func dataLines(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "#")
	})
}
