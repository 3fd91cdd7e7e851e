package feed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// WebSub (w3.org/TR/websub): a feed names a hub, we ask the hub to push what is new to an address of ours (the
// callback), the hub asks there whether that is what we want, and pushes until the lease ends. Polling goes on as the
// net below, less often while pushes work.
//
//	asked ─the hub verifies→ live ─renewed before its end→ live
//	  └──the hub denies────→ denied ─a day later→ asked
//	removed: ended ─the hub verifies, or the lease runs out→ forgotten

// Standing is how a subscription stands.
type Standing string

const (
	Asked  Standing = "asked"
	Live   Standing = "live"
	Denied Standing = "denied"
	Ended  Standing = "ended"
)

// Subscription is a hub's promise to push a source.
type Subscription struct {
	Source   string // its name; "" no subscription
	ID       string // the end of the callback's address, which cannot be guessed
	Hub      string // may hold a token
	Topic    string // what the hub calls the feed; may hold a token
	Secret   string // the key of the pushes' signatures
	Standing Standing
	Asked    time.Time // when we last asked the hub for anything
	Until    time.Time // the end of the lease
	Next     time.Time // when to ask again
	Pushed   time.Time // when something last came
	Pushes   int
	Missed   int    // readings in a row that found news before a push brought them
	Failures int    // of asking, in a row
	Fault    string // what is wrong, in words; "" nothing
}

// Subscriptions keep what hubs promised.
type Subscriptions interface {
	// Subscription is that of a source, the zero Subscription where there is none.
	Subscription(ctx context.Context, source string) (Subscription, error)
	// Called is the subscription whose callback it is, the zero Subscription where it is nobody's.
	Called(ctx context.Context, id string) (Subscription, error)
	// ChangeSubscription changes that of a source in one transaction. A change that leaves no Source deletes it.
	ChangeSubscription(ctx context.Context, source string, change func(*Subscription)) error
	// EndedSubscriptions are those of sources that were removed.
	EndedSubscriptions(ctx context.Context) ([]Subscription, error)
}

// Hub asks hubs for pushes.
type Hub struct {
	Subscriptions Subscriptions
	Callback      func(id string) string // the whole address where hubs reach us
	Clients       *Clients
	Log           *slog.Logger
	Now           func() time.Time // nil means time.Now
}

// Times of a subscription.
const (
	wantedLease  = 10 * 24 * time.Hour
	shortLease   = time.Minute // a hub that gives less is taken to have given this
	silentHub    = 15 * time.Minute
	deniedPause  = 24 * time.Hour
	maxHubPause  = 24 * time.Hour
	missedPushes = 2 // after so many the hub is not relied on until it pushes again
)

// relax makes a reading's state wait longer while pushes work, and counts the news that no push brought. It is never
// later than what the subscription needs.
func (h *Hub) relax(ctx context.Context, src Source, state State, late bool) (State, error) {
	sub, err := h.Subscriptions.Subscription(ctx, src.Name())
	if err != nil {
		return state, fmt.Errorf("feed: subscription of %s: %w", src.Name(), err)
	}
	if sub.Standing != Live || !h.now().Before(sub.Until) {
		return state, nil
	}
	if late {
		sub.Missed++
		err = h.Subscriptions.ChangeSubscription(ctx, src.Name(), func(s *Subscription) { s.Missed = sub.Missed })
	}
	if sub.works() && state.Every < netInterval {
		state.Every = netInterval
		state.Next = h.now().Add(jittered(netInterval))
	}
	if sub.Next.Before(state.Next) {
		state.Next = sub.Next
	}
	return state, err
}

// works reports whether pushes can be relied on.
func (s Subscription) works() bool { return s.Pushes > 0 && s.Missed < missedPushes }

// tend subscribes where a feed names a hub, renews before the lease ends, and ends what the feed names no more.
func (h *Hub) tend(ctx context.Context, src Source, state State) {
	sub, err := h.Subscriptions.Subscription(ctx, src.Name())
	switch {
	case err != nil:
	case state.Hub == "" && sub.Source == "", state.Hub != "" && sub.isFor(state) && !sub.due(h.now()):
		return
	case state.Hub == "":
		err = h.Subscriptions.ChangeSubscription(ctx, src.Name(), func(s *Subscription) { s.Standing = Ended })
	default:
		err = h.subscribe(ctx, src, state, sub)
	}
	if err != nil && ctx.Err() == nil {
		h.Log.Warn("no pushes from the hub; the feed is polled", "feed", src.Name(), "err", err)
	}
}

// due reports whether a hub is to be asked again. What was asked in the future was so by a clock that has been set back.
func (s Subscription) due(now time.Time) bool {
	return !now.Before(s.Next) || s.Asked.After(now.Add(skew))
}

func (s Subscription) isFor(state State) bool {
	return s.Source != "" && s.Standing != Ended && s.Hub == state.Hub && s.Topic == state.Topic
}

