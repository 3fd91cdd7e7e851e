package delivery

import (
	"fmt"
	"log/slog"
	"testing"
	"time"
)

func paying(now *time.Time, told *[]error) *Dispatcher {
	clock := func() time.Time { return *now }
	return &Dispatcher{
		Lane: "telegram/main", Pacer: NewPacer(Pace{PerSecond: 30, PaidPerSecond: 500}, clock), Now: clock, Log: slog.New(slog.DiscardHandler),
		Fares: func() map[BatchID]bool { return map[BatchID]bool{"alert/1": true} }, FareRefused: func(err error, _ time.Time) { *told = append(*told, err) },
	}
}

func TestOnlyTheFirstAttemptAtAFlashIsPaid(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d := paying(&now, new([]error))
	flash := Parcel{Message: Message{Batch: "alert/1", Op: Send, Class: Flash}, Attempts: 1}
	for _, c := range []struct {
		name   string
		change func(*Parcel)
		want   bool
	}{
		{"a flash", func(*Parcel) {}, true},
		{"of another alert", func(p *Parcel) { p.Batch = "alert/2" }, false},
		{"again", func(p *Parcel) { p.Attempts = 2 }, false},
		{"a correction", func(p *Parcel) { p.Op = Edit }, false},
		{"a reply", func(p *Parcel) { p.Op = Reply }, false},
		{"a bulletin", func(p *Parcel) { p.Class = Bulletin }, false},
	} {
		p := flash
		if c.change(&p); d.paid(p) != c.want {
			t.Errorf("%s: paid %v, want %v", c.name, !c.want, c.want)
		}
	}
}

func TestARefusedPaymentLosesNothingAndIsToldOnce(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		err   error
		pause time.Duration // of the lane
	}{
		{"no balance", fmt.Errorf("%w: no Stars", ErrFareRefused), 0},
		{"too fast all the same", &RetryError{After: 3 * time.Second, Scope: ScopeLane, Err: ErrNotSent}, 3 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			var told []error
			d := paying(&now, &told)
			p := Parcel{Message: Message{Batch: "alert/1", Op: Send, Class: Flash}, Attempts: 1, Paid: true}
			d.restFares(nil) // nothing more to pay for is found while it is on its way
			if d.hurries() {
				t.Error("it claims for nothing what cannot go for nothing")
			}
			for range 3 { // that were in flight together
				if r := d.judge(p, c.err, now); r.State != Queued || r.Due.After(now.Add(c.pause)) {
					t.Fatalf("it is not sent again: %+v", r)
				}
			}
			if len(told) != 1 {
				t.Errorf("told %d times: %v", len(told), told)
			}
			if p.Attempts = 1; d.paid(p) {
				t.Error("another is paid for at once")
			}
			now = now.Add(fareRefusal)
			if !d.paid(p) {
				t.Error("payment is never tried again")
			}
		})
	}
}
