package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-telegram/bot"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

const (
	// pollTime is how long Telegram holds a poll that has nothing to tell: its own maximum
	// (github.com/tdlib/telegram-bot-api, LONG_POLL_MAX_TIMEOUT). pollMargin is what we wait beyond it.
	pollTime   = 50 * time.Second
	pollMargin = 10 * time.Second

	// firstPause and longestPause bound the pauses after failed polls; refusedPause follows a refusal that only the
	// operator can mend.
	firstPause   = time.Second
	longestPause = 30 * time.Second
	refusedPause = 30 * time.Second
)

// batch is the answer to a poll (core.telegram.org/bots/api#making-requests).
type batch struct {
	OK          bool              `json:"ok"`
	Result      []json.RawMessage `json:"result"`
	Description string            `json:"description"`
	Code        int               `json:"error_code"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

// poll fetches updates until ctx ends. A batch is stored durably before the next poll confirms it: a crash in between
// fetches it again, and the Inbox knows it.
func (b *Bot) poll(ctx context.Context) {
	b.dropWebhook(ctx)
	offset, ok := b.firstOffset(ctx)
	for pause := time.Duration(0); ok && ctx.Err() == nil; {
		next, err := b.fetch(ctx, offset)
		offset = next
		if ctx.Err() != nil {
			return
		}
		b.alarm.report(receivingFault(err))
		if err == nil {
			pause = 0
			continue
		}
		pause = pauseAfter(err, pause)
		b.Log.Warn("cannot fetch updates, will be repeated", "lane", b.Lane(), "in", pause, "err", err)
		_ = rest(ctx, pause) // only ctx ends it early, and the loop sees that
	}
}

// firstOffset goes on after the newest update that was stored. ok is false when ctx has ended.
func (b *Bot) firstOffset(ctx context.Context) (offset int64, ok bool) {
	for ctx.Err() == nil {
		newest, err := b.Inbox.Newest(ctx, b.Lane())
		switch {
		case err != nil:
			b.Log.Error("cannot read the inbox, will be repeated", "lane", b.Lane(), "err", err)
			_ = rest(ctx, firstPause) // only ctx ends it early, and the loop sees that
		case newest == 0:
			return 0, true // whatever waits there
		default:
			return newest + 1, true
		}
	}
	return 0, false
}

// fetch makes one poll and stores what it brings. It answers the next offset; after an error, the same as before.
func (b *Bot) fetch(ctx context.Context, offset int64) (int64, error) {
	got, err := b.getUpdates(ctx, offset)
	if err != nil {
		return offset, fmt.Errorf("telegram: fetch updates: %w", err)
	}
	next := offset
	var us []bots.Update
	for _, raw := range got {
		u, ok := b.reduce(raw)
		if ok {
			us = append(us, u)
		}
		if u.ID != 0 {
			next = u.ID + 1 // not the highest: after a quiet week Telegram begins its numbers anew
		}
	}
	if len(us) == 0 {
		return next, nil
	}
	if err := b.Inbox.Accept(ctx, us); err != nil {
		return offset, fmt.Errorf("telegram: store updates: %w", err)
	}
	b.wake()
	return next, nil
}

// reduce makes of an update as it came what is kept of it; false for nothing.
func (b *Bot) reduce(raw json.RawMessage) (bots.Update, bool) {
	id, h, ok, err := listen(raw)
	u := bots.Update{Lane: b.Lane(), ID: id}
	if err != nil {
		b.Log.Error("an update cannot be read, and is let go", "lane", b.Lane(), "err", err)
		return u, false
	}
	if !ok {
		return u, false
	}
	if u.Payload, err = json.Marshal(h); err != nil {
		panic("telegram: a heard always marshals: it holds only strings, numbers and booleans") // impossible
	}
	return u, true
}

// getUpdates is the call itself. The library's is not exported, and confirms what nobody has stored.
func (b *Bot) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTime+pollMargin)
	defer cancel()
	body, err := json.Marshal(map[string]any{"offset": offset, "timeout": int(pollTime.Seconds()), "allowed_updates": wanted})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.APIURL+"/bot"+b.Token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the base URL is no URL") // the error itself would show the token
	}
	r.Header.Set("Content-Type", "application/json")
	ctx, trip := embark(ctx)
	resp, err := b.http.Do(r.WithContext(ctx))
	if err != nil {
		return nil, undecided(err, trip)
	}
	defer resp.Body.Close() // it was read to its end, or the connection is lost anyway
	return readBatch(resp, trip)
}

func readBatch(resp *http.Response, t *trip) ([]json.RawMessage, error) {
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, undecided(err, t)
	}
	var got batch
	if json.Unmarshal(text, &got) != nil {
		return nil, undecided(errStrange, t)
	}
	if got.OK {
		return got.Result, nil
	}
	switch got.Code {
	case http.StatusTooManyRequests:
		return nil, understand(&bot.TooManyRequestsError{RetryAfter: got.Parameters.RetryAfter}, t)
	case http.StatusConflict:
		return nil, fmt.Errorf("%w: %s", errConflict, clip(got.Description, maxCause))
	case http.StatusUnauthorized, http.StatusNotFound:
		return nil, fmt.Errorf("%w: %s", delivery.ErrLaneDead, clip(got.Description, maxCause))
	default:
		return nil, fmt.Errorf("%w: %s", errNoAnswer, clip(got.Description, maxCause))
	}
}

// pauseAfter is how long to wait after a failed poll; before is how long it was the last time.
func pauseAfter(err error, before time.Duration) time.Duration {
	var retry *delivery.RetryError
	switch {
	case errors.As(err, &retry):
		return retry.After
	case receivingFault(err) != nil:
		return refusedPause
	default:
		return min(longestPause, max(firstPause, 2*before))
	}
}

// receivingFault is err where only the operator can mend it, else nil.
func receivingFault(err error) error {
	if errors.Is(err, errConflict) || errors.Is(err, delivery.ErrLaneDead) {
		return err
	}
	return nil
}