// subscribe asks the hub, new or once more. What is asked for is kept before: the hub may verify before it answers.
func (h *Hub) subscribe(ctx context.Context, src Source, state State, sub Subscription) error {
	if !sub.isFor(state) {
		sub = Subscription{Source: src.Name(), ID: rand.Text(), Hub: state.Hub, Topic: state.Topic, Secret: rand.Text(), Standing: Asked}
	}
	if sub.Standing == Denied {
		sub.Standing = Asked
	}
	sub.Asked, sub.Next = h.now(), h.now().Add(silentHub)
	if err := h.Subscriptions.ChangeSubscription(ctx, src.Name(), func(s *Subscription) { *s = sub }); err != nil {
		return err
	}
	fault := h.post(ctx, src, sub, "subscribe")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	err := h.Subscriptions.ChangeSubscription(ctx, src.Name(), func(s *Subscription) { s.answered(fault, h.now()) })
	return errors.Join(fault, err)
}

// answered notes what the hub said to what we asked.
func (s *Subscription) answered(fault error, now time.Time) {
	if fault == nil {
		s.Failures = 0
		if s.Standing == Live {
			s.Fault = ""
		}
		return
	}
	pause := silentHub
	for range s.Failures {
		if pause = min(2*pause, maxHubPause); pause == maxHubPause {
			break
		}
	}
	s.Failures, s.Fault, s.Next = s.Failures+1, "the hub "+fault.Error(), now.Add(pause)
}

// post asks the hub for something (w3.org/TR/websub, section 5.1).
func (h *Hub) post(ctx context.Context, src Source, sub Subscription, mode string) error {
	form := url.Values{
		"hub.mode": {mode}, "hub.topic": {sub.Topic}, "hub.callback": {h.Callback(sub.ID)},
		"hub.lease_seconds": {strconv.Itoa(int(wantedLease / time.Second))}, "hub.secret": {sub.Secret},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Hub, strings.NewReader(form.Encode()))
	if err != nil {
		return withoutAddress(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", userAgent)
	response, err := h.Clients.of(src).Do(request)
	if err != nil {
		return errors.New(words(withoutAddress(err)))
	}
	defer response.Body.Close()
	says, err := io.ReadAll(io.LimitReader(response.Body, 200))
	if response.StatusCode/100 == 2 && response.Request.Method == http.MethodPost {
		return nil
	}
	return errors.Join(fmt.Errorf("answers %s %q", response.Status, says), err)
}

// Part asks hubs to end what was removed, once, and forgets what has run out.
func (h *Hub) Part(ctx context.Context) error {
	ended, err := h.Subscriptions.EndedSubscriptions(ctx)
	for _, sub := range ended {
		over := !h.now().Before(sub.Until)
		if !over && sub.Asked.IsZero() {
			continue // asked already
		}
		if !over {
			if fault := h.post(ctx, Source{}, sub, "unsubscribe"); fault != nil && ctx.Err() == nil {
				h.Log.Info("the hub was not told that a source was removed; its lease will run out", "feed", sub.Source, "err", fault)
			}
		}
		err = errors.Join(err, h.Subscriptions.ChangeSubscription(ctx, sub.Source, func(s *Subscription) {
			switch {
			case s.ID != sub.ID: // another one by now
			case over:
				*s = Subscription{}
			default:
				s.Asked = time.Time{}
			}
		}))
	}
	return err
}

// ErrNoSubscription says that nobody asked for what a hub sends.
var ErrNoSubscription = errors.New("no such subscription")

// Verify answers a hub that asks whether we want what it was asked for (w3.org/TR/websub, section 5.3): the challenge
// to be echoed, or ErrNoSubscription.
func (h *Hub) Verify(ctx context.Context, id string, query url.Values) (challenge string, err error) {
	sub, err := h.Subscriptions.Called(ctx, id)
	if err != nil {
		return "", err
	}
	if sub.Source == "" || query.Get("hub.topic") != sub.Topic {
		return "", ErrNoSubscription
	}
	answer := ErrNoSubscription
	err = h.Subscriptions.ChangeSubscription(ctx, sub.Source, func(s *Subscription) {
		if s.ID == id && s.verified(query, h.now()) {
			answer = nil
		}
	})
	if err = errors.Join(err, answer); err != nil {
		return "", err
	}
	return query.Get("hub.challenge"), nil
}

// verified takes what a hub says into account, and reports whether it is what we want.
func (s *Subscription) verified(query url.Values, now time.Time) bool {
	switch mode := query.Get("hub.mode"); {
	case mode == "subscribe" && (s.Standing == Asked || s.Standing == Live) && query.Get("hub.challenge") != "":
		lease := seconds(query.Get("hub.lease_seconds"))
		if lease == 0 {
			lease = 24 * time.Hour // an old hub that does not say
		}
		lease = max(lease, shortLease)
		s.Standing, s.Failures, s.Fault = Live, 0, ""
		s.Until = now.Add(lease)
		s.Next = s.Until.Add(-max(lease/10, min(time.Hour, lease/2)))
		return true
	case mode == "unsubscribe" && s.Standing == Ended:
		*s = Subscription{}
		return true
	case mode == "denied" && s.Standing != Ended:
		s.Standing, s.Next = Denied, now.Add(deniedPause)
		s.Fault = fmt.Sprintf("the hub denies it: %.200q", query.Get("hub.reason"))
		return true
	}
	return false
}

func (h *Hub) now() time.Time {
	if h.Now == nil {
		return time.Now().UTC()
	}
	return h.Now().UTC()
}
