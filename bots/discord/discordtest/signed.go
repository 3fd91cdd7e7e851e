package discordtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// newHookClient is what calls bots' endpoints. Its patience is that of the context of each call.
func newHookClient() *http.Client { return &http.Client{} }

// deliver prepares an interaction for its bot: what it returns sends it, by the gateway or by HTTP, and must be called
// without the lock. The caller holds the lock.
func (s *Server) deliver(in *Interaction, data any) func() {
	w := in.wire(data)
	url := in.bot.hook
	if url == "" {
		in.bot.dispatch(0, "INTERACTION_CREATE", w)
		return func() {}
	}
	return func() { s.callEndpoint(in, url, w) }
}

// callEndpoint posts an interaction to a bot's endpoint in the background, and takes the answer in its body.
func (s *Server) callEndpoint(in *Interaction, url string, w wireInteraction) {
	if !s.begin() {
		return
	}
	go func() {
		defer s.running.Done()
		defer s.finished()
		ctx, cancel := context.WithTimeout(s.ctx, s.opt.Answer)
		defer cancel()
		status, body, err := in.bot.post(ctx, url, w, nil)
		if err != nil {
			return // the person is shown that the application did not respond
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		in.status = status
		var cb callback
		if status == http.StatusOK && json.Unmarshal(body, &cb) == nil {
			_ = in.takeBody(cb) // a wrong answer is a violation; the person is shown that it did not respond
		}
	}()
}

// takeBody takes the answer an endpoint gave in its body. The caller holds the lock.
func (in *Interaction) takeBody(cb callback) *apiError {
	text, err := json.Marshal(cb)
	if err != nil {
		panic("discordtest: callback is no JSON: " + err.Error()) // it was read from JSON
	}
	r := &route{name: "create_interaction_response", method: http.MethodPost, kind: kindAnswer,
		path: "/interactions/{interaction_id}/{interaction_token}/callback"}
	c := &call{route: r, body: text, at: in.s.now(), named: map[string]string{"interaction_id": in.id, "interaction_token": in.token}}
	in.s.checkRequest(c)
	refused := in.take(c, cb)
	if refused != nil {
		in.s.violate("answer of the endpoint: %d %s", refused.Code, refused.Message)
	}
	return refused
}

// post signs a payload as Discord does (discord.com/developers/docs/interactions/overview#validating-security-request-headers)
// and posts it. tamper may change the request.
func (b *Bot) post(ctx context.Context, url string, payload any, tamper func(*http.Request)) (int, []byte, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		panic("discordtest: interaction is no JSON: " + err.Error()) // our own types always are
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("discordtest: endpoint: %w", err)
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Signature-Timestamp", at)
	r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(b.key, append([]byte(at), body...))))
	if tamper != nil {
		tamper(r)
	}
	resp, err := b.s.hooks.Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("discordtest: endpoint: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return 0, nil, fmt.Errorf("discordtest: endpoint: %w", err)
	}
	return resp.StatusCode, answer, nil
}

// Validate does what Discord does when an endpoint is set in the developer portal: a PING that must be answered with a
// PONG, and calls with a wrong and without a signature, and with a changed body, that must be answered 401. The error
// says which was not.
func (b *Bot) Validate(ctx context.Context, url string) error {
	ping := wireInteraction{ID: "1", ApplicationID: b.id, Type: typePing, Token: "ping", Version: 1, Entitlements: []noValue{},
		Owners: map[string]string{}}
	status, body, err := b.post(ctx, url, ping, nil)
	if err != nil {
		return err
	}
	var cb callback
	if status != http.StatusOK || json.Unmarshal(body, &cb) != nil || cb.Type != Pong {
		return fmt.Errorf("discordtest: PING answered %d %s", status, body)
	}
	for _, bad := range tampers {
		status, _, err := b.post(ctx, url, ping, bad.do)
		if err != nil {
			return err
		}
		if status != http.StatusUnauthorized {
			return fmt.Errorf("discordtest: call with %s answered %d, not 401", bad.what, status)
		}
	}
	return nil
}

// tampers are the calls an endpoint must refuse.
var tampers = []struct {
	what string
	do   func(*http.Request)
}{
	{"a wrong signature", func(r *http.Request) {
		r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(make([]byte, ed25519.SignatureSize)))
	}},
	{"no signature", func(r *http.Request) { r.Header.Del("X-Signature-Ed25519") }},
	{"a signature that is no hexadecimal", func(r *http.Request) { r.Header.Set("X-Signature-Ed25519", "signed") }},
	{"another timestamp", func(r *http.Request) { r.Header.Set("X-Signature-Timestamp", "1") }},
}
