package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// StaffCmd is who may work on alerts from chat.
type StaffCmd struct {
	Add    StaffAddCmd    `cmd:"" help:"Add somebody, or give them another role; a running serve heeds it at once."`
	List   StaffListCmd   `cmd:"" help:"List the staff, with their names on the record."`
	Remove StaffRemoveCmd `cmd:"" help:"Remove somebody who was added."`
}

// Help is shown below the flags.
func (StaffCmd) Help() string { return example("tenbells staff list") }

// StaffAddCmd adds.
type StaffAddCmd struct {
	Address string `arg:"" optional:"" help:"Their own account: telegram:123 or discord:456. Without it, a code is made that they send to the bot."`
	Role    string `default:"editor" enum:"editor,publisher" help:"editor: writes, sends, corrects, recalls. publisher: also approves what needs a second person."`
}

// Help is shown below the flags.
func (StaffAddCmd) Help() string {
	return example("tenbells staff add --role publisher") + "\n\nWhoever is added by their account must have written to the bot once, or it cannot ask them anything."
}

// Run adds.
func (c StaffAddCmd) Run(ctx ctxArg, env *Env) error {
	if c.Address == "" {
		return env.withNewsroom(ctx, func(n *newsroom) error { return c.invite(ctx, env, n) })
	}
	platform, person, err := personOf(c.Address)
	if err != nil {
		return err
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		if slices.Contains(n.set.Staff, c.Address) {
			return usageError{fmt.Errorf("%s is in TENBELLS_STAFF already, and a publisher by that", c.Address)}
		}
		m := alerts.Member{Platform: platform, Person: person, Role: alerts.Role(c.Role), Added: time.Now()}
		name := n.signature(platform, person)
		act := alerts.Act{At: m.Added, By: operatorName(), What: "staff-add", Detail: name + " " + c.Role}
		if err := n.store.Staff().Hire(ctx, m, act); err != nil {
			return err
		}
		fmt.Fprintf(env.Out, "%s is of the staff now, as %s. On the record they are %s.\n", c.Address, c.Role, name)
		return nil
	})
}

// codeGood is how long a code lets somebody in.
const codeGood = 24 * time.Hour

// invite makes a code, and says how it is sent.
func (c StaffAddCmd) invite(ctx context.Context, env *Env, n *newsroom) error {
	code, now := strings.ToLower(rand.Text()[:codeLength]), time.Now()
	act := alerts.Act{At: now, By: operatorName(), What: "staff-invite", Detail: c.Role}
	if err := n.store.Staff().Invite(ctx, code, alerts.Role(c.Role), now.Add(codeGood), act); err != nil {
		return err
	}
	fmt.Fprintf(env.Out, "Whoever sends this to your bot first, within a day, is of the staff as %s. Give it to nobody else:\n\n", c.Role)
	fmt.Fprintf(env.Out, "    on Telegram: /start %s\n    on Discord, in a direct message: /news start code:%s\n", code, code)
	return nil
}

// codeLength is how many letters and digits a code has, of 5 bits each.
const codeLength = 12

// enlist lets somebody join by a code.
func (n *newsroom) enlist(ctx context.Context, p delivery.Platform, person, code string) error {
	code = strings.ToLower(strings.TrimSpace(code))
	if len(code) != codeLength {
		return alerts.ErrNoCode
	}
	now := time.Now()
	name := n.signature(p, person)
	_, err := n.store.Staff().Enlist(ctx, code, alerts.Member{Platform: p, Person: person, Added: now}, alerts.Act{At: now, By: name, What: "staff-join"})
	if err == nil {
		n.log.Info("somebody joined the staff by a code", "who", name)
	}
	return err
}

// personOf is somebody's account.
func personOf(address string) (delivery.Platform, string, error) {
	if err := checkPerson(address); err != nil {
		return "", "", usageError{err}
	}
	platform, person, _ := strings.Cut(address, ":")
	return delivery.Platform(platform), person, nil
}

