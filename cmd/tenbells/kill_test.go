package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// TestKillInTheMiddleOfABroadcastLosesNothing kills the service at ten moments of a broadcast to 2,000, starts it again
// and sees what reached whom.
func TestKillInTheMiddleOfABroadcastLosesNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("ten broadcasts by child binaries on each database take a minute; -short leaves them out")
	}
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url, "TENBELLS_TELEGRAM_RATE=2000", "TENBELLS_DISCORD_RATE=2000")
		var lines []string
		for i := range broadcast / 2 {
			lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 100000+i),
				fmt.Sprintf(`{"platform":"discord","chat":"%d"}`, 900000000000000000+i))
		}
		w.subscribe(lines...)
		w.travel()
		for moment := range 10 {
			w.killAt(moment, (2*moment+1)*broadcast/20)
		}
	})
}

const broadcast = 2000

// travel lets calls take time on their way there and back, so that a killed process leaves some of both behind.
func (w *world) travel() {
	w.telegram.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.Fault{Delay: 3 * time.Millisecond, Linger: 3 * time.Millisecond}, Times: telegramtest.Always})
	w.discord.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.Fault{Delay: 3 * time.Millisecond, Linger: 3 * time.Millisecond}, Times: discordtest.Always})
}

// killAt kills the service when so many messages have been accepted, starts it again, and checks what came of it.
func (w *world) killAt(moment, accepted int) {
	w.t.Helper()
	headline := fmt.Sprintf("Broadcast number %d", moment)
	before := w.telegram.Stats().Accepted + w.discord.Stats().Accepted
	p := w.serve()
	w.must("alert", "send", "--yes", "--now", headline)
	w.until("enough is told", func() bool {
		return w.telegram.Stats().Accepted+w.discord.Stats().Accepted-before >= accepted
	})
	p.end(syscall.SIGKILL)
	p = w.serve()
	id := w.newestAlert()
	w.until("the alert is sent", func() bool { return w.alert(id).Status == "sent" })
	w.checkBroadcast(id, headline)
	p.end(syscall.SIGTERM)
}

// checkBroadcast sees that nothing was lost, and that nobody was told twice but those in flight on Telegram.
func (w *world) checkBroadcast(id, headline string) {
	w.t.Helper()
	lost, twice, repeated := 0, 0, 0
	for i := range broadcast / 2 {
		n := count(w.telegramTexts(int64(100000+i)), headline)
		if n == 0 {
			lost++
		}
		twice += max(0, n-1)
		m := count(w.discordTexts(fmt.Sprint(900000000000000000+i)), headline)
		if m == 0 {
			lost++
		}
		repeated += max(0, m-1)
	}
	got := w.alert(id)
	if lost > 0 || twice > delivery.Window || repeated > 0 {
		w.t.Errorf("%s: %d lost, %d twice on Telegram (at most %d may be), %d twice on Discord", headline, lost, twice, delivery.Window, repeated)
	}
	if got.Counts.Sent != broadcast || got.Audience != broadcast || got.Repeats < twice {
		w.t.Errorf("%s: the alert counts %+v; %d were told, %d of them twice", headline, got, broadcast, twice)
	}
	w.t.Logf("%s: 0 lost, %d twice on Telegram, %d repeats counted", headline, twice, got.Repeats)
}

// count is how many of texts say words.
func count(texts []string, words string) (n int) {
	for _, text := range texts {
		if strings.Contains(text, words) {
			n++
		}
	}
	return n
}
