package telegram

import (
	"testing"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

func TestTheMenuIsSetOnceAndWhenItChanges(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.front.commands = []bots.Command{
		{Name: "start", Description: "Begin"},
		{Name: "settings", Description: "Settings", Shared: true},
		{Name: "ping", Description: "Ping a role", Shared: true, Only: delivery.Discord},
		{Name: "alert", Description: "Send an alert", Staff: true},
	}
	lists := 2 * (1 + len(bots.Languages()))
	done := func(method string) int { return w.srv.Stats().Done[method] }
	ann := w.srv.NewUser(telegramtest.Person{FirstName: "Ann", Language: "ru"})
	group := w.srv.NewSupergroup(ann, "Newsroom")
	b := w.srv.Bots()[0]
	group.Add(ann, b)

	stop := w.run(w.bot)
	w.await("the menus are set", func() bool { return done("setMyCommands") == lists })
	stop()
	if got := b.Commands(ann.Private(b), ann); len(got) != 2 || got[1].Command != "settings" {
		t.Errorf("in private: %+v", got)
	}
	if got := b.Commands(group, ann); len(got) != 1 || got[0].Command != "settings" {
		t.Errorf("to an administrator: %+v", got)
	}

	before := done("getMyCommands")
	stop = w.run(w.newBot(nil))
	w.await("they were looked at", func() bool { return done("getMyCommands") == before+lists })
	stop()
	if n := done("setMyCommands"); n != lists {
		t.Errorf("set %d times, want %d: nothing had changed", n, lists)
	}

	w.front.commands[1].Description = "All settings"
	w.run(w.newBot(nil))
	w.await("the change is there", func() bool { return done("setMyCommands") == 2*lists })
}

// Telegram counts changes of the menu apart from messages, and may ask for hours of patience.
func TestAMenuThatMustWaitHoldsNobodyUp(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.front.commands = []bots.Command{{Name: "start", Description: "Begin"}}
	w.srv.Inject(telegramtest.Step{Method: "setMyCommands", Times: telegramtest.Always, Fault: telegramtest.TooMany(3600)})
	w.run(w.bot)
	w.await("the menu must wait", func() bool { return w.srv.Stats().TooMany > 0 })
	ann := w.reader("Ann")
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
	if n := w.srv.Stats().TooMany; n != 1 {
		t.Errorf("asked again %d times before its time", n-1)
	}
}

func TestAMenuThatIsRefusedIsGivenUp(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	w.front.commands = []bots.Command{{Name: "start", Description: "Begin"}}
	w.srv.Inject(telegramtest.Step{Method: "setMyCommands", Times: telegramtest.Always, Fault: telegramtest.BadRequest("BOT_COMMAND_INVALID")})
	w.run(w.bot)
	if err := w.log.await(soon(t), "BOT_COMMAND_INVALID"); err != nil {
		t.Error("nobody is told")
	}
	ann := w.reader("Ann")
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
}
