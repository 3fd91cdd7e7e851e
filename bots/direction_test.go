package bots_test

import (
	"testing"

	"github.com/tenbells/tenbells/bots"
)

func TestALineFacesAsMostOfItIsRead(t *testing.T) {
	const rlm, lrm = "\u200f", "\u200e"
	for text, want := range map[string]string{
		"":                       "",
		"NATO meets in Brussels": "NATO meets in Brussels",
		"ناتو در بروکسل نشست دارد":      "ناتو در بروکسل نشست دارد",
		"NATO در بروکسل نشست دارد":      rlm + "NATO در بروکسل نشست دارد",
		"1. BBC: نشست در بروکسل":        rlm + "1. BBC: نشست در بروکسل",
		"ایران is the Persian for Iran": lrm + "ایران is the Persian for Iran",
		"NATO در بروکسل نشست\nRFE/RL":   rlm + "NATO در بروکسل نشست\nRFE/RL",
		"2013, 29": "2013, 29",
		"ab אב":    "ab אב",
		"“Reuters” میگوید که دوازده کشته": rlm + "“Reuters” میگوید که دوازده کشته",
	} {
		if got := bots.Facing(text); got != want {
			t.Errorf("%q is set as %q, want %q", text, got, want)
		}
		if again := bots.Facing(want); again != want {
			t.Errorf("%q is marked twice: %q", text, again)
		}
	}
}
