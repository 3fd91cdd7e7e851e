package telegram

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-telegram/bot"

	"github.com/tenbells/tenbells/delivery"
)

// Bare is how many messages a second go-telegram/bot reaches alone, with its default client and no ledger, when so many
// senders send n copies of c to different chats at the API at url. It is what the sender is measured against.
func Bare(ctx context.Context, url, token string, c delivery.Content, n, senders int) (perSecond float64, err error) {
	api, err := bot.New(token, bot.WithServerURL(url), bot.WithSkipGetMe())
	if err != nil {
		return 0, fmt.Errorf("telegram: bare: %w", err)
	}
	p := delivery.Parcel{Body: c, Voice: delivery.Voice{Language: "en", Zone: "UTC"}}
	s, err := writer{voice: p.Voice}.render(p)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var sending sync.WaitGroup
	began := time.Now()
	for range senders {
		sending.Go(func() {
			for i := next.Add(1); i <= int64(n) && ctx.Err() == nil; i = next.Add(1) {
				params := letter{Parcel: p, sheet: s}.send()
				params.ChatID = 100_000 + i
				if _, err := api.SendMessage(ctx, params); err != nil {
					cancel(fmt.Errorf("telegram: bare: %w", err))
				}
			}
		})
	}
	sending.Wait()
	return float64(n) / time.Since(began).Seconds(), context.Cause(ctx)
}
