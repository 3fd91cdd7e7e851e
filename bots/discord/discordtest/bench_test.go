package discordtest_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

const benchBody = `{"embeds":[{"title":"Talks end without agreement","url":"https://example.org/news/1","description":` +
	`"The two sides met for six hours in Geneva on Friday.","color":13111342}],"nonce":"`

// senders is how many connections send at once.
const senders = 16

// BenchmarkCreateMessage is what one client of plain net/http gets; both ends share the machine.
func BenchmarkCreateMessage(b *testing.B) {
	srv := start(b, discordtest.Options{AutoChannels: true, History: 4})
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	inParallel(b, func(i int64) error {
		url := srv.URL() + "/api/v10/channels/" + strconv.FormatInt(100_000+i%3000, 10) + "/messages"
		r, err := http.NewRequest("POST", url, strings.NewReader(benchBody+strconv.FormatInt(i, 10)+`","enforce_nonce":true}`))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bot "+discordtest.DefaultToken)
		r.Header.Set("Content-Type", "application/json")
		resp, err := c.Do(r)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return err
	})
	if n := srv.Stats().Accepted; n != b.N {
		b.Fatalf("accepted %d of %d", n, b.N)
	}
}

// BenchmarkLibraryCreateMessage is what discordgo gets.
func BenchmarkLibraryCreateMessage(b *testing.B) {
	srv := start(b, discordtest.Options{AutoChannels: true, History: 4})
	c := client(b, srv)
	embed := &discordgo.MessageEmbed{Title: "Talks end without agreement", Description: "The two sides met for six hours."}
	inParallel(b, func(i int64) error {
		_, err := c.ChannelMessageSendEmbed(strconv.FormatInt(100_000+i%3000, 10), embed)
		return err
	})
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
