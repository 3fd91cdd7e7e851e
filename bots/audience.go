package bots

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/subscriptions"
)

// audience finds the keys that were written: as keys, or by a name that means one thing only.
func (v *visit) audience(to []string) ([]subscriptions.Key, error) {
	var keys []subscriptions.Key
	for _, name := range to {
		if name == "" || strings.EqualFold(name, v.say("everyone")) {
			continue
		}
		key, err := subscriptions.NormalKey(name, v.r.Topics.Valid)
		if err != nil {
			finds := v.finds(name)
			if len(finds) != 1 && !(len(finds) > 0 && strings.EqualFold(v.name(finds[0]), name)) {
				return nil, please("no-such-topic", "text", name)
			}
			key = finds[0]
		}
		keys = with(keys, key)
	}
	return keys, nil
}

func (v *visit) audienceName(al alerts.Alert) string {
	if al.Everyone {
		return v.say("everyone")
	}
	return v.names(al.Follow)
}

// reach says how many would be told, and by when.
func (v *visit) reach(p alerts.Preview) string {
	if p.Audience == 0 {
		return v.say("would-reach-none")
	}
	return v.say("would-reach", "count", p.Audience, "lanes", v.lanes(p), "span", v.span(p.ETA)) + v.cost(p.Cost)
}

// cost says what being that fast would cost, "" where nothing.
func (v *visit) cost(c *alerts.Cost) string {
	switch {
	case c == nil:
		return ""
	case c.Pays:
		return " " + v.say("would-cost", "stars", c.Stars, "spent", c.Spent, "monthly", c.Monthly)
	default:
		return " " + v.say("would-cost-too-much", "stars", c.Stars, "spent", c.Spent, "monthly", c.Monthly)
	}
}

// lanes says how many are told by which bot: "Telegram 38,000, Discord 210".
func (v *visit) lanes(p alerts.Preview) string {
	var parts []string
	for _, lane := range slices.Sorted(maps.Keys(p.Lanes)) {
		name := strings.ToUpper(string(lane.Platform())[:1]) + string(lane.Platform())[1:]
		if lane.Bot() != subscriptions.DefaultBot {
			name += " (" + lane.Bot() + ")"
		}
		parts = append(parts, name+" "+grouped(p.Lanes[lane], v.say("thousands")))
	}
	return strings.Join(parts, v.say("comma"))
}

// chooseAudience shows who may be told.
func (v *visit) chooseAudience(ctx context.Context, id string) (Answer, error) {
	al, err := v.r.Editors.File.Get(ctx, alerts.ID(id))
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.audienceCard(al)), nil
}

// pickAudience takes what was chosen: arg is "id" with choices, or "id:token" of a toggled option.
func (v *visit) pickAudience(ctx context.Context, arg string) (Answer, error) {
	id, tok, _ := strings.Cut(arg, ":")
	al, err := v.r.Editors.Redraft(ctx, alerts.ID(id), v.signature(), func(o *alerts.Order) error {
		o.Follow = chosen(o.Follow, v.topsAfter(o.Follow), tok, v.q.Choices)
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.audienceCard(al)), nil
}

func (v *visit) audienceCard(al alerts.Alert) Card {
	id, offered := string(al.ID), v.topsAfter(al.Follow)
	menu := &Menu{Data: "pick:" + id, Placeholder: v.say("choose-audience"), Max: len(offered)}
	for _, key := range offered {
		menu.Options = append(menu.Options, Option{Label: v.name(key), Value: tokenOf(key), Chosen: slices.Contains(al.Follow, key)})
	}
	return Card{
		Lines:   []Line{{Text: v.say("draft-to", "topics", v.audienceName(al)), Strong: true}, {Text: v.say("audience-hint"), Quiet: true}},
		Menu:    menu,
		Buttons: [][]Button{{{Label: v.say("everyone"), Data: "everyone:" + id}, {Label: v.say("back"), Data: "draft:" + id}}},
	}
}

// toEveryone makes a draft one for everybody.
func (v *visit) toEveryone(ctx context.Context, id string) (Answer, error) {
	return v.redraft(ctx, alerts.ID(id), func(o *alerts.Order) error {
		o.Follow = nil
		return nil
	})
}
