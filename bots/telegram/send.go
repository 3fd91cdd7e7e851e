package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/go-telegram/bot"
)

// sendMessage is the library's, at a third of its cost: it is the call that is made for every reader. The parameters
// leave as JSON, and of the answer only the message's number is read. Errors are the library's own.
func (b *Bot) sendMessage(ctx context.Context, params *bot.SendMessageParams) (number int, err error) {
	body, err := json.Marshal(params)
	if err != nil {
		return 0, fmt.Errorf("build the request: %w", err)
	}
	text, err := b.post(ctx, body)
	if err != nil {
		return 0, err
	}
	return readSent(text)
}

// post makes the call, on a connection of our own where that is possible.
func (b *Bot) post(ctx context.Context, body []byte) (answer []byte, err error) {
	if b.trunk != nil {
		return b.trunk.post(ctx, body, tripOf(ctx))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.sendURL(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := b.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it has been read, or it is of no use
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
}

// sendURL is where messages are posted to. It holds the token.
func (c Config) sendURL() string { return c.APIURL + "/bot" + c.Token + "/sendMessage" }

// sent is the answer to a sendMessage (core.telegram.org/bots/api#making-requests).
type sent struct {
	OK     bool `json:"ok"`
	Result struct {
		Number int `json:"message_id"`
	} `json:"result"`
	Description string `json:"description"`
	Code        int    `json:"error_code"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
		MovedTo    int `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// kinds are the library's errors for a code.
var kinds = map[int]error{
	http.StatusForbidden:    bot.ErrorForbidden,
	http.StatusBadRequest:   bot.ErrorBadRequest,
	http.StatusUnauthorized: bot.ErrorUnauthorized,
	http.StatusNotFound:     bot.ErrorNotFound,
	http.StatusConflict:     bot.ErrorConflict,
}

// readSent reads the number of the message that was sent, or why it was not.
func readSent(text []byte) (number int, err error) {
	var a sent
	if err := json.Unmarshal(text, &a); err != nil {
		return 0, fmt.Errorf("%w: %w", errStrange, err)
	}
	kind, known := kinds[a.Code]
	switch {
	case a.OK:
		return a.Result.Number, nil
	case a.Code == http.StatusTooManyRequests:
		return 0, &bot.TooManyRequestsError{Message: a.Description, RetryAfter: a.Parameters.RetryAfter}
	case a.Code == http.StatusBadRequest && a.Parameters.MovedTo != 0:
		return 0, &bot.MigrateError{Message: a.Description, MigrateToChatID: a.Parameters.MovedTo}
	case known:
		return 0, fmt.Errorf("%w, %s", kind, a.Description)
	default:
		return 0, fmt.Errorf("code %d, %s", a.Code, a.Description)
	}
}
