package telegram

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-telegram/bot"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// senders is how many send at once.
const senders = 64

// BenchmarkDeliver is our way of sending at 64 senders, rendering included; both ends share the machine.
func BenchmarkDeliver(b *testing.B) {
	srv := benchServer(b)
	ours, err := New(Config{Token: telegramtest.DefaultToken, APIURL: srv.URL()})
	if err != nil {
		b.Fatal(err)
	}
	inParallel(b, func(i int64) error {
		_, err := ours.Deliver(b.Context(), parcel(at(100_000+i%3000, delivery.Private)))
		return err
	})
}

// BenchmarkLibrary is what go-telegram/bot alone reaches with its default client and the same message.
func BenchmarkLibrary(b *testing.B) {
	srv := benchServer(b)
	theirs, err := bot.New(telegramtest.DefaultToken, bot.WithServerURL(srv.URL()), bot.WithSkipGetMe())
	if err != nil {
		b.Fatal(err)
	}
	p := parcel(at(1, delivery.Private))
	s, err := writer{voice: p.Voice}.render(p)
	if err != nil {
		b.Fatal(err)
	}
	inParallel(b, func(i int64) error {
		l := letter{Parcel: p, sheet: s}
		params := l.send()
		params.ChatID = 100_000 + i%3000
		_, err := theirs.SendMessage(b.Context(), params)
		return err
	})
}

func benchServer(b *testing.B) *telegramtest.Server {
	srv := telegramtest.New(telegramtest.Options{T: b, AutoChats: true, History: 4})
	if err := srv.Start(); err != nil {
		b.Fatal(err)
	}
	return srv
}

func inParallel(b *testing.B, do func(i int64) error) {
	var next atomic.Int64
	var running sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for range senders {
		running.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}
