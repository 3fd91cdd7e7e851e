package discordtest

import (
	"math"
	"net/http"
	"sync"
	"time"
)

// Rate is so many calls within a time. The zero value is no limit.
type Rate struct {
	Calls int
	Per   time.Duration
}

// Limits are the rates above which calls are answered 429. The zero value limits nothing. Discord publishes only the
// whole bot's and the invalid ones; the others are as observed.
type Limits struct {
	Global Rate // of one bot, answers to interactions aside
	Create Rate // messages made in one channel
	Edit   Rate // edits in one channel
	Delete Rate // deletions in one channel

	Crosspost     Rate // messages published in one channel
	EditPublished Rate // edits of one published message: code 20022

	Invalid Rate // answers of 401, 403 and 429 to one address; over it, Cloudflare answers everything until they have aged
}

// RealLimits are Discord's (discord.com/developers/docs/topics/rate-limits): 50 a second, 10,000 invalid in ten minutes;
// and as observed: 5 in 5 s to a channel, the same of edits and deletions, 10 crossposts an hour, 3 edits of a published
// message an hour.
func RealLimits() Limits {
	five := Rate{5, 5 * time.Second}
	return Limits{Global: Rate{50, time.Second}, Create: five, Edit: five, Delete: five, Crosspost: Rate{10, time.Hour},
		EditPublished: Rate{3, time.Hour}, Invalid: Rate{10_000, 10 * time.Minute}}
}

// inFlight is how long after a 429 further calls may still have been on their way.
const inFlight = 500 * time.Millisecond

// limiter decides which calls are too many.
type limiter struct {
	rules Limits

	mu        sync.Mutex
	global    map[string]*window
	buckets   map[limitKey]*bucket
	penalties map[limitKey]*penalty
	wrong     window // invalid requests
	wrongs    int
	ban       time.Time // Cloudflare answers until then
}

// limitKey is what a rate belongs to: a bot's bucket, "create/CHANNEL"; "" is the whole bot.
type limitKey struct{ bot, bucket string }

// penalty is a 429 that was given and what it forbids.
type penalty struct {
	given, until time.Time
	scope        Scope
	code         int
}

func newLimiter(rules Limits) *limiter {
	return &limiter{rules: rules, global: map[string]*window{}, buckets: map[limitKey]*bucket{},
		penalties: map[limitKey]*penalty{}, wrong: window{span: rules.Invalid.Per, limit: rules.Invalid.Calls}}
}

// rate is the limit of a call's bucket and the bucket's name; "" for none.
func (l *limiter) rate(c *call) (Rate, string) {
	switch c.route.name {
	case "create_message":
		return l.rules.Create, "create/" + c.channelID()
	case "update_message":
		return l.rules.Edit, "edit/" + c.channelID()
	case "delete_message":
		return l.rules.Delete, "delete/" + c.channelID()
	case "crosspost_message":
		return l.rules.Crosspost, "crosspost/" + c.channelID()
	case "create_thread":
		return l.rules.Create, "thread/" + c.channelID()
	default:
		return Rate{}, c.route.name + "/" + c.channelID()
	}
}

// take counts a call and says whether it is too many, nil when it is not; one that is refused fills no bucket.
func (l *limiter) take(c *call) *limitHit {
	if c.route.kind == kindAnswer || c.bot == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	rate, name := l.rate(c)
	key := limitKey{c.bot.id, name}
	hit := l.punished(c.at, limitKey{c.bot.id, ""}, key)
	if hit == nil {
		hit = l.count(c, rate, key)
	}
	if hit != nil {
		l.addInvalid(c.at, http.StatusTooManyRequests, hit.scope)
	}
	return hit
}

// punished finds a 429 that has not run out. A call that was on its way when it was given is no offence.
func (l *limiter) punished(now time.Time, keys ...limitKey) *limitHit {
	for _, key := range keys {
		if p := l.penalties[key]; p != nil && now.Before(p.until) {
			return &limitHit{scope: p.scope, wait: p.until.Sub(now), code: p.code, early: now.Sub(p.given) > inFlight}
		}
	}
	return nil
}

// count puts the call into the bot's window and its bucket, or says that there is no room.
func (l *limiter) count(c *call, rate Rate, key limitKey) *limitHit {
	whole := limitKey{key.bot, ""}
	all := l.whole(key.bot)
	if wait := all.wait(c.at); wait > 0 {
		return l.punish(whole, c.at, &limitHit{scope: ScopeGlobal, wait: wait})
	}
	if rate.Calls == 0 {
		all.add(c.at)
		return nil
	}
	b := l.bucket(key, rate, c.at)
	if b.used >= rate.Calls {
		b.tell(c, rate)
		return l.punish(key, c.at, &limitHit{scope: ScopeUser, wait: b.resets.Sub(c.at)})
	}
	all.add(c.at)
	b.used++
	b.tell(c, rate)
	return nil
}

// punish remembers a 429 and passes it on.
func (l *limiter) punish(key limitKey, now time.Time, hit *limitHit) *limitHit {
	l.penalties[key] = &penalty{given: now, until: now.Add(hit.wait), scope: hit.scope, code: hit.code}
	return hit
}

// impose remembers a 429 that a fault gives.
func (l *limiter) impose(c *call, f Fault) {
	if c.bot == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, name := l.rate(c)
	key := limitKey{c.bot.id, name}
	if f.Scope == ScopeGlobal {
		key.bucket = ""
	}
	if p := l.penalties[key]; p == nil || p.until.Before(c.at.Add(f.RetryAfter)) {
		l.punish(key, c.at, &limitHit{scope: f.Scope, wait: f.RetryAfter, code: f.Code})
	}
}

// whole is a bot's window, nil where it is not limited.
func (l *limiter) whole(bot string) *window {
	if l.rules.Global.Calls == 0 {
		return nil
	}
	w := l.global[bot]
	if w == nil {
		w = &window{span: l.rules.Global.Per, limit: l.rules.Global.Calls}
		l.global[bot] = w
	}
	return w
}

// bucket is the one under key; its time begins with its first call, as Discord's does.
func (l *limiter) bucket(key limitKey, rate Rate, now time.Time) *bucket {
	b := l.buckets[key]
	if b == nil || !now.Before(b.resets) {
		b = &bucket{name: key.bucket, resets: now.Add(rate.Per)}
		l.buckets[key] = b
	}
	return b
}

// invalid counts an answer of 401 or 403, and a 429 that a fault gave.
func (l *limiter) invalid(now time.Time, status int, scope Scope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.addInvalid(now, status, scope)
}

func (l *limiter) addInvalid(now time.Time, status int, scope Scope) {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden && status != http.StatusTooManyRequests:
		return
	case scope == ScopeShared:
		return
	}
	l.wrongs++
	if l.rules.Invalid.Calls == 0 {
		return
	}
	l.wrong.drop(now)
	l.wrong.add(now)
	if len(l.wrong.times) > l.wrong.limit {
		l.ban = now.Add(l.wrong.span)
	}
}

func (l *limiter) invalidCount() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wrongs
}

// banned says that Cloudflare lets nothing through.
func (l *limiter) banned(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.ban)
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

// bucket is how many calls were made since it was last empty.
type bucket struct {
	name   string
	used   int
	resets time.Time
}

// seconds are a duration as Discord's headers and bodies have it: to the millisecond, rounded up.
func seconds(d time.Duration) float64 {
	return math.Ceil(float64(max(0, d))/float64(time.Millisecond)) / 1000
}
