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

// follow, unfollow, mute and unmute are the same deed with another verb: a key is done at once, other words are looked
// up, and where they may mean several things one is asked which.
var (
	following   = verb{"follow", "now-follow", "follow-which", follow}
	unfollowing = verb{"unfollow", "now-unfollow", "unfollow-which", unfollow}
	muting      = verb{"mute", "now-mute", "mute-which", func(s *subscriptions.Subscriber, k subscriptions.Key) { s.Exclude = with(s.Exclude, k) }}
	unmuting    = verb{"unmute", "now-unmute", "unmute-which", func(s *subscriptions.Subscriber, k subscriptions.Key) { s.Exclude = without(s.Exclude, k) }}
)

// verb is what can be done with a key.
type verb struct {
	name  string // of command and button
	done  string // message: it is done to {{.topic}}
	which string // message: to which?
	do    func(*subscriptions.Subscriber, subscriptions.Key)
}

// deed is what the verb does about text, or about the token of a button.
func (w verb) deed() deed {
	return deed{admins, func(v *visit, ctx context.Context, text string) (Answer, error) {
		if text == "" {
			return v.pickCard(w, v.known(w))
		}
		if key, ok := keyOf(text, v.own()); ok && strings.Contains(string(key), ":") {
			return v.apply(ctx, w, string(key))
		}
		if strings.HasPrefix(text, "#") && v.q.Button != "" {
			return v.show(v.topicsCard("")), nil // unfollowed meanwhile
		}
		return v.pick(ctx, w, text)
	}}
}

// apply does the verb to one key and shows what stands now.
func (v *visit) apply(ctx context.Context, w verb, text string) (Answer, error) {
	key, err := subscriptions.NormalKey(text, v.r.Topics.Valid)
	if err != nil {
		_, name, _ := strings.Cut(text, ":")
		return Answer{}, please("no-such-topic", "text", name)
	}
	err = v.change(ctx, func(s *subscriptions.Subscriber) error {
		w.do(s, key)
		return bounded(s)
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.topicsCard(v.say(w.done, "topic", v.name(key)))), nil
}

// pick looks up what text may mean. What is meant beyond doubt is done; else the finds are offered, a word as itself
// among them.
func (v *visit) pick(ctx context.Context, w verb, text string) (Answer, error) {
	finds := v.finds(text)
	word, err := subscriptions.WordKey(text)
	if err == nil && (len(finds) == 0 || slices.Contains(v.own(), word)) && w.name != following.name {
		finds = append(finds, word)
	}
	if len(finds) == 1 || len(finds) > 0 && strings.EqualFold(v.name(finds[0]), text) {
		return v.apply(ctx, w, string(finds[0]))
	}
	if err == nil && !slices.Contains(finds, word) {
		finds = append(finds, word)
	}
	if len(finds) == 0 {
		return Answer{}, please("no-such-topic", "text", text)
	}
	return v.pickCard(w, finds)
}

// search is plain text in private: what is it that may be followed?
func (v *visit) search(_ context.Context, text string) (Answer, error) {
	finds := v.finds(text)
	if word, err := subscriptions.WordKey(text); err == nil {
		finds = append(finds, word)
	}
	if len(finds) == 0 {
		return v.tell("not-understood", "command", v.command("help")), nil
	}
	return v.pickCard(following, finds)
}

// finds are the keys that text may mean.
func (v *visit) finds(text string) []subscriptions.Key {
	var keys []subscriptions.Key
	for _, find := range v.r.Topics.Search(text, v.lang) {
		keys = append(keys, subscriptions.Key(find))
	}
	return keys[:min(len(keys), searchLimit-1)] // room for the word itself
}

// pickCard asks to which of keys the verb is meant.
func (v *visit) pickCard(w verb, keys []subscriptions.Key) (Answer, error) {
	card := Card{Lines: []Line{{Text: v.say(w.which)}}}
	if len(keys) == 0 {
		card.Lines = []Line{{Text: v.say(w.name+"-how", "command", v.command(w.name))}}
	}
	own := v.own()
	var buttons []Button
	for _, key := range keys[:min(len(keys), searchLimit)] {
		tok := tokenOf(key)
		if strings.HasPrefix(tok, "#") && !slices.Contains(own, key) {
			continue // a word too long for a button; it can be written: follow word:…
		}
		buttons = append(buttons, Button{Label: v.name(key), Data: w.name + ":" + tok})
	}
	card.Buttons = append(grid(2, buttons), []Button{{Label: v.say("choose-topics"), Data: "topics"}, {Label: v.say("close"), Data: "close"}})
	return v.show(card), nil
}

// known are the keys the verb can be meant for without a word: what is followed can be unfollowed, and so on.
func (v *visit) known(w verb) []subscriptions.Key {
	s := v.here()
	keys := s.Follow
	switch w.name {
	case unmuting.name:
		keys = s.Exclude
	case following.name:
		keys = nil
	}
	return keys[:min(len(keys), searchLimit)]
}

// own are all keys of this chat.
func (v *visit) own() []subscriptions.Key { return slices.Concat(v.sub.Follow, v.sub.Exclude) }

// muted shows what is muted, each with a button to hear it again.
func (v *visit) muted(context.Context, string) (Answer, error) {
	return v.pickCard(unmuting, v.known(unmuting))
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
