package delivery

import (
	"context"
	"sync"
	"time"
)

// Pace is what a platform allows one bot.
type Pace struct {
	// PerSecond is how many calls a second the whole bot may make. 0 means no limit of ours.
	PerSecond float64
	// ChatEvery is the least time between calls to one chat once its burst is used up. 0 means no limit.
	ChatEvery time.Duration
	// ChatBurst is how many calls to one chat may follow each other at once. 0 means 1.
	ChatBurst int
	// GroupPerMinute is how many calls a minute one group may get, on top of ChatEvery. 0 means no limit.
	GroupPerMinute int
	// PaidPerSecond is how many calls a second may go that are paid for, beside the others. 0 means none.
	PaidPerSecond float64
}

// windowMargin keeps the calls of any one second on the platform's clock within the limit although their travel times
// differ: a second of ours lasts a little longer. It costs 1.2 % of the rate.
const windowMargin = 12 * time.Millisecond

// slack is how far the schedule may lie in the past, so that a late wake-up costs no slot.
const slack = 50 * time.Millisecond

// generation is how long an idle chat's pace is remembered at least: longer than any limit looks back.
const generation = 65 * time.Second

// longestWait is how long a platform can keep us away from a chat or from everybody: what it may say beyond (a slip of a
// proxy, years, a number that no duration holds) is asked again then.
const longestWait = 24 * time.Hour

// busy is how long after a send from the ledger others are taken to be waiting behind it.
const busy = time.Second

// Pacer is the one budget of a bot for everything it says: alerts, digests, edits and answers. Answers go first, but
// take every second slot at most while the ledger is sending: when a flash makes a thousand readers press a button, the
// rest are still told. Calls are spread evenly, so that a flash finds a slot within one interval, whatever is under way.
type Pacer struct {
	mu        sync.Mutex
	pace      Pace
	now       func() time.Time
	free      schedule  // of the calls that cost nothing
	paid      schedule  // of those that are paid for
	trips     trips     // of the calls that were answered
	paused    time.Time // no call before
	answering int       // answers waiting for a slot
	answered  bool      // the newest slot went to an answer
	sent      time.Time // when the ledger last had one
	young     map[string]*chatPace
	old       map[string]*chatPace
	turned    time.Time // when young was begun
}

// chatPace is what one chat got lately.
type chatPace struct {
	earliest time.Time // by ChatEvery and its burst: the virtual time of the next call
	paused   time.Time
	minute   []time.Time // calls to a group in the last minute, oldest first
}

// NewPacer starts with a full budget.
func NewPacer(p Pace, now func() time.Time) *Pacer {
	return &Pacer{pace: p, now: now, free: newSchedule(p.PerSecond), paid: newSchedule(p.PaidPerSecond), young: map[string]*chatPace{}, turned: now()}
}

// unlimited stands for more calls than anybody asks for at once.
const unlimited = 1 << 20

// Free says how many sends may start now; when none may, at is when to ask again.
func (p *Pacer) Free() (n int, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	slot := p.slot()
	switch {
	case p.answering > 0 && !p.yields(now): // they take the next slot
		return 0, later(slot, now.Add(time.Millisecond))
	case slot.After(now):
		return 0, slot
	case p.pace.PerSecond <= 0:
		return unlimited, time.Time{}
	case p.answering > 0:
		return 1, time.Time{}
	}
	return p.free.behind(now), time.Time{}
}

// FreePaid says how many sends that are paid for may start now; when none may, at is when to ask again.
func (p *Pacer) FreePaid() (n int, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pace.PaidPerSecond <= 0 {
		return 0, p.now().Add(time.Second)
	}
	now := p.now()
	if slot := later(p.paid.slot(), p.paused); slot.After(now) {
		return 0, slot
	}
	return p.paid.behind(now), time.Time{}
}

// TakePaid is Take for a send that is paid for. Answers and everything else that costs nothing keep their own slots.
func (p *Pacer) TakePaid(chat string, kind Kind) (ok bool, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pace.PaidPerSecond <= 0 {
		return false, p.now().Add(time.Second)
	}
	return p.take(&p.paid, chat, kind, p.pace.GroupPerMinute, later(p.paid.slot(), p.paused))
}

// Take uses a slot for a call to chat; at is when it was taken, for Ride. Where the chat must wait, nothing is used and at
// says until when.
func (p *Pacer) Take(chat string, kind Kind) (ok bool, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	ok, at = p.take(&p.free, chat, kind, p.pace.GroupPerMinute, p.slot())
	if ok {
		p.answered, p.sent = false, now
	}
	return ok, at
}

