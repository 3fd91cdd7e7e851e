package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"runtime"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Opcodes of the gateway (discord.com/developers/docs/topics/opcodes-and-status-codes#gateway).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opAcknowledged   = 11
)

// Codes we close a connection with. 1000 ends its session, every other but 1001 leaves it to be resumed
// (discord.com/developers/docs/events/gateway#initiating-a-disconnect).
const (
	closeForEver  = 1000
	closeToResume = 4000
)

// Why we end a connection.
var (
	errReconnect      = errors.New("asked to connect anew")
	errInvalidSession = errors.New("the session is said to be invalid")
	errTryResuming    = errors.New("the session is said to be invalid for now, but resumable")
	errSilent         = errors.New("heartbeats are not acknowledged")
	errLate           = errors.New("neither READY nor anything else came in time")
)

// closedError is the code with which Discord closed a connection.
type closedError struct{ code int }

func (e *closedError) Error() string {
	return fmt.Sprintf("closed by Discord with %d", e.code)
}

// packet is one payload of the gateway (discord.com/developers/docs/events/gateway-events#payload-structure).
type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"` // of a dispatch: from 1 on
	Type string          `json:"t"` // of a dispatch
}

// order is a packet of ours.
type order struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

// intents are what we want to hear of: servers, their channels and roles, and what people write to the bot alone. None
// needs Discord's consent.
const intents = discordgo.IntentsGuilds | discordgo.IntentsDirectMessages

// identify begins a session for a shard of so many (discord.com/developers/docs/events/gateway-events#identify).
func identify(token string, id, of int) order {
	type properties struct {
		OS      string `json:"os"`
		Browser string `json:"browser"`
		Device  string `json:"device"`
	}
	return order{opIdentify, struct {
		Token      string           `json:"token"`
		Properties properties       `json:"properties"`
		Shard      [2]int           `json:"shard"`
		Intents    discordgo.Intent `json:"intents"`
	}{token, properties{runtime.GOOS, "tenbells", "tenbells"}, [2]int{id, of}, intents}}
}

// resume goes on with a session (discord.com/developers/docs/events/gateway-events#resume).
func resume(token string, s session) order {
	return order{opResume, struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int64  `json:"seq"`
	}{token, s.id, s.seq}}
}

// heartbeat names the last event taken in, null before the first.
func heartbeat(s session) order {
	if s.seq == 0 {
		return order{Op: opHeartbeat}
	}
	return order{opHeartbeat, s.seq}
}

// interval reads how often hello wants a heartbeat.
func interval(hello packet) (time.Duration, error) {
	var said struct {
		Milliseconds int64 `json:"heartbeat_interval"`
	}
	if err := json.Unmarshal(hello.Data, &said); err != nil {
		return 0, fmt.Errorf("read hello: %w", err)
	}
	if said.Milliseconds <= 0 || said.Milliseconds > time.Hour.Milliseconds() {
		return 0, fmt.Errorf("hello wants a heartbeat every %d ms", said.Milliseconds)
	}
	return time.Duration(said.Milliseconds) * time.Millisecond, nil
}

// invalid says what an opcode 9 means: whether the session may be resumed all the same.
func invalid(p packet) error {
	var resumable bool
	if json.Unmarshal(p.Data, &resumable) == nil && resumable {
		return errTryResuming
	}
	return errInvalidSession
}

// gatewayURL adds to the gateway's address the API version that is spoken at the base URL, and JSON
// (discord.com/developers/docs/events/gateway#connecting).
func gatewayURL(address string, base *url.URL) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", errors.New("the gateway's address is no address")
	}
	q := u.Query()
	q.Set("v", strings.TrimPrefix(path.Base(base.Path), "v"))
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}
