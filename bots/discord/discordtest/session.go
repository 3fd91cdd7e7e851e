package discordtest

import (
	"encoding/json"
	"strconv"
)

// session is one gateway session of a bot: it outlives its connection.
type session struct {
	id      string
	bot     *Bot
	intents int
	shard   [2]int
	conn    *conn // nil while disconnected
	seq     int64
	past    []frame // dispatched, for a resume; the last kept first to go
}

// resumePath is where the gateway wants sessions resumed.
const resumePath = "/resume"

// pastFrames is how many events a session keeps for a resume.
const pastFrames = 1000

// identify begins a session.
func (c *conn) identify(data json.RawMessage, fault GatewayFault) int {
	var in struct {
		Token    string  `json:"token"`
		Intents  int     `json:"intents"`
		Compress bool    `json:"compress"`
		Shard    *[2]int `json:"shard"`
	}
	if json.Unmarshal(data, &in) != nil {
		return CloseDecodeError
	}
	if c.current() != nil {
		return CloseAlreadyIdentified
	}
	bot := c.s.world.byToken[cutBot(in.Token)]
	switch {
	case bot == nil:
		return CloseBadToken
	case in.Intents < 0 || in.Intents >= 1<<26:
		return CloseInvalidIntents
	case in.Intents&privileged != 0:
		return CloseDisallowedIntent
	}
	c.write.Lock()
	c.compress = in.Compress
	c.write.Unlock()
	c.s.stats.session(false)
	if code, done := c.misgreet(fault); done {
		return code
	}
	c.begin(bot, in.Intents, in.Shard)
	return 0
}

// begin makes the session and tells it of the world.
func (c *conn) begin(bot *Bot, intents int, shard *[2]int) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	one := [2]int{0, 1}
	if shard == nil {
		shard = &one
	}
	ses := &session{id: strconv.FormatUint(TextHash(bot.id, s.newID()), 16), bot: bot, intents: intents, shard: *shard, conn: c}
	s.sessions[ses.id], c.session = ses, ses
	guilds := bot.in()
	ses.dispatch("READY", c.ready(ses, guilds))
	if intents&intentGuilds != 0 {
		for _, g := range guilds {
			if !g.outage {
				ses.dispatch("GUILD_CREATE", g.wireCreate(bot))
			}
		}
	}
	s.publish(Event{Kind: Connected, Account: bot.id, Status: "ready"})
}

// ready is the first event of a session. The caller holds the lock.
func (c *conn) ready(ses *session, guilds []*Guild) any {
	type application struct {
		ID    string `json:"id"`
		Flags int    `json:"flags"`
	}
	missing := []guildGone{}
	for _, g := range guilds {
		missing = append(missing, guildGone{ID: g.id, Unavailable: true})
	}
	return struct {
		Version     int         `json:"v"`
		User        wireMe      `json:"user"`
		Guilds      []guildGone `json:"guilds"`
		SessionID   string      `json:"session_id"`
		ResumeURL   string      `json:"resume_gateway_url"`
		Shard       [2]int      `json:"shard"`
		Application application `json:"application"`
	}{9, ses.bot.wireMe(), missing, ses.id, "ws://" + c.ws.LocalAddr().String() + resumePath, ses.shard, application{ses.bot.id, 0}}
}

// resume takes a session up again, and tells it what it missed.
func (c *conn) resume(data json.RawMessage, fault GatewayFault) int {
	var in struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Sequence  int64  `json:"seq"`
	}
	if json.Unmarshal(data, &in) != nil {
		return CloseDecodeError
	}
	if c.s.world.byToken[cutBot(in.Token)] == nil {
		return CloseBadToken
	}
	if code, done := c.misgreet(fault); done {
		return code
	}
	if !c.takeUp(in.SessionID, cutBot(in.Token), in.Sequence, fault.Repeat) {
		c.send(frameOf(opInvalidSession, false))
	}
	return 0
}

// takeUp goes on with a session where it stood, or repeats some events more; false where that cannot be. A connection
// the session still had ends.
func (c *conn) takeUp(id, token string, seq int64, repeat int) bool {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ses := s.sessions[id]
	missed, ok := ses.since(seq)
	if !ok || ses.bot.token != token {
		return false
	}
	s.stats.session(true)
	if c.at != resumePath {
		s.stats.misplaced()
	}
	if ses.conn != nil {
		_ = ses.conn.ws.Close()
	}
	ses.conn, c.session = c, ses
	known := ses.past[:len(ses.past)-len(missed)]
	for _, f := range known[max(0, len(known)-repeat):] {
		c.send(f)
	}
	for _, f := range missed {
		c.send(f)
	}
	ses.dispatch("RESUMED", struct{}{})
	s.publish(Event{Kind: Connected, Account: ses.bot.id, Status: "resumed"})
	return true
}

// forget ends the connection's session: the client said that it leaves for good.
func (c *conn) forget() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.session != nil && c.session.conn == c {
		delete(c.s.sessions, c.session.id)
	}
}

// since are the events after a number; false when the session is over or has forgotten them. The caller holds the lock.
func (ses *session) since(seq int64) ([]frame, bool) {
	if ses == nil || seq > ses.seq || ses.seq-seq > int64(len(ses.past)) {
		return nil, false
	}
	return ses.past[int64(len(ses.past))-(ses.seq-seq):], true
}

// dispatch sends an event to the session, now or when it resumes. The caller holds the lock.
func (ses *session) dispatch(event string, data any) {
	ses.seq++
	seq := ses.seq
	f := frameOf(opDispatch, data)
	f.Sequence, f.Event = &seq, &event
	ses.past = append(ses.past, f)
	if len(ses.past) > pastFrames {
		ses.past = ses.past[1:]
	}
	if ses.conn != nil {
		ses.conn.send(f)
	}
}

// dispatch sends an event to the bot's sessions that asked for it; intent 0 is asked for by all. The caller holds the
// lock.
func (b *Bot) dispatch(intent int, event string, data any) {
	for _, ses := range b.s.sessions {
		if ses.bot == b && (intent == 0 || ses.intents&intent != 0) {
			ses.dispatch(event, data)
		}
	}
}

// connections are the bot's sessions that have one. The caller holds the lock.
func (b *Bot) connections() []*session {
	var found []*session
	for _, ses := range b.s.sessions {
		if ses.bot == b && ses.conn != nil {
			found = append(found, ses)
		}
	}
	return found
}
