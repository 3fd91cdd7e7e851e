package telegramtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// apiError is an answer with ok false.
type apiError struct {
	Code        int
	Description string // with its prefix, "Bad Request: chat not found"
	RetryAfter  int    // seconds; 0 none
	MigrateTo   int64  // 0 none
}

func (e *apiError) Error() string { return strconv.Itoa(e.Code) + " " + e.Description }

func badRequest(format string, args ...any) *apiError {
	return &apiError{Code: http.StatusBadRequest, Description: "Bad Request: " + lowerFirst(fmt.Sprintf(format, args...))}
}

func forbidden(format string, args ...any) *apiError {
	return &apiError{Code: http.StatusForbidden, Description: "Forbidden: " + fmt.Sprintf(format, args...)}
}

func conflict(text string) *apiError {
	return &apiError{Code: http.StatusConflict, Description: "Conflict: " + text}
}

func tooMany(seconds int) *apiError {
	return &apiError{Code: http.StatusTooManyRequests, RetryAfter: seconds,
		Description: "Too Many Requests: retry after " + strconv.Itoa(seconds)}
}

// lowerFirst does what the official server does with its library's errors, unless they shout ("TOPIC_CLOSED").
func lowerFirst(s string) string {
	if s == "" || s == strings.ToUpper(s) {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// upperFirst begins an error's text as a sentence.
func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// envelope is an answer without a result (core.telegram.org/bots/api#making-requests).
type envelope struct {
	OK          bool        `json:"ok"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
	RetryAfter int   `json:"retry_after,omitempty"`
}

// reply is an answer before it is written.
type reply struct {
	status int
	header [2]string // one extra header, name and value
	kind   string    // content type
	body   []byte
}

// resultReply is an answer with a result; note is a description beside it, "" for none.
func resultReply(result json.RawMessage, note string) reply {
	body := make([]byte, 0, len(result)+len(`{"ok":true,"result":,"description":""}`)+len(note))
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, result...)
	if note != "" {
		body = append(body, `,"description":`...)
		body = strconv.AppendQuote(body, note)
	}
	return reply{status: http.StatusOK, kind: "application/json", body: append(body, '}')}
}

func errorReply(e *apiError) reply {
	env := envelope{Code: e.Code, Description: e.Description}
	out := reply{status: e.Code, kind: "application/json"}
	if e.RetryAfter != 0 || e.MigrateTo != 0 {
		env.Parameters = &parameters{MigrateTo: e.MigrateTo, RetryAfter: e.RetryAfter}
	}
	if e.RetryAfter != 0 {
		out.header = [2]string{"Retry-After", strconv.Itoa(e.RetryAfter)}
	}
	body, err := json.Marshal(env)
	if err != nil {
		panic(fmt.Sprintf("telegramtest: answer is no JSON: %v", err)) // strings and numbers always are
	}
	out.body = body
	return out
}

// htmlReply is what a proxy in front of Telegram says when there is nothing behind it.
func htmlReply(code int) reply {
	text := http.StatusText(code)
	page := fmt.Sprintf("<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%d %s</h1></center>\r\n"+
		"<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n", code, text, code, text)
	return reply{status: code, kind: "text/html", body: []byte(page)}
}

// write sends the answer. Whether it arrives is not the server's to know.
func (r reply) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", r.kind)
	h.Set("Content-Length", strconv.Itoa(len(r.body)))
	if r.header[0] != "" {
		h.Set(r.header[0], r.header[1])
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}
