package bots

import (
	"context"
	"fmt"
	"slices"

	"github.com/tenbells/tenbells/subscriptions"
)

// Notice takes in what a platform tells of a chat itself.
func (r *Reception) Notice(ctx context.Context, e Event) (Answer, error) {
	v, err := r.receive(ctx, Request{Chat: e.Chat, Admin: true, Language: e.Language})
	if err == nil {
		var a Answer
		if a, err = v.notice(ctx, e); err == nil {
			return v.voiced(a), nil
		}
	}
	return Answer{}, fmt.Errorf("notice that a chat has %s: %w", e.Kind, err)
}

func (v *visit) notice(ctx context.Context, e Event) (Answer, error) {
	switch {
	case e.Kind == Joined && v.sub.Status == subscriptions.Active:
		return Answer{}, nil // somebody has chosen for this chat already
	case e.Kind == Joined:
		return v.show(v.joinedCard()), nil
	case e.Kind == Left && e.Chat.Chat == "": // a whole server
		_, err := v.r.Book.LeaveGuild(ctx, e.Chat.Platform, e.Chat.Bot, e.Chat.Guild)
		return Answer{}, err
	case v.sub.ID == 0:
		return Answer{}, nil
	case e.Kind == Left: // what is not stored cannot be taken
		return Answer{}, v.r.Book.Forget(ctx, v.sub.ID)
	case e.Kind == Shunned:
		return Answer{}, v.change(ctx, func(s *subscriptions.Subscriber) error {
			s.Status = subscriptions.Blocked
			return nil
		})
	case e.Kind == Returned && v.sub.Status == subscriptions.Blocked:
		return v.show(v.returnedCard()), nil
	case e.Kind == Returned && v.sub.Status == subscriptions.Barred: // an admin has mended our rights
		return Answer{}, v.begin(ctx)
	case e.Kind == Moved:
		return Answer{}, v.change(ctx, func(s *subscriptions.Subscriber) error {
			s.Address = e.To
			return nil
		})
	}
	return Answer{}, nil
}

// returns says whether somebody speaks to us of their settings whom their platform said to have blocked us: Discord tells
// of no unblocking, and Telegram's word may have come while nobody listened. Before anything else they are asked whether to
// go on, or they would choose what never comes, and be forgotten within the week.
func (v *visit) returns(d deed) bool {
	return v.sub.Status == subscriptions.Blocked && d.who == admins && v.q.Button == "" &&
		!slices.Contains([]string{"start", "stop", "forget"}, v.q.Command)
}

// joinedCard says what this is, to a chat of many that has not chosen yet.
func (v *visit) joinedCard() Card {
	return Card{
		Lines: []Line{
			{Text: v.say("joined-title", "outlet", v.outlet()), Strong: true},
			{Text: v.say("joined-how")}, {Text: v.say("joined-admins"), Quiet: true},
		},
		Buttons: [][]Button{{{Label: v.say("choose-topics"), Data: "topics"}, {Label: v.say("begin-everything"), Data: "start"}}},
	}
}

// returnedCard asks somebody who has unblocked us whether to go on: until they say so, nothing comes.
func (v *visit) returnedCard() Card {
	return Card{
		Lines:   []Line{{Text: v.say("returned")}},
		Buttons: [][]Button{{{Label: v.say("go-on"), Data: "start"}, {Label: v.say("forget-me"), Data: "forget"}}},
	}
}
