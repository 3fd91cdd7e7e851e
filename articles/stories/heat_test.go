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
		if big := p.Heat.Big(); big != (i >= burstArticles-1) {
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

// TestCrowdsOfEveryDayAreNotSudden tells five articles on one name within the hour, each in its own words.
func TestCrowdsOfEveryDayAreNotSudden(t *testing.T) {
	day := func(crowd []string) Heat {
		ix := NewIndex()
		var p Placement
		for i, h := range crowd {
			p = ix.Take(article(fmt.Sprint(i), h, time.Duration(i)*5*time.Minute), nil)
		}
		return p.Heat
	}
	quake := []string{
		"Earthquake shakes northern Nordland at dawn", "Nordland earthquake topples church tower", "Rescuers reach Nordland town after earthquake",
		"Two missing as Nordland earthquake cuts road", "King to visit Nordland after earthquake",
	}
	if h := day(quake); !h.Big() {
		t.Errorf("what nobody expected is not big: %+v", h)
	}
	results := []string{
		"Nordland Energi profit shakes off cold spring", "Nordland Energi quarterly profit tops forecast", "Nordland Energi raises profit forecast for year",
		"Shares of Nordland Energi up on profit", "Nordland Energi CEO sees profit rising further",
	}
	if h := day(results); h.Big() || h.Articles < suddenArticles {
		t.Errorf("results are big, or are no crowd: %+v", h)
	}
}

// TestAnEventRingsOnceADay tells an event in the morning, another side of it hours later, and another event in the same
// country: only what has two words of the event in its headlines is that event.
func TestAnEventRingsOnceADay(t *testing.T) {
	ix, bells, big, rang := NewIndex(), Bells{}, map[string]bool{}, map[string]int{}
	tell := func(part string, from time.Duration, headlines ...string) {
		for i, h := range headlines {
			at := from + time.Duration(i)*5*time.Minute
			p := ix.Take(article(part+fmt.Sprint(i), h, at), nil)
			if p.Heat.Big() {
				big[part] = true
			}
			if bells.Ring(p.Heat, start.Add(at)) {
				rang[part]++
			}
		}
	}
	for i := range 200 { // so that it is known how rare words are
		tell("other", -8*time.Hour+time.Duration(i)*time.Minute, fmt.Sprintf("Harbour number%d reopens with ferry%d and crew%d", i, i, i))
	}
	tell("launch", 0, "Norland launches Condor rocket over strait", "Norland rocket Condor seen above Ostby", "Fishermen watch Norland rocket Condor pass",
		"Ostby alarmed as Norland fires Condor rocket", "Norland calls Condor rocket launch peaceful")
	tell("protest", 5*time.Hour, "Envoys weigh sanctions over Condor", "Condor sanctions on Norland weighed, envoys say", "Norland sanctions over Condor divide envoys",
		"Norland scorns envoys over Condor sanctions", "Envoys vote for Norland sanctions over Condor", "Norland Condor sanctions begin, envoys say")
	tell("flood", 10*time.Hour, "Norland river Eider bursts banks", "Thousands flee Eider floods in Norland", "Eider floods cut railway to Sundby",
		"Army sent to Eider dikes as floods rise", "Two missing in Norland after Eider floods")
	if !big["launch"] || !big["protest"] || !big["flood"] {
		t.Fatalf("big are %v, want the launch, the protest and the flood", big)
	}
	if rang["launch"] != 1 || rang["protest"] != 0 || rang["flood"] != 1 || rang["other"] != 0 {
		t.Errorf("rings are %v, want one of the launch and one of the flood", rang)
	}
}

func TestRiseIsAboveWhatIsUsualForAWord(t *testing.T) {
	rises := func(before int) bool {
		ix := NewIndex()
		for i := range before + 5 { // half an hour between, and then five at once
			at := time.Duration(min(i, before)) * 30 * time.Minute
			ix.Take(article(fmt.Sprint(i), fmt.Sprintf("Nordland council weighs plan %d", i), at), nil)
		}
		last := ix.recent.queue[len(ix.recent.queue)-1]
		w := last.words[0]
		w.heads-- // rise is asked of what is not remembered yet
		return ix.recent.rise(last, w.word, 5) >= suddenRise
	}
	if !rises(0) || !rises(2) {
		t.Error("five at once are usual for a word that was nearly unknown")
	}
	if rises(60) {
		t.Error("five at once are a rise for a word that comes twice an hour")
	}
}

func TestBellsKeepToTheBudget(t *testing.T) {
	big := func(kin ...articles.StoryID) Heat { return Heat{Articles: 9, Headlines: 5, Sudden: true, Kin: kin} }
	b := Bells{}
	for _, tt := range []struct {
		name string
		h    Heat
		at   time.Duration
		want bool
	}{
		{"little", Heat{Articles: 2, Headlines: 2, Kin: []articles.StoryID{"a"}}, 0, false},
		{"much, as on any day", Heat{Articles: 9, Headlines: 5, Kin: []articles.StoryID{"a"}}, 0, false},
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
