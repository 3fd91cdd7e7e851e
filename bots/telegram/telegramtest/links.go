package telegramtest

import (
	"net/url"
	"strings"
)

// checkedURL is a link as Telegram takes it: http, https, tg or ton, with a host that has a dot; without a scheme, http
// is meant (github.com/tdlib/td, LinkManager::get_checked_link).
func checkedURL(link string) (string, bool) {
	link = strings.TrimSpace(link)
	if !strings.Contains(link, "://") && !strings.HasPrefix(link, "tg:") && !strings.HasPrefix(link, "mailto:") {
		link = "http://" + link
	}
	u, err := url.Parse(link)
	if err != nil {
		return "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "tg", "ton", "tonsite":
		return link, true
	case "http", "https":
		if u.Path == "" {
			u.Path = "/"
		}
		return u.String(), strings.Contains(u.Hostname(), ".") && !strings.ContainsAny(u.Hostname(), " \"<>")
	default:
		return "", false
	}
}
