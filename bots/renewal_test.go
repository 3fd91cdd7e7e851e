package bots

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble tests open renewals where time is made up; all of them must have ended when the test closes them.
func inBubble(t *testing.T, test func(*testing.T, *Renewals)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &Renewals{}
		r.Open()
		test(t, r)
		r.Close()
	})
}

// pass lets time pass in a bubble, and what is due happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestACardIsRenewedUntilItStaysAsItIs(t *testing.T) {
	inBubble(t, func(t *testing.T, r *Renewals) {
		var pressed []string
		began := time.Now()
		r.Keep(t.Context(), "card", Renewal{2 * time.Second, "a"}, func(_ context.Context, button string) Renewal {
			pressed = append(pressed, fmt.Sprint(button, time.Since(began)))
			if button == "a" {
				return Renewal{3 * time.Second, "b"}
			}
			return Renewal{}
		})
		pass(time.Minute)
		if got := fmt.Sprint(pressed); got != "[a2s b5s]" {
			t.Errorf("pressed %s", got)
		}
	})
}

func TestNobodysCardIsRenewedForEver(t *testing.T) {
	inBubble(t, func(t *testing.T, r *Renewals) {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		r.Keep(ctx, "card", Renewal{time.Second, "a"}, func(context.Context, string) Renewal { n++; return Renewal{time.Second, "a"} })
		cancel() // the press that began it is long answered
		pass(time.Hour)
		if most := int(longestRenewal / time.Second); n > most || n < most-1 {
			t.Errorf("renewed %d times in an hour", n)
		}
	})
}

func TestARenewalUnderWayIsOverWhenItIsStopped(t *testing.T) {
	inBubble(t, func(t *testing.T, r *Renewals) {
		n, over := 0, false
		press := func(ctx context.Context, _ string) Renewal {
			n++
			time.Sleep(2 * time.Second) // the way there and back
			over = ctx.Err() == nil
			return Renewal{time.Second, "a"}
		}
		r.Keep(t.Context(), "card", Renewal{time.Second, "a"}, press)
		r.Keep(t.Context(), "card", Renewal{time.Second, "again"}, press)
		time.Sleep(2 * time.Second)
		r.Stop("card")
		if !over || n != 1 {
			t.Errorf("over %v, pressed %d times", over, n)
		}
		pass(time.Minute)
		if n != 1 {
			t.Errorf("pressed %d times after it was stopped", n-1)
		}
	})
}

func TestClosingBreaksOffWhatIsUnderWay(t *testing.T) {
	inBubble(t, func(t *testing.T, r *Renewals) {
		over := false
		r.Keep(t.Context(), "card", Renewal{time.Second, "a"}, func(ctx context.Context, _ string) Renewal {
			<-ctx.Done()
			over = true
			return Renewal{time.Second, "a"}
		})
		time.Sleep(2 * time.Second)
		r.Close()
		if !over {
			t.Error("it is not over")
		}
	})
}

func TestNoMoreCardsAreRenewedThanThereIsRoomFor(t *testing.T) {
	inBubble(t, func(t *testing.T, r *Renewals) {
		n := make(chan string, 2*mostRenewals)
		for i := range 2 * mostRenewals {
			r.Keep(t.Context(), fmt.Sprint(i), Renewal{time.Second, "a"}, func(context.Context, string) Renewal { n <- "a"; return Renewal{} })
		}
		pass(time.Minute)
		if len(n) != mostRenewals {
			t.Errorf("%d are renewed", len(n))
		}
		r.Close()
		r.Keep(t.Context(), "late", Renewal{time.Second, "a"}, func(context.Context, string) Renewal { n <- "late"; return Renewal{} })
		pass(time.Minute)
		if len(n) != mostRenewals {
			t.Error("a card is renewed by what is closed")
		}
	})
}
