package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// largestInteraction is the most bytes of a signed call; the largest known are a few kilobytes.
	largestInteraction = 256 << 10
	// freshness is how old or how far ahead a signed call's timestamp may be, so that one that was overheard is soon
	// worth nothing.
	freshness = 5 * time.Minute
)

// Interactions takes interactions as signed calls (discord.com/developers/docs/interactions/overview#preparing-for-interactions).
// Discord sends bad signatures on purpose and wants 401. Calls are acknowledged with 202 at once and answered through
// the callback endpoint. Without a public key all are refused.
func (b *Bot) Interactions() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "only POST", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestInteraction))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		if !b.genuine(r, body) {
			http.Error(w, "not signed by Discord", http.StatusUnauthorized)
			return
		}
		b.take(w, r, body)
	})
}

// genuine says that Discord signed this, and lately.
func (b *Bot) genuine(r *http.Request, body []byte) bool {
	at, err := strconv.ParseInt(r.Header.Get("X-Signature-Timestamp"), 10, 64)
	if err != nil || b.now().Sub(time.Unix(at, 0)).Abs() > freshness || b.key == nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return discordgo.VerifyInteraction(r, b.key)
}

// take acknowledges a genuine call and answers it.
func (b *Bot) take(w http.ResponseWriter, r *http.Request, body []byte) {
	var i interaction
	if err := json.Unmarshal(body, &i); err != nil {
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	if i.Type == discordgo.InteractionPing {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"type":1}`) // who is gone needs no answer
		return
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusAccepted)
	_ = http.NewResponseController(w).Flush() // where it cannot, the handler's end does
	// Discord may hang up now; the answer goes its own way. The server's shutdown waits for it.
	b.answer(context.WithoutCancel(r.Context()), i)
}
