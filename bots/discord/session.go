package discord

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// resumeFor is how long after a connection was lost its session is still resumed. Discord does not say how long it keeps
// one; a session that is over is refused (opcode 9), and costs nothing but the try.
const resumeFor = 3 * time.Minute

// session is what it takes to go on where a lost connection stood
// (discord.com/developers/docs/events/gateway#resuming). The zero value is none.
type session struct {
	id      string
	address string    // where Discord wants it resumed
	seq     int64     // of the last event that was taken in; what comes after it is still owed to us
	lost    time.Time // when the last connection over which we heard something ended
}

// begun reads the session out of a READY that came over a connection to address.
func begun(ready packet, address string) (session, error) {
	var said struct {
		ID      string `json:"session_id"`
		Address string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(ready.Data, &said); err != nil {
		return session{}, fmt.Errorf("read READY: %w", err)
	}
	return session{id: said.ID, address: resumeAt(said.Address, address)}, nil
}

// resumeAt is where READY wants the session resumed, or where it began if READY does not say, or names a place where our
// token would go in the clear though it did not before.
func resumeAt(said, began string) string {
	to, err := url.Parse(said)
	if err != nil || to.Host == "" || to.Scheme != "wss" && to.Scheme != "ws" {
		return began
	}
	if from, err := url.Parse(began); err != nil || from.Scheme == "wss" && to.Scheme != "wss" {
		return began
	}
	return said
}

// resumable says that going on with it is worth a try.
func (s session) resumable(now time.Time) bool { return s.id != "" && now.Sub(s.lost) < resumeFor }

// over says that a connection ended in a way that ended its session, too. Every other end leaves it as it is
// (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
func over(code int) bool {
	switch code {
	case 4003, // not authenticated, "or this session has been invalidated"
		4007, // invalid sequence
		4009: // session timed out
		return true
	}
	return forGood(code)
}
