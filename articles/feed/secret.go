package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
)

// A feed's address may hold a token or a password. It stays in the settings and in the request; articles, the store,
// jobs and the log know the feed by its SourceName.

// SourceName is the name of the feed at an address, and the Source of its articles: its host, and a short fingerprint
// of the whole address, “feed:example.org/1f3870be27”.
func SourceName(address string) string {
	sum := sha256.Sum256([]byte(address))
	host := "?"
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		host = u.Host
	}
	return "feed:" + host + "/" + hex.EncodeToString(sum[:5])
}

// withoutAddress is what is wrong without the address where it is.
func withoutAddress(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// withoutSecrets is an address without what may be one.
func withoutSecrets(address *url.URL) *url.URL {
	plain := *address
	plain.User, plain.RawQuery, plain.ForceQuery = nil, "", false
	return &plain
}

// Shown is an address as people may see it on a screen or in a log: without password, and without what the parameters
// of its query say.
func Shown(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return "?"
	}
	plain := withoutSecrets(at).String()
	if at.RawQuery == "" {
		return plain
	}
	var names []string
	for parameter := range strings.SplitSeq(at.RawQuery, "&") {
		name, _, _ := strings.Cut(parameter, "=")
		names = append(names, name+"=…")
	}
	return plain + "?" + strings.Join(names, "&")
}
