package discord

import (
	"context"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
)

const (
	// haste is how long the Front may think before we tell Discord that the answer comes later. Discord wants to hear
	// within three seconds (discord.com/developers/docs/interactions/receiving-and-responding).
	haste = 1500 * time.Millisecond
	// tokenLife is how long an answer may still be changed or added to; Discord's fifteen minutes less a margin.
	tokenLife = 14 * time.Minute
)

// response is the first answer to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data *message                          `json:"data,omitempty"`
}

// answer asks the Front and answers the interaction, at once or, where that takes long, in two steps.
func (b *Bot) answer(ctx context.Context, i interaction) {
	ctx, cancel := context.WithTimeout(ctx, tokenLife)
	defer cancel()
	if !b.enter(ctx) {
		return
	}
	defer func() { <-b.crowd }()
	b.renewals.Stop(i.cardKey())
	known := make(chan bots.Answer, 1)
	go func() {
		b.noticeRights(ctx, i)
		known <- b.consult(ctx, b.request(i))
	}()
	late := time.NewTimer(haste)
	defer late.Stop()
	t := turn{b, i}
	var a bots.Answer
	var err error
	select {
	case a = <-known:
		err = t.atOnce(ctx, a)
	case <-late.C:
		a, err = t.inTwoSteps(ctx, known)
	}
	if err != nil {
		b.log.Error("an answer did not get through", "err", err)
		return
	}
	t.keepFresh(ctx, a)
}

// enter takes a place among those answered at once.
func (b *Bot) enter(ctx context.Context) bool {
	select {
	case b.crowd <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// turn is one interaction while it is answered. Interaction endpoints do not count to the bot's rate.
type turn struct {
	b *Bot
	i interaction
}

// atOnce is the answer in the first response; a toast beside a card follows it.
func (t turn) atOnce(ctx context.Context, a bots.Answer) error {
	toast := a.Toast
	r := response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	switch {
	case a.Card != nil:
		r = t.show(a)
	case a.Close && t.i.mayReplace():
		if err := t.first(ctx, r); err != nil {
			return err
		}
		return t.follow(ctx, http.MethodDelete, original, nil)
	case toast != "" || !t.i.pressedSomething():
		m := hidden(note(orMark(toast)))
		r, toast = response{discordgo.InteractionResponseChannelMessageWithSource, &m}, ""
	}
	if err := t.first(ctx, r); err != nil || toast == "" {
		return err
	}
	m := hidden(note(toast))
	return t.follow(ctx, http.MethodPost, "", &m)
}

// show is a card in the place of the one pressed, or of its own.
func (t turn) show(a bots.Answer) response {
	m := t.card(a)
	if a.Replace && t.i.mayReplace() {
		m.Flags = 0
		return response{discordgo.InteractionResponseUpdateMessage, &m}
	}
	return response{discordgo.InteractionResponseChannelMessageWithSource, &m}
}

// card is hidden from others in a server; between the two of us there are no others.
func (t turn) card(a bots.Answer) message {
	m := t.words(a).card(*a.Card)
	if t.i.private() {
		return m
	}
	return hidden(m)
}

// words is who writes the answer.
func (t turn) words(a bots.Answer) writer { return t.b.writerFor(a, t.i.Locale) }

// inTwoSteps tells Discord that the answer will come, waits for it, and puts it where Discord keeps the place.
func (t turn) inTwoSteps(ctx context.Context, known <-chan bots.Answer) (bots.Answer, error) {
	onCard := t.i.mayReplace()
	r := response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	if !onCard {
		r = t.placeholder()
	}
	err := t.first(ctx, r)
	a := <-known
	if err != nil {
		return a, err
	}
	return a, t.second(ctx, a, onCard)
}

// second is the second step: onCard says that the place kept is that of the card that was pressed.
func (t turn) second(ctx context.Context, a bots.Answer, onCard bool) error {
	switch {
	case !onCard || a.Card != nil && a.Replace:
		m := t.words(a).whole(a)
		return t.follow(ctx, http.MethodPatch, original, &m)
	case a.Close:
		return t.follow(ctx, http.MethodDelete, original, nil)
	case a.Card != nil || a.Toast != "":
		m := hidden(t.words(a).whole(a))
		return t.follow(ctx, http.MethodPost, "", &m)
	}
	return nil
}

// placeholder shows that the answer is being written.
func (t turn) placeholder() response {
	r := response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	if !t.i.private() {
		m := hidden(newMessage(nil, nil))
		r.Data = &m
	}
	return r
}

// orMark is text, or a mark that it was done.
func orMark(text string) string {
	if text == "" {
		return "✓"
	}
	return text
}

// hidden makes a message only the person concerned can see.
func hidden(m message) message {
	m.Flags |= discordgo.MessageFlagsEphemeral
	return m
}

func (t turn) first(ctx context.Context, r response) error {
	return t.b.door.do(ctx, call{doing: "answer", method: http.MethodPost, public: true,
		path: "/interactions/" + t.i.ID + "/" + t.i.Token + "/callback", body: r}, nil)
}

// original names the message that the first response made or changed.
const original = "/messages/@original"

// follow changes or adds to the answer.
func (t turn) follow(ctx context.Context, method, path string, m *message) error {
	c := call{doing: "follow up", method: method, public: true, path: "/webhooks/" + t.i.Application + "/" + t.i.Token + path}
	if m != nil {
		if method == http.MethodPatch {
			m.Flags = 0 // an edit cannot change who sees it
		}
		c.body = m
	}
	return t.b.door.do(ctx, c, nil)
}