// StaffListCmd lists.
type StaffListCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (StaffListCmd) Help() string { return example("tenbells staff list --json") }

// colleague is a member of the staff as they are listed.
type colleague struct {
	Address string      `json:"address"`
	Role    alerts.Role `json:"role"`
	Name    string      `json:"on_record_as"`
	By      string      `json:"from"` // "settings" or "added"
	Added   *time.Time  `json:"added_at"`
}

// Run lists.
func (c StaffListCmd) Run(ctx ctxArg, env *Env) error {
	return env.withNewsroom(ctx, func(n *newsroom) error {
		all, err := n.colleagues(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(env.Out, all)
		}
		if len(all) == 0 {
			fmt.Fprintln(env.Out, "Nobody yet. Add somebody with: tenbells staff add telegram:123")
		}
		for _, m := range all {
			fmt.Fprintf(env.Out, "%-28s %-9s %s, %s\n", m.Address, m.Role, m.Name, m.By)
		}
		return nil
	})
}

// colleagues are all of the staff, those in the settings first.
func (n *newsroom) colleagues(ctx context.Context) ([]colleague, error) {
	all := []colleague{}
	for _, address := range n.set.Staff {
		platform, person, _ := strings.Cut(address, ":")
		all = append(all, colleague{Address: address, Role: alerts.Publisher, Name: n.signature(delivery.Platform(platform), person), By: "settings"})
	}
	members, err := n.store.Staff().Members(ctx)
	for _, m := range members {
		address, added := string(m.Platform)+":"+m.Person, m.Added
		if !slices.Contains(n.set.Staff, address) {
			all = append(all, colleague{address, m.Role, n.signature(m.Platform, m.Person), "added", &added})
		}
	}
	return all, err
}

// StaffRemoveCmd removes.
type StaffRemoveCmd struct {
	Address string `arg:"" help:"Their account, as it was added."`
}

// Help is shown below the flags.
func (StaffRemoveCmd) Help() string { return example("tenbells staff remove telegram:123") }

// Run removes.
func (c StaffRemoveCmd) Run(ctx ctxArg, env *Env) error {
	platform, person, err := personOf(c.Address)
	if err != nil {
		return err
	}
	return env.withNewsroom(ctx, func(n *newsroom) error {
		act := alerts.Act{At: time.Now(), By: operatorName(), What: "staff-remove", Detail: n.signature(platform, person)}
		err := n.store.Staff().Dismiss(ctx, platform, person, act)
		inSettings := slices.Contains(n.set.Staff, c.Address)
		switch {
		case errors.Is(err, alerts.ErrNoMember) && inSettings:
			return fmt.Errorf("%s stands in TENBELLS_STAFF: take it out there, and start tenbells serve anew", c.Address)
		case errors.Is(err, alerts.ErrNoMember):
			return fmt.Errorf("%s: %w; tenbells staff list shows who is", c.Address, alerts.ErrNoMember)
		case err != nil:
			return err
		}
		fmt.Fprintf(env.Out, "%s is of the staff no more.\n", c.Address)
		if inSettings {
			fmt.Fprintln(env.Err, "But TENBELLS_STAFF names them, too.")
		}
		return nil
	})
}

// role is what somebody may do from chat. Where the list cannot be read, nothing.
func (n *newsroom) role(ctx context.Context, p delivery.Platform, person string) alerts.Role {
	if slices.Contains(n.set.Staff, string(p)+":"+person) {
		return alerts.Publisher
	}
	role, err := n.store.Staff().Role(ctx, p, person)
	if err != nil && ctx.Err() == nil {
		n.log.Error("cannot see who is of the staff", "err", err)
	}
	return role
}

// staffOn are the people of the staff on a platform.
func (n *newsroom) staffOn(ctx context.Context, p delivery.Platform) ([]string, error) {
	all, err := n.colleagues(ctx)
	var people []string
	for _, m := range all {
		if platform, person, _ := strings.Cut(m.Address, ":"); platform == string(p) {
			people = append(people, person)
		}
	}
	return people, err
}
