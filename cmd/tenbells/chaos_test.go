package main

import (
	flags "flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store/storetest"
)

// The chaos of a few seconds is for every test run; that of hours is for these flags:
// go test -run Chaos -timeout 3h ./cmd/tenbells -args -chaos.recipients 10000 -chaos.kills 50 -chaos.outage 60s
var (
	chaosRecipients = flags.Int("chaos.recipients", 200, "how many are told in the midst of chaos")
	chaosKills      = flags.Int("chaos.kills", 3, "how often the service is killed meanwhile")
	chaosOutage     = flags.Duration("chaos.outage", 2*time.Second, "how long the platforms are down meanwhile")
	chaosSeed       = flags.Uint64("chaos.seed", 1, "seed of all bad luck")
)

// TestChaos tells many while everything goes wrong that can: answers are lost, calls refused, connections reset, the
// platforms go down, readers block the bot, groups migrate and the service is killed. Nobody is forgotten, and nobody is
// told twice but where an answer was lost or a process died.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("chaos takes a minute on each database; -short leaves it out")
	}
	for _, c := range []struct {
		name      string
		url       func(testing.TB) string
		processes int
	}{{"sqlite", storetest.SQLiteURL, 1}, {"postgres", storetest.PostgresURL, 1}, {"postgres and three processes", storetest.PostgresURL, 3}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newChaos(t, c.url(t), c.processes).run()
		})
	}
}

// chaos is a world of bad luck.
type chaos struct {
	*world
	luck  *rand.Rand
	alive []*process
	kills int
}

func newChaos(t *testing.T, url string, processes int) *chaos {
	w := newWorld(t, url)
	seed, outage := *chaosSeed, *chaosOutage
	w.telegram = telegramtest.New(telegramtest.Options{T: t, AutoChats: true, Contracts: contracts(t), Fault: telegramtest.Chaos{
		Seed: seed, TooMany: 0.05, ServerError: 0.02, Reset: 0.02, Lost: 0.01, Blocked: 0.01, Migrated: 0.2, Slow: 0.02,
		Outages: []telegramtest.Outage{{After: 5 * time.Second, For: outage}},
	}.Fault()})
	w.discord = discordtest.New(discordtest.Options{T: t, AutoChannels: true, Contracts: contracts(t), Fault: discordtest.Chaos{
		Seed: seed, TooMany: 0.05, ServerError: 0.02, Reset: 0.02, Lost: 0.01, Slow: 0.02,
		Outages: []discordtest.Outage{{After: 5 * time.Second, For: outage}},
	}.Fault()})
	for _, err := range []error{w.telegram.Start(), w.discord.Start()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.env = append(w.env, "TENBELLS_TELEGRAM_API_URL="+w.telegram.URL(), "TENBELLS_DISCORD_API_URL="+w.discord.URL())
	ch := &chaos{world: w, luck: rand.New(rand.NewPCG(seed, uint64(processes)))}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with -chaos.seed %d", seed)
		}
	})
	ch.subscribe(ch.recipients()...)
	for range processes {
		ch.alive = append(ch.alive, ch.beside())
	}
	return ch
}

// recipients are private chats, a tenth of them groups, and a fifth Discord channels.
func (ch *chaos) recipients() (lines []string) {
	for i := range *chaosRecipients {
		switch i % 10 {
		case 0:
			lines = append(lines, fmt.Sprintf(`{"platform":"telegram","kind":"group","chat":"-%d"}`, 4000+i))
		case 1, 2:
			lines = append(lines, fmt.Sprintf(`{"platform":"discord","chat":"%d"}`, 900000000000000000+i))
		default:
			lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 300000+i))
		}
	}
	return lines
}

const told, mended = "Bridge closd in the north", "Bridge closed in the north"

