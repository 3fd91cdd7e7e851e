package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestAnAlertByCommandLineIsCorrectedAndRecalledWhereItWasDelivered(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		r := newReaders(w, 2, "place:NO", "place:PT")
		w.subscribe(r.lines...)
		w.serve()

		dry := w.must("alert", "send", "--follow", "place:no", "--dry-run", "Oslo closes two fields by 2030")
		if !strings.Contains(dry, "Would reach 4") || !strings.Contains(dry, "nothing was sent") {
			t.Errorf("the dry run says:\n%s", dry)
		}
		w.must("alert", "send", "--follow", "place:no", "--yes", "--now", "--text", "Parliament has voted.", "Oslo closes two feilds by 2030")
		w.toldOnce(r, "Oslo closes two feilds by 2030", "place:NO")
		id := w.newestAlert()

		w.must("alert", "correct", id, "--kind", "typo", "--headline", "Oslo closes two fields by 2030")
		w.stands(r, "place:NO", 1, "Oslo closes two fields by 2030")
		if got := w.edited(r, "place:NO"); got != 4 {
			t.Errorf("%d messages were edited for a typo, want 4", got)
		}

		w.must("alert", "correct", id, "--kind", "fact", "--headline", "Oslo closes two fields by 2035", "--note", "The fields close in 2035, not in 2030.")
		w.stands(r, "place:NO", 2, "Oslo closes two fields by 2035")
		w.until("everyone reads the correction", func() bool {
			return w.lastSays(r, "place:NO", "in 2035, not in 2030")
		})
		w.until("it is corrected", func() bool { return w.alert(id).Status == "corrected" })

		w.must("alert", "recall", id, "--reason", "The vote was postponed.")
		w.until("a notice stands in its place", func() bool {
			return w.firstSays(r, "place:NO", "The vote was postponed.") && !w.firstSays(r, "place:NO", "Parliament has voted.")
		})
		w.until("nothing of its correction is left", func() bool {
			return w.lastSays(r, "place:NO", "The vote was postponed.") && !w.lastSays(r, "place:NO", "in 2035, not in 2030")
		})
		w.until("nothing is queued or under way", func() bool {
			c := w.alert(id).Counts
			return c.Queued+c.Sending+c.Unknown == 0
		})
		if got := w.alert(id); got.Status != "recalled" || got.Counts.Sent != 4 || got.Counts.Edited != 4 {
			t.Errorf("after the recall it stands as %+v", got)
		}
		if out, code := w.run("alert", "correct", id, "--kind", "typo", "--headline", "x"); code != 1 || !strings.Contains(out, "recalled") {
			t.Errorf("correcting a recalled alert: exit status %d, %s", code, out)
		}
		for _, chat := range r.telegram["place:PT"] {
			expectTold(t, "a follower of Portugal", w.telegramTexts(chat), "", false)
		}
	})
}

func TestTheSameIdempotencyKeyIsTheSameAlert(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		r := newReaders(w, 2, "place:NO")
		w.subscribe(r.lines...)
		w.serve()
		body := `{"headline":"Oslo votes","follow":["place:NO"],"hold_seconds":0,"idempotency_key":"k-1"}`
		var first, second struct {
			ID       string `json:"id"`
			Audience int    `json:"audience"`
		}
		if status := w.call(http.MethodPost, "/v1/alerts", body, &first); status != http.StatusCreated {
			t.Fatalf("status %d, want 201", status)
		}
		if status := w.call(http.MethodPost, "/v1/alerts", body, &second); status != http.StatusOK || second.ID != first.ID || first.Audience != 4 {
			t.Errorf("again: status %d, %+v and %+v", status, first, second)
		}
		w.toldOnce(r, "Oslo votes", "place:NO")
		var problem struct {
			Detail string `json:"detail"`
		}
		if status := w.call(http.MethodPost, "/v1/alerts", `{"headline":"x","follow":["place:XX"]}`, &problem); status != http.StatusUnprocessableEntity || !strings.Contains(problem.Detail, "place:XX") {
			t.Errorf("an unknown place: status %d, %+v", status, problem)
		}
	})
}

