package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/delivery/deliverytest"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

const towerLane = delivery.Lane("telegram/main")

// platform is a chat platform that does to each parcel what the test says, and remembers what readers saw.
type platform struct {
	do   func(delivery.Parcel) error // nil: it arrives and is answered
	trip time.Duration               // the way there and back; 0: 40 ms

	mu   sync.Mutex
	seen map[delivery.Key]int
	lost int // arrived, and not answered
	at   []arrival
}

type arrival struct {
	delivery.Parcel
	when time.Time
}

// arrivals is what has arrived so far, while the lane goes on.
func (p *platform) arrivals() []arrival {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.at)
}

var errLost = errors.New("connection reset") // it left us and no answer came

func (p *platform) Deliver(ctx context.Context, parcel delivery.Parcel) (string, error) {
	select {
	case <-time.After(cmp.Or(p.trip, 40*time.Millisecond)):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	var err error
	if p.do != nil {
		err = p.do(parcel)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil || errors.Is(err, errLost) {
		if p.seen == nil {
			p.seen = map[delivery.Key]int{}
		}
		p.seen[parcel.Key]++
		p.at = append(p.at, arrival{parcel, time.Now()})
	}
	if err != nil {
		if errors.Is(err, errLost) {
			p.lost++
		}
		return "", err
	}
	return "id " + string(parcel.Key), nil
}

// tower is a store with a lane, inside a bubble where time is made up.
type tower struct {
	t *testing.T
	*store.Store
	house deliverytest.House
	log   *slog.Logger
}

// inTower runs a test in a bubble, on SQLite.
func inTower(t *testing.T, test func(*tower)) {
	t.Helper()
	url := storetest.SQLiteURL(t)
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(context.Background(), url, store.Options{Key: storetest.Key(t)})
		if err != nil {
			t.Fatal(err)
		}
		test(&tower{t: t, Store: s, house: house(t, s), log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// owe owes a batch to readers, who are subscribed first.
func (o *tower) owe(b delivery.BatchID, class delivery.Class, from, n int) {
	o.t.Helper()
	if err := o.SaveContent(context.Background(), delivery.ContentID(b+"/en"), 1, delivery.Content{Headline: string(b)}); err != nil {
		o.t.Fatal(err)
	}
	var ms []delivery.Message
	for i := from; i < from+n; i++ {
		to := o.house.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: fmt.Sprint(i), Kind: delivery.Private})
		key := delivery.SendKey(b, to)
		ms = append(ms, delivery.Message{Key: key, Batch: b, Lane: towerLane, Subscriber: to, Op: delivery.Send, Class: class,
			Rank: delivery.Rank(delivery.Private, b, to), Due: time.Now(), Content: delivery.ContentID(b + "/en")})
	}
	if _, err := o.Owe(context.Background(), ms); err != nil {
		o.t.Fatal(err)
	}
}

// run holds the lane and delivers to p until stop is called, which waits.
func (o *tower) run(p *platform, pace delivery.Pace, alarm func(error)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		o.holding("first").Hold(ctx, o.dispatcher(p, pace, alarm).Run)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func (o *tower) holding(owner string) delivery.Holding {
	return delivery.Holding{Leases: o, Name: "lane/" + string(towerLane), Owner: owner, Log: o.log, Now: time.Now}
}

func (o *tower) dispatcher(p *platform, pace delivery.Pace, alarm func(error)) *delivery.Dispatcher {
	return &delivery.Dispatcher{Lane: towerLane, Ledger: o, Sender: p, Pacer: delivery.NewPacer(pace, time.Now),
		Wake: func() <-chan struct{} { return o.Changed(store.Messages) }, Log: o.log, Now: time.Now, Alarm: alarm}
}

func (o *tower) counts(b delivery.BatchID) delivery.Counts {
	o.t.Helper()
	c, err := o.Counts(context.Background(), b)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// done lets time pass until nothing of the batch is open, for an hour at most.
func (o *tower) done(b delivery.BatchID) delivery.Counts {
	o.t.Helper()
	for range 3600 {
		if c := o.counts(b); !c.Open() {
			return c
		}
		time.Sleep(time.Second)
	}
	o.t.Fatalf("%s is not done after an hour: %+v", b, o.counts(b))
	return delivery.Counts{}
}

var quick = delivery.Pace{PerSecond: 200}

func TestDispatcherTellsEveryoneOnceAlthoughThePlatformFails(t *testing.T) {
	inTower(t, func(o *tower) {
		rng := rand.New(rand.NewPCG(1, 2))
		var mu sync.Mutex
		p := &platform{do: func(parcel delivery.Parcel) error {
			mu.Lock()
			defer mu.Unlock()
			switch rng.IntN(20) {
			case 0:
				return &delivery.RetryError{After: 2 * time.Second, Scope: delivery.ScopeChat, Err: errors.New("429")}
			case 1:
				return fmt.Errorf("502: %w", delivery.ErrNotSent)
			case 2:
				return errLost
			case 3:
				to := parcel.To
				to.Chat = "9" + to.Chat
				return &delivery.MovedError{To: to, Err: errors.New("migrated")}
			}
			return nil
		}}
		o.owe("alert/a", delivery.Bulletin, 1000, 400)
		stop := o.run(p, quick, nil)
		c := o.done("alert/a")
		stop()
		if c.Sent != 400 || len(p.seen) != 400 {
			t.Errorf("%d are sent on record, readers saw %d; want 400", c.Sent, len(p.seen))
		}
		if twice := len(p.arrivals()) - 400; twice > p.lost || p.lost == 0 {
			t.Errorf("%d were told twice, %d answers were lost", twice, p.lost)
		}
	})
}

func TestFlashOvertakesADigestUnderWay(t *testing.T) {
	inTower(t, func(o *tower) {
		p := &platform{}
		o.owe("edition/a", delivery.Digest, 1000, 300)
		stop := o.run(p, delivery.Pace{PerSecond: 30}, nil)
		time.Sleep(3 * time.Second)
		start := time.Now()
		o.owe("alert/flash", delivery.Flash, 2000, 30)
		o.done("alert/flash")
		o.done("edition/a")
		stop()
		first, last, between := time.Duration(0), time.Duration(0), 0
		for _, a := range p.arrivals() {
			took := a.when.Sub(start)
			if a.Batch == "alert/flash" {
				if first == 0 {
					first = took
				}
				last = took
			} else if first > 0 && took < 900*time.Millisecond {
				between++
			}
		}
		if first > 200*time.Millisecond || last > 1200*time.Millisecond || between > 1 {
			t.Errorf("the flash arrived from %s to %s, %d digests between; want it at once and alone", first, last, between)
		}
	})
}

func TestOutageCutsNobodyOff(t *testing.T) {
	inTower(t, func(o *tower) {
		down := time.Now().Add(2 * time.Second)
		up := down.Add(time.Minute)
		tries := 0
		p := &platform{do: func(delivery.Parcel) error {
			if now := time.Now(); now.After(down) && now.Before(up) {
				tries++
				return fmt.Errorf("503: %w", delivery.ErrNotSent)
			}
			return nil
		}}
		p.do = locked(p.do)
		var alarms []bool
		o.owe("alert/a", delivery.Bulletin, 1000, 200)
		stop := o.run(p, delivery.Pace{PerSecond: 50}, func(fault error) { alarms = append(alarms, fault != nil) })
		c := o.done("alert/a")
		stop()
		if c.Sent != 200 || len(p.arrivals()) != 200 {
			t.Errorf("got %+v, %d arrived", c, len(p.arrivals()))
		}
		if tries > 100 {
			t.Errorf("tried %d times while it was down", tries)
		}
		if late := c.Last.Sub(up); late > 40*time.Second {
			t.Errorf("the last arrived %s after the platform was back", late)
		}
		if len(alarms) != 2 || !alarms[0] || alarms[1] {
			t.Errorf("alarms %v, want one fault and its end", alarms)
		}
	})
}

// locked makes a function that is called by one at a time.
func locked(do func(delivery.Parcel) error) func(delivery.Parcel) error {
	var mu sync.Mutex
	return func(p delivery.Parcel) error {
		mu.Lock()
		defer mu.Unlock()
		return do(p)
	}
}

func TestSoftStopLeavesNothingInDoubt(t *testing.T) {
	inTower(t, func(o *tower) {
		p := &platform{}
		o.owe("alert/a", delivery.Bulletin, 1000, 100)
		stop := o.run(p, quick, nil)
		time.Sleep(250 * time.Millisecond)
		stop()
		if c := o.counts("alert/a"); c.Sending+c.Unknown > 0 || c.Sent == 0 || c.Sent == 100 || c.Sent != len(p.arrivals()) {
			t.Errorf("stopped on the way with %+v; %d had arrived", c, len(p.arrivals()))
		}
		stop = o.run(p, quick, nil)
		c := o.done("alert/a")
		stop()
		if c.Sent != 100 || len(p.arrivals()) != 100 {
			t.Errorf("got %+v, %d arrived", c, len(p.arrivals()))
		}
	})
}

// TestFrozenOwnerSendsNothingMore freezes an owner by keeping its renewals from the database; when its lease has run
// out another takes over, and the first one, thawed, learns it.
func TestFrozenOwnerSendsNothingMore(t *testing.T) {
	inTower(t, func(o *tower) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		old := &platform{trip: delivery.Attempt - time.Millisecond} // as slow as can be
		o.owe("alert/a", delivery.Bulletin, 1000, 300)
		lease, err := o.Acquire(ctx, "lane/"+string(towerLane), "frozen", delivery.LeaseTTL)
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() { // nobody renews
			ended <- o.dispatcher(old, delivery.Pace{PerSecond: 20}, nil).Run(ctx, delivery.NewTenure(lease))
		}()
		time.Sleep(delivery.LeaseTTL)
		fresh := &platform{}
		taken := time.Now()
		stop := o.run(fresh, delivery.Pace{PerSecond: 20}, nil)
		if err := <-ended; !errors.Is(err, delivery.ErrLeaseLost) {
			t.Errorf("the former owner ended with %v", err)
		}
		o.done("alert/a")
		stop()
		for _, a := range old.at {
			if a.when.After(taken) {
				t.Errorf("the former owner's %s arrived %s after the other took over", a.Key, a.when.Sub(taken))
			}
		}
		seen := map[delivery.Key]int{}
		for _, a := range append(old.at, fresh.at...) {
			seen[a.Key]++
		}
		if twice := len(old.at) + len(fresh.at) - len(seen); len(seen) != 300 || twice > delivery.Window {
			t.Errorf("%d of 300 were told, %d twice", len(seen), twice)
		}
	})
}

func TestHaltStopsALaneWithinASecond(t *testing.T) {
	inTower(t, func(o *tower) {
		p := &platform{}
		o.owe("alert/a", delivery.Bulletin, 1000, 200)
		stop := o.run(p, quick, nil)
		time.Sleep(200 * time.Millisecond)
		if err := o.Halt(context.Background(), true); err != nil {
			t.Fatal(err)
		}
		halted := time.Now()
		time.Sleep(time.Minute)
		for _, a := range p.arrivals() {
			if a.when.After(halted.Add(time.Second)) {
				t.Errorf("%s arrived %s after the halt", a.Key, a.when.Sub(halted))
			}
		}
		if err := o.Halt(context.Background(), false); err != nil {
			t.Fatal(err)
		}
		if c := o.done("alert/a"); c.Sent != 200 {
			t.Errorf("got %+v", c)
		}
		stop()
	})
}
