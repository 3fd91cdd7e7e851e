package telegramtest_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-telegram/bot"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

const benchText = `<b>Flash: talks end without agreement</b>

The two sides met for six hours in Geneva on Friday. <a href="https://example.org/news/1">Read on</a>`

// senders is how many connections send at once.
const senders = 16

// BenchmarkSendMessage is what one client of plain net/http gets, multipart as the library sends it; both ends share
// the machine.
func BenchmarkSendMessage(b *testing.B) {
	srv := start(b, telegramtest.Options{AutoChats: true, History: 4})
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	url := srv.URL() + "/bot" + telegramtest.DefaultToken + "/sendMessage"
	inParallel(b, func(i int64) error {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		_ = form.WriteField("chat_id", strconv.FormatInt(100_000+i%3000, 10))
		_ = form.WriteField("text", benchText)
		_ = form.WriteField("parse_mode", "HTML")
		_ = form.Close()
		resp, err := c.Post(url, form.FormDataContentType(), &body)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return err
	})
	if n := srv.Stats().Accepted; n != b.N {
		b.Fatalf("accepted %d of %d", n, b.N)
	}
}

// BenchmarkLibrarySendMessage is what go-telegram/bot gets with a good transport.
func BenchmarkLibrarySendMessage(b *testing.B) {
	srv := start(b, telegramtest.Options{AutoChats: true, History: 4})
	c, err := bot.New(telegramtest.DefaultToken, bot.WithServerURL(srv.URL()), bot.WithSkipGetMe(),
		bot.WithHTTPClient(0, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}))
	if err != nil {
		b.Fatal(err)
	}
	inParallel(b, func(i int64) error {
		_, err := c.SendMessage(b.Context(), &bot.SendMessageParams{ChatID: 100_000 + i%3000, Text: benchText, ParseMode: "HTML"})
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

// BenchmarkServe is the server alone: no network, no client.
func BenchmarkServe(b *testing.B) {
	srv := start(b, telegramtest.Options{AutoChats: true, History: 4})
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("chat_id", "100001")
	_ = form.WriteField("text", benchText)
	_ = form.WriteField("parse_mode", "HTML")
	_ = form.Close()
	kind, text := form.FormDataContentType(), body.Bytes()
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequest(http.MethodPost, "/bot"+telegramtest.DefaultToken+"/sendMessage", bytes.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		srv.ServeHTTP(&nowhere{header: http.Header{}}, r)
	}
}

// nowhere is a ResponseWriter that keeps nothing.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n *nowhere) WriteHeader(int)             {}
