package discordtest

import "time"

// GatewayFault is what goes wrong with one connection to the gateway. The zero value: nothing.
type GatewayFault struct {
	// Silent: no hello, no answer to anything.
	Silent bool

	// Close ends the connection with this reason after identify or resume, such as CloseBadToken.
	Close int

	// First are opcodes sent after identify or resume before anything else: 7 to reconnect, 11 an acknowledgement,
	// 9 to say that the session is invalid; with the last, nothing else is sent on this connection.
	First []int

	// Resumable is what a 9 of First says of the session.
	Resumable bool

	// Repeat is how many events a resume repeats that the client already had.
	Repeat int

	// Beat is told in hello instead of Options.Heartbeat, which remains what the connection is closed by.
	Beat time.Duration
}

// ShutGateway closes each connection to the gateway that is made from now on, as with Close 4000, until open is called.
func (s *Server) ShutGateway() (open func()) {
	shut := func(yes bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.shut = yes
	}
	shut(true)
	return func() { shut(false) }
}

// FailGateway makes the next connections to the gateway go wrong, one fault each.
func (s *Server) FailGateway(faults ...GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.greets = append(s.greets, faults...)
}

// nextGreeting is the fault of a new connection.
func (s *Server) nextGreeting() GatewayFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return GatewayFault{Close: closeUnknown}
	}
	if len(s.greets) == 0 {
		return GatewayFault{}
	}
	f := s.greets[0]
	s.greets = s.greets[1:]
	return f
}

// misgreet does what a fault wants instead of the session; done: there is to be none.
func (c *conn) misgreet(fault GatewayFault) (code int, done bool) {
	if fault.Close != 0 {
		return fault.Close, true
	}
	for _, op := range fault.First {
		if op == opInvalidSession {
			c.send(frameOf(opInvalidSession, fault.Resumable))
			return 0, true
		}
		c.send(frame{Op: op})
	}
	return 0, false
}

// Connections is how many gateway connections of the bot are ready.
func (b *Bot) Connections() int {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return len(b.connections())
}

// Sessions is how many sessions of the bot there are, ready or to be resumed.
func (b *Bot) Sessions() int {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	n := 0
	for _, ses := range b.s.sessions {
		if ses.bot == b {
			n++
		}
	}
	return n
}

// Reconnect asks the bot's connections to come back and resume (opcode 7).
func (b *Bot) Reconnect() { b.toAll(func(ses *session) { ses.conn.send(frame{Op: opReconnect}) }) }

// Invalidate tells the bot's connections that their session is over (opcode 9); not resumable ones are forgotten.
func (b *Bot) Invalidate(resumable bool) {
	b.toAll(func(ses *session) {
		ses.conn.send(frameOf(opInvalidSession, resumable))
		if !resumable {
			delete(b.s.sessions, ses.id)
			ses.conn.session = nil // it may identify anew on the same connection
		}
	})
}

// Disconnect closes the bot's connections with a reason, such as CloseBadToken or 1001. Some end their sessions, too.
func (b *Bot) Disconnect(code int) {
	b.toAll(func(ses *session) {
		switch code {
		case CloseNotAuthenticated, CloseInvalidSequence, CloseSessionTimedOut:
			delete(b.s.sessions, ses.id)
		}
		ses.conn.close(code)
	})
}

// Drop breaks the bot's connections without a word.
func (b *Bot) Drop() { b.toAll(func(ses *session) { _ = ses.conn.ws.NetConn().Close() }) }

// Forget ends the bot's sessions, so that none can be resumed.
func (b *Bot) Forget() {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	for id, ses := range b.s.sessions {
		if ses.bot == b && ses.conn == nil {
			delete(b.s.sessions, id)
		}
	}
}

// IgnoreHeartbeats leaves the bot's heartbeats unanswered, as a dead connection does.
func (b *Bot) IgnoreHeartbeats(on bool) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.silent = on
}

func (b *Bot) isSilent() bool {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	return b.silent
}

func (b *Bot) toAll(do func(*session)) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	for _, ses := range b.connections() {
		do(ses)
	}
}
