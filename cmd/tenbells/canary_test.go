package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// canaries are the canary's messages in a chat.
func canaries(w *world, chat int64) (n int) {
	for _, text := range w.telegramTexts(chat) {
		if strings.Contains(text, "Canary ") {
			n++
		}
	}
	return n
}

// letters are what the operator was told of the canary, in order: "has not arrived" or "works again".
func letters(w *world, operator int64) (all []string) {
	for _, text := range w.telegramTexts(operator) {
		for _, says := range []string{"has not arrived", "works again"} {
			if strings.Contains(text, says) {
				all = append(all, says)
			}
		}
	}
	return all
}

// lastLetter is the last of them.
func lastLetter(w *world, operator int64) string {
	all := letters(w, operator)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// metric is the value of a metric, 0 where it is not there.
func (w *world) metric(line string) float64 {
	found := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(line) + ` (\S+)$`).FindStringSubmatch(w.metrics())
	if found == nil {
		return 0
	}
	v, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func TestACanaryGoesTheWholeWayAndNowhereElse(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url, "TENBELLS_CANARY=telegram:-100777", "TENBELLS_CANARY_EVERY=3s", "TENBELLS_OPERATOR=telegram:9")
		w.subscribe(`{"platform":"telegram","chat":"5000","least":"routine"}`)
		w.serve()
		w.until("canaries arrive", func() bool { return canaries(w, -100777) >= 2 })
		w.until("it is a metric", func() bool {
			return w.metric(`tenbells_canary_seconds{lane="telegram/main"}`) > 0 && w.metric(`tenbells_canary_arrived_timestamp_seconds{lane="telegram/main"}`) > 1e9
		})
		mend := w.telegram.Inject(telegramtest.Step{Method: "sendMessage", Chat: -100777, Times: telegramtest.Always, Fault: telegramtest.TooMany(2)})
		// On a busy machine one may have been late before, or be late afterwards: that is told, too, and is over, too.
		w.until("the operator hears that one is missing", func() bool { return lastLetter(w, 9) == "has not arrived" })
		if w.metric(`tenbells_canaries_lost_total{lane="telegram/main"}`) == 0 {
			t.Error("a lost canary is not counted")
		}
		mend()
		w.until("the operator hears that it is over", func() bool { return lastLetter(w, 9) == "works again" })
		for i, says := range letters(w, 9) {
			if want := []string{"has not arrived", "works again"}[i%2]; says != want {
				t.Errorf("letter %d says that it %s, want that it %s: each is told once", i+1, says, want)
			}
		}
		if n := canaries(w, 5000); n != 0 {
			t.Errorf("a reader of everything got %d canaries", n)
		}
		if out := w.must("subscribers", "export", "--clear", "-"); strings.Contains(out, "canary") || !strings.Contains(out, "5000") {
			t.Errorf("exported: %s", out)
		}
	})
}

func TestACanaryNeedsItsBot(t *testing.T) {
	_, err := loadSettings("", []string{"TENBELLS_TELEGRAM_TOKEN=1:a", "TENBELLS_CANARY=discord:456", "TENBELLS_CANARY_EVERY=soon"})
	if err == nil || !strings.Contains(err.Error(), "TENBELLS_CANARY: discord:456: there is no bot discord/main") || !strings.Contains(err.Error(), "TENBELLS_CANARY_EVERY") {
		t.Errorf("got %v", err)
	}
}
