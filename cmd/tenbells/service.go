package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/folder"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/jobs"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/web"
)

// service is the whole program: everything that runs until it is told to stop.
type service struct {
	*newsroom
	members  []*member
	operator *operator
	roster   *jobs.Roster
	owner    string // of leases, for people
	metrics  *prometheus.Registry
	meter    *meter
}

// newService builds the program on an open newsroom, floor by floor.
func newService(ctx context.Context, n *newsroom) (*service, error) {
	s := &service{newsroom: n, owner: processName(), metrics: prometheus.NewRegistry()}
	s.meter = newMeter(s.metrics)
	var err error
	if s.members, err = n.hire(n.reception()); err != nil {
		return nil, err
	}
	s.operator = newOperator(n.set.Operator, s.members, n.log)
	s.roster, err = jobs.New(ctx, jobs.Config{DatabaseURL: n.set.DatabaseURL, Tasks: s.tasks(), Log: n.log})
	return s, err
}

// run works until ctx ends, then stops softly: nothing new is begun, what is in flight may land.
func (s *service) run(ctx context.Context, ln net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.store.Watch(ctx) })
	group.Go(func() error { return s.operator.run(ctx) })
	group.Go(func() error { return s.serveHTTP(ctx, ln) })
	group.Go(func() error { s.hold(ctx, "desk", s.desk); return nil })
	group.Go(func() error { s.lanes(ctx); return nil })
	group.Go(func() error { return s.roster.Run(ctx) })
	group.Go(func() error { return s.followLearned(ctx) })
	if s.set.WatchDir != "" {
		group.Go(func() error { return s.watchFolder(ctx) })
	}
	return group.Wait()
}

// lanes sends what falls to this process, as one of several.
func (s *service) lanes(ctx context.Context) {
	rota := delivery.Rota{Leases: s.store, Owner: s.owner, Log: s.log, Now: time.Now}
	work := map[string]func(context.Context, *delivery.Tenure) error{}
	for _, m := range s.members {
		rota.Names = append(rota.Names, leaseOf(m.lane))
		work[leaseOf(m.lane)] = s.lane(m)
	}
	rota.Run(ctx, func(name string) func(context.Context, *delivery.Tenure) error { return work[name] })
}

// hold does work while this process owns what name stands for.
func (s *service) hold(ctx context.Context, name string, work func(context.Context, *delivery.Tenure) error) {
	h := delivery.Holding{Leases: s.store, Name: name, Owner: s.owner, Log: s.log, Now: time.Now}
	h.Hold(ctx, work)
}

// leaseOf names the right to send, poll and hold the gateway for a bot.
func leaseOf(lane delivery.Lane) string { return "lane/" + string(lane) }

// desk judges articles and owes alerts. Who takes the desk over learns first which stories are running.
func (s *service) desk(ctx context.Context, t *delivery.Tenure) error {
	index := stories.NewIndex()
	if err := index.Rebuild(ctx, s.store, time.Now().Add(-stories.Memory)); err != nil {
		return fmt.Errorf("learn the running stories: %w", err)
	}
	d := &alerts.Desk{
		Store: s.store, Analyse: analyst(s.topics, index), Judge: alerts.Judge{Autosend: s.set.Autosend}, File: s.file,
		Audience: s.book, Outbox: s.store, Record: s.store,
		Wake: func() <-chan struct{} { return s.store.Changed(store.Articles, store.Alerts) }, Log: s.log, Now: time.Now,
	}
	return d.Run(ctx, func() error { return t.Guard(time.Now()) })
}

// lane sends what a bot owes, and answers what is said to it.
func (s *service) lane(m *member) func(context.Context, *delivery.Tenure) error {
	return func(ctx context.Context, t *delivery.Tenure) error {
		s.meter.owns(m.lane, true)
		defer s.meter.owns(m.lane, false)
		s.meter.fault(m.lane, false)
		group, ctx := errgroup.WithContext(ctx)
		d := &delivery.Dispatcher{
			Lane: m.lane, Ledger: s.store, Sender: m, Pacer: m.pacer, Log: s.log, Now: time.Now,
			Wake: func() <-chan struct{} { return s.store.Changed(store.Messages) },
			Alarm: func(fault error) {
				s.meter.fault(m.lane, fault != nil)
				s.operator.alarm(m.lane, fault)
			},
			Attempted: s.meter.attempted,
		}
		group.Go(func() error { return d.Run(ctx, t) })
		group.Go(func() error { return m.Run(ctx) })
		group.Go(func() error { s.introduce(ctx, m); return nil })
		return group.Wait()
	}
}

