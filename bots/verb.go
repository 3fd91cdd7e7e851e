package bots

import (
	"context"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/subscriptions"
)

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
