package feed

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// freshFor is how long an answer says that it stays as it is (RFC 9111, section 5.2.2.1), within MaxInterval.
func freshFor(header http.Header) time.Duration {
	for directive := range strings.SplitSeq(header.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			age := seconds(strings.Trim(value, `"`)) - seconds(header.Get("Age"))
			return min(max(age, 0), MaxInterval)
		}
	}
	return 0
}

// patienceOf is how long an answer asks to be left alone (RFC 9110, section 10.2.3); 0 where it does not.
func patienceOf(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return seconds(text)
}

// seconds is a number of seconds, at most a year's, however large it is (RFC 9111, section 1.2.2); 0 where it is none.
func seconds(text string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return min(time.Duration(n)*time.Second, 365*24*time.Hour)
}
