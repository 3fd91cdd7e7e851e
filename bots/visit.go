package bots

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// visit is one request while it is answered, with what we know of who asks.
type visit struct {
	r     *Reception
	q     Request
	sub   subscriptions.Subscriber // this chat; ID 0 where it has not subscribed
	lang  string                   // what we answer in
	staff bool                     // a member of the staff, and nobody else hears the answer
	role  alerts.Role              // what they may do
	asked note                     // what the text was asked for
}

// receive sees who asks. The visit is there even when the book cannot be read: somebody must be answered.
func (r *Reception) receive(ctx context.Context, q Request) (*visit, error) {
	v := &visit{r: r, q: q, lang: r.languageOf(q.Language)}
	if !q.Chat.Kind.Shared() && q.Person != "" {
		v.role = r.Staff(ctx, q.Chat.Platform, q.Person)
		v.staff = v.role != ""
	}
	sub, err := r.Book.Find(ctx, q.Chat)
	switch {
	case errors.Is(err, subscriptions.ErrUnknown):
		return v, nil
	case err != nil:
		return v, fmt.Errorf("find the subscriber: %w", err)
	}
	v.know(sub)
	return v, nil
}

// languageOf is what to answer in to somebody whose app speaks tag: that, if we speak it, else the bot's own.
func (r *Reception) languageOf(tag string) string {
	if tag == "" || Spoken(tag) == English && subscriptions.BaseLanguage(tag) != English {
		tag = r.Language
	}
	return Spoken(tag)
}

// know takes in what the book says of this chat.
func (v *visit) know(s subscriptions.Subscriber) {
	v.sub = s
	if s.Language != "" {
		v.lang = v.r.languageOf(s.Language)
	}
}

// say is a message in the language of who asks.
func (v *visit) say(id string, args ...any) string { return Say(v.lang, id, args...) }

// command is a command as one writes it here.
func (v *visit) command(name string) string {
	if v.q.Chat.Platform == delivery.Discord {
		return "/news " + name
	}
	return "/" + name
}

// tell answers with one sentence: in a pop-up when a button was pressed and it fits, else as a card.
func (v *visit) tell(id string, args ...any) Answer { return v.pop(v.say(id, args...)) }

// maxToast is the most characters of a pop-up (core.telegram.org/bots/api#answercallbackquery).
const maxToast = 200

func (v *visit) pop(text string) Answer {
	if v.q.Button != "" && len([]rune(text)) <= maxToast {
		return Answer{Toast: text}
	}
	return Answer{Card: &Card{Lines: []Line{{Text: text}}}}
}

// show answers with a card: in the place of the one whose button was pressed, if it was one of ours.
func (v *visit) show(c Card) Answer { return Answer{Card: &c, Replace: v.q.Button != ""} }

// grid puts buttons in rows of n.
func grid(n int, buttons []Button) [][]Button { return slices.Collect(slices.Chunk(buttons, n)) }

// backOrClose is the last row of a card that others lead to.
func (v *visit) backOrClose(back string) []Button {
	return []Button{{Label: v.say("back"), Data: back}, {Label: v.say("close"), Data: "close"}}
}

// marked is a label, with a mark where it stands for what is chosen.
func (v *visit) marked(label string, chosen bool) string {
	if chosen {
		return v.say("chosen", "label", label)
	}
	return label
}

// voiced adds how this chat wants to be spoken to, as it is after the answer.
func (v *visit) voiced(a Answer) Answer {
	a.Voice = delivery.Voice{Language: v.lang, Zone: cmp.Or(v.sub.Zone, "UTC"), Discreet: v.sub.Discreet}
	return a
}

// here is who this chat is: as the book knows it, or as it would begin.
func (v *visit) here() subscriptions.Subscriber {
	if v.sub.ID != 0 {
		return v.sub
	}
	return v.beginner()
}

// beginner is what a chat begins with. In private that is StartDefaults; in a chat of many, everything from bulletins
// on, until an admin chooses otherwise.
func (v *visit) beginner() subscriptions.Subscriber {
	if v.q.Chat.Kind.Shared() {
		return subscriptions.Subscriber{
			Address: v.q.Chat, Status: subscriptions.Active, Language: v.lang, Zone: "UTC", Least: delivery.Bulletin,
		}
	}
	s := subscriptions.StartDefaults(v.q.Chat, v.lang)
	if subscriptions.BaseLanguage(v.q.Language) != v.lang {
		s.Reads = nil // theirs is a language we do not speak: what they read is theirs to say
	}
	if subscriptions.CheckZone(v.q.Zone) == nil {
		s.Zone = v.q.Zone
	}
	return s
}

// begin makes sure that this chat is a subscriber, and active.
func (v *visit) begin(ctx context.Context) error {
	if v.sub.ID != 0 {
		if v.sub.Status == subscriptions.Active {
			return nil
		}
		return v.change(ctx, func(s *subscriptions.Subscriber) error {
			s.Status = subscriptions.Active
			s.Schedule(v.r.Now())
			return nil
		})
	}
	s := v.beginner()
	s.Created = v.r.Now()
	s.Schedule(v.r.Now())
	saved, err := v.r.Book.Save(ctx, s)
	if err != nil {
		return fmt.Errorf("save the subscriber: %w", err)
	}
	v.know(saved)
	return nil
}

// change changes what this chat wants; a chat that had not subscribed does so by it. When its hours change, its next
// digest is found anew.
func (v *visit) change(ctx context.Context, change func(*subscriptions.Subscriber) error) error {
	if v.sub.ID == 0 {
		if err := v.begin(ctx); err != nil {
			return err
		}
	}
	s, err := v.r.Book.Update(ctx, v.sub.ID, func(s *subscriptions.Subscriber) error {
		zone, quiet, hours := s.Zone, s.Quiet, s.Digest
		if err := change(s); err != nil {
			return err
		}
		if s.Zone != zone || s.Quiet != quiet || !slices.Equal(s.Digest, hours) {
			s.Schedule(v.r.Now())
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("change the subscriber: %w", err)
	}
	v.know(s)
	return nil
}

// clock is an instant as this chat reads it.
func (v *visit) clock(t time.Time) string {
	return Clock(t, v.r.Now(), cmp.Or(v.sub.Zone, "UTC"), v.lang)
}

// outlet is the newsroom's name, or what it is called where it has none.
func (v *visit) outlet() string { return cmp.Or(v.r.Outlet, v.say("the-newsroom")) }
