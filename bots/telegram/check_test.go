package telegram

import (
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestCheckSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	cases := []struct {
		name   string
		opt    telegramtest.Options
		change func(*Config)
		wrong  []string // what is found wrong
	}{
		{"all is well", telegramtest.Options{}, nil, nil},
		{"a wrong token", telegramtest.Options{}, func(c *Config) { c.Token = "1:wrong" }, []string{"refuses the token"}},
		{"nobody there", telegramtest.Options{}, func(c *Config) { c.APIURL = "http://127.0.0.1:1" }, []string{"not sent"}},
		{"a webhook that is not set", telegramtest.Options{}, func(c *Config) { c.WebhookURL, c.WebhookSecret = "https://example.org/x", "s" }, []string{"somewhere else"}},
		{"privacy mode is off", telegramtest.Options{Bots: []telegramtest.BotAccount{{Token: telegramtest.DefaultToken, ReadsAll: true}}}, nil, []string{"privacy mode"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := open(t, c.opt, c.change)
			var wrong []string
			for _, f := range w.bot.Check(t.Context()) {
				if f.OK != (f.Mend == "") {
					t.Errorf("%+v: what is wrong, and only that, comes with its mend", f)
				}
				if !f.OK {
					wrong = append(wrong, f.Says)
				}
			}
			if len(wrong) != len(c.wrong) {
				t.Fatalf("found wrong: %q, want %q", wrong, c.wrong)
			}
			for i := range wrong {
				if !strings.Contains(wrong[i], c.wrong[i]) {
					t.Errorf("found %q, want %q", wrong[i], c.wrong[i])
				}
			}
		})
	}
}

func TestCheckFindsAWebhookInTheWay(t *testing.T) {
	w := hooked(t)
	stop := w.run(w.bot)
	w.await("the webhook is set", func() bool { return w.srv.Stats().Done["setWebhook"] == 1 })
	stop()
	if f := w.bot.Check(t.Context())[1]; !f.OK {
		t.Errorf("to its own bot: %+v", f)
	}
	if f := w.newBot(nil).Check(t.Context())[1]; f.OK || !strings.Contains(f.Says, "webhook is set") {
		t.Errorf("to one that polls: %+v", f)
	}
}

func TestTheOperatorIsTold(t *testing.T) {
	w := open(t, telegramtest.Options{}, nil)
	ann := w.reader("Ann")
	if err := w.bot.Tell(t.Context(), private(ann).Chat, "2 < 3 & more"); err != nil {
		t.Fatal(err)
	}
	if got := last(ann.Private(nil)); got != "2 < 3 & more" {
		t.Errorf("arrived: %q", got)
	}
	me, err := w.bot.Me(t.Context())
	if err != nil || me.Username != "tenbells_bot" || me.ID != w.srv.Bots()[0].ID() {
		t.Errorf("%+v, %v", me, err)
	}
}
