package telegram

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"

	"github.com/tenbells/tenbells/delivery"
)

// Refusals that Deliver answers with another call, and that so never leave this package.
var (
	errNoTopic    = errors.New("the topic is closed or gone")
	errMarkup     = errors.New("the markup is refused")
	errNoChat     = errors.New("there is no such chat") // believed after a second look only
	errTooOld     = errors.New("too old to be deleted")
	errConflict   = errors.New("another program receives with this token")
	errNoAnswer   = errors.New("no answer came")
	errStrange    = errors.New("the answer is not the Bot API's")
	errSupergroup = errors.New("the group has become a supergroup")
)

// refusal says what a description means: a kind of error, or where the subscriber stands.
type refusal struct {
	says     string // in lower case
	kind     error
	standing delivery.Standing
}

// refusals are read from the top. Texts are the official server's (github.com/tdlib/telegram-bot-api, Client.cpp); those
// in capitals come from behind it, as 400.
var refusals = []refusal{
	{says: "message is not modified", kind: delivery.ErrUnchanged},
	{says: "can't parse entities", kind: errMarkup},
	{says: "message thread not found", kind: errNoTopic},
	{says: "topic_closed", kind: errNoTopic},
	{says: "topic_deleted", kind: errNoTopic},
	{says: "message can't be deleted", kind: errTooOld},
	{says: "message to edit not found", kind: delivery.ErrDeletedThere},
	{says: "message can't be edited", kind: delivery.ErrDeletedThere},
	{says: "message to delete not found", kind: delivery.ErrDeletedThere},
	{says: "message to be replied not found", kind: delivery.ErrDeletedThere},
	{says: "message to reply not found", kind: delivery.ErrDeletedThere},
	{says: "message_id_invalid", kind: delivery.ErrDeletedThere},

	{says: "bot was blocked by the user", standing: delivery.StandingBlocked},
	{says: "can't initiate conversation", standing: delivery.StandingBlocked},
	{says: "user_is_blocked", standing: delivery.StandingBlocked},

	{says: "user is deactivated", standing: delivery.StandingGone},
	{says: "input_user_deactivated", standing: delivery.StandingGone},
	{says: "bot was kicked", standing: delivery.StandingGone},
	{says: "bot is not a member", standing: delivery.StandingGone},
	{says: "chat was deleted", standing: delivery.StandingGone},
	{says: "channel_private", standing: delivery.StandingGone},
	{says: "can't send messages to bots", standing: delivery.StandingGone},
	{says: "can't send messages to the bot", standing: delivery.StandingGone},
	{says: "user_is_bot", standing: delivery.StandingGone},

	{says: "chat not found", kind: errNoChat},
	{says: "peer_id_invalid", kind: errNoChat},

	{says: "not enough rights", standing: delivery.StandingNoRights},
	{says: "have no rights", standing: delivery.StandingNoRights},
	{says: "need administrator rights", standing: delivery.StandingNoRights},
	{says: "chat_write_forbidden", standing: delivery.StandingNoRights},
	{says: "chat_admin_required", standing: delivery.StandingNoRights},
	{says: "chat_restricted", standing: delivery.StandingNoRights},
	{says: "chat_send_plain_forbidden", standing: delivery.StandingNoRights},

	// Nobody has published what a bot without Stars is told; it must not be held against the reader.
	{says: "stars", kind: delivery.ErrFareRefused},
	{says: "balance", kind: delivery.ErrFareRefused},
	{says: "payment", kind: delivery.ErrFareRefused},
	{says: "paid", kind: delivery.ErrFareRefused},
}

// maxCause is how much of a platform's text goes into our errors.
const maxCause = 200

// understand turns what a call came to into delivery's kinds of error. Its texts hold no address, no token and nothing
// of the message: they go into the ledger and the log.
func understand(err error, t *trip) error {
	var tooMany *bot.TooManyRequestsError
	var moved *bot.MigrateError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooMany):
		return &delivery.RetryError{After: seconds(tooMany.RetryAfter), Scope: delivery.ScopeChat, Err: errors.New("429")}
	case errors.As(err, &moved):
		to := delivery.Address{Chat: strconv.Itoa(moved.MigrateToChatID)}
		return &delivery.MovedError{To: to, Err: errSupergroup}
	case errors.Is(err, bot.ErrorUnauthorized), errors.Is(err, bot.ErrorNotFound):
		return fmt.Errorf("%w: %s", delivery.ErrLaneDead, description(err))
	case errors.Is(err, bot.ErrorConflict):
		return fmt.Errorf("%w: %s", errConflict, description(err))
	case errors.Is(err, bot.ErrorForbidden):
		return refused(description(err), refusal{standing: delivery.StandingNoRights})
	case errors.Is(err, bot.ErrorBadRequest):
		return refused(description(err), refusal{kind: delivery.ErrRejected})
	default:
		return undecided(err, t)
	}
}

// longestPatience is the longest wait that is believed: what no duration holds would become none at all.
const longestPatience = 24 * time.Hour

// seconds is a wait in whole seconds, at least one and at most longestPatience.
func seconds(n int) time.Duration {
	return time.Duration(min(max(1, n), int(longestPatience/time.Second))) * time.Second
}

// refused finds what a description means; one we do not know means otherwise.
func refused(said string, otherwise refusal) error {
	meaning := otherwise
	lower := strings.ToLower(said)
	for _, r := range refusals {
		if strings.Contains(lower, r.says) {
			meaning = r
			break
		}
	}
	if meaning.standing != "" {
		return &delivery.StandingError{Standing: meaning.standing, Err: errors.New(said)}
	}
	return fmt.Errorf("%w: %s", meaning.kind, said)
}

// undecided is about everything that is no answer of the Bot API's own form, and about its 5xx.
func undecided(err error, t *trip) error {
	switch {
	case t.status == http.StatusTooManyRequests: // by a proxy in front of it, which knows no chats
		return &delivery.RetryError{After: max(t.retryAfter, time.Second), Scope: delivery.ScopeLane, Err: errStrange}
	case t.status == http.StatusNotFound || t.status == http.StatusUnauthorized:
		return fmt.Errorf("%w: status %d", delivery.ErrLaneDead, t.status)
	case t.status == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: status %d", delivery.ErrRejected, t.status)
	case t.status != 0 && t.status != http.StatusOK:
		return fmt.Errorf("%w: status %d", errNoAnswer, t.status)
	case t.status == http.StatusOK:
		return errStrange
	case !t.left:
		return fmt.Errorf("%w: %s", delivery.ErrNotSent, cause(err))
	default:
		return fmt.Errorf("%w: %s", errNoAnswer, cause(err))
	}
}

// description is what the platform said, without the library's words before it.
func description(err error) string {
	_, said, found := strings.Cut(err.Error(), ", ")
	if !found {
		said = err.Error()
	}
	return clip(said, maxCause)
}

// cause is the reason at the bottom of a transport's error: without the URL, which holds the token, and without the
// address of a proxy.
func cause(err error) string {
	var away *url.Error
	if errors.As(err, &away) {
		err = away.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + clip(op.Err.Error(), maxCause)
	}
	return clip(err.Error(), maxCause)
}
