package discord

import (
	"context"
	"errors"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Barred finds subscribers of a lane whose channels bar the bot.
type Barred interface {
	// Barred answers up to limit of them with an ID after the given one, ascending.
	Barred(ctx context.Context, lane delivery.Lane, after subscriptions.ID, limit int) ([]subscriptions.Subscriber, error)
}

const (
	// lookEvery is the pause between two looks, which are up to four calls each. A look where we are not let in counts
	// as an invalid request, of which Discord bans whoever makes 10,000 in ten minutes.
	lookEvery = time.Minute
	// firstLook is how long a channel is left alone after a look; it doubles up to longestLook.
	firstLook   = 5 * time.Minute
	longestLook = 6 * time.Hour
	// barredPage is how many barred channels are read at once: a look at each takes a minute, and the book moves on.
	barredPage = 20
)

// lookout looks from time to time whether channels that bar the bot have been opened. Over signed HTTP nothing tells of
// it, unless somebody there says something (noticeRights). What it remembers is in memory: after a restart each is looked
// at soon.
type lookout struct {
	*Bot
	every time.Duration
	looks map[subscriptions.ID]look // of the last round, and earlier ones that are not due again
	met   map[subscriptions.ID]look // of this round
}

// look is when a channel is to be looked at again, and how long was waited for that.
type look struct {
	due  time.Time
	wait time.Duration
}

// again is the look after one that found nothing new.
func (l look) again(now time.Time) look {
	wait := min(max(2*l.wait, firstLook), longestLook)
	return look{now.Add(wait), wait}
}

// run looks at one channel after another until ctx ends.
func (o *lookout) run(ctx context.Context) {
	for ctx.Err() == nil {
		exactly(ctx, o.every)
		o.round(ctx)
	}
}

// round goes once through all barred channels, and looks at those that are due.
func (o *lookout) round(ctx context.Context) {
	o.met = map[subscriptions.ID]look{}
	for after := subscriptions.ID(0); ctx.Err() == nil; {
		page, err := o.barred.Barred(ctx, o.lane(), after, barredPage)
		if err != nil {
			o.log.Error("the channels that bar the bot could not be read", "err", err)
			return
		}
		if len(page) == 0 {
			o.remember()
			return
		}
		for _, s := range page {
			after = s.ID
			o.met[s.ID] = o.visit(ctx, s)
		}
	}
}

// remember keeps what is known at the end of a round. A channel that was said to be open and barred the bot again at once
// is not looked at again at once.
func (o *lookout) remember() {
	for id, l := range o.looks {
		if _, met := o.met[id]; !met && o.now().Before(l.due) {
			o.met[id] = l
		}
	}
	o.looks = o.met
}

// visit looks at a channel if that is due. It answers when to look next.
func (o *lookout) visit(ctx context.Context, s subscriptions.Subscriber) look {
	defer o.survive("a look at a channel that bars the bot")
	last := o.looks[s.ID]
	if o.now().Before(last.due) || s.Address.Kind == delivery.DM || o.door.brake.held(s.Address.Kind, o.now()) != nil {
		return last
	}
	open, err := o.isOpen(ctx, s.Address)
	next := last.again(o.now())
	switch {
	case err == nil && open:
		next = look{}.again(o.now())
		o.notice(ctx, bots.Event{Kind: bots.Returned, Chat: s.Address})
	case code(err) == discordgo.ErrCodeUnknownChannel:
		o.notice(ctx, bots.Event{Kind: bots.Left, Chat: s.Address})
	case err != nil && code(err) == 0 && ctx.Err() == nil:
		o.log.Warn("could not look whether a channel is open again", "err", err)
	}
	exactly(ctx, o.every)
	return next
}

// isOpen asks Discord whether an alert would be let in at an address.
func (b *Bot) isOpen(ctx context.Context, to delivery.Address) (bool, error) {
	ids := []string{to.Chat}
	if to.Thread != "" {
		ids = append(ids, to.Thread)
	}
	in := grounds{channels: map[string]channel{}}
	var c channel
	for _, id := range ids { // the thread, where there is one, is the last
		c = channel{}
		if err := b.ask(ctx, "ask for a channel", "/channels/"+id, &c); err != nil {
			return false, err
		}
		in.channels[id] = c
	}
	if c.Guild == "" {
		return false, errors.New("the channel is on no server")
	}
	var err error
	if in.me, in.permittedGuild, in.mine, err = b.rank(ctx, c.Guild); err != nil {
		return false, err
	}
	return in.mayPost(c), nil
}

// noticeRights tells the Front that a channel is open when somebody there asks something, and the interaction says that
// the bot may post.
func (b *Bot) noticeRights(ctx context.Context, i interaction) {
	if b.key == nil || i.private() || i.Channel == nil || !i.Channel.letsIn(i.rights()) {
		return
	}
	defer b.survive("an interaction where the bot may post")
	b.notice(ctx, bots.Event{Kind: bots.Returned, Chat: b.chat(i)})
}

// rights are what the bot may do where the interaction happened.
func (i interaction) rights() int64 {
	rights := bits(i.Rights)
	if rights&discordgo.PermissionAdministrator != 0 {
		return -1
	}
	return rights
}
