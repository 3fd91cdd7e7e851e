package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Window is how many messages of a lane may be in flight: attempt on record, receipt not yet. It bounds what a crash
// leaves in doubt.
const Window = 32

// Attempt is the longest that one attempt to deliver may take, all its calls together. A send begins only while the
// lease lasts longer than that, so that none can outlive it; see LeaseTTL.
const Attempt = 5 * time.Second

// Grace is how long a soft stop waits for sends in flight.
const Grace = 20 * time.Second

// A try to settle the last receipts has landTime; landAgain is the pause between two.
const (
	landTime  = 5 * time.Second
	landAgain = 200 * time.Millisecond
)

// gather is how long a receipt may wait for others while a lane runs at full speed, so that they share one write.
const gather = 2 * time.Millisecond

// Dispatcher delivers one lane. It claims no more than the pace lets go at once, so that what is more urgent is always
// found in the ledger before what is less, and it sends what it has claimed without further waiting.
type Dispatcher struct {
	Lane   Lane
	Ledger Ledger
	Sender Sender
	Pacer  *Pacer
	Window int                    // 0 means the constant Window
	Wake   func() <-chan struct{} // a channel that is closed when messages have changed
	Log    *slog.Logger
	Now    func() time.Time

	// Alarm is told once when a fault that needs an operator begins, and once when it is over (nil error).
	Alarm func(fault error)

	// Attempted is told of each attempt that was made: what becomes of the message, and how long the call took. It is
	// called by several at once and must not wait. nil: nobody is told.
	Attempted func(Parcel, Receipt, time.Duration)

	// Fares are the batches that are paid for; nil: none ever is. FareRefused is told when the platform takes no payment,
	// and until when nothing is paid for; nil: nobody is told.
	Fares       Fares
	FareRefused func(err error, until time.Time)

	work     chan errand // to a courier who is free
	receipts chan Receipt
	done     []Receipt // come back, not yet settled
	flying   int       // claimed and not yet settled, those in done included
	breaker  breaker
	dead     atomic.Bool  // the token was refused, and has not worked since
	unpaid   atomic.Int64 // payment was refused: nothing is paid for before this Unix millisecond
	rested   time.Time    // no more is claimed than goes for nothing before
}

// errInDoubt ends a run after a turn whose outcome the database did not tell: what it may have claimed is found again
// by the next run's recovery. Receipts have been settled by then.
var errInDoubt = errors.New("the ledger failed in the middle of a turn; beginning again")

// Run delivers until ctx ends or the lease is lost (ErrLeaseLost). It begins by turning what an earlier owner left in
// flight into "unknown", and ends by letting its own sends finish within Grace and settling them. Where the database is
// gone it settles them when it is back, unless the process is to stop (then it tries for Grace) or the lane is another's.
func (d *Dispatcher) Run(ctx context.Context, t *Tenure) error {
	if d.Window == 0 {
		d.Window = Window
	}
	d.work, d.receipts = make(chan errand), make(chan Receipt, d.Window)
	n, err := d.Ledger.Recover(ctx, t.Lease(), d.Lane, d.Now())
	if err != nil {
		return fmt.Errorf("recover %s: %w", d.Lane, err)
	}
	if n > 0 {
		d.Log.Warn("messages in flight when the last owner ended; they are sent again", "lane", d.Lane, "count", n)
	}
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	err = d.loop(ctx, sending, t)
	return errors.Join(err, d.land(cancel, t))
}

// loop turns receipts into claims and claims into sends.
func (d *Dispatcher) loop(ctx, sending context.Context, t *Tenure) error {
	failed := false
	for ctx.Err() == nil {
		if err := t.Guard(d.Now()); err != nil {
			return err
		}
		wake := d.Wake()
		d.collect()
		want, slot := d.room(t)
		if failed {
			want = 0 // settle only: a receipt is never given up for a fault of the database
		} else if want == 0 && len(d.done) == 0 {
			d.wait(ctx, nil, slot)
			continue
		}
		claim, err := d.Ledger.Turn(ctx, t.Lease(), d.Lane, d.Now(), d.done, want)
		switch {
		case errors.Is(err, ErrLeaseLost):
			return err
		case err != nil:
			failed = true
			if ctx.Err() == nil {
				d.Log.Error("ledger: turn failed, will be repeated", "lane", d.Lane, "err", err)
				d.wait(ctx, nil, d.Now().Add(time.Second))
			}
			continue
		case failed:
			d.settled()
			return errInDoubt
		}
		d.settled()
		d.launch(sending, t, claim.Parcels)
		if want > 0 && d.hurries() {
			d.restFares(claim.Parcels)
		}
		if len(claim.Parcels) < want && len(d.done) == 0 || want == 0 {
			d.wait(ctx, d.unlessFull(wake), d.until(claim, want, slot))
		}
	}
	return nil
}

