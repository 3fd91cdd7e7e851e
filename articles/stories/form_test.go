package stories

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

func TestOneFormFilledInTwiceIsTwoStories(t *testing.T) {
	for _, c := range []struct {
		one, two string
		same     bool // one story
	}{
		{"Missiles hit Kyiv overnight", "Missiles hit Odesa overnight", false},
		{"Explosion reported in Minsk", "Explosion reported in Tbilisi", false},
		{"Test alert 1", "Test alert 2", false},
		{"Breaking news 7f3a from the newsroom", "Breaking news 9b1c from the newsroom", false},
		{"Number 0: foxzab happened in place 0", "Number 1: dogtum happened in place 31", false},
		{"Ракеты ударили по Харькову ночью", "Ракеты ударили по Одессе ночью", false},
		{"Earthquake kills 9 people in Chile", "Earthquake kills 12 people in Chile", true},
		{"Earthquake kills nine people in Chile", "Earthquake kills twelve people in Chile", true},
		{"Market Blast In Kabul Kills Nine", "Market Blast In Kabul Kills Twelve", true},
		{"Premier to testify on ferry report on December 20", "Premier to testify on ferry report on Dec. 20", true},
		{"Union to broker troop withdrawal from South Sudan border", "Union to broker troop withdrawal from S.Sudan border", true},
		{"Northwind unveils $9.4 billion Halden order", "Halden confirms $9.4 bln Northwind order", true},
		{"Halden shares soar 47pct in market debut", "Halden shares soar 47 percent in market debut", true},
		{"Boston bombing suspect arrested after manhunt", "Boston bombing suspect captured after manhunt", true},
	} {
		ix := NewIndex()
		first := place(ix, article("one", c.one, 0))
		if got := place(ix, article("two", c.two, 1)) == first; got != c.same {
			t.Errorf("%q and %q: one story %t, want %t", c.one, c.two, got, c.same)
		}
	}
}

// Where there are many of them, the words of the form are common, and what little is left makes them no likelier one.
func TestAFormFilledInOftenIsAsManyStories(t *testing.T) {
	ix, seen := NewIndex(), map[articles.StoryID]bool{}
	for i := range 300 {
		seen[place(ix, article(fmt.Sprint(i), fmt.Sprintf("Number %d: %s happened in place %d", i, odd(i), i*31), time.Duration(i)*time.Second))] = true
	}
	if len(seen) != 300 {
		t.Errorf("%d stories, want 300", len(seen))
	}
}

// odd is a word for a number, another one for each.
func odd(n int) string {
	word := "xq"
	for ; n > 0; n /= 20 {
		word += string(rune('a' + n%20))
	}
	return word
}