func TestAnAlertFromChatIsPreviewedConfirmedAndSentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "TENBELLS_STAFF=telegram:77")
	r := newReaders(w, 2, "place:NO")
	w.subscribe(r.lines...)
	w.serve()
	editor := w.telegram.NewUser(telegramtest.Person{ID: 77, FirstName: "Ed", Language: "en"})
	chat := editor.Private(w.telegram.Bots()[0])
	chat.Say(editor, "/alert to:place:NO Oslo votes tonight")
	w.until("the preview stands in the chat", func() bool { return strings.Contains(lastText(chat), "Oslo votes tonight") })
	press(w, chat, editor, "Send")
	w.toldOnce(r, "Oslo votes tonight", "place:NO")

	stranger := w.telegram.NewUser(telegramtest.Person{ID: 78, FirstName: "Sam", Language: "en"})
	other := stranger.Private(w.telegram.Bots()[0])
	other.Say(stranger, "/alert to:place:NO I am not staff")
	w.until("a stranger is answered", func() bool { return len(other.Received()) > 0 })
	if text := lastText(other); strings.Contains(text, "I am not staff") {
		t.Errorf("a stranger was shown a draft: %s", text)
	}
}

// lastText is the newest message a bot sent to a chat.
func lastText(c *telegramtest.Chat) string {
	all := c.Received()
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].Text
}

// press presses the button with this label on the bot's newest message that has it.
func press(w *world, c *telegramtest.Chat, u *telegramtest.User, label string) {
	w.t.Helper()
	w.until("there is a button "+label, func() bool {
		all := c.Received()
		for i := len(all) - 1; i >= 0; i-- {
			for _, row := range all[i].Buttons {
				for _, b := range row {
					if b.Text == label && !all[i].Deleted {
						_, err := c.Press(u, all[i].ID, b.Data)
						return err == nil
					}
				}
			}
		}
		return false
	})
}

func TestHaltStopsAllLanesAndResumeGoesOnWhereTheyStood(t *testing.T) {
	t.Parallel()
	const all = 800 // a window of 32 takes a second: there are 25 s for the halt
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url, "TENBELLS_TELEGRAM_RATE=400")
		slow := w.telegram.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.Fault{Delay: time.Second}, Times: telegramtest.Always})
		var lines []string
		for i := range all {
			lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 9000+i))
		}
		w.subscribe(lines...)
		w.serve()
		w.must("alert", "send", "--yes", "--now", "Everyone is told")
		id := w.newestAlert()
		w.until("the first are told", func() bool { return w.telegram.Stats().Accepted > 20 })
		w.must("halt")
		slow()
		w.until("nothing is in flight", func() bool { return w.alert(id).Counts.Sending == 0 })
		stood := w.telegram.Stats().Accepted
		if stood >= all {
			t.Fatal("all were told before the halt: the test proves nothing")
		}
		w.must("alert", "show") // a second and more of the program's own starting passes meanwhile
		w.must("alert", "show")
		if now := w.telegram.Stats().Accepted; now != stood {
			t.Errorf("%d messages went out after the halt", now-stood)
		}
		w.must("resume")
		w.until("all are told", func() bool { return w.alert(id).Status == "sent" })
		if got := w.telegram.Stats().Accepted; got != all {
			t.Errorf("%d messages, want %d: each once", got, all)
		}
	})
}

// stands waits until each follower of key has n messages of ours, the first of which says headline.
func (w *world) stands(r readers, key string, n int, headline string) {
	w.t.Helper()
	w.until(fmt.Sprintf("%d messages stand, the first says %q", n, headline), func() bool {
		for _, texts := range w.texts(r, key) {
			if len(texts) != n || !strings.Contains(texts[0], headline) {
				return false
			}
		}
		return true
	})
}

func (w *world) firstSays(r readers, key, words string) bool {
	for _, texts := range w.texts(r, key) {
		if len(texts) == 0 || !strings.Contains(texts[0], words) {
			return false
		}
	}
	return true
}

func (w *world) lastSays(r readers, key, words string) bool {
	for _, texts := range w.texts(r, key) {
		if len(texts) == 0 || !strings.Contains(texts[len(texts)-1], words) {
			return false
		}
	}
	return true
}

// texts is what stands in the chats of everyone who follows key.
func (w *world) texts(r readers, key string) (all [][]string) {
	for _, chat := range r.telegram[key] {
		all = append(all, w.telegramTexts(chat))
	}
	for _, channel := range r.discord[key] {
		all = append(all, w.discordTexts(channel))
	}
	return all
}

// edited is how many messages to followers of key were edited.
func (w *world) edited(r readers, key string) (n int) {
	for _, chat := range r.telegram[key] {
		for _, m := range w.telegram.Chat(chat).Received() {
			n += len(m.Edits)
		}
	}
	for _, channel := range r.discord[key] {
		for _, m := range w.discord.Channel(channel).Received() {
			n += len(m.Edits)
		}
	}
	return n
}
