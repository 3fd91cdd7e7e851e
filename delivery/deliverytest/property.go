package deliverytest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tenbells/tenbells/delivery"
)

// TestNothingIsLostAndNobodyToldTwice lets everything that can happen to a ledger happen in any order, kills of the
// owner included, and asks of each message that it is told, once, save where an answer was lost.
func TestNothingIsLostAndNobodyToldTwice(t *testing.T, open func(*testing.T) House) {
	h := open(t)
	readers := make([]delivery.SubscriberID, 12)
	for i := range readers {
		readers[i] = h.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(i + 1), Kind: delivery.Private})
	}
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		w := newWorld(rt, h, readers, run)
		rt.Repeat(map[string]func(*rapid.T){
			"owe":     w.owe,
			"turn":    w.turn,
			"kill":    w.kill,
			"wait":    w.wait,
			"set":     w.set,
			"correct": w.correct,
			"halt":    w.halt,
			"":        w.agree,
		})
		w.end(rt)
	})
}

// fate is what a world knows of one message.
type fate struct {
	message   delivery.Message
	state     delivery.State
	lost      int // attempts without an answer
	repeats   int // claims after one
	version   int // of the content it was told or edited to last
	cancelled bool
}

// world is a lane of a ledger, and what must be true of it.
type world struct {
	House
	ctx     context.Context
	readers []delivery.SubscriberID
	lane    delivery.Lane
	batches []delivery.BatchID
	states  map[delivery.BatchID]delivery.BatchState
	content map[delivery.BatchID]int // version
	lease   delivery.Lease
	now     time.Time
	halted  bool

	owed   map[delivery.Key]*fate
	flying map[delivery.Key]delivery.Parcel
}

func newWorld(t *rapid.T, h House, readers []delivery.SubscriberID, run int) *world {
	w := &world{House: h, ctx: context.Background(), readers: readers, lane: delivery.Lane(fmt.Sprintf("telegram/run-%d", run)),
		states: map[delivery.BatchID]delivery.BatchState{}, content: map[delivery.BatchID]int{}, now: time.Now(),
		owed: map[delivery.Key]*fate{}, flying: map[delivery.Key]delivery.Parcel{}}
	for _, name := range []string{"a", "b", "c"} {
		b := delivery.BatchID(fmt.Sprintf("alert/run-%d-%s", run, name))
		w.batches, w.states[b] = append(w.batches, b), delivery.BatchOpen
		w.save(t, b)
	}
	w.start(t)
	return w
}

func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start begins as a new owner.
func (w *world) start(t *rapid.T) {
	var err error
	w.lease, err = w.Store.Acquire(w.ctx, "lane/"+string(w.lane), "somebody", time.Hour)
	must(t, err)
	n, err := w.Store.Recover(w.ctx, w.lease, w.lane, w.now)
	must(t, err)
	if n != len(w.flying) {
		t.Fatalf("recovered %d, want the %d in flight", n, len(w.flying))
	}
	for key := range w.flying {
		if f := w.owed[key]; f != nil {
			f.state, f.lost = delivery.Unknown, f.lost+1
		}
	}
	clear(w.flying)
}

func (w *world) batch(t *rapid.T) delivery.BatchID {
	return rapid.SampledFrom(w.batches).Draw(t, "batch")
}

func (w *world) save(t *rapid.T, b delivery.BatchID) {
	w.content[b]++
	must(t, w.Store.SaveContent(w.ctx, delivery.ContentID(b+"/en"), w.content[b], delivery.Content{Headline: "x"}))
}

// owe owes a batch to some readers, now or later; some of it is owed already.
func (w *world) owe(t *rapid.T) {
	b := w.batch(t)
	if w.states[b] == delivery.BatchCancelled {
		return
	}
	var ms []delivery.Message
	for _, to := range w.readers[:rapid.IntRange(1, len(w.readers)).Draw(t, "readers")] {
		key := delivery.SendKey(b, to)
		later := rapid.SampledFrom([]time.Duration{0, 0, time.Hour}).Draw(t, "due in")
		m := delivery.Message{Key: key, Batch: b, Lane: w.lane, Subscriber: to, Op: delivery.Send,
			Class: rapid.SampledFrom([]delivery.Class{delivery.Flash, delivery.Bulletin, delivery.Digest}).Draw(t, "class"),
			Rank:  delivery.Rank(delivery.Private, b, to), Due: w.now.Add(later), Content: delivery.ContentID(b + "/en")}
		ms = append(ms, m)
		if w.owed[key] == nil {
			w.owed[key] = &fate{message: m, state: delivery.Queued}
		}
	}
	_, err := w.Store.Owe(w.ctx, ms)
	must(t, err)
}