// run tells everyone, mends a typo on the way, and kills processes.
func (ch *chaos) run() {
	ch.must("alert", "send", "--yes", "--now", told)
	id := ch.newestAlert()
	for k := range *chaosKills {
		ch.eventually(fmt.Sprintf("enough are told for kill %d", k+1), func() bool {
			return ch.accepted() >= (k+1)**chaosRecipients/(*chaosKills+1)*3/4
		})
		if k == *chaosKills/2 {
			ch.must("alert", "correct", id, "--kind", "typo", "--headline", mended)
		}
		ch.kill()
	}
	ch.eventually("all is done", func() bool {
		al := ch.alert(id)
		n := al.Counts
		return al.Status == "corrected" && n.Queued+n.Sending+n.Unknown == 0
	})
	ch.check(id)
}

func (ch *chaos) accepted() int { return ch.telegram.Stats().Accepted + ch.discord.Stats().Accepted }

// kill ends one of the processes without warning, and starts another in its place.
func (ch *chaos) kill() {
	i := ch.luck.IntN(len(ch.alive))
	ch.alive[i].end(syscall.SIGKILL)
	ch.kills++
	ch.alive[i] = ch.beside()
}

// eventually has more patience than until: chaos makes everything wait.
func (ch *chaos) eventually(what string, cond func() bool) {
	ch.t.Helper()
	limit := 3*time.Minute + *chaosOutage*2 + time.Duration(*chaosRecipients)*200*time.Millisecond
	for end := time.Now().Add(limit); !cond(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			ch.t.Fatalf("in vain waited until %s", what)
		}
	}
}

// check compares what the platforms saw with what the ledger says.
func (ch *chaos) check(id string) {
	ch.t.Helper()
	firsts, lost := ch.telegramFirsts()
	channels, again := ch.discordFirsts()
	twice := 0
	for _, n := range firsts {
		twice += n - 1
	}
	n := ch.alert(id).Counts
	dropped := 0
	for reason, count := range n.Dropped {
		if dropped += count; count > 0 && reason != "gone" {
			ch.t.Errorf("%d were dropped as %s", count, reason)
		}
	}
	heard := len(firsts) + len(channels)
	if heard+dropped != *chaosRecipients || n.Sent != heard {
		ch.t.Errorf("%d heard, %d are gone, of %d; the alert counts %+v", heard, dropped, *chaosRecipients, n)
	}
	if most := lost + delivery.Window*ch.kills; twice > most {
		ch.t.Errorf("%d were told twice on Telegram; %d answers were lost and %d processes killed", twice, lost, ch.kills)
	}
	if again > 0 {
		ch.t.Errorf("%d were told twice on Discord", again)
	}
	if stale := ch.stale(); stale > twice {
		ch.t.Errorf("%d messages were left with the typo, %d of which nobody can know", stale, twice)
	}
	ch.t.Logf("%d heard, %d gone, %d twice on Telegram (%d answers lost, %d kills), %d repeats", heard, dropped, twice, lost, ch.kills, ch.alert(id).Repeats)
}

// telegramFirsts is how often each chat was told, and how many answers to that were lost.
func (ch *chaos) telegramFirsts() (times map[int64]int, lost int) {
	times = map[int64]int{}
	for _, s := range ch.telegram.Sends() {
		if s.Accepted {
			times[s.Chat]++
			if !s.Answered {
				lost++
			}
		}
	}
	return times, lost
}

// discordFirsts is how often each channel was told, and how many messages that made too many.
func (ch *chaos) discordFirsts() (times map[string]int, again int) {
	times = map[string]int{}
	for _, s := range ch.discord.Sends() {
		if s.Accepted && !s.Repeated {
			if times[s.Channel]++; times[s.Channel] > 1 {
				again++
			}
		}
	}
	return times, again
}

// stale is how many messages still stand with the typo.
func (ch *chaos) stale() (n int) {
	for _, c := range ch.telegram.Chats() {
		for _, m := range c.Received() {
			if strings.Contains(m.Text, told) {
				n++
			}
		}
	}
	times, _ := ch.discordFirsts()
	for channel := range times {
		n += count(ch.discordTexts(channel), told)
	}
	return n
}
