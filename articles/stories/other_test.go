package stories

import (
	"testing"
	"time"
)

// TestOtherNamesAndKinds asks pairs of headlines which differ in what speaks against one story alone: a name that only
// one of them has, or that one is a column. Others came before, so that words have their usual weight.
func TestOtherNamesAndKinds(t *testing.T) {
	cases := []struct {
		name, one, two string
		same           bool
	}{
		{"the same names", "Norvik seeks emergency loan for Halden shipyard", "Norvik, too, seeks emergency loan for Halden shipyard", true},
		{"a name each has alone", "Norvik seeks emergency loan for Halden shipyard", "Orkla, too, seeks emergency loan for Drammen shipyard", false},
		{"news and news", "Lindholm bridge closed for repairs until spring", "Lindholm bridge to close for urgent repairs", true},
		{"news and a column on it", "Lindholm bridge closed for repairs until spring", "COLUMN-Lindholm bridge to close for urgent repairs", false},
		{"a column and its copy", "COLUMN-Lindholm bridge closed for repairs until spring", "COLUMN-Lindholm bridge to close for urgent repairs", true},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			ix := NewIndex()
			for i, h := range []string{"Council of Solvik votes on school meals", "Rain expected over Ostby and the coast", "Tram drivers of Malvik walk out"} {
				ix.Take(article("before"+string(rune('a'+i)), h, 0), nil)
			}
			one, two := ix.Take(article("one", tt.one, time.Minute), nil), ix.Take(article("two", tt.two, time.Hour), nil)
			if (one.Story == two.Story) != tt.same {
				t.Errorf("%q and %q are of %s and %s, one story should be %v: %q", tt.one, tt.two, one.Story, two.Story, tt.same, two.Evidence)
			}
		})
	}
}

// A word may be a name in one headline and none in the other: what is told in one alone is a share all the same.
func TestWhatNamesTellAloneIsAShare(t *testing.T) {
	for _, pair := range [][2]string{
		{"Growers say orange prices rise in Solvik", "Growers say Orange prices rise"},
		{"Growers say Orange prices rise in Solvik", "Growers say orange prices rise"},
		{"Growers say orange prices rise", "Growers say Orange prices rise"},
	} {
		ix := NewIndex()
		ix.Take(article("one", pair[0], 0), nil)
		found := ix.recent.candidates(ix.recent.read(article("two", pair[1], time.Minute), nil))
		if len(found) != 1 || found[0].other < 0 || found[0].other > 1 {
			t.Errorf("%q: %d candidates, the first: %+v", pair, len(found), found[0].closer)
		}
	}
}
