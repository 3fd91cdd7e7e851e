package telegram

import (
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestTheMenuIsSetOnceAndWhenItChanges(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.front.commands = []bots.Command{
		{Name: "start", Description: "Begin"},
		{Name: "settings", Description: "Settings", Shared: true},
		{Name: "alert", Description: "Send an alert", Staff: true},
	}
	lists := 2 * (1 + len(bots.Languages()))
	calls := func(method string) int { return w.srv.Stats().Calls[method] }
	ann := w.srv.NewUser(telegramtest.Person{FirstName: "Ann", Language: "ru"})
	group := w.srv.NewSupergroup(ann, "Newsroom")
	b := w.srv.Bots()[0]
	group.Add(ann, b)

	stop := w.run(w.bot)
	w.await("the menus are set", func() bool { return calls("setMyCommands") == lists })
	stop()
	if got := b.Commands(ann.Private(b), ann); len(got) != 2 || got[1].Command != "settings" {
		t.Errorf("in private: %+v", got)
	}
	if got := b.Commands(group, ann); len(got) != 1 || got[0].Command != "settings" {
		t.Errorf("to an administrator: %+v", got)
	}

	before := calls("getMyCommands")
	stop = w.run(w.newBot(nil))
	w.await("they were looked at", func() bool { return calls("getMyCommands") == before+lists })
	stop()
	if n := calls("setMyCommands"); n != lists {
		t.Errorf("set %d times, want %d: nothing had changed", n, lists)
	}

	w.front.commands[1].Description = "All settings"
	w.run(w.newBot(nil))
	w.await("the change is there", func() bool { return calls("setMyCommands") == 2*lists })
}
