package delivery

import "testing"

func TestManyReadersGoFirst(t *testing.T) {
	const b, many = "alert/x", 1000
	for _, c := range []struct{ first, then Kind }{{Channel, Group}, {Announcement, Group}, {Forum, DM}, {Group, Private}} {
		for to := range SubscriberID(many) {
			if Rank(c.first, b, to) >= Rank(c.then, b, many-to) {
				t.Fatalf("%s %d comes after %s %d", c.first, to, c.then, many-to)
			}
		}
	}
}

func TestNobodyIsAlwaysLast(t *testing.T) {
	const early, late = 17, 912_345
	first := 0
	for i := range 200 {
		b := BatchID(string(rune('a'+i%26)) + string(rune('a'+i/26)))
		if Rank(Private, b, early) < Rank(Private, b, late) {
			first++
		}
	}
	if first < 60 || first > 140 {
		t.Errorf("the older subscriber was before the younger one in %d of 200 batches", first)
	}
}

func TestNeighboursStayTogether(t *testing.T) {
	for to := SubscriberID(0); to < 1<<16; to += 64 {
		least, most := Rank(Private, "alert/x", to), Rank(Private, "alert/x", to)
		for i := range SubscriberID(64) {
			r := Rank(Private, "alert/x", to+i)
			least, most = min(least, r), max(most, r)
		}
		if most-least != 63 {
			t.Fatalf("64 neighbours from %d on are %d apart", to, most-least)
		}
	}
}
