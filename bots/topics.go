package bots

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/subscriptions"
)

// topicsMenu is the name of the menu of topics.
const topicsMenu = "topic"

// most is how many things one chat may follow, and how many it may mute: more than anybody chooses by hand, few enough
// that nobody can make an alert's audience expensive to find.
const most = 100

// searchLimit is how many finds are offered: four rows of two, and one row to go elsewhere.
const searchLimit = 8

// menuLimit is how many options a menu may have (discord.com/developers/docs/components/reference#string-select).
const menuLimit = 25

// topics shows what can be followed; with words after it, what they may mean.
func (v *visit) topics(ctx context.Context, text string) (Answer, error) {
	if text != "" {
		return v.search(ctx, text)
	}
	return v.show(v.topicsCard("")), nil
}

// topicsCard is one card to follow and unfollow in; first is a line about what has just been done.
func (v *visit) topicsCard(first string) Card {
	s := v.here()
	var lines []Line
	if first != "" {
		lines = append(lines, Line{Text: first, Strong: true})
	}
	lines = append(lines, Line{Text: v.followed(s)})
	if len(s.Exclude) > 0 {
		lines = append(lines, Line{Text: v.say("you-mute", "topics", v.names(s.Exclude))})
	}
	lines = append(lines, Line{Text: v.say("topics-hint", "follow", v.command("follow")), Quiet: true})
	menu := &Menu{Data: topicsMenu, Placeholder: v.say("choose-topics")}
	for _, key := range v.offered() {
		menu.Options = append(menu.Options, Option{Label: v.name(key), Value: tokenOf(key), Chosen: slices.Contains(s.Follow, key)})
	}
	menu.Max = len(menu.Options)
	return Card{Lines: lines, Menu: menu, Buttons: [][]Button{
		{{Label: v.say("muted"), Data: "muted"}, {Label: v.say("settings"), Data: "settings"}, {Label: v.say("close"), Data: "close"}},
	}}
}

// followed says what s follows, or that it is everything.
func (v *visit) followed(s subscriptions.Subscriber) string {
	if len(s.Follow) == 0 {
		return v.say("you-follow-everything")
	}
	return v.say("you-follow", "topics", v.names(s.Follow))
}

// offered are the keys of the topics card: those followed, then those offered to everyone.
func (v *visit) offered() []subscriptions.Key {
	return v.topsAfter(v.here().Follow)
}

// topsAfter are keys, then those offered to everyone.
func (v *visit) topsAfter(keys []subscriptions.Key) []subscriptions.Key {
	keys = slices.Clone(keys)
	for _, top := range v.r.Topics.Top() {
		if key := subscriptions.Key(top); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys[:min(len(keys), menuLimit)]
}

// choose takes what was chosen in the menu of topics: one option that toggles, or all that are now chosen.
func (v *visit) choose(ctx context.Context, tok string) (Answer, error) {
	offered := v.offered()
	err := v.change(ctx, func(s *subscriptions.Subscriber) error {
		for _, key := range chosen(s.Follow, offered, tok, v.q.Choices) {
			s.Exclude = without(s.Exclude, key)
		}
		s.Follow = chosen(s.Follow, offered, tok, v.q.Choices)
		return bounded(s)
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.topicsCard("")), nil
}

// chosen is what is followed after a choice among offered: one option that toggles, or all that are now chosen.
func chosen(followed, offered []subscriptions.Key, toggled string, choices []string) []subscriptions.Key {
	for _, key := range offered {
		want := slices.Contains(choices, tokenOf(key))
		if toggled != "" {
			want = slices.Contains(followed, key) != (tokenOf(key) == toggled)
		}
		if want {
			followed = with(followed, key)
		} else {
			followed = without(followed, key)
		}
	}
	return followed
}

// follow follows: what was muted is no longer.
func follow(s *subscriptions.Subscriber, key subscriptions.Key) {
	s.Exclude = without(s.Exclude, key)
	s.Follow = with(s.Follow, key)
}

func unfollow(s *subscriptions.Subscriber, key subscriptions.Key) { s.Follow = without(s.Follow, key) }

func bounded(s *subscriptions.Subscriber) error {
	if len(s.Follow) > most || len(s.Exclude) > most {
		return please("too-many", "count", most)
	}
	return nil
}

func with(keys []subscriptions.Key, key subscriptions.Key) []subscriptions.Key {
	if slices.Contains(keys, key) {
		return keys
	}
	return append(slices.Clone(keys), key)
}

func without(keys []subscriptions.Key, key subscriptions.Key) []subscriptions.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k subscriptions.Key) bool { return k == key })
}

// name is what a key is called.
func (v *visit) name(key subscriptions.Key) string {
	kind, name, _ := strings.Cut(string(key), ":")
	switch kind {
	case "word":
		return "“" + name + "”"
	case "source":
		return name
	case "story":
		return v.say("a-story")
	}
	return cmp.Or(v.r.Topics.Label(string(key), v.lang), string(key)) // a topic the newsroom has given up
}

// names lists keys; several stories are one word.
func (v *visit) names(keys []subscriptions.Key) string {
	var names []string
	for _, key := range keys {
		if name := v.name(key); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, v.say("comma"))
}
