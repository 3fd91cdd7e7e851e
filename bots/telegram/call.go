package telegram

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// tries is how often an answer is attempted: who waits for it had rather get it twice than not at all.
const tries = 4

// attempt makes one call with a deadline of its own, and says in delivery's kinds of error what the platform meant.
func (b *Bot) attempt(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	ctx, trip := embark(ctx)
	err := understand(do(ctx), trip)
	var retry *delivery.RetryError
	var moved *delivery.MovedError
	switch {
	case errors.As(err, &retry):
		if retry.Scope == delivery.ScopeChat && to.Chat != "" {
			b.widen(retry, to.Chat)
		}
	case errors.As(err, &moved):
		chat := moved.To.Chat
		moved.To = to // its topics are gone with the group it was
		moved.To.Chat, moved.To.Thread, moved.To.Kind = chat, "", delivery.Group
	case err == nil:
		b.crowd.accepted()
	}
	return err
}

// widen lets a 429 hold the whole bot back where many chats were told to wait. The bot then rests for a while only and
// tries another chat; this one waits for as long as it was told to.
func (b *Bot) widen(retry *delivery.RetryError, chat string) {
	now := b.Now()
	retry.Scope = b.crowd.told(chat, retry.After, now)
	if retry.Scope == delivery.ScopeLane {
		b.Pacer.PauseChat(chat, now.Add(retry.After))
		retry.After = min(retry.After, longestGuess)
	}
}

// paced is one attempt that waits for its turn first. Where it never comes, nothing was sent.
func (b *Bot) paced(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	return b.inTurn(ctx, ctx, to, do)
}

// answerTime is what a second call of a delivery needs for itself.
const answerTime = 2 * time.Second

// inTime is paced, for a second call within the time of one delivery. It begins only while there is time for an answer:
// what is cut off may have arrived, and the refusal before it surely did not.
func (b *Bot) inTime(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	turn := ctx
	if end, bound := ctx.Deadline(); bound {
		var cancel context.CancelFunc
		turn, cancel = context.WithDeadline(ctx, end.Add(-answerTime))
		defer cancel()
	}
	return b.inTurn(ctx, turn, to, do)
}

// inTurn makes an attempt if its turn comes before turn ends.
func (b *Bot) inTurn(ctx, turn context.Context, to delivery.Address, do func(context.Context) error) error {
	taken, err := b.Pacer.Answer(turn, to.Chat, to.Kind)
	if err != nil || turn.Err() != nil { // a free pacer asks nobody for the time
		return fmt.Errorf("%w: waiting for our turn: %w", delivery.ErrNotSent, context.Cause(turn))
	}
	return b.attempt(b.Pacer.Ride(ctx, taken), to, do)
}

// errNoTurn says that a shared chat has heard as much as it may for now.
var errNoTurn = errors.New("the chat may hear no more for now")

// turnTime is how long an answer to a shared chat waits for its turn. A group that has heard all it may in a minute
// would wait for most of the next: nobody looks for the answer then.
const turnTime = 10 * time.Second

// promptly is paced, for what a chat is told because somebody there asked.
func (b *Bot) promptly(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	if to.Kind == delivery.Private {
		return b.paced(ctx, to, do)
	}
	turn, cancel := context.WithTimeoutCause(ctx, turnTime, errNoTurn)
	defer cancel()
	return b.inTurn(ctx, turn, to, do)
}

// answering is a call somebody waits for: paced, and attempted again while the platform only asks for patience.
func (b *Bot) answering(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	return b.patiently(ctx, to, do, b.paced)
}

// replying is answering, in a shared chat only while the answer comes soon; else it is errNoTurn.
func (b *Bot) replying(ctx context.Context, to delivery.Address, do func(context.Context) error) error {
	return b.patiently(ctx, to, do, b.promptly)
}

// patiently makes a call by a way, and again while the platform only asks for patience.
func (b *Bot) patiently(ctx context.Context, to delivery.Address, do func(context.Context) error, by way) error {
	for try := 1; ; try++ {
		err := by(ctx, to, do)
		var retry *delivery.RetryError
		switch {
		case !passing(err) || try == tries || ctx.Err() != nil:
			return err
		case errors.As(err, &retry) && b.holdBack(to, retry):
		default:
			if rest(ctx, max(waitOf(retry), time.Second<<(try-1))) != nil {
				return err
			}
		}
	}
}

// holdBack obeys a 429 for all who call; the pacer then makes the next attempt wait. false where it speaks of this call
// alone: Telegram counts setting the menu or answering a press apart from messages.
func (b *Bot) holdBack(to delivery.Address, retry *delivery.RetryError) bool {
	until := b.Now().Add(retry.After)
	switch {
	case retry.Scope == delivery.ScopeLane:
		b.Pacer.PauseLane(until)
	case to.Chat != "":
		b.Pacer.PauseChat(to.Chat, until)
	default:
		return false
	}
	return true
}

// waitOf is how long a 429 said to wait; nil said nothing.
func waitOf(retry *delivery.RetryError) time.Duration {
	if retry == nil {
		return 0
	}
	return retry.After
}

// passing says whether a call may succeed if it is made again.
func passing(err error) bool {
	var retry *delivery.RetryError
	if errors.Is(err, errNoTurn) {
		return false
	}
	return errors.As(err, &retry) || errors.Is(err, delivery.ErrNotSent) || errors.Is(err, errNoAnswer)
}

// rest waits for d, or until ctx ends, which is then the error.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
