package discord

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// BenchmarkDeliver sends alerts to channels through a fake on the same machine, limits off, a lane's window at a time.
func BenchmarkDeliver(b *testing.B) {
	w := newWorld(b, discordtest.Options{AutoChannels: true, History: 1})
	work := make(chan int)
	done := make(chan error)
	for range delivery.Window {
		go func() {
			var failed error
			for i := range work {
				p := w.parcel(delivery.Address{Platform: delivery.Discord, Bot: "main", Chat: fmt.Sprint(1_000_000 + i), Kind: delivery.Channel})
				p.Key = delivery.SendKey(p.Batch, delivery.SubscriberID(i))
				if _, err := w.Deliver(context.Background(), p); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	b.ReportAllocs()
	b.ResetTimer()
	began := time.Now()
	for i := range b.N {
		work <- i
	}
	close(work)
	for range delivery.Window {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "sends/s")
}

// BenchmarkRender makes one alert's message.
func BenchmarkRender(b *testing.B) {
	p := cases()["bulletin"]
	b.ReportAllocs()
	for range b.N {
		render(p, noon)
	}
}
