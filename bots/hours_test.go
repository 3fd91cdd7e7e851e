package bots

import (
	"slices"
	"testing"

	"github.com/tenbells/tenbells/subscriptions"
)

func TestSetDigest(t *testing.T) {
	cases := []struct {
		written string
		want    []string // nil: refused
	}{
		{"8", []string{"0 8 * * *"}},
		{"7:30", []string{"30 7 * * *"}},
		{"07.30, 20", []string{"30 7 * * *", "0 20 * * *"}},
		{"weekdays 8", []string{"0 8 * * 1-5"}},
		{"8 weekends 20:15", []string{"0 8 * * 0,6", "15 20 * * 0,6"}},
		{"будни 8", []string{"0 8 * * 1-5"}},
		{"wake", []string{"wake"}},
		{"15 6 * * 1-5", []string{"15 6 * * 1-5"}},
		{"off", []string{}},
		{"24", nil},
		{"8:60", nil},
		{"weekdays", nil},
		{"0 0 31 2 *", nil}, // never
		{"1 2 3 4 5 6 7", nil},
		{"TZ=UTC", nil},
		{"", nil},
	}
	for _, c := range cases {
		t.Run(c.written, func(t *testing.T) {
			s := subscriptions.Subscriber{Digest: []string{"0 12 * * *"}}
			err := setDigest(&visit{lang: "ru"}, &s, c.written)
			if c.want == nil {
				if err == nil || !slices.Equal(s.Digest, []string{"0 12 * * *"}) {
					t.Errorf("got %q, %v; want a refusal", s.Digest, err)
				}
				return
			}
			if err != nil || !slices.Equal(s.Digest, c.want) {
				t.Errorf("got %q, %v; want %q", s.Digest, err, c.want)
			}
			for _, line := range s.Digest {
				if err := subscriptions.CheckDigest(line); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestSetQuiet(t *testing.T) {
	night := subscriptions.Quiet{From: 23 * 60, To: 7 * 60, Mode: subscriptions.QuietButFlash}
	cases := []struct {
		written string
		want    subscriptions.Quiet
		wrong   bool
	}{
		{"22-6", subscriptions.Quiet{From: 22 * 60, To: 6 * 60, Mode: subscriptions.QuietButFlash}, false},
		{"22:30–06:15 all", subscriptions.Quiet{From: 22*60 + 30, To: 6*60 + 15, Mode: subscriptions.QuietAll}, false},
		{"fold", subscriptions.Quiet{From: 23 * 60, To: 7 * 60, Mode: subscriptions.QuietFold}, false},
		{"off", subscriptions.Quiet{}, false},
		{"22-25", night, true},
		{"night", night, true},
	}
	for _, c := range cases {
		s := subscriptions.Subscriber{Quiet: night}
		if err := setQuiet(&visit{}, &s, c.written); (err != nil) != c.wrong || s.Quiet != c.want {
			t.Errorf("%q: got %+v, %v; want %+v", c.written, s.Quiet, err, c.want)
		}
	}
}

func TestDigestLine(t *testing.T) {
	for line, want := range map[string]string{
		"30 7 * * *": "07:30", "0 8 * * 1-5": "weekdays 08:00", "0 8 * * 0,6": "weekends 08:00", "wake": "when quiet hours end",
		"0 8 1 * *": "0 8 1 * *",
	} {
		if got := (&visit{lang: "en"}).digestLine(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}
