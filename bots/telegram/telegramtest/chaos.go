package telegramtest

import (
	"encoding/binary"
	"hash/fnv"
	"net/http"
	"sync"
	"time"
)

// Chaos is seeded bad luck. What happens to a call depends only on the seed, its chat and its number in that chat, so a
// run can be repeated however its goroutines interleave. Rates are probabilities, 0 to 1.
type Chaos struct {
	Seed uint64

	// Of each call, polls aside:
	TooMany     float64 // 429 for the chat
	ServerError float64 // 502 with an HTML page, not carried out
	Reset       float64 // connection reset, not carried out
	Lost        float64 // carried out, but the answer was lost: closed, reset or 502, one third each

	// Of each chat, once and for good:
	Blocked     float64 // the user blocks the bot at its first write
	Deactivated float64 // the account is deleted by then
	Migrated    float64 // the basic group becomes a supergroup by then
	Slow        float64 // every answer takes SlowFor

	RetryAfter int           // seconds of a 429; default 1
	SlowFor    time.Duration // default 300 ms

	// Outages are times, from the first call on, in which every call, polls too, is answered 502.
	Outages []Outage
}

// Outage is a time without service.
type Outage struct{ After, For time.Duration }

// Fault goes into Options.Fault. Each call of this method makes an independent hook.
func (ch Chaos) Fault() func(Request) Fault {
	if ch.RetryAfter == 0 {
		ch.RetryAfter = 1
	}
	if ch.SlowFor == 0 {
		ch.SlowFor = 300 * time.Millisecond
	}
	var begin sync.Once
	var first time.Time
	return func(r Request) Fault {
		begin.Do(func() { first = r.At })
		if ch.out(r.At.Sub(first)) {
			return ServerError(http.StatusBadGateway)
		}
		if r.Poll {
			return Fault{}
		}
		return ch.forChat(r, ch.forCall(r))
	}
}

func (ch Chaos) out(since time.Duration) bool {
	for _, o := range ch.Outages {
		if since >= o.After && since < o.After+o.For {
			return true
		}
	}
	return false
}

// forCall draws what happens to this one call.
func (ch Chaos) forCall(r Request) Fault {
	luck := ch.draw("call", r.Bot, r.Chat, r.Number)
	for _, risk := range []struct {
		rate  float64
		fault Fault
	}{
		{ch.TooMany, TooMany(ch.RetryAfter)},
		{ch.ServerError, ServerError(http.StatusBadGateway)},
		{ch.Reset, Reset()},
		{ch.Lost / 3, LoseAnswer()},
		{ch.Lost / 3, ResetAfter()},
		{ch.Lost / 3, Fault{Code: http.StatusBadGateway, Page: true, Done: true}},
	} {
		if luck < risk.rate {
			return risk.fault
		}
		luck -= risk.rate
	}
	return Fault{}
}

// forChat adds what is the matter with the chat as a whole.
func (ch Chaos) forChat(r Request, f Fault) Fault {
	if r.Chat == 0 {
		return f
	}
	if ch.draw("slow", r.Bot, r.Chat, 0) < ch.Slow {
		f.Linger = ch.SlowFor
	}
	luck := ch.draw("chat", r.Bot, r.Chat, 0)
	if r.Chat < 0 {
		if luck < ch.Migrated {
			f.Change = Migrates
		}
		return f
	}
	switch {
	case luck < ch.Blocked:
		f.Change = Blocks
	case luck < ch.Blocked+ch.Deactivated:
		f.Change = Deactivate
	}
	return f
}

// draw is a number from 0 to 1 that is the same for the same arguments.
func (ch Chaos) draw(what string, bot, chat int64, number int) float64 {
	h := fnv.New64a()
	var b [32]byte
	binary.LittleEndian.PutUint64(b[0:], ch.Seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(bot))
	binary.LittleEndian.PutUint64(b[16:], uint64(chat))
	binary.LittleEndian.PutUint64(b[24:], uint64(number))
	_, _ = h.Write([]byte(what)) // never fails
	_, _ = h.Write(b[:])
	return float64(mix(h.Sum64())>>11) / (1 << 53)
}

// mix spreads every bit of x over the whole word (the finisher of splitmix64): FNV alone leaves neighbours alike.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
