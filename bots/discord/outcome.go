package discord

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/delivery"
)

// Codes that discordgo has no name for (discord.com/developers/docs/topics/opcodes-and-status-codes#json).
const (
	codeNoMutualGuilds = 50278
	codeServiceLimited = 40062
	codeAutoMod        = 200000
	codeHarmfulLink    = 240000
	codeThreadIsLocked = 160005
)

// refusal is Discord's own answer that it did not do what was asked.
type refusal struct {
	status int
	code   int
	says   string
	fields []string // names of the fields at fault, without their values
}

func (r *refusal) Error() string {
	text := fmt.Sprintf("%d", r.status)
	if r.code != 0 {
		text += fmt.Sprintf(" code %d", r.code)
	}
	if r.says != "" {
		text += ": " + r.says
	}
	if len(r.fields) > 0 {
		text += " (" + strings.Join(r.fields, ", ") + ")"
	}
	return text
}

// code is the code of the refusal in err, 0 for none.
func code(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.code
	}
	return 0
}

// answered is the body of an error.
type answered struct {
	Code       int             `json:"code"`
	Message    string          `json:"message"`
	Errors     json.RawMessage `json:"errors"`
	RetryAfter float64         `json:"retry_after"` // seconds
	Global     bool            `json:"global"`
}

// refused says what an answer that is not a success means; nil for a success.
func (d *door) refused(c call, response *http.Response, body []byte, now time.Time) error {
	status := response.StatusCode
	if status >= 200 && status < 300 {
		d.barring.answered(now)
		return nil
	}
	var a answered
	foreign := json.Unmarshal(body, &a) != nil // Cloudflare's or a proxy's page, not Discord's word
	scope := response.Header.Get("X-RateLimit-Scope")
	if status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests && scope != "shared" {
		d.brake.count(now)
	}
	switch {
	case foreign && (status == http.StatusForbidden || status == http.StatusTooManyRequests):
		return d.barred(c, response, now)
	case editedTooOften(a.Code):
		return &delivery.RetryError{After: waitOf(response, a), Scope: delivery.ScopeMessage, Err: &refusal{status: status, code: a.Code, says: a.Message}}
	case status == http.StatusTooManyRequests:
		return d.tooFast(c, response, a, now)
	case status == http.StatusUnauthorized && !c.public, a.Code == discordgo.ErrCodeUnauthorized, a.Code == discordgo.ErrCodeInvalidAuthenticationToken:
		return fmt.Errorf("%w: %d %s", delivery.ErrLaneDead, status, a.Message)
	case passing(a.Code):
		after := cmp.Or(waitOf(response, a), 5*time.Second)
		return &delivery.RetryError{After: after, Scope: delivery.ScopeChat, Err: &refusal{status: status, code: a.Code, says: a.Message}}
	case status >= 500:
		return fmt.Errorf("no answer but %s", http.StatusText(status))
	case foreign:
		return fmt.Errorf("%w: %d from something that is not Discord", delivery.ErrNotSent, status)
	default:
		return &refusal{status: status, code: a.Code, says: a.Message, fields: fieldsAtFault(a.Errors)}
	}
}

// waitOf is how long an answer says to wait; 0 where it does not say.
func waitOf(response *http.Response, a answered) time.Duration {
	return cmp.Or(seconds(fmt.Sprint(a.RetryAfter)), seconds(response.Header.Get("Retry-After")))
}

// editedTooOften are refusals to edit one message for now: a flash must still get through in its chat.
func editedTooOften(code int) bool {
	return code == discordgo.ErrCodeMessageCannotBeEditedDueToAnnouncementRateLimits ||
		code == discordgo.ErrCodeMaximumNumberOfEditsToMessagesOlderThanOneHourReached
}

// passing are refusals that waiting mends.
func passing(code int) bool {
	switch code {
	case discordgo.ErrCodeOpeningDirectMessagesTooFast, discordgo.ErrCodeThisActionCannotBePerformedDueToSlowmodeRateLimit,
		discordgo.ErrCodeChannelHasHitWriteRateLimit,
		discordgo.ErrCodeTheWriteActionYouArePerformingOnTheServerHasHitTheWriteRateLimit,
		codeServiceLimited, discordgo.ErrCodeAPIResourceIsCurrentlyOverloaded:
		return true
	}
	return false
}

// barred is Cloudflare's page: our address is banned for a while, or what we say is not let through. One about an answer
// to somebody holds up no message.
func (d *door) barred(c call, response *http.Response, now time.Time) error {
	r := &delivery.RetryError{After: cmp.Or(seconds(response.Header.Get("Retry-After")), banPause), Scope: delivery.ScopeLane,
		Err: fmt.Errorf("%d from in front of Discord: our address is barred for a while", response.StatusCode)}
	times, alone := 1, false
	if c.key != "" {
		times, alone = d.barring.meet(c.key, now)
	}
	if !c.public && !alone {
		d.pacer.PauseLane(now.Add(r.After))
	}
	if c.public || times > 1 {
		r.Scope, r.After = delivery.ScopeMessage, barredFor(r.After, times)
	}
	return r
}

