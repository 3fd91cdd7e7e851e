package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots/sandbox"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/web"
)

// DemoCmd shows everything on one page.
type DemoCmd struct {
	Listen string  `default:"127.0.0.1:8000" help:"Address of the page; another free port is taken if this one is not."`
	Speed  float64 `default:"1" help:"How fast the demo's minute passes."`
}

// Help is shown below the flags.
func (DemoCmd) Help() string { return example("tenbells demo") }

// Run plays the demo until it is told to stop. It leaves nothing behind.
func (c DemoCmd) Run(ctx ctxArg, env *Env) (err error) {
	if c.Speed <= 0 {
		return usageError{errors.New("--speed: must be greater than 0")}
	}
	dir, err := os.MkdirTemp("", "tenbells-demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	page, err := listenNear(c.Listen)
	if err != nil {
		return err
	}
	box, err := sandbox.New(sandbox.Config{URL: "http://" + page.Addr().String()})
	if err != nil {
		return errors.Join(err, page.Close())
	}
	defer box.Close()
	n, err := openNewsroom(ctx, demoSettings(dir, box), env.log("warn"))
	if err != nil {
		return errors.Join(err, page.Close())
	}
	defer func() { err = errors.Join(err, n.close()) }()
	return c.play(ctx, env, n, box, page)
}

// demoSettings are those of a small newsroom whose platforms are the sandbox's.
func demoSettings(dir string, box *sandbox.Sandbox) Settings {
	return Settings{
		DatabaseURL: "sqlite:" + filepath.Join(dir, "demo.db"), KeyFile: filepath.Join(dir, "demo.key"), Listen: "127.0.0.1:0",
		Autosend: alerts.AutosendMarked, Approval: alerts.ApproveNone, Staff: box.Staff(), Outlet: sandbox.Outlet, Language: "en",
		Bots: []BotSettings{
			{Platform: delivery.Telegram, Name: mainBot, Token: sandbox.TelegramToken, APIURL: box.TelegramURL(), Rate: defaultRate[delivery.Telegram]},
			{Platform: delivery.Discord, Name: mainBot, Token: sandbox.DiscordToken, APIURL: box.DiscordURL(), Rate: defaultRate[delivery.Discord]},
		},
	}
}

// play runs the whole service on the sandbox, and lets the demo newsroom work through its minute.
func (c DemoCmd) play(ctx context.Context, env *Env, n *newsroom, box *sandbox.Sandbox, page net.Listener) error {
	for _, s := range box.Subscribers() {
		if _, err := n.book.Save(ctx, s); err != nil {
			return errors.Join(err, page.Close())
		}
	}
	s, err := newService(ctx, n)
	if err != nil {
		return errors.Join(err, page.Close())
	}
	api, err := net.Listen("tcp", n.set.Listen)
	if err != nil {
		return errors.Join(err, page.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.run(ctx, api) })
	group.Go(func() error { return box.Run(ctx) })
	group.Go(func() error { return web.Serve(ctx, page, box.Handler(), time.Second, n.log) })
	group.Go(func() error {
		return box.Play(ctx, sandbox.Newsroom{Shelf: n.store, File: n.file, Editors: n.editors, Speed: c.Speed})
	})
	fmt.Fprintf(env.Out, demoGuide, page.Addr(), sandbox.Outlet)
	err = group.Wait()
	fmt.Fprintln(env.Out, "The demo has ended and left nothing behind.")
	return err
}

// demoGuide says where to look, and at what.
const demoGuide = `
  Open http://%s

  %s, a newsroom that does not exist, publishes for a minute; the bots are the real ones.
  Look at: the flash in every chat at 0:26, the same message updated in place at 0:36,
           the correction at 0:50 and the short reply that tells those it reached.
  Try:     Choose topics in the private chat; More ▸ under an alert; /latest;
           /alert to send one of your own (you are on the staff here), then correct or withdraw it.

  Ctrl-C ends it and leaves nothing behind.

`

// listenNear listens at the address, or at a free port of its host where that one is taken.
func listenNear(address string) (net.Listener, error) {
	ln, err := net.Listen("tcp", address)
	if err == nil {
		return ln, nil
	}
	host, _, bad := net.SplitHostPort(address)
	if bad != nil {
		return nil, usageError{fmt.Errorf("--listen: %w", bad)}
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}
