package bots

import (
	"reflect"
	"testing"

	"github.com/tenbells/tenbells/delivery"
)

func TestReadWritten(t *testing.T) {
	cases := []struct {
		name, text string
		want       written
		wrong      bool
	}{
		{name: "a headline", text: "Ceasefire announced", want: written{headline: "Ceasefire announced"}},
		{
			name: "lines", text: "Ceasefire announced\n\nBoth sides\nconfirmed it.\nurgency: Flash\nto: Russia, place:SY\nhttps://example.org/1",
			want: written{headline: "Ceasefire announced", text: "Both sides confirmed it.", class: delivery.Flash,
				to: []string{"Russia", "place:SY"}, url: "https://example.org/1"},
		},
		{
			name: "one line", text: "Ceasefire announced urgency:urgent to:place:RU,place:SY link:https://example.org/1 text: Both sides confirmed it.",
			want: written{headline: "Ceasefire announced", text: "Both sides confirmed it.", class: delivery.Urgent,
				to: []string{"place:RU", "place:SY"}, url: "https://example.org/1"},
		},
		{
			name: "options first", text: "urgency: flash\nCeasefire announced",
			want: written{headline: "Ceasefire announced", class: delivery.Flash},
		},
		{
			name: "options first in one line", text: "urgency:flash Ceasefire announced",
			want: written{headline: "Ceasefire announced", class: delivery.Flash},
		},
		{
			name: "text and note in one line", text: "Twelve dead text: The ministry said so. note: It was nine.",
			want: written{headline: "Twelve dead", text: "The ministry said so.", note: "It was nine."},
		},
		{
			name: "a colon of its own", text: "Putin: no talks before spring\nHe said: never.",
			want: written{headline: "Putin: no talks before spring", text: "He said: never."},
		},
		{name: "a language", text: "Перемирие\nlanguage: ru-RU", want: written{headline: "Перемирие", language: "ru"}},
		{name: "no such class", text: "Ceasefire announced\nurgency: loud", want: written{headline: "Ceasefire announced"}, wrong: true},
		{name: "no such class in the headline", text: "Ceasefire announced urgency:loud", want: written{headline: "Ceasefire announced"}, wrong: true},
		{name: "nothing", text: " \n", want: written{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := readWritten(c.text)
			if (err != nil) != c.wrong || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}
