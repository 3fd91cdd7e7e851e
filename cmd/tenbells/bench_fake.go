package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/web"
)

// BenchFakeCmd is the platform that bench measures against, in a process of its own. It ends when its standard input
// does, so that it never outlives the bench.
type BenchFakeCmd struct {
	Limits bool `help:"Enforce Telegram's own limits."`
}

// fakeAddress is the first line that the fake prints: where it is.
type fakeAddress struct {
	Telegram string `json:"telegram"`
	Control  string `json:"control"`
}

// Run serves until standard input ends.
func (c BenchFakeCmd) Run(ctx ctxArg, env *Env) error {
	opt := telegramtest.Options{AutoChats: true, History: 4}
	if c.Limits {
		opt.Limits, opt.History = telegramtest.RealLimits(), 0
	}
	srv := telegramtest.New(opt)
	if err := srv.Start(); err != nil {
		return err
	}
	defer srv.Close()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	bounded, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, env.In) // however it ends, the bench is over
	}()
	if err := json.NewEncoder(env.Out).Encode(fakeAddress{srv.URL(), "http://" + ln.Addr().String()}); err != nil {
		return err
	}
	return web.Serve(bounded, ln, (&fakeControl{srv: srv}).handler(bounded), time.Second, env.log("warn"))
}

// fakeControl lets the bench look behind the fake, and lets people there ask.
type fakeControl struct {
	srv     *telegramtest.Server
	mu      sync.Mutex
	answers []time.Duration
}

// arrival is one call that was to send a message.
type arrival struct {
	Chat int64     `json:"chat"`
	At   time.Time `json:"at"`
}

func (c *fakeControl) handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) { tell(w, c.srv.Stats()) })
	mux.HandleFunc("GET /sends", func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.FormValue("from")) // what is no number begins with the first
		all := []arrival{}
		for _, s := range c.srv.Sends()[from:] {
			all = append(all, arrival{s.Chat, s.At})
		}
		tell(w, all)
	})
	mux.HandleFunc("POST /ask", func(w http.ResponseWriter, r *http.Request) {
		every, err := time.ParseDuration(r.FormValue("every"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		go c.ask(ctx, every)
	})
	mux.HandleFunc("GET /answers", func(w http.ResponseWriter, _ *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		tell(w, slices.Clone(c.answers))
	})
	return mux
}

func tell(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who has gone away needs no answer
}

// askers is how many people take turns in asking: none more often than a chat may hear.
const askers = 30

// ask lets somebody ask for help every so often, and notes how long the answer takes.
func (c *fakeControl) ask(ctx context.Context, every time.Duration) {
	var people []*telegramtest.User
	for i := range askers {
		u := c.srv.NewUser(telegramtest.Person{FirstName: fmt.Sprint("Reader ", i)})
		u.Start("")
		people = append(people, u)
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			go c.askOnce(ctx, people[i%askers])
		}
	}
}

func (c *fakeControl) askOnce(ctx context.Context, u *telegramtest.User) {
	chat := u.Private(nil)
	heard, began := len(chat.Received()), time.Now()
	u.Send("/help")
	if c.srv.Await(ctx, func() bool { return len(chat.Received()) > heard }) != nil {
		return // it is over
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = append(c.answers, time.Since(began))
}
