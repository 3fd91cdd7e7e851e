package discordtest

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// limitHit is a 429 (discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit).
type limitHit struct {
	scope Scope
	wait  time.Duration
	code  int
	early bool // it came although an earlier 429 had not run out
}

func (h *limitHit) status() int { return http.StatusTooManyRequests }

// write answers the call. A global 429 carries no X-RateLimit-Reset headers.
func (h *limitHit) write(w http.ResponseWriter, c *call) {
	text := "You are being rate limited."
	if e := known[h.code]; e != nil {
		text = e.Message
	}
	body, err := json.Marshal(struct {
		Message    string  `json:"message"`
		RetryAfter float64 `json:"retry_after"`
		Global     bool    `json:"global"`
		Code       int     `json:"code,omitempty"`
	}{text, seconds(h.wait), h.scope == ScopeGlobal, h.code})
	if err != nil {
		panic("discordtest: 429 answers no JSON: " + err.Error()) // text and numbers
	}
	header := w.Header()
	if h.scope == ScopeGlobal {
		header.Set("X-RateLimit-Global", "true")
	} else {
		copyHeaders(w, c.headers)
		header.Set("X-RateLimit-Reset-After", strconv.FormatFloat(seconds(h.wait), 'f', 3, 64))
		header.Set("X-RateLimit-Remaining", "0")
	}
	header.Set("X-RateLimit-Scope", string(h.scope))
	header.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(h.wait.Seconds())))))
	writeJSON(w, http.StatusTooManyRequests, body)
}

// tell puts a bucket's state into the answer's headers.
func (b *bucket) tell(c *call, rate Rate) {
	h := c.headers
	h.Set("X-RateLimit-Limit", strconv.Itoa(rate.Calls))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, rate.Calls-b.used)))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(b.resets.UnixMilli())/1000, 'f', 3, 64))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(seconds(b.resets.Sub(c.at)), 'f', 3, 64))
	h.Set("X-RateLimit-Bucket", strconv.FormatUint(TextHash(c.route.name), 16))
}

// cloudflare answers an address that made too many invalid requests.
func cloudflare(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Header().Set("Retry-After", "600")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte("<!DOCTYPE html>\n<html><head><title>Access denied | discord.com used Cloudflare to restrict access" +
		"</title></head><body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>\n"))
}
