package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// updateLife is how long an update waits to be fetched (core.telegram.org/bots/api#getting-updates).
const updateLife = 24 * time.Hour

// pollHold is the least timeout of a poll repeated with the same offset, pollHaste the time in which it gets one update
// only (tdlib/telegram-bot-api, process_get_updates_query).
const (
	pollHold  = 3 * time.Second
	pollHaste = 500 * time.Millisecond
)

// notDefaultUpdates are the kinds a bot must ask for; without asking it gets all others.
var notDefaultUpdates = []string{"chat_member", "message_reaction", "message_reaction_count"}

// update is one Update that waits for its bot.
type update struct {
	id   int64
	body json.RawMessage
	at   time.Time
	key  int64 // chat or user: webhooks keep the order per key
}

// updateQueue holds a bot's updates until they are confirmed.
type updateQueue struct {
	last    int64 // id of the newest update ever made
	waiting []update
	allowed []string // kinds asked for; nil: the default
	arrived chan struct{}
}

func newUpdateQueue(bot int64) updateQueue {
	return updateQueue{last: 100_000_000 + bot%1000*1_000_000, arrived: make(chan struct{})}
}

// push makes an Update for the bot, unless it did not ask for that kind. The caller holds the lock.
func (b *Bot) push(kind string, key int64, fields map[string]any) {
	q := &b.updates
	if !q.wants(kind) {
		return
	}
	q.last++
	fields["update_id"] = q.last
	body, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("telegramtest: update is no JSON: %v", err)) // our own types always are
	}
	b.s.checkUpdate(body)
	q.waiting = append(q.waiting, update{id: q.last, body: body, at: b.s.now(), key: key})
	q.wake()
	b.post()
	b.s.wakeWaiting()
}

// remove takes an update out that was delivered.
func (q *updateQueue) remove(id int64) {
	q.waiting = slices.DeleteFunc(q.waiting, func(u update) bool { return u.id == id })
}

// wake lets everybody who waits for updates look again.
func (q *updateQueue) wake() {
	close(q.arrived)
	q.arrived = make(chan struct{})
}

func (q *updateQueue) wants(kind string) bool {
	if q.allowed == nil {
		return !slices.Contains(notDefaultUpdates, kind)
	}
	return slices.Contains(q.allowed, kind)
}

// allow remembers what a bot asked for: it stays until asked for otherwise; an empty list is the default again.
func (q *updateQueue) allow(kinds []string, given bool) {
	if !given {
		return
	}
	q.allowed = nil
	if len(kinds) > 0 {
		q.allowed = kinds
	}
}

// expire forgets updates that nobody fetched for a day.
func (q *updateQueue) expire(now time.Time) {
	q.waiting = slices.DeleteFunc(q.waiting, func(u update) bool { return now.Sub(u.at) >= updateLife })
}

// confirm drops what lies before offset. An offset more than ten beyond the newest is ignored; a negative one keeps
// only the tail.
func (q *updateQueue) confirm(offset int64) {
	if offset > q.last+10 {
		return
	}
	if offset < 0 {
		q.waiting = q.waiting[max(0, len(q.waiting)+int(offset)):]
		return
	}
	q.waiting = slices.DeleteFunc(q.waiting, func(u update) bool { return u.id < offset })
}

// pollState is what the server remembers of a bot's polls.
type pollState struct {
	current      context.CancelCauseFunc // ends the poll that waits; nil for none
	turn         int                     // number of the newest poll
	offset       int64                   // of the poll before
	at           time.Time
	nextConflict time.Time // before it, conflicts are answered late
}

// Why a waiting poll is ended from outside.
var (
	errOtherPoll  = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	errHookSet    = conflict("terminated by setWebhook request")
	errHookActive = conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
)

// getUpdates answers waiting updates, or waits for the first.
func (s *Server) getUpdates(c *call) (any, *apiError) {
	p, err := readPoll(c)
	if err != nil {
		return nil, err
	}
	ctx, end, err := s.enterPoll(c, &p)
	if err != nil {
		return nil, s.conflictPause(c, err)
	}
	defer end()
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	for {
		batch, arrived := s.takeUpdates(c.bot, p)
		if len(batch) > 0 {
			return batch, nil
		}
		select {
		case <-arrived:
		case <-timer.C:
			return batch, nil
		case <-ctx.Done():
			if cause, ok := context.Cause(ctx).(*apiError); ok {
				return nil, s.conflictPause(c, cause)
			}
			return batch, nil // the client went, or the server closes
		}
	}
}

type poll struct {
	offset  int64
	limit   int
	timeout time.Duration
	allowed []string
	asks    bool // allowed_updates was given
}

func readPoll(c *call) (poll, *apiError) {
	p := poll{
		offset:  c.integer("offset", 0),
		limit:   int(min(max(c.integer("limit", 100), 1), 100)),
		timeout: time.Duration(min(max(c.integer("timeout", 0), 0), 50)) * time.Second,
	}
	var err *apiError
	p.allowed, p.asks, err = c.allowedUpdates()
	return p, err
}

// enterPoll makes this poll the only one and confirms what it confirms.
func (s *Server) enterPoll(c *call, p *poll) (context.Context, func(), *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := c.bot
	if b.hook != nil {
		return nil, nil, errHookActive
	}
	b.updates.allow(p.allowed, p.asks)
	b.endPoll(errOtherPoll)
	b.pollState.hurry(p, s.now())
	b.updates.expire(s.now())
	b.updates.confirm(p.offset)
	ctx, cancel := context.WithCancelCause(c.ctx)
	stop := context.AfterFunc(c.server, func() { cancel(nil) })
	b.pollState.turn++
	turn := b.pollState.turn
	b.pollState.current = cancel
	return ctx, func() { stop(); cancel(nil); s.leavePoll(b, turn) }, nil
}

func (s *Server) leavePoll(b *Bot, turn int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.pollState.turn == turn {
		b.pollState.current = nil
	}
}

// endPoll ends the poll that waits, with an answer.
func (b *Bot) endPoll(why *apiError) {
	if b.pollState.current != nil {
		b.pollState.current(why)
		b.pollState.current = nil
	}
}

// hurry slows a client that asks the same again at once.
func (st *pollState) hurry(p *poll, now time.Time) {
	if p.offset == st.offset && !st.at.IsZero() {
		if since := now.Sub(st.at); since < pollHold {
			p.timeout = max(p.timeout, pollHold)
			if since < pollHaste {
				p.limit = 1
			}
		}
	}
	st.offset, st.at = p.offset, now
}

// takeUpdates are the first that wait, which stay until confirmed, and a channel closed at the next arrival.
func (s *Server) takeUpdates(b *Bot, p poll) ([]json.RawMessage, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := []json.RawMessage{}
	for _, u := range b.updates.waiting {
		if len(batch) < p.limit && u.id >= p.offset {
			batch = append(batch, u.body)
		}
	}
	return batch, b.updates.arrived
}

// conflictPause holds back the answer of a repeated conflict for three seconds, as the official server does.
func (s *Server) conflictPause(c *call, err *apiError) *apiError {
	s.mu.Lock()
	now := s.now()
	late := now.Before(c.bot.pollState.nextConflict)
	if !late {
		c.bot.pollState.nextConflict = now.Add(pollHold)
	}
	s.mu.Unlock()
	if late {
		c.sleep(pollHold)
	}
	return err
}
