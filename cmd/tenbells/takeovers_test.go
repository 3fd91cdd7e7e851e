package main

import (
	"errors"
	flags "flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store/storetest"
)

// go test -run Takeovers -timeout 2h ./cmd/tenbells -args -takeovers 100
var takeovers = flags.Int("takeovers", shortRelay, "how often a lane is taken over by force, on each database")

// TestTakeovers has two processes for one token, and forces the lane from the one that owns it again and again: by kill
// -9, by a soft stop, and by freezing it until the other has taken over, and thawing it. It goes quickly from one to the
// other, and who does not own it sends nothing but what was in flight.
func TestTakeovers(t *testing.T) {
	if testing.Short() {
		t.Skip("forced takeovers take a minute on each database; -short leaves them out")
	}
	databases(t, func(t *testing.T, url string) {
		newRelay(t, url).run(*takeovers)
	})
}

// relay is two processes that take a lane from each other while readers are told.
type relay struct {
	*world
	owner, other *runner
	leases       func() (owner string, err error)
	writable     func() bool // whether somebody holds the lock of the whole database
	id           string
	n            int // readers
	deaths       []span
	forces       []string
	waits        map[string][]time.Duration // by force
}

// runner is one of the two, with a door of its own to Telegram, which counts what it sends.
type runner struct {
	seat
	door  string
	sends atomic.Int64
	most  int64 // that it may have sent, as long as it does not own the lane
}

func newRunner(w *world) *runner {
	s := &runner{seat: seat{listen: freeAddress(w.t)}}
	to, err := url.Parse(w.telegram.URL())
	if err != nil {
		w.t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // a killed process ends its calls
	door := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/sendMessage") {
			s.sends.Add(1)
		}
		proxy.ServeHTTP(rw, r)
	}))
	w.t.Cleanup(door.Close)
	s.door = door.URL
	return s
}

const lane = "lane/telegram/main"

// shortRelay is how many takeovers are no long run.
const shortRelay = 4

// relayRate is how many are told in a second, so that nobody runs out of work.
const relayRate = 20

func newRelay(t *testing.T, database string) *relay {
	n := 400 * max(1, *takeovers/4)
	w := newWorld(t, database, fmt.Sprintf("TENBELLS_TELEGRAM_RATE=%d", relayRate), "TENBELLS_DISCORD_TOKEN=") // one token: lanes are shared out
	w.telegram.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.Fault{Delay: 20 * time.Millisecond, Linger: 20 * time.Millisecond}, Times: telegramtest.Always})
	r := &relay{world: w, n: n, forces: []string{"kill", "stop", "freeze"}, waits: map[string][]time.Duration{}}
	if strings.HasPrefix(database, "sqlite:") && *takeovers <= shortRelay {
		r.forces = []string{"kill", "stop"} // a process frozen amid SQLite's locks may keep the file from all others
	}
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 7000+i))
	}
	w.subscribe(lines...)
	db := storetest.DB(t, database)
	r.leases = func() (owner string, err error) {
		return owner, db.QueryRow("SELECT owner FROM leases WHERE name = $1 AND until > 0", lane).Scan(&owner)
	}
	r.writable = func() bool {
		if !strings.HasPrefix(database, "sqlite:") {
			return true
		}
		_, err := db.Exec("UPDATE leases SET until = until WHERE name = 'nobody'")
		return err == nil
	}
	r.owner, r.other = newRunner(w), newRunner(w)
	r.sit(r.owner)
	r.until("the first owns the lane", func() bool { return r.owns(r.owner) })
	r.sit(r.other)
	var sent struct{ ID string }
	decode(t, w.must("alert", "send", "--json", "--yes", "--now", "Everyone is told"), &sent)
	r.id = sent.ID
	return r
}

func (r *relay) sit(s *runner) {
	r.env = append(r.env, "TENBELLS_TELEGRAM_API_URL="+s.door)
	s.process = r.startAt(s.listen, "serve")
}

// owns says whether the lease names a process.
func (r *relay) owns(s *runner) bool {
	owner, err := r.leases()
	return err == nil && strings.Contains(owner, "/"+strconv.Itoa(s.process.cmd.Process.Pid)+" ")
}

func (r *relay) run(times int) {
	luck := rand.New(rand.NewPCG(*chaosSeed, uint64(times)))
	for i := range times {
		r.until("the other waits and says whose turn it is", r.told)
		r.flowing()
		force := r.forces[i%len(r.forces)]
		time.Sleep(time.Duration(luck.IntN(50)) * time.Millisecond) // the moment is part of what is tried
		r.take(force)
	}
	done := func() bool {
		var al standing
		return r.try(r.owner.listen, "/v1/alerts/"+r.id, &al) && (al.Status == "sent" || al.Counts.Sent == r.n)
	}
	for end := time.Now().Add(time.Duration(r.n/relayRate) * time.Second); r.await(done) != nil && time.Now().Before(end); {
	}
	r.until("everyone is told", done)
	r.check()
}

