package discord

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// opening is how long Discord may take to say something after we have connected.
	opening = 30 * time.Second
	// handshake is how long connecting may take.
	handshake = 15 * time.Second
	// saying is how long a packet of ours may take to leave.
	saying = 10 * time.Second
	// largestPacket is the most bytes of one packet. The largest known tell of servers with thousands of threads.
	largestPacket = 32 << 20
)

// line is one connection. Its packets are read beside it; all else is done by listen alone.
type line struct {
	*shard
	address string
	ws      *websocket.Conn
	packets chan packet // closed after the last one
	broken  error       // why there are no more, once packets is closed

	beat     *time.Timer // the next heartbeat; stopped until hello
	interval time.Duration
	unheard  bool // the last heartbeat is not acknowledged
	welcome  bool // something was dispatched
	held     *packet
}

// run connects, begins or resumes the shard's session and listens until the connection ends. The error says why.
func (l *line) run(ctx context.Context) error {
	if err := l.dial(ctx); err != nil {
		return err
	}
	go l.read()
	err := l.listen(ctx)
	l.leave(ctx, err)
	for range l.packets { // until read has ended
	}
	return err
}

func (l *line) dial(ctx context.Context) error {
	to, err := gatewayURL(l.address, l.b.door.base)
	if err != nil {
		return err
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshake}
	ws, response, err := dialer.DialContext(ctx, to, http.Header{"User-Agent": {userAgent}})
	if response != nil && err != nil {
		return fmt.Errorf("connect to the gateway: %s: %w", response.Status, err)
	}
	if err != nil {
		return fmt.Errorf("connect to the gateway: %w", err)
	}
	ws.SetReadLimit(largestPacket)
	l.ws, l.packets, l.beat = ws, make(chan packet), time.NewTimer(time.Hour)
	l.beat.Stop()
	return nil
}

// read hands over what comes until the connection ends.
func (l *line) read() {
	defer close(l.packets)
	for {
		var p packet
		if err := l.ws.ReadJSON(&p); err != nil {
			l.broken = ending(err)
			return
		}
		l.packets <- p
	}
}

// ending says why nothing more can be read.
func ending(err error) error {
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure { // which is gorilla's word for a cut line
		return &closedError{closed.Code}
	}
	return fmt.Errorf("read from the gateway: %w", err)
}

// listen does what comes until the connection ends: Discord's end, or one over which nothing comes in time, or ours. An
// event counts as taken in once it waits to be heard, and one whose number was taken in already is left out: so that
// what a resume repeats is heard once, and what a lost connection still held is repeated.
func (l *line) listen(ctx context.Context) error {
	late := time.NewTimer(opening)
	defer late.Stop()
	defer l.beat.Stop()
	for {
		packets, events, next := l.packets, chan<- packet(nil), packet{}
		if l.held != nil { // nothing more is read until there is room for it
			packets, events, next = nil, l.events, *l.held
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case p, more := <-packets:
			if !more {
				return l.broken
			}
			if err := l.packet(p); err != nil {
				return err
			}
		case events <- next:
			if err := l.taken(next); err != nil {
				return err
			}
		case <-l.beat.C:
			if err := l.pulse(); err != nil {
				return err
			}
		case <-late.C:
			if !l.welcome {
				return errLate
			}
		}
	}
}

// packet does what one packet asks for.
func (l *line) packet(p packet) error {
	switch p.Op {
	case opHello:
		return l.greet(p)
	case opDispatch:
		l.welcome = true
		if p.Seq == 0 || p.Seq > l.session.seq {
			l.held = &p
		}
	case opHeartbeat:
		return l.say(heartbeat(l.session))
	case opAcknowledged:
		l.unheard = false
	case opReconnect:
		return errReconnect
	case opInvalidSession:
		return invalid(p)
	}
	return nil
}

// greet answers hello: it resumes the session, or begins one where there is none. The first heartbeat comes after a
// random part of the interval, so that not all bots beat at once.
func (l *line) greet(hello packet) error {
	every, err := interval(hello)
	if err != nil {
		return err
	}
	l.interval = every
	l.beat.Reset(time.Duration(rand.Int64N(int64(every))))
	if l.session.id != "" {
		return l.say(resume(l.b.door.token, l.session))
	}
	return l.say(identify(l.b.door.token, l.id, l.of))
}

// taken notes that an event waits to be heard.
func (l *line) taken(p packet) error {
	l.held = nil
	if p.Type == "READY" {
		s, err := begun(p, l.address)
		if err != nil {
			return err
		}
		l.session = s
	}
	l.session.seq = max(l.session.seq, p.Seq)
	return nil
}

// pulse sends a heartbeat. One that was not acknowledged until the next is due means a dead connection, unless it is we
// who do not read.
func (l *line) pulse() error {
	if l.unheard && l.held == nil {
		return errSilent
	}
	l.unheard = true
	l.beat.Reset(l.interval)
	return l.say(heartbeat(l.session))
}

func (l *line) say(o order) error {
	_ = l.ws.SetWriteDeadline(time.Now().Add(saying)) // a connection that is gone shows at the write
	if err := l.ws.WriteJSON(o); err != nil {
		return fmt.Errorf("write to the gateway: %w", err)
	}
	return nil
}

// leave ends the connection, and keeps the session where it is to be resumed.
func (l *line) leave(ctx context.Context, why error) {
	code := closeToResume
	if ctx.Err() != nil || errors.Is(why, errInvalidSession) {
		code = closeForEver
	}
	// Politeness: Discord finds out later by itself, or knows already.
	_ = l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	_ = l.ws.Close()
}