// introduce asks whether the platform knows the bot, until it does: a token that is refused is told now, not when the
// first flash does not go out.
func (s *service) introduce(ctx context.Context, m *member) {
	faulty := false
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		found := m.Check(ctx)[0] // who it is comes first
		switch {
		case ctx.Err() != nil, found.OK && !faulty:
			return
		case found.OK:
			s.operator.alarm(m.lane, nil)
			return
		case !faulty:
			faulty = true
			s.operator.alarm(m.lane, errors.New(found.Says))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// watchFolder takes in articles from the folder.
func (s *service) watchFolder(ctx context.Context) error {
	source := folder.Source{Dir: s.set.WatchDir, Shelf: s.store, Outlet: s.set.Outlet, Log: s.log, Now: time.Now}
	return source.Run(ctx)
}

// How often what need not happen at once is looked at.
const (
	digestsEvery = 5 * time.Second
	feedsEvery   = 10 * time.Second
	purgeEvery   = 10 * time.Minute
)

// tasks are the background jobs: whichever process leads asks for them, one process at a time does them.
func (s *service) tasks() []jobs.Task {
	tasks := []jobs.Task{
		{Name: "digests", Every: digestsEvery, Run: s.press().Run},
		{Name: "purge", Every: purgeEvery, Run: s.purge},
		{Name: "topics", Every: learnEvery, Limit: learnLimit, Run: s.relearn},
	}
	client := feed.NewClient(s.set.Private)
	for _, url := range s.set.Feeds {
		tasks = append(tasks, jobs.Task{Name: feed.SourceName(url), Every: feedsEvery, Run: s.poll(client, url)})
	}
	return tasks
}

// poll reads a feed when it is due.
func (s *service) poll(client *http.Client, url string) func(context.Context) error {
	source := feed.Source{
		URL: url, Name: s.set.Outlet, MayRing: s.set.FeedsRing, Shelf: s.store, Memory: s.store, Client: client, Log: s.log, Now: time.Now,
	}
	return func(ctx context.Context) error {
		state, err := s.store.FeedState(ctx, feed.SourceName(url))
		if err != nil || !feed.Due(state, time.Now()) {
			return err
		}
		return source.Fetch(ctx)
	}
}

// purge forgets what has been kept long enough.
func (s *service) purge(ctx context.Context) error {
	messages, err := s.store.PurgeMessages(ctx, time.Now())
	if err != nil {
		return err
	}
	chats, err := s.store.PurgeChats(ctx, time.Now())
	if messages+chats > 0 {
		s.log.Info("forgotten, as it was kept long enough", "messages", messages, "chats", chats)
	}
	return err
}

// serveHTTP answers the API, health, metrics and the platforms' calls.
func (s *service) serveHTTP(ctx context.Context, ln net.Listener) error {
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	server := web.New(web.Config{
		Articles: s.store, Editors: s.editors, Ready: s.ready, Metrics: s.metrics,
		APIToken: s.set.APIToken, PushSecret: s.set.PushSecret, Outlet: s.set.Outlet, Mounts: doors(s.members), Log: s.log,
	})
	return web.Serve(ctx, ln, server.Handler(), 5*time.Second, s.log)
}

// doors are the handlers through which platforms reach their bots, by pattern.
func doors(members []*member) map[string]http.Handler {
	all := map[string]http.Handler{}
	for _, m := range members {
		for pattern, door := range m.doors {
			all[pattern] = door
		}
	}
	return all
}

// ready says why the service cannot do its work.
func (s *service) ready(ctx context.Context) []string {
	var reasons []string
	if err := s.store.Ping(ctx); err != nil {
		reasons = append(reasons, "the database does not answer: "+err.Error())
	}
	return slices.Concat(reasons, s.operator.faults())
}

// ServeCmd runs the service.
type ServeCmd struct{}

// Help is shown below the flags.
func (ServeCmd) Help() string { return example("tenbells serve --config tenbells.toml") }

// Run serves until it is told to stop (SIGTERM, Ctrl-C).
func (ServeCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		if len(n.set.Bots) == 0 {
			return usageError{errors.New("no bot is set: TENBELLS_TELEGRAM_TOKEN or TENBELLS_DISCORD_TOKEN is needed (tenbells demo needs neither)")}
		}
		if f := n.checkFolder(); !f.OK {
			return usageError{fmt.Errorf("TENBELLS_WATCH_DIR: %s", f.Says)}
		}
		warnOfKey(n)
		ln, err := net.Listen("tcp", n.set.Listen)
		if err != nil {
			return fmt.Errorf("TENBELLS_LISTEN: %w", err)
		}
		s, err := newService(ctx, n)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		n.log.Info("serving", "listen", ln.Addr().String(), "database", databaseKind(n.set), "bots", len(s.members), "folder", n.set.WatchDir, "feeds", len(n.set.Feeds))
		defer n.log.Info("stopped; nothing is lost")
		return s.run(ctx, ln)
	})
}

func warnOfKey(n *newsroom) {
	if n.keyMade {
		n.log.Warn("a key for the readers' addresses was made: keep a copy of it elsewhere, without it the addresses cannot be read", "file", n.set.KeyFile)
	}
}

// databaseKind is which database it is, without its address: that may hold a password.
func databaseKind(s Settings) string {
	if path := s.sqlitePath(); path != "" {
		return "sqlite:" + path
	}
	return "postgres"
}
