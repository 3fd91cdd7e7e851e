package main

import (
	flags "flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// The chaos of a few seconds is for every test run; a longer one is for these flags:
// go test -run Chaos -timeout 3h ./cmd/tenbells -args -chaos.recipients 10000 -chaos.outage 60s -chaos.kill 4s
var (
	chaosRecipients = flags.Int("chaos.recipients", 200, "how many are told in the midst of chaos")
	chaosKill       = flags.Duration("chaos.kill", 2*time.Second, "how long something is sent before a process is killed, on average")
	chaosOutage     = flags.Duration("chaos.outage", 2*time.Second, "how long the platforms are down meanwhile")
	chaosRate       = flags.Int("chaos.rate", 0, "calls a second of the Telegram bot; 0: a third of the recipients, 250 at most")
	chaosSeed       = flags.Uint64("chaos.seed", 1, "seed of all bad luck")
)

// TestChaos tells three alerts while everything goes wrong that can: answers are lost, calls refused, connections reset,
// the platforms go down, readers block the bot, groups become supergroups and processes are killed. On the way one alert
// has a typo mended, one is recalled and one has a fact corrected. Nobody is forgotten, nobody is told twice but where an
// answer was lost or a process died, everyone has the newest wording in the end, and the program counts as the platforms do.
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
	luck    *rand.Rand
	readers []reader
	papers  []*paper
	began   time.Time

	processes int
	seats     []*seat
	deaths    []span
	all       []*process
	spared    bool // nobody is killed for now
	nextKill  time.Time
	sofar     int // messages accepted when one was killed last
}

// seat is a place for a process: somebody sits there, or will soon.
type seat struct {
	listen  string
	process *process // nil while it is empty
	again   time.Time
}

// paper is an alert of the chaos.
type paper struct {
	*news
	share float64 // of its audience that is told before it is amended
	how   []string
	done  bool
}

func newChaos(t *testing.T, url string, processes int) *chaos {
	rate := *chaosRate
	if rate == 0 {
		rate = min(250, *chaosRecipients/3)
	}
	w := newWorld(t, url, fmt.Sprintf("TENBELLS_TELEGRAM_RATE=%d", rate), fmt.Sprintf("TENBELLS_DISCORD_RATE=%d", max(10, rate/3)))
	if *chaosRecipients > 1000 {
		w.env = append(w.env, "TENBELLS_LOG_LEVEL=warn")
	}
	w.misfortune(*chaosSeed)
	ch := &chaos{world: w, luck: rand.New(rand.NewPCG(*chaosSeed, uint64(processes))), papers: papers(), processes: processes, spared: true}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with -chaos.seed %d -chaos.recipients %d -chaos.outage %s -chaos.kill %s", *chaosSeed, *chaosRecipients, *chaosOutage, *chaosKill)
			ch.tellOfLanes()
			ch.tellOfOwed()
		}
	})
	ch.enrol(*chaosRecipients)
	ch.seats = []*seat{{listen: freeAddress(t)}}
	return ch
}

// misfortune puts platforms of bad luck in place of the reliable ones.
func (w *world) misfortune(seed uint64) {
	w.telegram = telegramtest.New(telegramtest.Options{T: w.t, AutoChats: true, Contracts: contracts(w.t), Fault: telegramtest.Chaos{
		Seed: seed, TooMany: 0.05, ServerError: 0.02, Reset: 0.02, Lost: 0.01, Blocked: 0.01, Migrated: 0.1, Slow: 0.02,
	}.Fault()})
	w.discord = discordtest.New(discordtest.Options{T: w.t, AutoChannels: true, Contracts: contracts(w.t), Fault: discordtest.Chaos{
		Seed: seed, TooMany: 0.05, ServerError: 0.02, Reset: 0.02, Lost: 0.01, Vanished: 0.005, Muted: 0.005, Slow: 0.02,
	}.Fault()})
	for _, err := range []error{w.telegram.Start(), w.discord.Start()} {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	w.env = append(w.env, "TENBELLS_TELEGRAM_API_URL="+w.telegram.URL(), "TENBELLS_DISCORD_API_URL="+w.discord.URL())
}

// enrol subscribes n readers: a tenth of them groups, a fifth Discord channels, the others private chats.
func (ch *chaos) enrol(n int) {
	lines := make([]string, n)
	for i := range n {
		switch i % 10 {
		case 0:
			ch.readers = append(ch.readers, reader{chat: -int64(4000 + i)})
			lines[i] = fmt.Sprintf(`{"platform":"telegram","kind":"group","chat":"-%d"}`, 4000+i)
		case 1, 2:
			ch.readers = append(ch.readers, reader{channel: fmt.Sprint(900000000000000000 + i)})
			lines[i] = fmt.Sprintf(`{"platform":"discord","chat":"%d"}`, 900000000000000000+i)
		default:
			ch.readers = append(ch.readers, reader{chat: int64(300000 + i)})
			lines[i] = fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 300000+i)
		}
	}
	ch.subscribe(lines...)
}

