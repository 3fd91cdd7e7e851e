package discordtest

import (
	"encoding/binary"
	"hash/fnv"
	"net/http"
	"sync"
	"time"
)

// Chaos is seeded bad luck. What happens to a call depends only on the seed, its channel and its number in that channel,
// so a run can be repeated however its goroutines interleave. Rates are probabilities, 0 to 1.
type Chaos struct {
	Seed uint64

	// Of each call, answers to interactions aside:
	TooMany     float64 // 429 for the channel
	ServerError float64 // 502 with an HTML page, not carried out
	Reset       float64 // connection reset, not carried out
	Lost        float64 // carried out, but the answer was lost: closed, reset or 502, one third each

	// Of each channel, once and for good:
	Closed   float64 // the user closes their direct messages at the bot's first write
	Vanished float64 // the channel is deleted by then
	Kicked   float64 // the bot is thrown out of the server by then, with all its channels
	Muted    float64 // the bot may not write there by then
	Slow     float64 // every answer takes SlowFor

	RetryAfter time.Duration // of a 429; default 1 s
	SlowFor    time.Duration // default 300 ms

	// Outages are times, from the first call on, in which every call is answered 502.
	Outages []Outage
}

// Outage is a time without service.
type Outage struct{ After, For time.Duration }

// Fault goes into Options.Fault. Each call of this method makes an independent hook.
func (ch Chaos) Fault() func(Request) Fault {
	if ch.RetryAfter == 0 {
		ch.RetryAfter = time.Second
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
		if r.Bot == "" {
			return Fault{}
		}
		return ch.forChannel(r, ch.forCall(r))
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
	luck := ch.draw("call", r, r.Number)
	for _, risk := range []struct {
		rate  float64
		fault Fault
	}{
		{ch.TooMany, TooMany(ch.RetryAfter)},
		{ch.ServerError, ServerError(http.StatusBadGateway)},
		{ch.Reset, Reset()},
		{ch.Lost / 3, LoseAnswer()},
		{ch.Lost / 3, ResetAfter()},
		{ch.Lost / 3, Fault{Status: http.StatusBadGateway, Page: true, Done: true}},
	} {
		if luck < risk.rate {
			return risk.fault
		}
		luck -= risk.rate
	}
	return Fault{}
}

// forChannel adds what is the matter with the channel as a whole. A change that does not fit its kind does nothing.
func (ch Chaos) forChannel(r Request, f Fault) Fault {
	if r.Channel == "" {
		return f
	}
	if ch.draw("slow", r, 0) < ch.Slow {
		f.Linger = ch.SlowFor
	}
	luck := ch.draw("channel", r, 0)
	for _, fate := range []struct {
		rate   float64
		change Change
	}{{ch.Closed, Closes}, {ch.Vanished, Vanishes}, {ch.Kicked, Kicks}, {ch.Muted, Mutes}} {
		if luck < fate.rate {
			f.Change = fate.change
			return f
		}
		luck -= fate.rate
	}
	return f
}

// draw is a number from 0 to 1 that is the same for the same arguments.
func (ch Chaos) draw(what string, r Request, number int) float64 {
	h := fnv.New64a()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[0:], ch.Seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(number))
	_, _ = h.Write([]byte(what + "/" + r.Bot + "/" + r.Channel)) // never fails
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
