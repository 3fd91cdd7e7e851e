package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/feed"
	"github.com/tenbells/tenbells/articles/folder"
	"github.com/tenbells/tenbells/articles/language"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/jobs"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/web"
)

// service is the whole program: everything that runs until it is told to stop.
type service struct {
	*newsroom
	members  []*member
	front    *bots.Reception
	operator *operator
	troubles *troubles
	reader   *feed.Reader
	roster   *jobs.Roster
	owner    string // of leases, for people
	metrics  *prometheus.Registry
	meter    *meter
}

// newService builds the program on an open newsroom, floor by floor.
func newService(ctx context.Context, n *newsroom) (*service, error) {
	s := &service{newsroom: n, owner: processName(), metrics: prometheus.NewRegistry()}
	s.meter = newMeter(s.metrics)
	s.front = n.reception()
	var err error
	if s.members, err = n.hire(s.front); err != nil {
		return nil, err
	}
	s.operator = newOperator(n.set.Operator, s.members, n.log)
	s.troubles = newTroubles(s.operator.post)
	s.reader = s.newReader()
	s.metrics.MustRegister(newHealth(n.store))
	if err := n.store.SettleSources(ctx, n.set.sources()); err != nil {
		return nil, err
	}
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
	group.Go(func() error { s.hold(ctx, "sources", s.readFeeds); return nil })
	group.Go(func() error { return s.troubles.run(ctx) })
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

// desk judges articles and owes alerts. Who takes the desk over learns first which stories are running, and what editors
// ruled of them.
func (s *service) desk(ctx context.Context, t *delivery.Tenure) error {
	index := stories.NewIndex()
	if err := index.Rebuild(ctx, s.store, time.Now().Add(-stories.Memory)); err != nil {
		return fmt.Errorf("learn the running stories: %w", err)
	}
	rulings := s.store.Rulings()
	heed := func(ctx context.Context) error { _, err := index.Heed(ctx, rulings); return err }
	if err := heed(ctx); err != nil {
		return err
	}
	d := &alerts.Desk{
		Store: s.store, Analyse: analyst(s.topics, index), Judge: alerts.Judge{Autosend: s.set.Autosend}, File: s.file,
		Audience: s.book, Outbox: s.store, Record: s.store, Editions: s.store, Rulings: rulings, Heed: heed,
		Tariff: s.set.Paid, Purse: s.file,
		Wake: func() <-chan struct{} { return s.store.Changed(store.Articles, store.Alerts) }, Log: s.log, Now: time.Now,
		Past: s.past.Load, Unasked: func(al alerts.Alert, marked bool) { s.unasked(ctx, al, marked) },
	}
	if err := s.warnOfNobody(ctx); err != nil {
		return err
	}
	return d.Run(ctx, func() error { return t.Guard(time.Now()) })
}

// lane sends what a bot owes, and answers what is said to it.
func (s *service) lane(m *member) func(context.Context, *delivery.Tenure) error {
	return func(ctx context.Context, t *delivery.Tenure) error {
		s.meter.owns(m.lane, true)
		defer s.meter.owns(m.lane, false)
		s.meter.fault(m.lane, false)
		bird := s.newCanary(m)
		fares := s.newFares(m.lane)
		group, ctx := errgroup.WithContext(ctx)
		d := &delivery.Dispatcher{
			Lane: m.lane, Ledger: s.store, Sender: m, Pacer: m.pacer, Window: s.set.Window, Log: s.log, Now: time.Now,
			Wake: func() <-chan struct{} { return s.store.Changed(store.Messages) },
			Alarm: func(fault error) {
				s.meter.fault(m.lane, fault != nil)
				s.operator.alarm(m.lane, fault)
			},
			Attempted: func(p delivery.Parcel, r delivery.Receipt, took time.Duration) {
				s.meter.attempted(p, r, took)
				bird.attempted(p, r)
			},
			Fares: fares.running, FareRefused: func(err error, until time.Time) {
				s.operator.post(m.lane, err.Error())
				fares.refused.Store(until.UnixMilli())
			},
		}
		group.Go(func() error { return fares.run(ctx) })
		group.Go(func() error { return d.Run(ctx, t) })
		group.Go(func() error { return m.Run(ctx) })
		group.Go(func() error { s.introduce(ctx, m); return nil })
		group.Go(func() error { return s.newAsker(m).run(ctx) })
		group.Go(func() error { return bird.run(ctx) })
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
	source := folder.Source{Dir: s.set.WatchDir, Shelf: language.Shelf{Shelf: s.store}, Outlet: s.set.Outlet, Log: s.log, Now: time.Now}
	return source.Run(ctx)
}

// How often what need not happen at once is looked at.
const (
	digestsEvery = 5 * time.Second
	purgeEvery   = 10 * time.Minute
	partEvery    = time.Minute
)

// canariesKept is how long one can look up how canaries went.
const canariesKept = 3 * 24 * time.Hour

// tasks are the background jobs: whichever process leads asks for them, one process at a time does them.
func (s *service) tasks() []jobs.Task {
	return []jobs.Task{
		{Name: "digests", Every: digestsEvery, Run: s.press().Run},
		{Name: "purge", Every: purgeEvery, Run: s.purge},
		{Name: "topics", Every: learnEvery, Limit: learnLimit, Run: s.relearn},
		{Name: "decisions", Every: learnEvery, Limit: learnLimit, Run: s.relearnPast},
		{Name: "websub", Every: partEvery, Run: s.part},
	}
}

// purge forgets what has been kept long enough.
func (s *service) purge(ctx context.Context) error {
	if err := s.file.CloseFares(ctx); err != nil { // while there are messages to count
		return err
	}
	messages, err := s.store.PurgeMessages(ctx, time.Now())
	if err != nil {
		return err
	}
	chats, err := s.store.PurgeChats(ctx, time.Now())
	err = errors.Join(err, s.store.Alerts().PurgeCanaries(ctx, time.Now().Add(-canariesKept)))
	if messages+chats > 0 {
		s.log.Info("forgotten, as it was kept long enough", "messages", messages, "chats", chats)
	}
	return err
}

// serveHTTP answers the API, health, metrics and the platforms' calls.
func (s *service) serveHTTP(ctx context.Context, ln net.Listener) error {
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mounts := doors(s.members)
	maps.Copy(mounts, s.callbacks())
	server := web.New(web.Config{
		Articles: pushed{language.Shelf{Shelf: s.store}, s.store}, Editors: s.editors, Ready: s.ready, Metrics: s.metrics,
		APIToken: s.set.APIToken, PushSecret: s.set.PushSecret, Outlet: s.set.Outlet, Mounts: mounts, Log: s.log,
	})
	return web.Serve(ctx, ln, server.Handler(), 5*time.Second, s.log)
}

// pushed is the article store for what comes in over HTTP.
type pushed struct {
	language.Shelf
	articles.Reader
}

// doors are the handlers through which platforms reach their bots, by pattern.
func doors(members []*member) map[string]http.Handler {
	all := map[string]http.Handler{}
	for _, m := range members {
		maps.Copy(all, m.doors)
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
type ServeCmd struct {
	Profile string `hidden:"" help:"Write where the processor time goes to this file." placeholder:"FILE"`
}

// Help is shown below the flags.
func (ServeCmd) Help() string { return example("tenbells serve --config tenbells.toml") }

// Run serves until it is told to stop (SIGTERM, Ctrl-C).
func (c ServeCmd) Run(ctx ctxArg, env *Env) error {
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
		return profiled(c.Profile, func() error { return s.run(ctx, ln) })
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
