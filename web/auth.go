package web

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // HMAC-SHA1 is what Superdesk signs with; as an HMAC it is not broken
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"net/http"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// signatureHeader carries Superdesk's signature of a push: "sha1=" or "sha256=" and the HMAC of the body in hex
// (superdesk-core, superdesk/publish/transmitters/http_push.py).
const signatureHeader = "X-Superdesk-Signature"

// guarded lets h be used by those who know the API token.
func (s *Server) guarded(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.authorize(r); err != nil {
			return err
		}
		return h(w, r)
	}
}

// authorize asks for the API token. Where none is set nobody has it.
func (s *Server) authorize(r *http.Request) error {
	if s.APIToken == "" {
		return &problem{Status: http.StatusForbidden, Detail: "the API is closed: no TENBELLS_API_TOKEN is set"}
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !same(strings.TrimSpace(token), s.APIToken) {
		return unauthorized("this needs the header Authorization: Bearer and the API token")
	}
	return nil
}

// same compares secrets in a time that tells nothing of them, not even their length.
func same(a, b string) bool {
	sumA, sumB := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(sumA[:], sumB[:]) == 1
}

func unauthorized(detail string) error {
	return &problem{Status: http.StatusUnauthorized, Detail: detail,
		header: http.Header{"Www-Authenticate": {`Bearer realm="tenbells"`}}}
}

// admit says by which way an article comes in: signed with the push secret, or with the API token. A signature that is
// there must be right, whatever else the request carries.
func (s *Server) admit(r *http.Request, body []byte) (articles.Way, error) {
	signature := r.Header.Get(signatureHeader)
	if signature == "" || (s.PushSecret == "" && r.Header.Get("Authorization") != "") {
		return articles.ByAPI, s.authorize(r)
	}
	if s.PushSecret == "" {
		return "", &problem{Status: http.StatusForbidden, Detail: "signed pushes are closed: no TENBELLS_PUSH_SECRET is set"}
	}
	if !signed(signature, body, s.PushSecret) {
		return "", unauthorized(signatureHeader + " does not fit the body")
	}
	return articles.ByPush, nil
}

// signed says whether signature is that of body under secret.
func signed(signature string, body []byte, secret string) bool {
	algorithm, digits, _ := strings.Cut(signature, "=")
	hashes := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}
	made, known := hashes[strings.ToLower(algorithm)]
	sum, err := hex.DecodeString(digits)
	if !known || err != nil {
		return false
	}
	mac := hmac.New(made, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), sum)
}