// room is how many messages may be claimed now; when none, at is when that may change without a receipt.
func (d *Dispatcher) room(t *Tenure) (n int, at time.Time) {
	if now := d.Now(); !t.outlasts(now) { // its renewal is late
		return 0, now.Add(RenewEvery / 10)
	}
	free, slot := d.Pacer.Free()
	if d.hurries() {
		if n, at := d.Pacer.FreePaid(); n > free {
			free, slot = n, time.Time{}
		} else if free == 0 && at.Before(slot) {
			slot = at
		}
	}
	if d.away() >= d.window() {
		return 0, d.Now().Add(time.Second)
	}
	return min(free, d.window()-d.away()), slot
}

// window is how many may be in flight now: while the platform is down one, which finds out whether it still is. Each may
// be one that arrives and is not answered.
func (d *Dispatcher) window() int {
	if d.breaker.open() || d.dead.Load() {
		return 1
	}
	return d.Window
}

// away is how many are in flight and have not come back. Those that have make room in the very turn that settles them.
func (d *Dispatcher) away() int { return d.flying - len(d.done) }

// settled forgets receipts that are in the ledger now.
func (d *Dispatcher) settled() {
	d.flying -= len(d.done)
	d.done = d.done[:0]
}

// unlessFull is wake while there is room in the window; with no room only a receipt can move us on.
func (d *Dispatcher) unlessFull(wake <-chan struct{}) <-chan struct{} {
	if d.away() >= d.window() {
		return nil
	}
	return wake
}

// until says when to look again: when the next message falls due or the next slot comes, at the latest in a second
// (the net under lost wake-ups).
func (d *Dispatcher) until(claim Claim, want int, slot time.Time) time.Time {
	at := d.Now().Add(time.Second)
	if want == 0 && slot.Before(at) {
		return slot
	}
	if !claim.Next.IsZero() && claim.Next.Before(at) {
		return later(claim.Next, d.Now().Add(time.Millisecond))
	}
	return at
}

// collect takes the receipts that are there. While the lane runs at full speed it waits a moment for company, so that one
// half of the window is settled and claimed while the other half is being sent.
func (d *Dispatcher) collect() {
	var late <-chan time.Time
	for len(d.done) < d.flying {
		select {
		case r := <-d.receipts:
			d.done = append(d.done, r)
			continue
		default:
		}
		if len(d.done) == 0 || len(d.done) >= d.Window/2 || d.flying <= d.Window/2 {
			return
		}
		if late == nil {
			late = time.After(gather)
		}
		select {
		case r := <-d.receipts:
			d.done = append(d.done, r)
		case <-late:
			return
		}
	}
}

// wait rests until a receipt comes (and keeps it), wake, at, or the end of ctx.
func (d *Dispatcher) wait(ctx context.Context, wake <-chan struct{}, at time.Time) {
	timer := time.NewTimer(max(0, at.Sub(d.Now())))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	case r := <-d.receipts:
		d.done = append(d.done, r)
	}
}

// launch sends parcels, all at the same time; those that may not go now are done at once.
func (d *Dispatcher) launch(ctx context.Context, t *Tenure, ps []Parcel) {
	for _, p := range ps {
		d.flying++
		now := d.Now()
		if !p.Expires.IsZero() && p.Expires.Before(now) {
			d.done = append(d.done, receipt(p, Receipt{State: Dropped, Reason: Expired, At: now, Note: "too late to go out as new"}))
			continue
		}
		take := d.Pacer.Take
		if p.Paid = d.paid(p); p.Paid {
			take = d.Pacer.TakePaid
		}
		ok, at := take(p.To.Chat, p.To.Kind)
		if !ok {
			d.done = append(d.done, receipt(p, Receipt{State: doubt(p), Due: at, Deferred: true}))
			continue
		}
		e := errand{p, at}
		select {
		case d.work <- e:
		default:
			go d.courier(ctx, t, e)
		}
	}
}