// Answer waits for a slot for a call somebody is waiting for; it goes before what is in the ledger. An empty chat is a
// call that belongs to no chat (answering a callback query). It answers when the slot was taken, for Ride.
func (p *Pacer) Answer(ctx context.Context, chat string, kind Kind) (taken time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		now := p.now()
		slot := p.answerSlot(now)
		ok, at := p.take(&p.free, chat, kind, p.groupAnswers(), slot)
		if ok {
			p.answered = true
			return at, nil
		}
		// Only who waits for the bot's own slot holds the sends back; who waits for his chat does not.
		waiting := 0
		if slot.After(now) {
			waiting = 1
		}
		p.answering += waiting
		p.mu.Unlock()
		err = pause(ctx, at.Sub(p.now()))
		p.mu.Lock()
		p.answering -= waiting
		if err != nil {
			return time.Time{}, err
		}
	}
}

// PauseChat lets nothing more go to chat before until, a day at most: the platform said so.
func (p *Pacer) PauseChat(chat string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chat(chat)
	c.paused = later(c.paused, p.within(until))
}

// PauseLane lets nothing more go out before until, a day at most.
func (p *Pacer) PauseLane(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = later(p.paused, p.within(until))
}

// within is an instant, or that which is longestWait from now if it lies beyond.
func (p *Pacer) within(at time.Time) time.Time { return earlier(at, p.now().Add(longestWait)) }

// take uses a slot of a schedule for a call to chat, which gets at most perMinute of them if it is a group. It answers as
// Take does.
func (p *Pacer) take(from *schedule, chat string, kind Kind, perMinute int, slot time.Time) (bool, time.Time) {
	now := p.now()
	if slot.After(now) {
		return false, slot
	}
	if chat != "" {
		c := p.chat(chat)
		if at := p.chatSlot(c, kind, perMinute); at.After(now) {
			return false, at
		}
		p.chatTaken(c, kind, now)
	}
	from.taken(now)
	return true, now
}

// groupAnswers is how many calls a minute a group may have had for an answer to go out: a quarter is kept for the
// ledger, so that members who press buttons do not cost their group the news.
func (p *Pacer) groupAnswers() int { return p.pace.GroupPerMinute - p.pace.GroupPerMinute/4 }

// yields says whether the next slot is the ledger's, because an answer had the last one.
func (p *Pacer) yields(now time.Time) bool {
	return p.answered && p.pace.PerSecond > 0 && now.Sub(p.sent) < busy
}

// answerSlot is when the next answer may go. A slot that the ledger is to have and leaves unused is an answer's after
// all.
func (p *Pacer) answerSlot(now time.Time) time.Time {
	slot := p.slot()
	if p.yields(now) {
		return slot.Add(p.free.interval())
	}
	return slot
}

// slot is when the bot's next call may go.
func (p *Pacer) slot() time.Time { return later(p.free.slot(), p.paused) }

func (p *Pacer) chatSlot(c *chatPace, kind Kind, perMinute int) time.Time {
	at := c.paused
	if p.pace.ChatEvery > 0 {
		at = later(at, c.earliest.Add(-time.Duration(p.burst()-1)*p.pace.ChatEvery))
	}
	if kind == Group && perMinute > 0 && len(c.minute) >= perMinute {
		at = later(at, c.minute[len(c.minute)-perMinute].Add(time.Minute+time.Second))
	}
	return at
}

func (p *Pacer) chatTaken(c *chatPace, kind Kind, now time.Time) {
	if p.pace.ChatEvery > 0 {
		c.earliest = later(c.earliest, now).Add(p.pace.ChatEvery)
	}
	if kind == Group && p.pace.GroupPerMinute > 0 {
		c.minute = append(c.minute, now)
		if over := len(c.minute) - p.pace.GroupPerMinute; over > 0 {
			c.minute = c.minute[over:]
		}
	}
}

func (p *Pacer) burst() int { return max(1, p.pace.ChatBurst) }

// chat finds what chat got lately. Chats idle for a generation are forgotten, so that the map stays as small as the
// recent traffic.
func (p *Pacer) chat(name string) *chatPace {
	if now := p.now(); now.Sub(p.turned) > generation {
		older := p.old
		p.old, p.young, p.turned = p.young, map[string]*chatPace{}, now
		for name, c := range older {
			if c.paused.After(now) {
				p.young[name] = c
			}
		}
	}
	if c, ok := p.young[name]; ok {
		return c
	}
	c, ok := p.old[name]
	if !ok {
		c = &chatPace{}
	}
	p.young[name] = c
	return c
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// pause waits for d, or until ctx ends, which is then the error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, time.Millisecond))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
