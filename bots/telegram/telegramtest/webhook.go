package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// Rules of webhooks (core.telegram.org/bots/api#setwebhook; tdlib/telegram-bot-api, WebhookActor).
const (
	maxSecret         = 256
	defaultHookConns  = 40
	maxHookConns      = 100
	firstHookPause    = 2 * time.Second // before the second retry; the first is at once
	longestHookPause  = time.Minute
	longestRetryAfter = time.Hour        // what is believed of our own Retry-After
	hookTimeout       = 60 * time.Second // of one call
	maxHookAnswer     = 1 << 20          // bytes read of an answer
)

// webhook is where a bot's updates are posted to. Server.mu guards it.
type webhook struct {
	url, secret string
	conns       int
	ctx         context.Context // ends when it is replaced or deleted
	cancel      context.CancelFunc
	slots       chan struct{}  // one for each call under way
	busy        map[int64]bool // chats and users whose updates a goroutine is posting, in order
	lastError   string
	lastErrorAt time.Time
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

func (s *Server) setWebhook(c *call) (any, *apiError) {
	if !c.has("url") {
		return s.deleteWebhook(c)
	}
	hook, err := s.newWebhook(c)
	if err != nil {
		return nil, err
	}
	kinds, given, err := c.allowedUpdates()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.bot.dropHook()
	c.bot.endPoll(errHookSet)
	c.bot.updates.allow(kinds, given)
	if c.boolean("drop_pending_updates") {
		c.bot.updates.waiting = nil
	}
	c.bot.hook = hook
	c.bot.post()
	c.note = "Webhook was set"
	return true, nil
}

func (s *Server) newWebhook(c *call) (*webhook, *apiError) {
	address, bad := url.Parse(c.get("url"))
	secret := c.get("secret_token")
	switch {
	case bad != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http":
		return nil, badRequest("bad webhook: invalid webhook URL specified")
	case len(secret) > maxSecret:
		return nil, badRequest("secret token is too long")
	case !secretToken.MatchString(secret):
		return nil, badRequest("secret token contains unallowed characters")
	}
	conns := int(min(max(c.integer("max_connections", defaultHookConns), 1), maxHookConns))
	hook := &webhook{url: address.String(), secret: secret, conns: conns, slots: make(chan struct{}, conns),
		busy: map[int64]bool{}}
	hook.ctx, hook.cancel = context.WithCancel(s.ctx)
	return hook, nil
}

// newHookClient makes the client of all webhook calls. As Telegram, it follows no redirects.
func newHookClient() *http.Client {
	return &http.Client{Timeout: hookTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: maxHookConns},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *Server) deleteWebhook(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.note = "Webhook is already deleted"
	if c.bot.hook != nil {
		c.note = "Webhook was deleted"
	}
	c.bot.dropHook()
	if c.boolean("drop_pending_updates") {
		c.bot.updates.waiting = nil
	}
	return true, nil
}

func (s *Server) getWebhookInfo(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info := wireWebhook{Pending: len(c.bot.updates.waiting), Allowed: c.bot.updates.allowed}
	if h := c.bot.hook; h != nil {
		info.URL, info.MaxConns, info.LastError = h.url, h.conns, h.lastError
		if !h.lastErrorAt.IsZero() {
			info.LastErrorDate = h.lastErrorAt.Unix()
		}
	}
	return info, nil
}

func (b *Bot) dropHook() {
	if b.hook != nil {
		b.hook.cancel()
		b.hook = nil
	}
}

// post starts a goroutine for every chat or user that has updates and none yet. The caller holds the lock.
func (b *Bot) post() {
	hook := b.hook
	if hook == nil {
		return
	}
	for _, u := range b.updates.waiting {
		if hook.busy[u.key] || !b.s.begin() {
			continue
		}
		hook.busy[u.key] = true
		go func() {
			defer b.s.running.Done()
			b.postAll(hook, u.key)
		}()
	}
}

// postAll posts the updates of one chat or user, one after the other, until there are none.
func (b *Bot) postAll(hook *webhook, key int64) {
	for {
		u, ok := b.next(hook, key)
		if !ok || !b.deliver(hook, u) {
			return
		}
		b.s.mu.Lock()
		b.updates.remove(u.id)
		b.s.wakeWaiting()
		b.s.mu.Unlock()
	}
}

// next is the oldest update under key; when there is none the key is free again.
func (b *Bot) next(hook *webhook, key int64) (update, bool) {
	b.s.mu.Lock()
	defer b.s.mu.Unlock()
	b.updates.expire(b.s.now())
	for _, u := range b.updates.waiting {
		if u.key == key {
			return u, true
		}
	}
	delete(hook.busy, key)
	return update{}, false
}

// deliver posts u until it is taken: again at once, then with pauses that double. False: the webhook is no more.
func (b *Bot) deliver(hook *webhook, u update) bool {
	pause := b.s.opt.WebhookPause
	for try := 0; ; try++ {
		after, err := b.tryOnce(hook, u)
		if err == nil {
			return true
		}
		if hook.ctx.Err() != nil {
			return false
		}
		b.s.mu.Lock()
		hook.lastError, hook.lastErrorAt = upperFirst(err.Error()), b.s.now()
		b.s.mu.Unlock()
		switch {
		case after > 0:
		case try == 0:
			continue
		default:
			after, pause = pause, min(2*pause, longestHookPause)
		}
		select {
		case <-time.After(after):
		case <-hook.ctx.Done():
			return false
		}
	}
}

// tryOnce posts u within the allowed number of connections. An error says how long the receiver asked to wait, 0 for
// not.
func (b *Bot) tryOnce(hook *webhook, u update) (retryAfter time.Duration, err error) {
	select {
	case hook.slots <- struct{}{}:
		defer func() { <-hook.slots }()
	case <-hook.ctx.Done():
		return 0, hook.ctx.Err()
	}
	req, err := http.NewRequestWithContext(hook.ctx, http.MethodPost, hook.url, bytes.NewReader(u.body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	resp, err := b.s.hooks.Do(req)
	if err != nil {
		return 0, fmt.Errorf("connection failed: %w", err)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxHookAnswer))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return 0, fmt.Errorf("read timeout expired: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return hookRetryAfter(resp.Header), fmt.Errorf("wrong response from the webhook: %s", resp.Status)
	}
	b.callInAnswer(hook.ctx, answer)
	return 0, nil
}

func hookRetryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longestRetryAfter)
}

// notInAnswer are the methods that the answer to a webhook cannot call.
var notInAnswer = regexp.MustCompile(`(?i)^(get.*|setWebhook|deleteWebhook|close|logOut)$`)

// callInAnswer does the call that the answer to a webhook may hold
// (core.telegram.org/bots/api#making-requests-when-getting-updates). Nobody learns how it went.
func (b *Bot) callInAnswer(ctx context.Context, answer []byte) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(answer, &fields) != nil || fields["method"] == nil {
		return
	}
	ps := appendFields(nil, fields)
	name := ps.get("method")
	c := b.s.newCall(ctx, b, name, ps.without("method"))
	if c.method == nil || notInAnswer.MatchString(name) {
		b.s.violate("webhook answer: %q cannot be called there", name)
		return
	}
	b.s.checkRequest(c)
	b.s.stats.begin(c, b.s.now)
	b.s.do(c)
	b.s.finished()
}
