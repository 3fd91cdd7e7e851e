package sandbox

import (
	"net"
	"sync"
	"testing"
)

// pier is an address at which one server after another is reached. It stays ours in between, when whoever calls is hung
// up on: a port that was closed may be given to any connection of any program before the next server listens there.
type pier struct {
	ln net.Listener
	mu sync.Mutex
	at *mooring // nil: no server
}

// mooring is the pier while one server has it.
type mooring struct {
	*pier
	calls chan net.Conn
	ended chan struct{}
	once  sync.Once
}

func newPier(t testing.TB) *pier {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &pier{ln: ln}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			p.hand(c)
		}
	}()
	return p
}

// hand hands a call to the server that is there.
func (p *pier) hand(c net.Conn) {
	p.mu.Lock()
	m := p.at
	p.mu.Unlock()
	if m == nil {
		_ = c.Close()
		return
	}
	select {
	case m.calls <- c:
	case <-m.ended:
		_ = c.Close()
	}
}

// moor is where the next server listens.
func (p *pier) moor() net.Listener {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = &mooring{pier: p, calls: make(chan net.Conn), ended: make(chan struct{})}
	return p.at
}

func (m *mooring) Accept() (net.Conn, error) {
	select {
	case c := <-m.calls:
		return c, nil
	case <-m.ended:
		return nil, net.ErrClosed
	}
}

func (m *mooring) Close() error {
	m.once.Do(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.at == m {
			m.at = nil
		}
		close(m.ended)
	})
	return nil
}

func (m *mooring) Addr() net.Addr { return m.ln.Addr() }