// turn settles some of what is in flight, each in some way, and claims.
func (w *world) turn(t *rapid.T) {
	var receipts []delivery.Receipt
	for _, key := range slices.Sorted(maps.Keys(w.flying)) { // in an order that can be repeated
		p := w.flying[key]
		if rapid.Bool().Draw(t, "answered") {
			receipts = append(receipts, w.answer(t, p))
			delete(w.flying, key)
		}
	}
	c, err := w.Store.Turn(w.ctx, w.lease, w.lane, w.now, receipts, rapid.IntRange(0, 8).Draw(t, "room"))
	must(t, err)
	if w.halted && len(c.Parcels) > 0 {
		t.Fatalf("claimed %d while halted", len(c.Parcels))
	}
	for _, p := range c.Parcels {
		w.claimed(t, p)
	}
}

// answer decides what became of a parcel.
func (w *world) answer(t *rapid.T, p delivery.Parcel) delivery.Receipt {
	how := rapid.SampledFrom([]delivery.State{delivery.Sent, delivery.Sent, delivery.Queued, delivery.Unknown}).Draw(t, "outcome")
	r := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: how, Version: p.Version, At: w.now, Due: w.now.Add(time.Second)}
	f := w.owed[p.Key]
	switch {
	case how == delivery.Queued && p.Doubtful:
		r.State = delivery.Unknown
	case how == delivery.Sent && p.Op == delivery.Send:
		r.MessageID = "id"
	case how == delivery.Sent && p.Op == delivery.Edit:
		w.owed[p.Target].version = p.Version
	case how == delivery.Unknown && f != nil:
		f.lost++
	}
	if f != nil {
		f.state = r.State
		if r.State == delivery.Sent && f.version == 0 {
			f.version = p.Version
		}
	}
	return r
}

// claimed asks whether a parcel may go out.
func (w *world) claimed(t *rapid.T, p delivery.Parcel) {
	if _, twice := w.flying[p.Key]; twice {
		t.Fatalf("%s was claimed while it is in flight", p.Key)
	}
	w.flying[p.Key] = p
	if p.Version != w.content[p.Batch] {
		t.Fatalf("%s goes out as version %d of %d", p.Key, p.Version, w.content[p.Batch])
	}
	if p.Op != delivery.Send {
		if p.Original.MessageID == "" {
			t.Fatalf("%s changes a message without an id", p.Key)
		}
		return
	}
	f := w.owed[p.Key]
	switch {
	case f == nil:
		t.Fatalf("%s was never owed", p.Key)
	case f.state == delivery.Sent:
		t.Fatalf("%s is told twice", p.Key)
	case w.states[p.Batch] != delivery.BatchOpen:
		t.Fatalf("%s is told of a %s batch", p.Key, w.states[p.Batch])
	case p.Doubtful != (f.lost > 0):
		t.Fatalf("%s is doubtful: %v; answers lost: %d", p.Key, p.Doubtful, f.lost)
	case w.now.Before(f.message.Due.Add(-time.Millisecond)):
		t.Fatalf("%s goes out before it is due", p.Key)
	}
	f.state = delivery.Sending
	if p.Doubtful {
		f.repeats++
	}
}

// kill ends the owner with all that is in flight, and starts the next one.
func (w *world) kill(t *rapid.T) {
	must(t, w.Store.Release(w.ctx, w.lease)) // as if its time had run out
	w.start(t)
}

func (w *world) wait(t *rapid.T) {
	w.now = w.now.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 2 * time.Hour}).Draw(t, "for"))
}