func papers() []*paper {
	return []*paper{
		{news: &news{first: "Bridge closd in the north", newest: "Bridge closed in the north"}, share: 0.3,
			how: []string{"correct", "--kind", "typo", "--headline", "Bridge closed in the north"}},
		{news: &news{first: "Harbour on fire", newest: "nobody could confirm it", recalled: true}, share: 0.5,
			how: []string{"recall", "--reason", "We withdraw it as nobody could confirm it."}},
		{news: &news{first: "Nine hurt at the airport", newest: "Twelve hurt at the airport", replies: true, note: "We told you"}, share: 0.4,
			how: []string{"correct", "--kind", "fact", "--headline", "Twelve hurt at the airport", "--note", "The ministry says twelve, not nine."}},
	}
}

// run tells all the news, while things happen, and compares in the end.
func (ch *chaos) run() {
	ch.began = time.Now()
	for _, p := range ch.papers {
		var sent struct{ ID string }
		decode(ch.t, ch.must("alert", "send", "--json", "--yes", "--now", p.first), &sent)
		p.id = sent.ID
	}
	ch.goOn("somebody is there", func() bool { _, ok := ch.ask(ch.papers[0].id); return ok })
	for range ch.processes - 1 { // one after another: River's tables are made by the first
		ch.seats = append(ch.seats, &seat{listen: freeAddress(ch.t)})
	}
	ch.spared = false
	ch.goOn("the first are told", func() bool { return ch.told(0) > 0.15 })
	mend := ch.outage()
	until := time.Now().Add(*chaosOutage)
	ch.goOn("the platforms are back", func() bool { return time.Now().After(until) })
	mend()
	ch.goOn("the second is being told", func() bool { return ch.told(1) > 0.2 })
	ch.strike()
	ch.goOn("all is amended, and nearly done", func() bool { return ch.told(2) > 0.9 && ch.amended() })
	ch.spared = true
	ch.goOn("all is done", ch.finished)
	ch.audit().report()
}

// within is a time of about d.
func (ch *chaos) within(d time.Duration) time.Duration {
	return d/2 + time.Duration(ch.luck.Int64N(int64(d)))
}

// goOn lets processes live and die until cond holds.
func (ch *chaos) goOn(what string, cond func() bool) {
	ch.t.Helper()
	limit := 5*time.Minute + *chaosOutage*2 + time.Duration(*chaosRecipients)*100*time.Millisecond
	for end := time.Now().Add(limit); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ch.t.Fatalf("in vain waited until %s: %+v", what, ch.standings())
		}
		ch.amend()
		ch.fate()
	}
}

func (ch *chaos) accepted() int { return ch.telegram.Stats().Accepted + ch.discord.Stats().Accepted }

// fate kills a process some time after something was sent since the last died, and seats another a little later.
func (ch *chaos) fate() {
	now := time.Now()
	for _, s := range ch.seats {
		switch {
		case s.process == nil && now.After(s.again):
			s.process = ch.startAt(s.listen, "serve")
			ch.all = append(ch.all, s.process)
		case s.process != nil && s.process.ended():
			ch.t.Fatalf("a process ended by itself:\n%s", s.process.said())
		}
	}
	switch {
	case ch.spared || ch.accepted() == ch.sofar:
		return
	case ch.nextKill.IsZero():
		ch.nextKill = now.Add(ch.within(*chaosKill))
		return
	case now.Before(ch.nextKill):
		return
	}
	ch.nextKill = time.Time{}
	if s := ch.seats[ch.luck.IntN(len(ch.seats))]; s.process != nil {
		s.process.end(syscall.SIGKILL)
		ch.deaths = append(ch.deaths, span{now, time.Now()})
		ch.sofar = ch.accepted()
		s.process, s.again = nil, time.Now().Add(ch.within(*chaosKill/4))
	}
}