// errand is a parcel whose slot was taken at an instant.
type errand struct {
	Parcel
	taken time.Time
}

// courier delivers one parcel after another, until ctx ends. There are never more of them than the window is large.
func (d *Dispatcher) courier(ctx context.Context, t *Tenure, e errand) {
	for {
		d.receipts <- d.deliver(d.Pacer.Ride(ctx, e.taken), t, e.Parcel)
		select {
		case <-ctx.Done():
			return
		case e = <-d.work:
		}
	}
}

// deliver makes one attempt. A lease that does not outlast it (the process was frozen) sends nothing: another may be
// sending by then.
func (d *Dispatcher) deliver(ctx context.Context, t *Tenure, p Parcel) Receipt {
	ctx, cancel := context.WithTimeout(ctx, Attempt) // before the lease is looked at: what is frozen here, is cut off
	defer cancel()
	if !t.outlasts(d.Now()) {
		return receipt(p, Receipt{State: doubt(p), Due: d.Now(), Deferred: true})
	}
	began := d.Now()
	id, err := d.Sender.Deliver(ctx, p)
	r := d.judge(p, err, d.Now())
	r.MessageID = id
	r = receipt(p, r)
	if d.Attempted != nil {
		d.Attempted(p, r, d.Now().Sub(began))
	}
	return r
}

// receipt fills in whose it is. What would wait beyond its expiry is looked at again when it expires, so that it
// ends then: it keeps no alert open, and takes no ring from the reader's budget.
func receipt(p Parcel, r Receipt) Receipt {
	if end := p.Expires.Add(time.Millisecond); !p.Expires.IsZero() && r.Due.After(end) {
		r.Due = end
	}
	r.Key, r.Op, r.Subscriber, r.Version = p.Key, p.Op, p.Subscriber, p.Version
	return r
}

// judge turns a sender's answer into what becomes of the message, and lets the pace and the breaker learn from it.
func (d *Dispatcher) judge(p Parcel, err error, now time.Time) Receipt {
	again := now.Add(backoff(p.Attempts))
	var (
		retry    *RetryError
		standing *StandingError
		moved    *MovedError
	)
	switch {
	case err == nil, errors.Is(err, ErrUnchanged):
		d.works(now)
		return Receipt{State: Sent, At: now}
	case fareRefused(p, err):
		return d.refused(p, err, now)
	case errors.As(err, &retry):
		return d.tooFast(p, retry, now)
	case errors.As(err, &standing):
		d.works(now)
		return Receipt{State: Dropped, Reason: Gone, At: now, Note: err.Error(), Standing: standing.Standing}
	case errors.As(err, &moved):
		d.works(now)
		return Receipt{State: doubt(p), Due: d.afterMove(p, moved, now), Note: err.Error(), Moved: &moved.To}
	case errors.Is(err, ErrDeletedThere):
		d.works(now)
		return Receipt{State: Dropped, Reason: DeletedThere, At: now, Note: err.Error()}
	case errors.Is(err, ErrRejected):
		d.works(now)
		d.Log.Error("the platform refuses a message: a fault of ours", "lane", d.Lane, "key", p.Key, "err", err)
		return Receipt{State: Dropped, Reason: Rejected, At: now, Note: err.Error()}
	case errors.Is(err, ErrLaneDead):
		d.dies(err, now)
		return Receipt{State: doubt(p), Due: now.Add(time.Minute), Note: err.Error()}
	case errors.Is(err, ErrNotSent): // refused or never left us: it surely did not arrive
		d.fails(err, now)
		return Receipt{State: doubt(p), Due: again, Note: err.Error()}
	default: // it left us and no answer came: it may have arrived
		d.fails(err, now)
		return Receipt{State: Unknown, Due: again, Note: err.Error()}
	}
}

// doubt is the state of a message whose present attempt surely did not arrive: that of the attempts before.
func doubt(p Parcel) State {
	if p.Doubtful {
		return Unknown
	}
	return Queued
}