// tooFast is a 429 of Discord's own. A global one has no reset headers, only what it says of itself.
func (d *door) tooFast(c call, response *http.Response, a answered, now time.Time) error {
	header := response.Header
	after := cmp.Or(waitOf(response, a), time.Second)
	r := &delivery.RetryError{After: after, Scope: delivery.ScopeChat,
		Err: &refusal{status: response.StatusCode, code: a.Code, says: a.Message}}
	if a.Global || header.Get("X-RateLimit-Global") == "true" || header.Get("X-RateLimit-Scope") == "global" {
		r.Scope = delivery.ScopeLane
		if !c.public { // answers to people have a limit of their own
			d.pacer.PauseLane(now.Add(after))
		}
	} else if c.chat != "" {
		d.pacer.PauseChat(c.chat, now.Add(after))
	}
	return r
}

// fieldsAtFault names the fields of a 50035's errors tree. What was in them is left out: it may be an address.
func fieldsAtFault(tree json.RawMessage) []string {
	var node map[string]json.RawMessage
	if json.Unmarshal(tree, &node) != nil {
		return nil
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(node)) {
		if name == "_errors" {
			continue
		}
		below := fieldsAtFault(node[name])
		for _, field := range below {
			names = append(names, name+"."+field)
		}
		if len(below) == 0 {
			names = append(names, name)
		}
	}
	return names
}

// outcome says in the delivery package's kinds what a refusal of a message means
// (discord.com/developers/docs/topics/opcodes-and-status-codes#json). Other errors are what they are.
func outcome(err error) error {
	var r *refusal
	var retry *delivery.RetryError
	if errors.As(err, &retry) || !errors.As(err, &r) || errors.Is(err, delivery.ErrDeletedThere) || errors.Is(err, delivery.ErrRejected) {
		return err
	}
	switch r.code {
	case discordgo.ErrCodeUnknownChannel, discordgo.ErrCodeUnknownGuild, discordgo.ErrCodeUnknownUser:
		return &delivery.StandingError{Standing: delivery.StandingGone, Err: err}
	case discordgo.ErrCodeCannotSendMessagesToThisUser, codeNoMutualGuilds:
		return &delivery.StandingError{Standing: delivery.StandingBlocked, Err: err}
	case discordgo.ErrCodeMissingAccess, discordgo.ErrCodeMissingPermissions, codeThreadIsLocked,
		discordgo.ErrCodePerformedOperationOnArchivedThread:
		return &delivery.StandingError{Standing: delivery.StandingNoRights, Err: err}
	case discordgo.ErrCodeUnknownMessage:
		return fmt.Errorf("%w: %w", delivery.ErrDeletedThere, err)
	case discordgo.ErrCodeInvalidFormBody:
		if aboutReference(r) {
			return fmt.Errorf("%w: %w", delivery.ErrDeletedThere, err)
		}
	}
	if r.status == http.StatusForbidden && r.code != codeAutoMod && r.code != codeHarmfulLink {
		return &delivery.StandingError{Standing: delivery.StandingNoRights, Err: err}
	}
	return fmt.Errorf("%w: %w", delivery.ErrRejected, err)
}

// ofThePlace says what it means for a message alone that the thread it stands in is gone or closed: a forum post may be
// deleted or locked while its forum is as open as ever, and a closed thread is no lack of rights.
func ofThePlace(err error, p delivery.Parcel, channel string) error {
	switch {
	case putAway(err):
		return fmt.Errorf("%w: %w", delivery.ErrRejected, err)
	case code(err) == discordgo.ErrCodeUnknownChannel && inThread(p.To, channel):
		return fmt.Errorf("%w: %w", delivery.ErrDeletedThere, err)
	}
	return err
}

// putAway says that a thread is archived or locked.
func putAway(err error) bool {
	c := code(err)
	return c == discordgo.ErrCodePerformedOperationOnArchivedThread || c == codeThreadIsLocked
}

// noRights says that the bot lacks a right in a channel or thread.
func noRights(err error) bool {
	c := code(err)
	return c == discordgo.ErrCodeMissingAccess || c == discordgo.ErrCodeMissingPermissions
}

// aboutReference says that the message to reply to is not there.
func aboutReference(r *refusal) bool {
	return slices.ContainsFunc(r.fields, func(field string) bool { return strings.HasPrefix(field, "message_reference") })
}