// outage takes both platforms down, until mend.
func (ch *chaos) outage() (mend func()) {
	telegram := ch.telegram.Inject(telegramtest.Step{Times: telegramtest.Always, Fault: telegramtest.ServerError(http.StatusBadGateway)})
	discord := ch.discord.Inject(discordtest.Step{Times: discordtest.Always, Fault: discordtest.ServerError(http.StatusBadGateway)})
	return func() { telegram(); discord() }
}

// strike lets readers block the bot, and groups become supergroups, who were told some of it before.
func (ch *chaos) strike() {
	for i := range ch.readers {
		r := &ch.readers[i]
		chat := ch.telegram.Chat(r.chat)
		switch {
		case chat == nil || r.channel != "" || ch.luck.IntN(30) > 0:
		case chat.Kind() == telegramtest.Private:
			chat.Block()
			r.left = true
		case chat.Kind() == telegramtest.Group:
			chat.Migrate()
			r.moved = true
		}
	}
}

// amend corrects or recalls the papers whose time has come.
func (ch *chaos) amend() {
	for i, p := range ch.papers {
		if !p.done && ch.told(i) > p.share {
			ch.must(append([]string{"alert", p.how[0], p.id}, p.how[1:]...)...)
			p.done = true
		}
	}
}

func (ch *chaos) amended() bool {
	for _, p := range ch.papers {
		if !p.done {
			return false
		}
	}
	return true
}

// told is the share of the readers that the ledger knows to have been told a paper; 0 while nobody answers.
func (ch *chaos) told(paper int) float64 {
	al, ok := ch.ask(ch.papers[paper].id)
	if !ok {
		return 0
	}
	return float64(al.Counts.Sent) / float64(len(ch.readers))
}

// finished says whether nothing is owed any more.
func (ch *chaos) finished() bool {
	for _, p := range ch.papers {
		al, ok := ch.ask(p.id)
		want := "corrected"
		if p.recalled {
			want = "recalled"
		}
		if n := al.Counts; !ok || al.Status != want || n.Queued+n.Sending+n.Unknown > 0 {
			return false
		}
	}
	return true
}

func (ch *chaos) standings() (all []standing) {
	for _, p := range ch.papers {
		al, _ := ch.ask(p.id)
		all = append(all, al)
	}
	return all
}

// ask asks a process that answers how an alert stands; false while none does.
func (ch *chaos) ask(id string) (al standing, ok bool) {
	for _, s := range ch.seats {
		if s.process != nil && ch.try(s.listen, "/v1/alerts/"+id, &al) {
			return al, true
		}
	}
	return al, false
}

// tellOfLanes logs when lanes were lost and found, and by whom: a machine too busy to renew a lease in 8 s lets another
// process tell again what was in flight.
func (ch *chaos) tellOfLanes() {
	for i, p := range ch.all {
		for line := range strings.Lines(p.said()) {
			if strings.Contains(line, "lease") || strings.Contains(line, "ledger") || strings.Contains(line, "sent again") {
				ch.t.Logf("process %d: %s", i, strings.TrimSpace(line))
			}
		}
	}
}

// tellOfOwed logs what is still owed, and why it was not told yet.
func (ch *chaos) tellOfOwed() {
	rows, err := storetest.DB(ch.t, ch.database).Query(`SELECT key, lane, op, state, stage, due, attempts, repeats, doubtful, first, note FROM messages WHERE stage IS NOT NULL`)
	if err != nil {
		ch.t.Log(err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var key, lane, op, state, note string
		var stage, attempts, repeats int
		var due, first int64
		var doubtful bool
		if err := rows.Scan(&key, &lane, &op, &state, &stage, &due, &attempts, &repeats, &doubtful, &first, &note); err != nil {
			ch.t.Log(err)
			return
		}
		ch.t.Logf("owed on %s: %s, %s %s at stage %d, first tried %s, due %s from now after %d attempts and %d repeats, in doubt: %v, %q",
			lane, key, op, state, stage, time.UnixMilli(first), time.Until(time.UnixMilli(due)).Round(time.Millisecond), attempts, repeats, doubtful, note)
	}
	if err := rows.Err(); err != nil {
		ch.t.Log(err)
	}
}

// audit compares, from what alert show prints.
func (ch *chaos) audit() *audit {
	a := newAudit(ch.world, ch.readers, ch.deaths)
	var all []*news
	for _, p := range ch.papers {
		p.check(a)
		all = append(all, p.news)
	}
	a.unmixed(all)
	a.t.Logf("%d readers, %d kills, an outage of %s, all in %s, seed %d", len(ch.readers), len(ch.deaths), *chaosOutage,
		time.Since(ch.began).Round(100*time.Millisecond), *chaosSeed)
	return a
}
