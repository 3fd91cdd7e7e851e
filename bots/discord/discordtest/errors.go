package discordtest

import (
	"encoding/json"
	"net/http"
)

// apiError is a refusal in Discord's own form (discord.com/developers/docs/topics/opcodes-and-status-codes#json).
type apiError struct {
	Status  int             `json:"-"`
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Errors  json.RawMessage `json:"errors,omitempty"`
}

// The refusals there are, with the codes and texts of the documentation.
var (
	errUnauthorized        = &apiError{Status: http.StatusUnauthorized, Message: "401: Unauthorized"}
	errNoRoute             = &apiError{Status: http.StatusNotFound, Message: "404: Not Found"}
	errWrongMethod         = &apiError{Status: http.StatusMethodNotAllowed, Message: "405: Method Not Allowed"}
	errUnknownApplication  = &apiError{Status: http.StatusNotFound, Code: 10002, Message: "Unknown Application"}
	errUnknownChannel      = &apiError{Status: http.StatusNotFound, Code: 10003, Message: "Unknown Channel"}
	errUnknownGuild        = &apiError{Status: http.StatusNotFound, Code: 10004, Message: "Unknown Guild"}
	errUnknownMember       = &apiError{Status: http.StatusNotFound, Code: 10007, Message: "Unknown Member"}
	errUnknownMessage      = &apiError{Status: http.StatusNotFound, Code: 10008, Message: "Unknown Message"}
	errUnknownUser         = &apiError{Status: http.StatusNotFound, Code: 10013, Message: "Unknown User"}
	errUnknownWebhook      = &apiError{Status: http.StatusNotFound, Code: 10015, Message: "Unknown Webhook"}
	errUnknownInteraction  = &apiError{Status: http.StatusNotFound, Code: 10062, Message: "Unknown interaction"}
	errAlreadyCrossposted  = &apiError{Status: http.StatusBadRequest, Code: 40033, Message: "This message has already been crossposted."}
	errAlreadyAcknowledged = &apiError{Status: http.StatusBadRequest, Code: 40060, Message: "Interaction has already been acknowledged."}
	errMissingAccess       = &apiError{Status: http.StatusForbidden, Code: 50001, Message: "Missing Access"}
	errNotInDM             = &apiError{Status: http.StatusForbidden, Code: 50003, Message: "Cannot execute action on a DM channel"}
	errNotAuthor           = &apiError{Status: http.StatusForbidden, Code: 50005, Message: "Cannot edit a message authored by another user"}
	errEmptyMessage        = &apiError{Status: http.StatusBadRequest, Code: 50006, Message: "Cannot send an empty message"}
	errNoDM                = &apiError{Status: http.StatusForbidden, Code: 50007, Message: "Cannot send messages to this user"}
	errNoText              = &apiError{Status: http.StatusBadRequest, Code: 50008, Message: "Cannot send messages in a non-text channel"}
	errMissingPermissions  = &apiError{Status: http.StatusForbidden, Code: 50013, Message: "Missing Permissions"}
	errWrongChannelType    = &apiError{Status: http.StatusBadRequest, Code: 50024, Message: "Cannot execute action on this channel type"}
	errWebhookToken        = &apiError{Status: http.StatusUnauthorized, Code: 50027, Message: "Invalid Webhook Token"}
	errArchived            = &apiError{Status: http.StatusBadRequest, Code: 50083, Message: "Thread is archived"}
	errBadJSON             = &apiError{Status: http.StatusBadRequest, Code: 50109, Message: "The request body contains invalid JSON."}
	errHasThread           = &apiError{Status: http.StatusBadRequest, Code: 160004, Message: "A thread has already been created for this message"}
	errLocked              = &apiError{Status: http.StatusForbidden, Code: 160005, Message: "Thread is locked"}
	errReplyHistory        = &apiError{Status: http.StatusForbidden, Code: 160002, Message: "Cannot reply without permission to read message history"}
)

// known are the refusals by code, for faults that name one.
var known = func() map[int]*apiError {
	all := map[int]*apiError{}
	for _, e := range []*apiError{errUnknownApplication, errUnknownChannel, errUnknownGuild, errUnknownMember,
		errUnknownMessage, errUnknownUser, errUnknownWebhook, errUnknownInteraction, errAlreadyCrossposted,
		errAlreadyAcknowledged, errMissingAccess, errNotInDM, errNotAuthor, errEmptyMessage, errNoDM, errNoText,
		errMissingPermissions, errWrongChannelType, errWebhookToken, errArchived, errBadJSON, errHasThread, errLocked,
		errReplyHistory,
		{Status: http.StatusTooManyRequests, Code: 20016, Message: "This action cannot be performed due to slowmode rate limit"},
		{Status: http.StatusTooManyRequests, Code: 20028, Message: "The write action you are performing on the channel has hit the write rate limit"},
		{Status: http.StatusUnauthorized, Code: 40001, Message: "Unauthorized"},
		{Status: http.StatusForbidden, Code: 40003, Message: "You are opening direct messages too fast"},
		{Status: http.StatusUnauthorized, Code: 50014, Message: "Invalid authentication token"},
		{Status: http.StatusForbidden, Code: 50278, Message: "Cannot send messages to this user due to having no mutual guilds"},
		{Status: http.StatusServiceUnavailable, Code: 130000, Message: "API resource is currently overloaded. Try again a little later"},
		{Status: http.StatusBadRequest, Code: 160006, Message: "Maximum number of active threads reached"},
		{Status: http.StatusBadRequest, Code: 200000, Message: "Message was blocked by automatic moderation"},
		{Status: http.StatusBadRequest, Code: 240000, Message: "Message blocked by harmful links filter"},
	} {
		all[e.Code] = e
	}
	return all
}()

// fieldFault is what is wrong with one field of a body: path "embeds.0.title", and Discord's code and words.
type fieldFault struct{ path, code, message string }

// invalidForm is 50035 with the tree of fields (discord.com/developers/docs/reference#error-messages).
func invalidForm(faults ...fieldFault) *apiError {
	tree := map[string]any{}
	for _, f := range faults {
		addFault(tree, f)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		panic("discordtest: error tree: " + err.Error()) // it is made of maps and strings
	}
	return &apiError{Status: http.StatusBadRequest, Code: 50035, Message: "Invalid Form Body", Errors: text}
}
