package main

import (
	"bufio"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// linking is a running tenbells init.
type linking struct {
	t     *testing.T
	lines *bufio.Scanner
	said  strings.Builder
}

// settle lets the Discord bot stand in a server.
func (w *world) settle() {
	owner := w.discord.NewUser(discordtest.Person{Name: "Olga"})
	w.discord.NewGuild(owner, "Newsroom").Install(w.discord.Bots()[0], discordtest.ViewChannel)
}

// link starts tenbells init in a world where both platforms reach it.
func (w *world) link(t *testing.T) (l *linking, code string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "init", "--wait", patience.String())
	cmd.Env = w.env
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended by itself
		_ = cmd.Wait()         // a killed process says so
	})
	l = &linking{t: t, lines: bufio.NewScanner(out)}
	return l, l.until("/start ")
}

// until reads what is printed until a line has this in it, and answers what stands behind it.
func (l *linking) until(mark string) string {
	l.t.Helper()
	for l.lines.Scan() {
		l.said.WriteString(l.lines.Text() + "\n")
		if _, rest, ok := strings.Cut(l.lines.Text(), mark); ok {
			return rest
		}
	}
	l.t.Fatalf("%q was never printed:\n%s", mark, l.said.String())
	return ""
}

func TestInitKnowsWhoSendsTheCodeOnTelegram(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t))
	l, code := w.link(t)
	other := w.telegram.NewUser(telegramtest.Person{FirstName: "Olga", Language: "en"})
	other.Start("notthecode")
	chat := other.Private(nil)
	w.until("another reader is welcomed as ever", func() bool { return len(chat.Received()) == 1 })
	editor := w.telegram.NewUser(telegramtest.Person{FirstName: "Ann", Language: "en"})
	editor.Start(code)
	id := editor.Private(nil)
	if got, want := l.until("TENBELLS_STAFF="), "telegram:"+strconv.FormatInt(editor.ID(), 10); got != want {
		t.Errorf("staff is %q, not %q", got, want)
	}
	w.until("the bot says hello", func() bool {
		m, ok := id.Last()
		return ok && m.Text == bots.Say("en", "linked", "outlet", "RFE/RL")
	})
}

func TestInitKnowsWhoSendsTheCodeOnDiscord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t))
	w.settle()
	l, code := w.link(t)
	account := w.discord.Bots()[0]
	w.until("the bot listens", func() bool { return account.Connections() == 1 && len(account.Commands()) == 1 })
	editor := w.discord.NewUser(discordtest.Person{Name: "Ann"})
	dm := editor.DM(account)
	if _, err := dm.Run(editor, "news start", discordtest.Args{"code": code}); err != nil {
		t.Fatal(err)
	}
	if got, want := l.until("TENBELLS_STAFF="), "discord:"+editor.ID(); got != want {
		t.Errorf("staff is %q, not %q", got, want)
	}
	w.until("the bot says hello", func() bool {
		m, ok := dm.Last()
		return ok && len(m.Embeds) == 1 && strings.Contains(m.Embeds[0].Description, bots.Say("en", "linked", "outlet", "RFE/RL"))
	})
}

// Before the first start the Discord bot is in no server and the webhook is not set: neither keeps the code from coming.
func TestInitHearsTheCodeOverAWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t), "TENBELLS_TELEGRAM_WEBHOOK_SECRET=s3cret")
	w.env = append(w.env, "TENBELLS_PUBLIC_URL=http://"+w.listen)
	l, code := w.link(t)
	editor := w.telegram.NewUser(telegramtest.Person{FirstName: "Ann", Language: "en"})
	editor.Start(code)
	if got, want := l.until("TENBELLS_STAFF="), "telegram:"+strconv.FormatInt(editor.ID(), 10); got != want {
		t.Errorf("staff is %q, not %q", got, want)
	}
	if said := l.said.String(); !strings.Contains(said, "WRONG") || !strings.Contains(said, "before the first start") {
		t.Errorf("what is wrong is not shown as a hint:\n%s", said)
	}
	if n := w.telegram.Stats().Calls["getUpdates"]; n != 0 {
		t.Errorf("polled %d times", n)
	}
}

func TestInitEndsWhereATokenIsRefused(t *testing.T) {
	w := newWorld(t, storetest.SQLiteURL(t))
	w.env = append(w.env, "TENBELLS_TELEGRAM_TOKEN=1:refused")
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "init", "--wait", "1ms")
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "mend that first") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func TestWhoIsLinkedStandsAsTheSettingsAreWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ config, want string }{
		{"", "    TENBELLS_STAFF=telegram:1,discord:2\n    TENBELLS_OPERATOR=discord:2\n"},
		{"tenbells.toml", "    staff = \"telegram:1,discord:2\"\n    operator = \"discord:2\"\n"},
		{"tenbells.yaml", "    staff: \"telegram:1,discord:2\"\n    operator: \"discord:2\"\n"},
	} {
		if got := linkedAs(c.config, "telegram:1,discord:2", "discord:2"); got != c.want {
			t.Errorf("%s: got\n%s", c.config, got)
		}
	}
}
