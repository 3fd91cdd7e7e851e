package telegramtest

import (
	"math"
	"sync"
	"time"
)

// Limits are the rates above which calls are answered 429. A zero field is no limit; the zero value limits nothing.
// Counted are sends and edits; deletes only for the whole bot. Telegram publishes no exact rules: these are the figures
// of core.telegram.org/bots/faq#broadcasting-to-users, taken strictly.
type Limits struct {
	PerSecond      int // of one bot, in any one second
	PaidPerSecond  int // the same for calls with allow_paid_broadcast
	ChatBurst      int // to one chat at once; one a second comes back
	GroupPerMinute int // to one group or supergroup, in any one minute
}

// RealLimits are Telegram's: 30 a second, 1000 if paid, 1 a second to a chat with a burst of 3, 20 a minute to a group.
// The burst is a guess: the manual allows "short bursts" without a number.
func RealLimits() Limits {
	return Limits{PerSecond: 30, PaidPerSecond: 1000, ChatBurst: 3, GroupPerMinute: 20}
}

// longestRetry caps how long a repeated offence is answered 429; Telegram has been seen to go up to twelve hours.
const longestRetry = time.Minute

// inFlight is how long after a 429 further calls may still have been on their way.
const inFlight = 500 * time.Millisecond

// limiter decides which calls are too many.
type limiter struct {
	rules Limits

	mu        sync.Mutex
	bots      map[int64]*window
	paid      map[int64]*window
	chats     map[limitKey]*bucket
	groups    map[limitKey]*window
	penalties map[limitKey]*penalty
}

// limitKey is a chat of a bot; chat 0 is the whole bot.
type limitKey struct{ bot, chat int64 }

// penalty is a 429 that was given and what it forbids.
type penalty struct {
	given, until time.Time
	offences     int // in a row, less than a minute after each other
}

func newLimiter(rules Limits) *limiter {
	return &limiter{rules: rules, bots: map[int64]*window{}, paid: map[int64]*window{}, chats: map[limitKey]*bucket{},
		groups: map[limitKey]*window{}, penalties: map[limitKey]*penalty{}}
}

// take counts a call and says whether it is too many; one that is refused does not fill the windows. early: it came
// while a former 429 was running, and cannot have been on its way then.
func (l *limiter) take(c *call, isGroup func(int64) bool) (err *apiError, early bool) {
	if !c.method.kind.writes() {
		return nil, false
	}
	group := l.rules.GroupPerMinute > 0 && isGroup(c.chat)
	l.mu.Lock()
	defer l.mu.Unlock()
	whole, chat := limitKey{c.bot.id, 0}, limitKey{c.bot.id, c.chat}
	for _, key := range []limitKey{whole, chat} {
		if p := l.penalties[key]; p != nil && c.at.Before(p.until) {
			return tooMany(wholeSeconds(p.until.Sub(c.at))), c.at.Sub(p.given) > inFlight
		}
	}
	wait, key := l.wait(c, whole, chat, group)
	if wait > 0 {
		return tooMany(wholeSeconds(l.punish(key, c.at, wait))), false
	}
	return nil, false
}

// wait is how long the call would have to wait, and for what; where it need not, it is counted.
func (l *limiter) wait(c *call, whole, chat limitKey, group bool) (time.Duration, limitKey) {
	all := at(l.bots, c.bot.id, l.rules.PerSecond, time.Second)
	if c.boolean("allow_paid_broadcast") {
		all = at(l.paid, c.bot.id, l.rules.PaidPerSecond, time.Second)
	}
	if wait := all.wait(c.at); wait > 0 {
		return wait, whole
	}
	if c.chat == 0 || c.method.kind == kindDelete {
		all.add(c.at)
		return 0, whole
	}
	perMinute := 0
	if group {
		perMinute = l.rules.GroupPerMinute
	}
	minute := at(l.groups, chat, perMinute, time.Minute)
	burst := l.burst(chat)
	if wait := max(minute.wait(c.at), burst.wait(c.at)); wait > 0 {
		return wait, chat
	}
	all.add(c.at)
	minute.add(c.at)
	burst.take()
	return 0, chat
}

// punish remembers a 429 and answers how long it lasts: the wait, doubled for each offence in a row.
func (l *limiter) punish(key limitKey, now time.Time, wait time.Duration) time.Duration {
	p := l.penalties[key]
	if p == nil {
		p = &penalty{}
		l.penalties[key] = p
	}
	if now.Sub(p.until) > time.Minute {
		p.offences = 0
	}
	wait = max(wait, time.Second) << min(p.offences, 10)
	if p.offences > 0 {
		wait = min(wait, longestRetry)
	}
	p.offences++
	wait = time.Duration(wholeSeconds(wait)) * time.Second
	p.given, p.until = now, now.Add(wait)
	return wait
}

// impose remembers a 429 that a fault gave.
func (l *limiter) impose(key limitKey, now time.Time, seconds int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := now.Add(time.Duration(seconds) * time.Second)
	if p := l.penalties[key]; p == nil || p.until.Before(until) {
		l.penalties[key] = &penalty{given: now, until: until}
	}
}

// burst is the chat's bucket, nil where chats are not limited.
func (l *limiter) burst(key limitKey) *bucket {
	if l.rules.ChatBurst == 0 {
		return nil
	}
	b := l.chats[key]
	if b == nil {
		b = &bucket{size: float64(l.rules.ChatBurst), left: float64(l.rules.ChatBurst)}
		l.chats[key] = b
	}
	return b
}

// at is the window under key, made at first use; nil where there is no limit.
func at[K comparable](windows map[K]*window, key K, limit int, span time.Duration) *window {
	if limit == 0 {
		return nil
	}
	w := windows[key]
	if w == nil {
		w = &window{span: span, limit: limit}
		windows[key] = w
	}
	return w
}

// window lets at most limit calls begin in any span. A nil window lets all.
type window struct {
	span  time.Duration
	limit int
	times []time.Time // of the calls in the span, oldest first
}

func (w *window) wait(now time.Time) time.Duration {
	if w == nil {
		return 0
	}
	w.drop(now)
	if len(w.times) < w.limit {
		return 0
	}
	return w.span - now.Sub(w.times[len(w.times)-w.limit])
}

func (w *window) add(now time.Time) {
	if w != nil {
		w.times = append(w.times, now)
	}
}

// drop forgets what is older than the span.
func (w *window) drop(now time.Time) {
	n := 0
	for n < len(w.times) && now.Sub(w.times[n]) >= w.span {
		n++
	}
	w.times = w.times[n:]
}

// bucket holds size tokens and gets one a second. A nil bucket is never empty.
type bucket struct {
	size, left float64
	at         time.Time
}

func (b *bucket) wait(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	if !b.at.IsZero() {
		b.left = min(b.size, b.left+now.Sub(b.at).Seconds())
	}
	b.at = now
	if b.left >= 1 {
		return 0
	}
	return time.Duration((1 - b.left) * float64(time.Second))
}

func (b *bucket) take() {
	if b != nil {
		b.left--
	}
}

// wholeSeconds rounds up to what retry_after can say, at least one.
func wholeSeconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
