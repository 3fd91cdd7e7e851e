package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/web"
)

// InitCmd links the operator's own chats.
type InitCmd struct {
	Wait time.Duration `default:"10m" help:"How long to wait for your /start."`
}

// Help is shown below the flags.
func (InitCmd) Help() string {
	return example("tenbells init --config tenbells.toml") + "\n\nIt prints a code; send it to the bot, and the bot answers. The line it prints then makes you staff."
}

// Run checks the bots, waits for the code on any of them, and prints the setting that makes its sender staff.
func (c InitCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		warnOfKey(n)
		code := strings.ToLower(rand.Text()[:10])
		door := newDoorman(n.reception(), code, n.set.Outlet)
		members, err := n.hire(door)
		if err != nil {
			return err
		}
		if err := healthy(ctx, env, members); err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "\nSend this to your bot, from your own account:\n\n%s\nWaiting for it, %s at most …\n", howToSend(code, members), rough(c.Wait))
		person, err := c.await(ctx, n, members, door)
		if err != nil {
			return err
		}
		staff := slices.Clone(n.set.Staff)
		if !slices.Contains(staff, person) {
			staff = append(staff, person)
		}
		fmt.Fprintf(env.Out, "\nThat was you: %s. The bot has said hello.\nAdd this to your settings to send alerts from chat and to be told of faults:\n\n%s\nThen start: tenbells serve\n",
			person, linkedAs(env.Config, strings.Join(staff, ","), person))
		return nil
	})
}

// linkedAs are the settings that make somebody staff, as they stand in a file of that name, or as variables without one.
func linkedAs(config, staff, person string) string {
	form := "    TENBELLS_STAFF=%s\n    TENBELLS_OPERATOR=%s\n"
	switch filepath.Ext(config) {
	case ".toml":
		form = "    staff = \"%s\"\n    operator = \"%s\"\n"
	case ".yaml", ".yml":
		form = "    staff: \"%s\"\n    operator: \"%s\"\n"
	}
	return fmt.Sprintf(form, staff, person)
}

// howToSend is how one writes the code, platform by platform.
func howToSend(code string, members []*member) string {
	ways := map[delivery.Platform]string{
		delivery.Telegram: "    on Telegram: /start " + code + "\n",
		delivery.Discord:  "    on Discord, in a direct message: /news start code:" + code + "\n",
	}
	var said strings.Builder
	for _, m := range members {
		said.WriteString(ways[m.lane.Platform()])
		delete(ways, m.lane.Platform())
	}
	return said.String()
}

// healthy prints what is found wrong with the bots. A bot that does not even know who it is ends it: that is its first
// finding. The rest is often as it is before the first start (in no server yet, no webhook set yet) and is only shown.
func healthy(ctx context.Context, env *Env, members []*member) error {
	if len(members) == 0 {
		return usageError{errors.New("no bot is set: TENBELLS_TELEGRAM_TOKEN or TENBELLS_DISCORD_TOKEN is needed")}
	}
	var all []bots.Finding
	unknown, hints := false, false
	for _, m := range members {
		for i, f := range m.Check(ctx) {
			all = append(all, f)
			unknown = unknown || i == 0 && !f.OK
			hints = hints || !f.OK
		}
	}
	if err := (CheckCmd{}).print(env, all); err != nil {
		return err
	}
	switch {
	case unknown:
		return errors.New("mend that first, then run tenbells init again")
	case hints:
		fmt.Fprintln(env.Out, "\nWhat is WRONG may be so before the first start. If the bot does not answer you, mend it first.")
	}
	return nil
}

// await runs the bots until the code comes. Where a serving process owns a bot, it says so at once.
func (c InitCmd) await(ctx context.Context, n *newsroom, members []*member, door *doorman) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	if err := n.unowned(ctx, members); err != nil {
		return "", err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return n.openDoors(ctx, members) })
	for _, m := range members {
		h := delivery.Holding{Leases: n.store, Name: leaseOf(m.lane), Owner: processName(), Log: n.log, Now: time.Now}
		group.Go(func() error {
			h.Hold(ctx, func(ctx context.Context, _ *delivery.Tenure) error { return m.Run(ctx) })
			return nil
		})
	}
	var person string
	select {
	case <-ctx.Done():
	case person = <-door.linked:
	}
	cancel()
	err := group.Wait()
	if person == "" {
		return "", cmp.Or(err, errors.New("nobody sent the code"))
	}
	if err != nil {
		n.log.Warn("the doors did not close well", "err", err)
	}
	return person, nil
}

// openDoors serves what the bots' platforms call, until ctx ends: where a webhook is set, the code comes that way.
func (n *newsroom) openDoors(ctx context.Context, members []*member) error {
	doors := doors(members)
	if len(doors) == 0 {
		return nil
	}
	mux := http.NewServeMux()
	for pattern, door := range doors {
		mux.Handle(pattern, door)
	}
	ln, err := net.Listen("tcp", n.set.Listen)
	if err != nil {
		return fmt.Errorf("TENBELLS_LISTEN: the bots hear over webhooks, which come in there: %w", err)
	}
	return web.Serve(ctx, ln, mux, 5*time.Second, n.log)
}

// unowned makes sure that no serving process works with these bots.
func (n *newsroom) unowned(ctx context.Context, members []*member) error {
	for _, m := range members {
		lease, err := n.store.Acquire(ctx, leaseOf(m.lane), processName(), delivery.LeaseTTL)
		if err == nil {
			err = n.store.Release(ctx, lease)
		}
		if err != nil {
			return fmt.Errorf("stop the running tenbells first: %w", err)
		}
	}
	return nil
}

// doorman waits for the code and lets everybody else through to the reception: readers who write meanwhile lose
// nothing.
type doorman struct {
	bots.Front
	code   string
	outlet string
	linked chan string
	once   sync.Once
}

func newDoorman(front bots.Front, code, outlet string) *doorman {
	return &doorman{Front: front, code: code, outlet: outlet, linked: make(chan string, 1)}
}

// Answer links whoever knows the code, once.
func (d *doorman) Answer(ctx context.Context, r bots.Request) (bots.Answer, error) {
	known := subtle.ConstantTimeCompare([]byte(strings.TrimSpace(r.Args)), []byte(d.code)) == 1
	private := r.Chat.Kind == delivery.Private || r.Chat.Kind == delivery.DM
	if r.Command != "start" || !known || !private {
		return d.Front.Answer(ctx, r)
	}
	outlet := cmp.Or(d.outlet, bots.Say(r.Language, "the-newsroom"))
	answer := bots.Answer{Card: &bots.Card{Lines: []bots.Line{{Text: bots.Say(r.Language, "linked", "outlet", outlet), Strong: true}}}}
	d.once.Do(func() { d.linked <- string(r.Chat.Platform) + ":" + r.Person })
	return answer, nil
}
