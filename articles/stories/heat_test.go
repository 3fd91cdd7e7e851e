package stories

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

func TestHeatCountsKinWithinTheHour(t *testing.T) {
	ix := NewIndex()
	told := []string{
		"North Korea launches rocket over Okinawa",
		"North Korea launches rocket over Okinawa", // a copy
		"South Korea calls emergency meeting over North Korea rocket",
		"Japan condemns North Korea rocket over Okinawa",
		"North Korea rocket debris falls near Okinawa",
		"Japan says North Korea rocket debris fell near Okinawa",
	}
	var p Placement
	for i, h := range told {
		p = ix.Take(article(fmt.Sprint(i), h, time.Duration(i)*5*time.Minute), nil)
		if big := p.Heat.Big(); big != (i == len(told)-1) {
			t.Errorf("after %d articles it is %v that it is big: %+v", i+1, big, p.Heat)
		}
	}
	if p.Heat.Articles != 6 || p.Heat.Headlines != 5 || p.Heat.Kin[0] != p.Story {
		t.Errorf("heat %+v of story %s, want 6 articles under 5 headlines", p.Heat, p.Story)
	}
	if p = ix.Take(article("late", "North Korea rocket debris recovered near Okinawa", 3*time.Hour), nil); p.Heat.Articles != 1 {
		t.Errorf("three hours later the heat is %+v", p.Heat)
	}
}

func TestBellsKeepToTheBudget(t *testing.T) {
	big := func(kin ...articles.StoryID) Heat { return Heat{Articles: 9, Headlines: 5, Kin: kin} }
	b := Bells{}
	for _, tt := range []struct {
		name string
		h    Heat
		at   time.Duration
		want bool
	}{
		{"little", Heat{Articles: 2, Headlines: 2, Kin: []articles.StoryID{"a"}}, 0, false},
		{"big", big("a", "b"), 0, true},
		{"the same", big("a"), time.Hour, false},
		{"its kin", big("c", "b"), time.Hour, false},
		{"kin of its kin", big("c"), 2 * time.Hour, false},
		{"another", big("d"), 2 * time.Hour, true},
		{"the day after", big("a"), 25 * time.Hour, true},
	} {
		if got := b.Ring(tt.h, start.Add(tt.at)); got != tt.want {
			t.Errorf("%s: rings is %v", tt.name, got)
		}
	}
	two := Bells{Budget: 2}
	two.Rang([]articles.StoryID{"a"}, start)
	if !two.Ring(big("a"), start.Add(time.Hour)) || two.Ring(big("a"), start.Add(2*time.Hour)) {
		t.Error("a budget of two is not two, with the one before a restart")
	}
	two.Ring(big("z"), start.Add(48*time.Hour))
	if len(two.rang) != 1 {
		t.Errorf("%d stories are remembered after two days", len(two.rang))
	}
}
