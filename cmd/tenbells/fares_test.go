package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// payer is a world whose Telegram takes twice as much for nothing as it says (how exactly it is kept to is the pacer's
// tests' affair), with so many Stars, and whose settings pay from 100 messages on.
func payer(t *testing.T, url string, stars int, extra ...string) *world {
	w := newWorld(t, url, append([]string{"TENBELLS_TELEGRAM_PAID_FROM=100", "TENBELLS_TELEGRAM_PAID_MONTHLY=40", "TENBELLS_OPERATOR=telegram:9"}, extra...)...)
	w.telegram.Close()
	limits := telegramtest.RealLimits()
	limits.PerSecond *= 2
	w.telegram = telegramtest.New(telegramtest.Options{T: t, AutoChats: true, Contracts: contracts(t), Limits: limits,
		Bots: []telegramtest.BotAccount{{Token: telegramtest.DefaultToken, Stars: stars}}})
	if err := w.telegram.Start(); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "TENBELLS_TELEGRAM_API_URL="+w.telegram.URL())
	var lines []string
	for i := range 300 {
		lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 5000+i))
	}
	w.subscribe(lines...)
	return w
}

func TestAFlashIsPaidForWithinTheMonthsBudget(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := payer(t, url, 1000)
		w.serve()
		if said := w.must("alert", "send", "--dry-run", "--urgency=flash", "Dam breaks"); !strings.Contains(said, "Costs 30 Stars at most. This month: 0 of 40") {
			t.Errorf("the cost is not shown before sending:\n%s", said)
		}
		w.must("alert", "send", "--yes", "--now", "--urgency=flash", "Dam breaks")
		first := w.newestAlert()
		w.until("the flash is sent", func() bool { return w.alert(first).Status == "sent" })
		stats := w.telegram.Stats()
		if stats.Paid < 100 || stats.TooMany > 0 {
			t.Errorf("%d of 300 were paid for, %d times too many", stats.Paid, stats.TooMany)
		}
		if spent := w.telegram.Bots()[0].Spent(); spent == 0 || spent > 300 {
			t.Errorf("%d tenths of a Star were spent", spent)
		}
		if sent, back := w.paid(first); sent != 300 || back != 0 {
			t.Errorf("%d are said to be sent for pay, %d given back", sent, back)
		}

		w.must("alert", "send", "--yes", "--now", "--urgency=bulletin", "The dam, as a bulletin")
		w.must("alert", "send", "--yes", "--now", "--urgency=flash", "Second dam breaks")
		second := w.newestAlert()
		w.until("the second flash is sent", func() bool { return w.alert(second).Status == "sent" })
		if now := w.telegram.Stats(); now.Paid != stats.Paid || now.TooMany > 0 {
			t.Errorf("%d more were paid for beyond the month's budget, %d times too many", now.Paid-stats.Paid, now.TooMany)
		}
		if said := w.must("alert", "show", second); !strings.Contains(said, "At the free pace on telegram/main: this month's Stars do not suffice for 300 messages (30 Stars).") {
			t.Errorf("the alert does not say why it was slow:\n%s", said)
		}
		for i := range 300 {
			for _, headline := range []string{"Dam breaks", "Second dam breaks"} {
				if n := count(w.telegramTexts(int64(5000+i)), headline); n < 1 {
					t.Fatalf("chat %d was not told: %s", 5000+i, headline)
				}
			}
		}
	})
}

var paidFor = regexp.MustCompile(`set aside 300 messages \(30 Stars at most\), sent (\d+) \(\d+ Stars at most\), given back (\d+)`)

// paid is how many of 300 messages an alert's page says were sent for pay, and given back.
func (w *world) paid(id string) (sent, back int) {
	w.t.Helper()
	said := w.must("alert", "show", id)
	found := paidFor.FindStringSubmatch(said)
	if found == nil {
		w.t.Fatalf("the alert does not say what was set aside:\n%s", said)
	}
	if _, err := fmt.Sscan(found[1]+" "+found[2], &sent, &back); err != nil {
		w.t.Fatal(err)
	}
	return sent, back
}

func TestABotWithoutStarsSendsAtTheFreePace(t *testing.T) {
	t.Parallel()
	w := payer(t, sqlite(t), 0)
	w.serve()
	w.must("alert", "send", "--yes", "--now", "--urgency=flash", "Dam breaks")
	id := w.newestAlert()
	w.until("the flash is sent", func() bool { return w.alert(id).Status == "sent" })
	for i := range 300 {
		if n := count(w.telegramTexts(int64(5000+i)), "Dam breaks"); n != 1 {
			t.Fatalf("chat %d was told %d times", 5000+i, n)
		}
	}
	if stats := w.telegram.Stats(); stats.Paid > 0 || stats.TooMany > 0 || stats.Refused[400] > 64 {
		t.Errorf("%d were paid for, %d times too many, %d refused", stats.Paid, stats.TooMany, stats.Refused[400])
	}
	if sent, back := w.paid(id); back <= 100 || sent+back != 300 {
		t.Errorf("%d are said to be sent for pay, %d given back", sent, back)
	}
	w.must("alert", "send", "--yes", "--now", "--urgency=flash", "While no payment is tried") // and none is counted
	id = w.newestAlert()
	w.until("the second flash is sent", func() bool { return w.alert(id).Status == "sent" })
	said, spent := w.must("alert", "send", "--dry-run", "--urgency=flash", "Again"), 0
	if _, after, found := strings.Cut(said, "This month: "); !found {
		t.Errorf("the month is not told:\n%s", said)
	} else if _, err := fmt.Sscan(after, &spent); err != nil || spent >= 20 { // what was sent until the platform refused
		t.Errorf("what nobody took is counted as spent:\n%s", said)
	}
	w.until("the operator is told", func() bool { return count(w.telegramTexts(9), "does not take payment for a flash") == 1 })
}

func TestPaymentNeedsALimit(t *testing.T) {
	for set, fault := range map[string]string{
		"TENBELLS_TELEGRAM_PAID_FROM=1000":  "TENBELLS_TELEGRAM_PAID_MONTHLY: must be set",
		"TENBELLS_TELEGRAM_PAID_MONTHLY=10": "TENBELLS_TELEGRAM_PAID_FROM: must be set",
		"TENBELLS_TELEGRAM_PAID_RATE=1000":  "from 1 to 970",
		"TENBELLS_TELEGRAM_TOKEN=1:a TENBELLS_TELEGRAM_RATE=100 TENBELLS_TELEGRAM_PAID_FROM=1 TENBELLS_TELEGRAM_PAID_MONTHLY=1 TENBELLS_TELEGRAM_PAID_RATE=950": "more than the 1000",
		"TENBELLS_TELEGRAM_PAID_FROM=none": "must be a number of messages greater than 0",
	} {
		if _, err := loadSettings("", strings.Fields(set)); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%s: got %v, want %q", set, err, fault)
		}
	}
}
