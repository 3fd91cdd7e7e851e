// Package hubtest is a WebSub hub (w3.org/TR/websub) for tests: it speaks the protocol, verifies what it is asked for,
// signs what it pushes, lets leases end, and complains about those who break the rules. It imports nothing of ours.
package hubtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Hub is the fake. Its fields may be changed between requests.
type Hub struct {
	Lease    time.Duration // what it grants; 0: what is asked for
	Method   string        // of signatures: sha1, sha256 (default), sha384, sha512
	Before   bool          // it verifies before it answers; else after, as most do
	Status   int           // of its answers instead of 202; 0: as it should be
	Silent   bool          // it accepts and never verifies
	NoLease  bool          // it does not say how long, as very old hubs
	Now      func() time.Time
	Requests []url.Values // what it was asked for

	t        testing.TB
	server   *httptest.Server
	mu       sync.Mutex
	holders  map[string]*holder // by callback and topic
	verifies sync.WaitGroup
}

type holder struct {
	callback, topic, secret string
	until                   time.Time
}

// New starts a hub, which ends with the test.
func New(t testing.TB) *Hub {
	h := &Hub{t: t, Now: time.Now, holders: map[string]*holder{}}
	h.server = httptest.NewServer(h)
	t.Cleanup(func() {
		h.verifies.Wait()
		h.server.Close()
	})
	return h
}

// URL is the hub's address.
func (h *Hub) URL() string { return h.server.URL + "/" }

// Wait waits until everything asked for so far has been verified or refused.
func (h *Hub) Wait() { h.verifies.Wait() }

// Holds says how many live subscriptions a topic has.
func (h *Hub) Holds(topic string) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.holders {
		if one.topic == topic && h.Now().Before(one.until) {
			n++
		}
	}
	return n
}

// ServeHTTP takes subscriptions.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		h.t.Errorf("the hub was sent %s %s", r.Method, r.Header.Get("Content-Type"))
	}
	if err := r.ParseForm(); err != nil {
		h.t.Errorf("the hub was sent a form that it cannot read: %v", err)
	}
	form := r.PostForm
	h.check(form)
	h.mu.Lock()
	h.Requests = append(h.Requests, form)
	h.mu.Unlock()
	if h.Status != 0 {
		http.Error(w, "not now", h.Status)
		return
	}
	if h.Silent {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	if h.Before {
		h.verify(form)
	} else {
		h.verifies.Go(func() { h.verify(form) })
	}
	w.WriteHeader(http.StatusAccepted)
}

// check complains about requests that are none (section 5.1).
func (h *Hub) check(form url.Values) {
	for _, name := range []string{"hub.callback", "hub.topic"} {
		if at, err := url.Parse(form.Get(name)); err != nil || !at.IsAbs() {
			h.t.Errorf("%s is %q", name, form.Get(name))
		}
	}
	if mode := form.Get("hub.mode"); mode != "subscribe" && mode != "unsubscribe" {
		h.t.Errorf("hub.mode is %q", mode)
	}
	if secret := form.Get("hub.secret"); len(secret) >= 200 || len(secret) < 16 {
		h.t.Errorf("the secret has %d bytes", len(secret))
	}
}

// verify asks at the callback whether that is what its owner wants (section 5.3).
func (h *Hub) verify(form url.Values) {
	lease := h.Lease
	if asked, err := strconv.Atoi(form.Get("hub.lease_seconds")); lease == 0 && err == nil {
		lease = time.Duration(asked) * time.Second
	}
	challenge := rand.Text()
	query := url.Values{"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": {challenge}}
	if form.Get("hub.mode") == "subscribe" && !h.NoLease {
		query.Set("hub.lease_seconds", strconv.Itoa(int(lease/time.Second)))
	}
	status, says := h.Ask(form.Get("hub.callback"), query)
	if status/100 != 2 || says != challenge {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := form.Get("hub.callback") + " " + form.Get("hub.topic")
	if form.Get("hub.mode") == "unsubscribe" {
		delete(h.holders, key)
		return
	}
	h.holders[key] = &holder{form.Get("hub.callback"), form.Get("hub.topic"), form.Get("hub.secret"), h.Now().Add(lease)}
}

// Ask sends a query to a callback.
func (h *Hub) Ask(callback string, query url.Values) (status int, says string) {
	at, err := url.Parse(callback)
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	all := at.Query()
	for name, values := range query {
		all[name] = values
	}
	at.RawQuery = all.Encode()
	response, err := http.Get(at.String())
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Error(err)
	}
	return response.StatusCode, string(text)
}

// Deny tells all who hold a topic that they do not any more (section 5.2).
func (h *Hub) Deny(topic, reason string) {
	for _, one := range h.of(topic) {
		h.Ask(one.callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}, "hub.reason": {reason}})
		h.mu.Lock()
		delete(h.holders, one.callback+" "+one.topic)
		h.mu.Unlock()
	}
}

func (h *Hub) of(topic string) (all []holder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.holders {
		if one.topic == topic && h.Now().Before(one.until) {
			all = append(all, *one)
		}
	}
	return all
}

var methods = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}

// Publish pushes a topic's new content to all who hold it (section 7), and answers what they said.
func (h *Hub) Publish(topic, contentType, body string) (statuses []int) {
	method := h.Method
	if method == "" {
		method = "sha256"
	}
	for _, one := range h.of(topic) {
		mac := hmac.New(methods[method], []byte(one.secret))
		mac.Write([]byte(body))
		statuses = append(statuses, h.Push(one.callback, topic, contentType, body, method+"="+hex.EncodeToString(mac.Sum(nil))))
	}
	return statuses
}

// Push sends a body to a callback under a signature, "" none.
func (h *Hub) Push(callback, topic, contentType, body, signature string) int {
	request, err := http.NewRequest(http.MethodPost, callback, bytes.NewReader([]byte(body)))
	if err != nil {
		h.t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.URL(), topic))
	if signature != "" {
		request.Header.Set("X-Hub-Signature", signature)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Error(err)
		return 0
	}
	if err := response.Body.Close(); err != nil {
		h.t.Error(err)
	}
	return response.StatusCode
}
