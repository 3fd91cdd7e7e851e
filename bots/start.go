package bots

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/subscriptions"
)

// start subscribes at once, and says to what. A deep link's payload, such as place_RU, is followed; a code makes one of
// the staff.
func (v *visit) start(ctx context.Context, payload string) (Answer, error) {
	if payload != "" && !v.q.Chat.Kind.Shared() && v.q.Person != "" {
		err := v.r.Enlist(ctx, v.q.Chat.Platform, v.q.Person, payload)
		if err == nil {
			return v.show(Card{Lines: []Line{{Text: v.say("enlisted", "outlet", v.outlet(), "command", v.command("help")), Strong: true}}}), nil
		}
		if !errors.Is(err, alerts.ErrNoCode) {
			return Answer{}, err
		}
	}
	if key := strings.Replace(payload, "_", ":", 1); key != "" && v.r.Topics.Valid(key) {
		err := v.change(ctx, func(s *subscriptions.Subscriber) error {
			follow(s, subscriptions.Key(key))
			return nil
		})
		if err != nil {
			return Answer{}, err
		}
	}
	if err := v.begin(ctx); err != nil {
		return Answer{}, err
	}
	return v.show(v.startCard()), nil
}

// startCard is the first minute: what comes here as it stands, and how to change it.
func (v *visit) startCard() Card {
	lines := []Line{
		{Text: v.say("start-title", "outlet", v.outlet()), Strong: true},
		{Text: v.asItStands()},
	}
	if len(v.sub.Follow) > 0 {
		lines = append(lines, Line{Text: v.say("you-follow", "topics", v.names(v.sub.Follow))})
	}
	if !v.q.Chat.Kind.Shared() {
		lines = append(lines, Line{Text: v.say("start-languages", "languages", v.readsNow(), "zone", zoneName(v.sub.Zone))})
	}
	lines = append(lines, Line{Text: v.say("start-where", "command", v.command("where")), Quiet: true})
	second := []Button{{Label: v.say("set-zone"), Data: "zone"}}
	if !v.q.Chat.Kind.Shared() {
		second = append(second, Button{Label: v.say("read-quietly"), Data: "discreet:on"})
	}
	return Card{Lines: lines, Buttons: [][]Button{
		{{Label: v.say("choose-topics"), Data: "topics"}, {Label: v.say("change-hours"), Data: "settings"}},
		second, {{Label: v.say("thats-fine"), Data: "close"}},
	}}
}

// asItStands says in one sentence what comes, and when.
func (v *visit) asItStands() string {
	parts := []string{v.say("stands-" + v.sub.Least.String())}
	if len(v.sub.Digest) > 0 {
		parts = append(parts, v.say("stands-digest", "times", v.digestNow()))
	}
	if v.sub.Quiet.On() {
		parts = append(parts, v.nightNow())
	}
	if v.sub.Budget > 0 {
		parts = append(parts, v.say("stands-budget", "count", v.sub.Budget))
	}
	return v.say("stands", "what", strings.Join(parts, v.say("comma")))
}

// nightNow says what rings in the quiet hours: "nothing at night (23–07)".
func (v *visit) nightNow() string {
	hours := strings.ReplaceAll(spoken(v.sub.Quiet), ":00", "")
	if v.sub.Quiet.Mode == subscriptions.QuietButFlash {
		return v.say("stands-quiet-flash", "hours", hours)
	}
	return v.say("stands-quiet", "hours", hours)
}

// stop pauses everything and keeps the preferences.
func (v *visit) stop(ctx context.Context, _ string) (Answer, error) {
	if v.sub.ID == 0 {
		return v.tell("not-subscribed", "command", v.command("start")), nil
	}
	err := v.change(ctx, func(s *subscriptions.Subscriber) error {
		s.Status = subscriptions.Stopped
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(Card{
		Lines:   []Line{{Text: v.say("stopped", "command", v.command("start"))}},
		Buttons: [][]Button{{{Label: v.say("go-on"), Data: "start"}, {Label: v.say("forget-me"), Data: "forget"}}},
	}), nil
}

// forget asks once.
func (v *visit) forget(_ context.Context, _ string) (Answer, error) {
	if v.sub.ID == 0 {
		return v.tell("nothing-known"), nil
	}
	return v.show(Card{
		Lines:   []Line{{Text: v.say("forget-ask")}},
		Buttons: [][]Button{{{Label: v.say("forget-yes"), Data: "forgetting"}, {Label: v.say("close"), Data: "close"}}},
	}), nil
}

// forgetting removes everything we know of this chat.
func (v *visit) forgetting(ctx context.Context, _ string) (Answer, error) {
	if v.sub.ID != 0 {
		if err := v.r.Book.Forget(ctx, v.sub.ID); err != nil {
			return Answer{}, fmt.Errorf("forget the subscriber: %w", err)
		}
	}
	return v.show(Card{Lines: []Line{{Text: v.say("forgotten", "command", v.command("start"))}}}), nil
}

// shut takes the card away.
func (v *visit) shut(context.Context, string) (Answer, error) { return Answer{Close: true}, nil }
