package alerts

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// CanaryPrefix begins the IDs of canaries; they are left out of lists of alerts, and forgotten after some days.
const CanaryPrefix = "canary-"

// CanaryKey is what the hidden chats of a lane follow. Nobody can ask for it in a chat, by a subscriber line or in an
// order.
func CanaryKey(l delivery.Lane) subscriptions.Key { return subscriptions.Key("canary:" + string(l)) }

// IsCanary says whether a subscriber is a hidden chat of ours.
func IsCanary(s subscriptions.Subscriber) bool {
	for _, key := range s.Follow {
		if strings.HasPrefix(string(key), "canary:") {
			return true
		}
	}
	return false
}

// Canary sends a test alert to the hidden chats of a lane, and to nobody else; it goes the way of all alerts. It is not
// sent any more after patience.
func (e *Editors) Canary(ctx context.Context, lane delivery.Lane, headline string, patience time.Duration) (Alert, error) {
	now := e.Now()
	name := strings.ReplaceAll(string(lane), "/", "-")
	al, _, err := e.File.Create(ctx, Alert{
		ID: ID(CanaryPrefix + name + "-" + strconv.FormatInt(now.UnixMilli(), 36)), Status: Scheduled, Class: delivery.Bulletin,
		Version: 1, Test: true, Versions: map[string]Wording{"": {Headline: headline}}, Credit: e.Outlet, Published: now,
		Reasons: []string{"a test of the way from here to there"}, Follow: []subscriptions.Key{CanaryKey(lane)},
		By: "tenbells", Created: now, SendAt: now, Expires: now.Add(patience),
	}, nil)
	return al, err
}
