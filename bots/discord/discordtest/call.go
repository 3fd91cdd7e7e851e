package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// maxBody is the most bytes of one request (discord.com/developers/docs/reference#uploading-files).
const maxBody = 25 << 20

// call is one request while it is being done.
type call struct {
	ctx    context.Context // ends when the client goes
	server context.Context // ends when the server closes
	bot    *Bot            // nil for calls that carry an interaction's token instead
	route  *route
	named  map[string]string // what the path names
	query  url.Values
	body   []byte
	at     time.Time // when it came, by the server's clock
	base   string    // "host:port" the client used

	entry    int // place in the ledger of the figures, from 1; 0 for none
	made     string
	repeated bool
	headers  http.Header // of the answer
}

// channelID is the channel the path names, "" for none.
func (c *call) channelID() string { return c.named["channel_id"] }

// decode reads the body.
func (c *call) decode(into any) *apiError {
	if json.Unmarshal(c.body, into) != nil {
		return errBadJSON
	}
	return nil
}

// sleep waits for d of real time, or until nobody waits for the call any more.
func (c *call) sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ctx.Done():
	case <-c.server.Done():
	}
}

// hang waits until nobody waits for the call any more.
func (c *call) hang() {
	select {
	case <-c.ctx.Done():
	case <-c.server.Done():
	}
}

// ServeHTTP answers /api/v9/… and /api/v10/… (any version), and is the gateway where a client asks for a websocket.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // closed: the connection ends without an answer, as with a server that is gone
	}
	defer s.running.Done()
	if websocket.IsWebSocketUpgrade(r) {
		s.serveGateway(w, r)
		return
	}
	if s.limiter.banned(s.now()) {
		s.stats.refuse(http.StatusTooManyRequests)
		cloudflare(w)
		return
	}
	path, ok := cutVersion(r.URL.Path)
	if !ok {
		writeError(w, errNoRoute)
		return
	}
	c, err := s.newCall(w, r, path)
	if err != nil {
		s.refuse(w, err)
		return
	}
	s.serve(w, c)
}

// newCall finds out what a request wants, and for whom.
func (s *Server) newCall(w http.ResponseWriter, r *http.Request, path string) (*call, *apiError) {
	found, named, exists := s.find(r.Method, path)
	if found == nil {
		s.violate("%s %s: there is no such call here", r.Method, path)
		if exists {
			return nil, errWrongMethod
		}
		return nil, errNoRoute
	}
	c := &call{ctx: r.Context(), server: s.ctx, route: found, named: named, query: r.URL.Query(), base: r.Host,
		headers: http.Header{}}
	c.bot = s.world.byToken[strings.TrimPrefix(r.Header.Get("Authorization"), "Bot ")]
	if c.bot == nil && !found.open {
		return nil, errUnauthorized
	}
	body, err := readBody(w, r)
	if err != nil {
		return nil, errBadJSON
	}
	c.body = body
	return c, nil
}

// readBody is the JSON of a request: the body, or the part payload_json of a form. Files are not looked at.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, attributes, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return io.ReadAll(r.Body)
	}
	parts := multipart.NewReader(r.Body, attributes["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FormName() == "payload_json" {
			return io.ReadAll(part)
		}
	}
}

// serve does a call, lets it fail where it is to fail, and answers it.
func (s *Server) serve(w http.ResponseWriter, c *call) {
	defer s.finished()
	s.checkRequest(c)
	s.stats.begin(c, s.now)
	fault := s.faults.fault(c)
	c.sleep(fault.Delay)
	s.apply(c, fault)
	if fault.takesAnswer() && !fault.Done {
		s.stats.struck(c, fault.Status)
		s.strike(w, c, fault)
		return
	}
	answer := s.do(c)
	c.sleep(fault.Linger)
	if fault.takesAnswer() {
		s.stats.lost()
		s.strike(w, c, fault)
		return
	}
	answer(w)
	if c.ctx.Err() == nil { // else who asked has gone, and does not hear it
		s.stats.answered(c)
	}
}

// apply makes the world as the fault wants it.
func (s *Server) apply(c *call, f Fault) {
	if f.limits() {
		s.limiter.impose(c, f)
	}
	if f.Change == NoChange || c.bot == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ch := s.channel(c.bot, c.channelID()); ch != nil {
		ch.undergo(f.Change, c.bot)
	}
}

// do carries the call out and gives what writes its answer.
func (s *Server) do(c *call) func(http.ResponseWriter) {
	if hit := s.limiter.take(c); hit != nil {
		s.stats.done(c, hit.status(), hit.code, hit.early)
		return func(w http.ResponseWriter) { hit.write(w, c) }
	}
	result, err := c.route.run(s, c)
	if err != nil {
		s.stats.done(c, err.Status, err.Code, false)
		return func(w http.ResponseWriter) { s.refuseCall(w, c, err) }
	}
	s.stats.done(c, c.route.status, 0, false)
	return s.success(c, result)
}

// success writes a result, or nothing where there is none.
func (s *Server) success(c *call, result any) func(http.ResponseWriter) {
	var text []byte
	status := c.route.status
	if result != nil {
		var err error
		if text, err = json.Marshal(result); err != nil {
			panic(fmt.Sprintf("discordtest: %s answers no JSON: %v", c.route.name, err)) // our own types always are
		}
		if status == http.StatusNoContent {
			status = http.StatusOK
		}
		s.checkAnswer(c, status, text)
	} else {
		status = http.StatusNoContent
	}
	return func(w http.ResponseWriter) {
		copyHeaders(w, c.headers)
		writeJSON(w, status, text)
	}
}

// refuse answers what never became a call.
func (s *Server) refuse(w http.ResponseWriter, err *apiError) {
	defer s.finished()
	s.stats.refuse(err.Status)
	s.limiter.invalid(s.now(), err.Status, "")
	writeError(w, err)
}

// refuseCall answers a call that cannot be done.
func (s *Server) refuseCall(w http.ResponseWriter, c *call, err *apiError) {
	s.limiter.invalid(c.at, err.Status, "")
	copyHeaders(w, c.headers)
	writeError(w, err)
}

func writeError(w http.ResponseWriter, e *apiError) {
	text, err := json.Marshal(e)
	if err != nil {
		panic("discordtest: error answers no JSON: " + err.Error()) // its tree was marshalled before
	}
	writeJSON(w, e.Status, text)
}

func writeJSON(w http.ResponseWriter, status int, text []byte) {
	if len(text) > 0 {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	}
	w.WriteHeader(status)
	_, _ = w.Write(text) // nobody to tell if the client has gone
}

func copyHeaders(w http.ResponseWriter, from http.Header) {
	for name, values := range from {
		w.Header()[name] = values
	}
}

// finished lets those who Await look again.
func (s *Server) finished() {
	s.mu.Lock()
	s.wakeWaiting()
	s.mu.Unlock()
}
