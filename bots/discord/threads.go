package discord

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// tellInThread tells what a channel with a thread for each story hears of one: the first message as usual, and a thread is
// opened from it; the next ones go into that, and the first message is edited to tell what the newest does. In a forum the
// first message is a post, which is a thread already. Where there can be no thread, all is told as if none were wanted.
//
// That a message began a thread, or went into it, is on record before its send is settled: after a crash on any line the
// send is repeated, which ends here again, and where the record names the message already it is not sent again.
func (b *Bot) tellInThread(ctx context.Context, p delivery.Parcel) (string, error) {
	done, err := b.inTurn.take(ctx, p.To.Chat)
	if err != nil {
		return "", notNow(err)
	}
	defer done()
	t, begun, err := b.threads.Thread(ctx, p.Subscriber, p.Body.Story)
	switch {
	case err != nil: // nobody knows where it belongs
		return "", notNow(err)
	case !begun:
		return b.beginStory(ctx, p)
	case t.Starter == p.Key:
		b.tend(ctx, t)
		return t.StarterID, nil
	case t.Latest == p.Key:
		b.tend(ctx, t)
		return t.LatestID, nil
	}
	if t = b.tend(ctx, t); t.State != delivery.ThreadOpen {
		return b.sayAlone(ctx, p)
	}
	return b.sayBelow(ctx, p, t)
}

// mayThread says whether a message is of a story that may have a thread where it goes. A thread has none in itself.
func (b *Bot) mayThread(p delivery.Parcel) bool {
	return b.threads != nil && p.Body.Story != "" && !p.Body.Test && p.To.Kind.Shared() && p.To.Thread == ""
}

// beginStory tells a story's first message, and opens a thread from it.
func (b *Bot) beginStory(ctx context.Context, p delivery.Parcel) (string, error) {
	id, err := b.sayAlone(ctx, p)
	if err != nil {
		return "", err
	}
	t := delivery.StoryThread{Subscriber: p.Subscriber, Story: p.Body.Story, Starter: p.Key, StarterID: id,
		State: delivery.ThreadOwed, First: b.now(), To: p.To, Voice: p.Voice, Body: p.Body}
	if p.To.Kind == delivery.Forum {
		t.State = delivery.ThreadOpen
	} else {
		t.Due = t.First.Add(tendAfter)
	}
	if b.saveThread(ctx, t) {
		b.tend(ctx, t)
	}
	return id, nil
}

// sayBelow tells a message in the thread of its story, or beside it where the thread is closed to us. One that may have
// arrived already is first looked for beside the thread: it was told there if there was no thread then.
func (b *Bot) sayBelow(ctx context.Context, p delivery.Parcel, t delivery.StoryThread) (string, error) {
	m := render(p, b.now())
	if p.Doubtful {
		if id, err := b.findBeside(ctx, p, m); id != "" || err != nil {
			return id, err
		}
	}
	id, err := b.say(ctx, p, t.StarterID, m)
	switch {
	case err == nil:
		t.Latest, t.LatestID = p.Key, id
		b.showLatest(ctx, t)
		return id, nil
	case code(err) == discordgo.ErrCodeUnknownChannel, putAway(err): // a moderator wants it so
		t.State, t.Stale = delivery.ThreadClosed, false
		b.saveThread(ctx, t)
	case noRights(err):
		b.toldBeside(p.To, err)
	default:
		return "", err
	}
	return b.sayAlone(ctx, p)
}

// findBeside looks for a message that may have been told beside the thread of its story.
func (b *Bot) findBeside(ctx context.Context, p delivery.Parcel, m message) (string, error) {
	if p.To.Kind == delivery.Forum {
		return b.findThread(ctx, p, m, threadName(p))
	}
	return b.find(ctx, p.To.Chat, p, m)
}

// changeInThread edits or deletes a message of a story. The first one of a thread shows what is newest there, so that goes
// for it too.
func (b *Bot) changeInThread(ctx context.Context, p delivery.Parcel, target spot) error {
	done, err := b.inTurn.take(ctx, p.To.Chat)
	if err != nil {
		return notNow(err)
	}
	defer done()
	t, found, err := b.threads.ThreadOf(ctx, p.Subscriber, p.Target)
	if err != nil {
		return notNow(err)
	}
	first := found && t.Starter == p.Target
	if first && p.Op == delivery.Edit && t.Body.Kind != "" {
		p.Body = t.Body
	}
	if err := b.change(ctx, p, target); err != nil || !found {
		return err
	}
	switch {
	case !first:
		if p.Op == delivery.Delete {
			t.Latest, t.LatestID = "", ""
		}
		b.showLatest(ctx, t)
	case t.State == delivery.ThreadOpen && p.To.Kind != delivery.Forum: // a forum's is called so already
		return b.rename(ctx, p, t.StarterID)
	}
	return nil
}

// inThread says whether a channel is a thread below the one of an address.
func inThread(to delivery.Address, channel string) bool {
	return to.Kind != delivery.DM && channel != to.Chat && channel != to.Thread
}
