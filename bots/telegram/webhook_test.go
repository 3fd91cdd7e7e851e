package telegram

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

const hookSecret = "a-secret_of-ours"

// hooked is a world in which Telegram posts updates to our bot.
func hooked(t *testing.T) *world {
	var ours http.Handler
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ours.ServeHTTP(w, r) }))
	t.Cleanup(site.Close)
	w := open(t, telegramtest.Options{WebhookPause: 1}, func(c *Config) {
		c.WebhookURL, c.WebhookSecret = site.URL+"/telegram/main", hookSecret
	})
	ours = w.bot.Webhook()
	return w
}

func TestPostedUpdatesAreAnswered(t *testing.T) {
	w := hooked(t)
	stop := w.run(w.bot)
	ann := w.reader("Ann")
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
	if n := w.srv.Stats().Calls["getUpdates"]; n != 0 {
		t.Errorf("polled %d times beside a webhook", n)
	}
	stop()
	ann.Send("while nobody owns the lane")
	w.await("it is stored", func() bool { return w.inbox.pending() == 1 && w.srv.Bots()[0].Pending() == 0 })
	w.run(w.bot)
	w.await("the next owner answers", func() bool { return last(ann.Private(nil)) == "heard while nobody owns the lane" })
}

func TestAPostThatCannotBeStoredComesAgain(t *testing.T) {
	w := hooked(t)
	w.inbox.fail(errors.New("the disk is full"))
	w.run(w.bot)
	ann := w.reader("Ann")
	w.await("it was refused", func() bool { return w.inbox.failures() > 1 })
	if w.srv.Bots()[0].Pending() != 1 {
		t.Error("Telegram thinks it was taken")
	}
	w.inbox.fail(nil)
	w.await("it is answered", func() bool { return last(ann.Private(nil)) == "heard start" })
}

func TestOnlyTelegramMayPost(t *testing.T) {
	w := hooked(t)
	update := `{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,"first_name":"A"},"text":"hi"}}`
	cases := []struct {
		name, method, secret, body string
		status, stored             int
	}{
		{"no secret", "POST", "", update, 401, 0},
		{"a wrong secret", "POST", hookSecret + "x", update, 401, 0},
		{"reading", "GET", hookSecret, "", 405, 0},
		{"too much", "POST", hookSecret, `{"update_id":7,"x":"` + strings.Repeat("x", maxUpdate) + `"}`, 413, 0},
		{"what is no update", "POST", hookSecret, "<html>", 200, 0},
		{"what we did not ask for", "POST", hookSecret, `{"update_id":8,"poll":{"id":"1"}}`, 200, 0},
		{"an update", "POST", hookSecret, update, 200, 1},
		{"the same update again", "POST", hookSecret, update, 200, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, "/", strings.NewReader(c.body))
			r.Header.Set(secretHeader, c.secret)
			answer := httptest.NewRecorder()
			w.bot.Webhook().ServeHTTP(answer, r)
			if answer.Code != c.status || w.inbox.pending() != c.stored {
				t.Errorf("status %d, %d stored; want %d, %d", answer.Code, w.inbox.pending(), c.status, c.stored)
			}
		})
	}
	polling := open(t, telegramtest.Options{}, nil).bot
	answer := httptest.NewRecorder()
	polling.Webhook().ServeHTTP(answer, httptest.NewRequest("POST", "/", strings.NewReader(update)))
	if answer.Code != http.StatusUnauthorized {
		t.Errorf("without a secret of ours: status %d", answer.Code)
	}
}

func TestPollingTakesBackAWebhook(t *testing.T) {
	w := hooked(t)
	stop := w.run(w.bot)
	ann := w.reader("Ann")
	w.await("the webhook works", func() bool { return last(ann.Private(nil)) == "heard start" })
	stop()
	w.run(w.newBot(nil))
	ann.Send("by poll")
	w.await("polling works", func() bool { return last(ann.Private(nil)) == "heard by poll" && w.srv.Stats().Calls["getUpdates"] > 0 })
	if n := w.srv.Stats().Refused[409]; n != 0 {
		t.Errorf("%d conflicts", n)
	}
}

func TestAWebhookNeedsBothURLAndSecret(t *testing.T) {
	for _, c := range []Config{{Token: "1:a", WebhookURL: "https://example.org"}, {Token: "1:a", WebhookSecret: "x"}, {}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}
