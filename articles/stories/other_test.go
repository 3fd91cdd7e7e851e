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
