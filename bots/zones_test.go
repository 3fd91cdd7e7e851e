package bots

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/subscriptions"
)

func TestFindZones(t *testing.T) {
	cases := []struct{ text, want string }{
		{"Prague", "Europe/Prague"},
		{"europe/prague", "Europe/Prague"},
		{"new york", "America/New_York"},
		{"Прага", "Europe/Prague"},
		{"москва", "Europe/Moscow"},
		{"Київ", "Europe/Kyiv"},
		{"تهران", "Asia/Tehran"},
		{"Buenos Aires", "America/Argentina/Buenos_Aires"},
		{"+3", "Etc/GMT-3"},
		{"UTC-5", "Etc/GMT+5"},
		{"GMT+0", "UTC"},
		{"utc", "UTC"},
	}
	for _, c := range cases {
		got := FindZones(c.text, 8)
		if len(got) == 0 || got[0] != c.want {
			t.Errorf("%q: got %v, want %s first", c.text, got, c.want)
		}
	}
	for _, text := range []string{"", "Springfield", "+99", "!!"} {
		if got := FindZones(text, 8); len(got) != 0 {
			t.Errorf("%q: got %v, want none", text, got)
		}
	}
	if got := FindZones("a", 5); len(got) != 5 {
		t.Errorf("got %d, want as many as asked for", len(got))
	}
}

func TestEveryZoneIsOne(t *testing.T) {
	for _, zone := range zones {
		if err := subscriptions.CheckZone(zone); err != nil {
			t.Error(err)
		}
	}
	for _, line := range cities {
		if _, zone, _ := strings.Cut(line, "\t"); !slices.Contains(zones, zone) {
			t.Errorf("%q names no zone", line)
		}
	}
	if len(zones) < 500 {
		t.Errorf("only %d zones", len(zones))
	}
}