func (w *world) set(t *rapid.T) {
	b := w.batch(t)
	if w.states[b] == delivery.BatchCancelled {
		return // for good
	}
	state := rapid.SampledFrom([]delivery.BatchState{delivery.BatchOpen, delivery.BatchPaused, delivery.BatchPaused, delivery.BatchCancelled}).Draw(t, "state")
	must(t, w.Store.SetBatch(w.ctx, b, state))
	w.states[b] = state
	for _, f := range w.owed {
		if f.message.Batch == b && state == delivery.BatchCancelled {
			f.cancelled = true
		}
	}
}

// correct brings a batch to its next version.
func (w *world) correct(t *rapid.T) {
	b := w.batch(t)
	w.land(t) // a parcel in flight carries the version before
	w.save(t, b)
	_, err := followUp(w.Store, delivery.FollowUp{Batch: b, Op: delivery.Edit, Version: w.content[b], Due: w.now})
	must(t, err)
}

// land settles all that is in flight as lost.
func (w *world) land(t *rapid.T) {
	var receipts []delivery.Receipt
	for _, p := range w.flying {
		receipts = append(receipts, delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Unknown, Due: w.now})
		if f := w.owed[p.Key]; f != nil {
			f.state, f.lost = delivery.Unknown, f.lost+1
		}
	}
	clear(w.flying)
	_, err := w.Store.Turn(w.ctx, w.lease, w.lane, w.now, receipts, 0)
	must(t, err)
}

func (w *world) halt(t *rapid.T) {
	w.halted = !w.halted
	must(t, w.Store.Halt(w.ctx, w.halted))
}

// agree asks whether the ledger counts what the world knows.
func (w *world) agree(t *rapid.T) {
	for _, b := range w.batches {
		c, err := w.Store.Counts(w.ctx, b)
		must(t, err)
		open, err := w.Store.Unfinished(w.ctx, b)
		must(t, err)
		if open != c.Open() {
			t.Fatalf("%s is unfinished: %v; it counts %+v", b, open, c)
		}
		sent, repeats, owed := 0, 0, 0
		for _, f := range w.owed {
			if f.message.Batch == b {
				owed++
				if f.state == delivery.Sent {
					sent++
				}
				repeats += f.repeats
			}
		}
		all := c.Queued + c.Sending + c.Unknown + c.Sent + c.Dropped[delivery.Cancelled]
		if c.Sent != sent || all < owed || c.Repeats != repeats {
			t.Fatalf("%s counts %+v; the world knows of %d owed, %d sent, %d repeats", b, c, owed, sent, repeats)
		}
	}
}

// end lets all that is stopped go on, and asks that everything arrives.
func (w *world) end(t *rapid.T) {
	must(t, w.Store.Halt(w.ctx, false))
	w.halted = false
	for _, b := range w.batches {
		if w.states[b] == delivery.BatchPaused {
			w.states[b] = delivery.BatchOpen
			must(t, w.Store.SetBatch(w.ctx, b, delivery.BatchOpen))
		}
	}
	w.land(t)
	for idle := 0; idle < 3; {
		w.now = w.now.Add(2 * time.Hour)
		var receipts []delivery.Receipt
		c, err := w.Store.Turn(w.ctx, w.lease, w.lane, w.now, nil, 100)
		must(t, err)
		idle++
		for _, p := range c.Parcels {
			idle = 0
			w.claimed(t, p)
			receipts = append(receipts, w.arrived(p))
		}
		_, err = w.Store.Turn(w.ctx, w.lease, w.lane, w.now, receipts, 0)
		must(t, err)
	}
	w.agree(t)
	for key, f := range w.owed {
		if f.state != delivery.Sent && !f.cancelled {
			t.Fatalf("%s is lost: it is %s", key, f.state)
		}
		if f.state == delivery.Sent && f.version != w.content[f.message.Batch] {
			t.Fatalf("%s was left at version %d of %d", key, f.version, w.content[f.message.Batch])
		}
	}
}

// arrived is the receipt of a parcel at the end of the world.
func (w *world) arrived(p delivery.Parcel) delivery.Receipt {
	r := delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Sent, Version: p.Version, At: w.now}
	delete(w.flying, p.Key)
	if p.Op == delivery.Edit {
		w.owed[p.Target].version = p.Version
		return r
	}
	r.MessageID = "id"
	w.owed[p.Key].state, w.owed[p.Key].version = delivery.Sent, p.Version
	return r
}
