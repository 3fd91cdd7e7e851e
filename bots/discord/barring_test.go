package discord

import (
	"errors"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// barredFor delivers a parcel that Cloudflare bars; it answers what waits, and for how long.
func (w *world) barredFor(p delivery.Parcel) (delivery.Scope, time.Duration) {
	w.t.Helper()
	defer w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.Banned()})()
	_, err := w.Deliver(w.t.Context(), p)
	var retry *delivery.RetryError
	if !errors.As(err, &retry) {
		w.t.Fatalf("a page of Cloudflare's is %v", err)
	}
	return retry.Scope, retry.After
}

// flows says whether the lane lets messages go.
func (w *world) flows() bool {
	n, _ := w.pacer.Free()
	return n > 0
}

func TestAMessageBarredTwiceLetsAnotherProbe(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.pacer = delivery.NewPacer(delivery.Pace{}, w.clock)
	w.Bot = w.bot(Config{})
	first, other := w.parcel(w.to(w.news)), w.parcel(w.to(w.news))
	other.Key = "other"
	scope, pause := w.barredFor(first)
	if scope != delivery.ScopeLane || w.flows() {
		t.Fatalf("the first page makes the %s wait", scope)
	}
	w.later(pause)
	scope, longer := w.barredFor(first)
	if scope != delivery.ScopeMessage || longer <= pause || w.flows() {
		t.Errorf("the second makes the %s wait for %v, all others: %v", scope, longer, !w.flows())
	}
	w.later(pause)
	w.deliver(other)
	w.later(longer)
	if scope, _ = w.barredFor(first); scope != delivery.ScopeMessage || !w.flows() {
		t.Errorf("others get through, and the third makes the %s wait, all others: %v", scope, !w.flows())
	}
	w.later(longestBarring)
	w.deliver(first)
}

func TestAPageInsteadOfAnAnswerToSomebodyHoldsUpNoMessage(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"Cloudflare's page": discordtest.Banned(), "a limit of all": discordtest.TooManyBot(time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordtest.Options{})
			w.connected()
			w.fake.Inject(discordtest.Step{Method: "create_interaction_response", Fault: fault})
			if _, err := w.news.Run(w.reader, "news help", nil); err != nil {
				t.Fatal(err)
			}
			w.await("it could not answer", func() bool { return w.log.has("did not get through") })
			if !w.flows() {
				t.Error("the lane waits")
			}
		})
	}
}