// told says whether the one that waits names the owner in its log.
func (r *relay) told() bool {
	owner := strconv.Itoa(r.owner.process.cmd.Process.Pid)
	said := regexp.MustCompile(`waiting for our turn.*telegram/main.*/` + owner + ` `)
	return said.MatchString(r.other.process.said())
}

// flowing waits until the owner sends.
func (r *relay) flowing() {
	before := r.telegram.Stats().Accepted
	r.until("it sends", func() bool { now := r.telegram.Stats().Accepted; return now > before || now >= r.n })
}

// take forces the lane from its owner, and measures until the other sends or owns it.
func (r *relay) take(force string) {
	r.t.Helper()
	if sent := r.other.sends.Load(); sent > r.other.most {
		r.t.Errorf("the one that waits has sent %d more than was in flight", sent-r.other.most)
	}
	old, began := r.owner, time.Now()
	switch force {
	case "kill":
		old.process.end(syscall.SIGKILL)
		r.deaths = append(r.deaths, span{began, time.Now()})
	case "stop":
		if err := old.process.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			r.t.Fatal(err)
		}
	case "freeze":
		began = r.freeze(old)
		old.most = old.sends.Load() + delivery.Window
	}
	if err := r.await(func() bool { return r.owns(r.other) }); err != nil {
		r.t.Fatalf("the other did not get the lane after a %s, the %dth: %v; %s", force, len(r.waits[force])+1, err, r.standing())
	}
	r.waits[force] = append(r.waits[force], time.Since(began))
	r.owner, r.other = r.other, old
	if force == "freeze" {
		r.thaw(began)
		return
	}
	old.process.end(syscall.SIGTERM)
	old.most = old.sends.Load()
	r.sit(old)
}

// standing says who owns the lane, and whether the two processes run.
func (r *relay) standing() string {
	owner, err := r.leases()
	says := fmt.Sprintf("the lane is %q's (%v)", owner, err)
	for _, s := range []*runner{r.owner, r.other} {
		pid := s.process.cmd.Process.Pid
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // where there is one: the third word is the state
		says += fmt.Sprintf("; process %d: %.40q (%v)", pid, state, err)
	}
	return says
}

// freeze stops a process outside of a transaction. On SQLite a frozen transaction holds the lock of the whole file, as that
// of any program would, and nobody can take over.
func (r *relay) freeze(s *runner) time.Time {
	r.t.Helper()
	for {
		began := time.Now()
		if err := s.process.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			r.t.Fatal(err)
		}
		r.stands(s)
		if r.writable() {
			return began
		}
		if err := s.process.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			r.t.Fatal(err)
		}
		r.flowing()
	}
}

// stands waits until a process that was told to stop has stopped, with all its threads: one of them may begin a transaction
// before that.
func (r *relay) stands(s *runner) {
	r.t.Helper()
	var status syscall.WaitStatus
	_, err := syscall.Wait4(s.process.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
	for errors.Is(err, syscall.EINTR) {
		_, err = syscall.Wait4(s.process.cmd.Process.Pid, &status, syscall.WUNTRACED, nil)
	}
	if err != nil || !status.Stopped() {
		r.t.Fatalf("the process did not stop: %v, %v", status, err)
	}
}

// thaw lets the frozen one go on, and sees what it still sends: at most what was in flight.
func (r *relay) thaw(frozen time.Time) {
	r.t.Helper()
	thawed := time.Now()
	if err := r.other.process.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		r.t.Fatal(err)
	}
	r.until("it knows that it has lost the lane", r.told)
	r.deaths = append(r.deaths, span{frozen, thawed.Add(time.Second)})
}

// ownerless is how long the lane may be without an owner, by force. A long run has the machine to itself. A short one has
// not: it sees that after a stop nobody waits for the lease to run out, which takes 6 s at least, and otherwise little more.
func ownerless() map[string]time.Duration {
	if *takeovers > shortRelay {
		return map[string]time.Duration{"kill": 10 * time.Second, "stop": time.Second, "freeze": 10 * time.Second}
	}
	return map[string]time.Duration{"kill": 30 * time.Second, "stop": 5 * time.Second, "freeze": 30 * time.Second}
}

// check sees that nobody was told twice but what was in flight at a kill or a freeze, and that the lane changed hands in
// time.
func (r *relay) check() {
	r.t.Helper()
	lost, twice := 0, 0
	for i := range r.n {
		n := count(r.telegramTexts(int64(7000+i)), "Everyone is told")
		if n == 0 {
			lost++
		}
		twice += max(0, n-1)
	}
	if most := delivery.Window * len(r.deaths); lost > 0 || twice > most {
		r.t.Errorf("%d were lost and %d told twice; want none, and at most the %d in flight", lost, twice, most)
	}
	for force, most := range ownerless() {
		for _, took := range r.waits[force] {
			if took > most {
				r.t.Errorf("taking over after a %s took %s, want %s at most", force, took, most)
			}
		}
	}
	r.t.Logf("%d told, %d twice; %d takeovers: %v", r.n, twice, len(r.waits["kill"])+len(r.waits["stop"])+len(r.waits["freeze"]), r.waits)
}