// afterMove is when to try a chat again that has moved: at once, unless it moves in circles.
func (d *Dispatcher) afterMove(p Parcel, moved *MovedError, now time.Time) time.Time {
	if moved.To.Chat == p.To.Chat && moved.To.Thread == p.To.Thread || p.Attempts > 3 {
		return now.Add(backoff(p.Attempts))
	}
	return now
}

func (d *Dispatcher) tooFast(p Parcel, retry *RetryError, now time.Time) Receipt {
	until := now.Add(min(retry.After, longestWait))
	if retry.After <= 0 { // it did not say how long
		until = now.Add(backoff(p.Attempts))
	}
	switch retry.Scope {
	case ScopeMessage: // no other waits for it
	case ScopeLane:
		d.Pacer.PauseLane(until)
	default:
		d.Pacer.PauseChat(p.To.Chat, until)
	}
	d.Log.Warn("told to wait", "lane", d.Lane, "scope", retry.Scope, "seconds", retry.After.Seconds())
	return Receipt{State: doubt(p), Due: until, Note: retry.Error()}
}

// fails counts a failure of the platform as a whole: nobody is cut off because a platform is down.
func (d *Dispatcher) fails(err error, now time.Time) {
	until, first := d.breaker.fail(now)
	d.Pacer.PauseLane(until)
	if first {
		d.alarm(fmt.Errorf("%s does not answer: %w", d.Lane, err))
	}
}

func (d *Dispatcher) dies(err error, now time.Time) {
	until := now.Add(time.Minute)
	d.Pacer.PauseLane(until)
	d.breaker.rest(until)
	if !d.dead.Swap(true) {
		d.alarm(fmt.Errorf("%s: nothing can be sent: %w", d.Lane, err))
	}
}

func (d *Dispatcher) works(now time.Time) {
	if d.breaker.rests(now) {
		return
	}
	mended := d.breaker.works()
	if d.dead.Swap(false) || mended {
		d.alarm(nil)
	}
}

func (d *Dispatcher) alarm(fault error) {
	if fault != nil {
		d.Log.Error("delivery fault", "lane", d.Lane, "err", fault)
	} else {
		d.Log.Info("delivery works again", "lane", d.Lane)
	}
	if d.Alarm != nil {
		d.Alarm(fault)
	}
}

// land waits for what is in flight and settles it; after Grace the rest is cut off, which leaves it unknown.
func (d *Dispatcher) land(cancel context.CancelFunc, t *Tenure) error {
	late := time.After(Grace)
	for len(d.done) < d.flying {
		select {
		case r := <-d.receipts:
			d.done = append(d.done, r)
		case <-late:
			cancel()
			late = nil
		}
	}
	if len(d.done) == 0 {
		return nil
	}
	end := d.Now().Add(Grace)
	for told := false; ; told = true {
		err := d.settleLast(t, end)
		if err == nil {
			d.settled()
			return nil
		}
		if t.goesOn() {
			end = d.Now().Add(Grace)
		}
		if errors.Is(err, ErrLeaseLost) || !d.Now().Add(landAgain).Before(end) {
			return fmt.Errorf("settle the last %d messages of %s: %w", len(d.done), d.Lane, err)
		}
		if !told {
			d.Log.Error("ledger: what was sent cannot be settled, will be repeated", "lane", d.Lane, "count", len(d.done), "err", err)
		}
		_ = pause(context.Background(), landAgain) // nothing can end it early
	}
}

// settleLast tries to settle what is done. Who is in doubt is told again, so while the process lives it is tried until
// the database answers, even under a lease that has run out meanwhile: as long as nobody else has taken the lane, what
// the receipts say is true.
func (d *Dispatcher) settleLast(t *Tenure, end time.Time) error {
	ctx, stop := context.WithTimeout(context.Background(), min(landTime, end.Sub(d.Now())))
	defer stop()
	_, err := d.Ledger.Turn(ctx, t.Lease(), d.Lane, d.Now(), d.done, 0)
	return err
}

// backoff is how long to wait before attempt n+1: 1 s, doubling to 5 min, a fifth of it at random.
func backoff(n int) time.Duration {
	d := min(5*time.Minute, time.Second<<min(max(n-1, 0), 12))
	return d - time.Duration(rand.Int64N(int64(d)/5))
}
