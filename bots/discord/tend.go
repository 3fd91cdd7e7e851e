package discord

import (
	"context"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// archiveAfter is how many minutes after its last message Discord puts a thread away: of the lengths there are the
	// first that is longer than a story waits for its next report
	// (discord.com/developers/docs/resources/channel#thread-metadata-object).
	archiveAfter = 4320
	// codeHasThread says that a message has a thread already
	// (discord.com/developers/docs/topics/opcodes-and-status-codes#json).
	codeHasThread = 160004

	// tendAfter is how long what is owed to a thread is left to whoever began it.
	tendAfter = 2 * delivery.Attempt
	// tendEvery is how often a look is taken at what is owed to threads, and tendAtOnce how many are taken up after it.
	tendEvery  = 5 * time.Second
	tendAtOnce = 50
	// maxTends is how often in a row something is tried about a thread: for about an hour. The story's next message tries
	// again.
	maxTends = 20
)

// tend does what is owed to a thread, and answers how it stands then. What fails is tried again by tendThreads.
func (b *Bot) tend(ctx context.Context, t delivery.StoryThread) delivery.StoryThread {
	if t.State != delivery.ThreadOwed && !t.Stale {
		return t
	}
	err := b.openThread(ctx, &t)
	if err == nil && t.Stale {
		err = b.showAbove(ctx, &t)
	}
	t.Due = time.Time{}
	if err != nil {
		b.postponeThread(&t, err)
	}
	b.saveThread(ctx, t)
	return t
}

// openThread opens a thread from its first message, unless it is open. What Discord refuses is no error: the log is told,
// and a later message of the story tries again.
func (b *Bot) openThread(ctx context.Context, t *delivery.StoryThread) error {
	if t.State != delivery.ThreadOwed || b.unopenable.has(t.To.Chat, b.now()) {
		return nil
	}
	body := struct {
		Name  string `json:"name"`
		After int    `json:"auto_archive_duration"`
	}{nameNow(delivery.Parcel{Body: t.Body, Voice: t.Voice}), archiveAfter}
	err := b.inSlot(ctx, call{doing: "open a thread", method: http.MethodPost,
		path: spot{t.To.Chat, t.StarterID}.path() + "/threads", body: body}, nil)
	switch {
	case err == nil, code(err) == codeHasThread:
		t.State = delivery.ThreadOpen
	case passes(err):
		return err
	case code(err) == discordgo.ErrCodeUnknownMessage: // what was deleted there stays deleted
		t.State = delivery.ThreadClosed
	default:
		b.unopenable.refused(t.To.Chat, b.now())
		b.toldBeside(t.To, err)
	}
	return nil
}

// toldBeside tells the log that a channel cannot have the threads it wants.
func (b *Bot) toldBeside(to delivery.Address, err error) {
	b.log.Warn("a story is told without its thread: a subscribed channel lets the bot use none", "channel", b.access.label(to), "err", err,
		"mend", "run tenbells check: it names the permission that is missing")
}

// showLatest makes the first message of a thread tell what the newest does, now or as soon as Discord lets us.
func (b *Bot) showLatest(ctx context.Context, t delivery.StoryThread) {
	t.Stale, t.Tries, t.Due = true, 0, b.now().Add(tendAfter)
	if !b.saveThread(ctx, t) {
		return
	}
	t, found, err := b.threads.Thread(ctx, t.Subscriber, t.Story) // with what the newest tells
	if err != nil {
		b.log.Error("a story's thread cannot be read, will be repeated", "err", err)
	} else if found {
		b.tend(ctx, t)
	}
}

// showAbove edits a thread's first message to tell what it is to, and calls the thread so. Where Discord refuses that, it
// stays as it is.
func (b *Bot) showAbove(ctx context.Context, t *delivery.StoryThread) error {
	at := spot{t.To.Chat, t.StarterID}
	if t.To.Kind == delivery.Forum {
		at.channel = t.StarterID
	}
	p := delivery.Parcel{To: t.To, Voice: t.Voice, Body: t.Body}
	err := b.inSlot(ctx, call{doing: "edit a story's first message", method: http.MethodPatch, path: at.path(),
		body: revised(render(p, b.now()), t.To.Kind)}, nil)
	if err == nil && t.State == delivery.ThreadOpen {
		err = b.rename(ctx, p, t.StarterID)
	}
	if err != nil && passes(err) {
		return err
	}
	t.Stale = false
	if err != nil && code(err) != discordgo.ErrCodeUnknownMessage {
		b.log.Warn("the first message of a story does not tell what the newest does", "err", err)
	}
	return nil
}

// postponeThread lets what failed be tried again, so many times.
func (b *Bot) postponeThread(t *delivery.StoryThread, why error) {
	t.Tries++
	if t.Tries > maxTends {
		b.log.Warn("a story's thread is not opened, or its first message not kept up to date", "tries", t.Tries, "err", why)
		return
	}
	t.Due = b.now().Add(publishWait(why, t.Tries-1))
}

// saveThread answers whether t is on record now; the log is told where it is not.
func (b *Bot) saveThread(ctx context.Context, t delivery.StoryThread) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordFor)
	defer cancel()
	err := b.threads.SaveThread(ctx, t)
	if err != nil {
		b.log.Error("a story's thread is not on record: more of it may be told beside it", "err", err)
	}
	return err == nil
}

// notNow lets a message wait until what is ours, not Discord's, is there for it.
func notNow(err error) error {
	return &delivery.RetryError{After: time.Second, Scope: delivery.ScopeMessage, Err: err}
}

// tendThreads tries again what failed about threads, also before us, one after another, until ctx ends.
func (b *Bot) tendThreads(ctx context.Context) {
	for ; ctx.Err() == nil; rest(ctx, b.tendEvery) {
		owed, err := b.threads.OwedThreads(ctx, b.lane(), tendAtOnce)
		for _, t := range owed {
			if err == nil && !t.Due.After(b.now()) {
				err = b.tendOwed(ctx, t)
			}
		}
		if err != nil && ctx.Err() == nil {
			b.log.Error("what is owed to stories' threads could not be read, will be repeated", "err", err)
		}
	}
}

// tendOwed does what is owed to a thread, if it is so still.
func (b *Bot) tendOwed(ctx context.Context, t delivery.StoryThread) error {
	done, err := b.inTurn.take(ctx, t.To.Chat)
	if err != nil {
		return nil // the bot stops
	}
	defer done()
	t, found, err := b.threads.Thread(ctx, t.Subscriber, t.Story)
	if err == nil && found && !t.Due.IsZero() && !t.Due.After(b.now()) {
		b.tend(ctx, t)
	}
	return err
}
