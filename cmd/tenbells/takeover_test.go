package main

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

func TestASecondProcessWaitsItsTurnAndTakesOver(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url, "TENBELLS_TELEGRAM_RATE=100", "TENBELLS_DISCORD_RATE=100")
		var lines []string
		for i := range 300 {
			lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 7000+i))
		}
		w.subscribe(lines...)
		first := w.serve()
		second := w.beside()
		w.until("the second says whose turn it is", func() bool { return strings.Contains(second.said(), "waiting for our turn") })
		w.must("alert", "send", "--yes", "--now", "Everyone is told")
		w.until("the first are told", func() bool { return w.telegram.Stats().Accepted > 50 })
		first.end(syscall.SIGKILL)
		w.until("everyone is told", func() bool { return w.alert(w.newestAlert()).Status == "sent" })
		lost, twice := 0, 0
		for i := range 300 {
			n := count(w.telegramTexts(int64(7000+i)), "Everyone is told")
			if n == 0 {
				lost++
			}
			twice += max(0, n-1)
		}
		if lost > 0 || twice > 32 {
			t.Errorf("%d were lost and %d told twice; want none, and at most what was in flight", lost, twice)
		}
		second.end(syscall.SIGTERM)
		if code := second.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("told to stop, the second ended with status %d", code)
		}
	})
}

// beside starts a further service on the same database; the world's calls go to it from now on.
func (w *world) beside() *process {
	w.t.Helper()
	w.listen = freeAddress(w.t)
	w.env = append(w.env, "TENBELLS_LISTEN="+w.listen)
	return w.serve()
}
