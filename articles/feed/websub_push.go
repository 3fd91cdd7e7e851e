package feed

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// digests are the ways to sign a push (w3.org/TR/websub, section 7).
var digests = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// signed reports whether a push's X-Hub-Signature is that of its body under our secret.
func signed(signature, secret string, body []byte) bool {
	method, sum, _ := strings.Cut(strings.TrimSpace(signature), "=")
	digest, known := digests[strings.ToLower(method)]
	claimed, err := hex.DecodeString(sum)
	if !known || err != nil || secret == "" {
		return false
	}
	mac := hmac.New(digest, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), claimed)
}

// Awaits is ErrNoSubscription where nobody asked for what comes to a callback: its body need not be read.
func (h *Hub) Awaits(ctx context.Context, id string) error {
	sub, err := h.Subscriptions.Called(ctx, id)
	if err == nil && (sub.Source == "" || sub.Standing == Ended) {
		err = ErrNoSubscription
	}
	return err
}

// Push takes what a hub sends: it is stored when Push returns without an error. What is not signed with our secret is
// passed over, as the hub is not to be told (w3.org/TR/websub, section 7.1). ErrNoSubscription says that nobody asked
// for it; any other error, that the hub should send it again.
func (r *Reader) Push(ctx context.Context, sources Catalogue, id string, header http.Header, body []byte) error {
	sub, err := r.Hub.Subscriptions.Called(ctx, id)
	if err != nil {
		return err
	}
	if sub.Source == "" || sub.Standing == Ended {
		return ErrNoSubscription
	}
	if !signed(header.Get("X-Hub-Signature"), sub.Secret, body) {
		r.Log.Warn("a push with a wrong signature was passed over", "feed", sub.Source)
		return nil
	}
	src, err := sources.Source(ctx, sub.Source)
	if err != nil {
		return err
	}
	topic, err := url.Parse(sub.Topic)
	if err != nil {
		return err
	}
	doc, err := r.parse(body, header.Get("Content-Type"), withoutSecrets(topic))
	if err != nil {
		r.Log.Warn("a push cannot be read and is passed over; the feed is polled", "feed", sub.Source, "err", err)
		return nil
	}
	_, err = r.settle(ctx, src, func(state State) (State, error) {
		before := state.Before
		state.Before = time.Time{} // what has no time of its own was published just now
		next, _, err := r.store(ctx, src, state, doc, state.Since.IsZero())
		next.Before = before
		return next, err
	})
	if err != nil {
		return err
	}
	return r.Hub.Subscriptions.ChangeSubscription(ctx, sub.Source, func(s *Subscription) {
		if s.ID == id {
			s.Pushed, s.Pushes, s.Missed = r.now(), s.Pushes+1, 0
		}
	})
}
