package main

import (
	flags "flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store/storetest"
)

var awayFor = flags.Duration("database.away", delivery.LeaseTTL+4*time.Second, "how long the database is away in TestADatabaseThatIsAwayTellsNobodyTwice")

// TestADatabaseThatIsAwayTellsNobodyTwice cuts the service off from PostgreSQL in the middle of a broadcast, for longer
// than its leases last. When it is back all are told, each of them once: of what was in flight the answers came.
func TestADatabaseThatIsAwayTellsNobodyTwice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the database is away for longer than a lease lasts; -short leaves it out")
	}
	way := newWay(t, storetest.PostgresURL(t))
	w := newWorld(t, way.url(), "TENBELLS_TELEGRAM_RATE=500", "TENBELLS_DISCORD_RATE=500")
	var lines []string
	for i := range broadcast / 2 {
		lines = append(lines, fmt.Sprintf(`{"platform":"telegram","chat":"%d"}`, 100000+i),
			fmt.Sprintf(`{"platform":"discord","chat":"%d"}`, 900000000000000000+i))
	}
	w.subscribe(lines...)
	w.travel()
	p := w.serve()
	const headline = "The database is away"
	w.must("alert", "send", "--yes", "--now", headline)
	w.until("some are told", func() bool { return w.telegram.Stats().Accepted+w.discord.Stats().Accepted >= broadcast/10 })
	way.cut()
	told := w.telegram.Stats().Accepted + w.discord.Stats().Accepted
	time.Sleep(*awayFor)
	unrecorded := w.telegram.Stats().Accepted + w.discord.Stats().Accepted - told
	way.mend()
	w.until("the service is ready again", w.ready)
	id := w.newestAlert()
	w.until("the alert is sent", func() bool { return w.alert(id).Status == "sent" })
	if p.ended() {
		t.Fatalf("the service ended:\n%s", p.said())
	}
	if most := 2 * delivery.Window; unrecorded > most {
		t.Errorf("%d were told while nothing could be put on record, at most %d were in flight", unrecorded, most)
	}
	all := w.telegram.Stats().Accepted + w.discord.Stats().Accepted
	if got := w.alert(id); all != broadcast || got.Counts.Sent != broadcast {
		t.Errorf("%d messages arrived at %d readers, the alert counts %+v", all, broadcast, got)
	}
}

// way is how the service reaches PostgreSQL, as long as it is not cut.
type way struct {
	t      *testing.T
	server *url.URL
	gate   net.Listener

	mu    sync.Mutex
	shut  bool
	lines []net.Conn
}

func newWay(t *testing.T, database string) *way {
	t.Helper()
	server, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	gate, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &way{t: t, server: server, gate: gate}
	var open sync.WaitGroup
	open.Go(func() { w.serve(&open) })
	t.Cleanup(func() {
		_ = gate.Close() // which ends serve
		w.cut()
		open.Wait()
	})
	return w
}

// url names the database on this way.
func (w *way) url() string {
	u := *w.server
	u.Host = w.gate.Addr().String()
	q := u.Query()
	for _, key := range []string{"host", "port"} {
		q.Del(key)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func (w *way) serve(open *sync.WaitGroup) {
	for {
		near, err := w.gate.Accept()
		if err != nil {
			return
		}
		far, err := w.dial()
		if err != nil || !w.keep(near, far) {
			_ = near.Close() // as a server does that is not there
			continue
		}
		open.Go(func() { pass(near, far) })
		open.Go(func() { pass(far, near) })
	}
}

// dial reaches the server's socket.
func (w *way) dial() (net.Conn, error) {
	q := w.server.Query()
	port := q.Get("port")
	if port == "" {
		port = "5432"
	}
	return net.Dial("unix", q.Get("host")+"/.s.PGSQL."+port)
}

// keep remembers the two ends of a connection; false while the way is cut.
func (w *way) keep(ends ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, ends...)
	if w.shut {
		for _, end := range ends {
			_ = end.Close()
		}
	}
	return !w.shut
}

// pass passes on what one end says, until either closes.
func pass(from, to net.Conn) {
	_, _ = io.Copy(to, from) // ends with an error where it is cut
	_, _ = from.Close(), to.Close()
}

// cut ends all connections, and no new one is let through.
func (w *way) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shut = true
	for _, end := range w.lines {
		_ = end.Close()
	}
	w.lines = nil
}

func (w *way) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shut = false
}
