package feed

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

// TestNothingButTheRequestKnowsTheAddress reads a feed whose address holds a password and a token, well and badly.
func TestNothingButTheRequestKnowsTheAddress(t *testing.T) {
	p, s, kept, states := newsroom(t)
	var told strings.Builder
	s.Log = slog.New(slog.NewTextHandler(&told, nil))
	s.URL = strings.Replace(s.URL, "http://", "http://reader:hunter2@", 1) + "?token=s3cr3t"
	p.text = rss(item("1", "First", "<link>/first</link>"), item("2", "Second", "<link>#second</link>"))
	fetch(t, s)
	p.text = rss(item("3", "Third", ""))
	fetch(t, s)
	say := func(err error) {
		if err == nil {
			t.Error("no fault")
		} else {
			told.WriteString(err.Error() + "\n")
		}
	}
	for _, status := range []int{http.StatusForbidden, http.StatusFound} {
		p.status = status
		say(s.Fetch(t.Context()))
	}
	p.status, p.text = http.StatusOK, "no feed at all"
	say(s.Fetch(t.Context()))
	s.Clients = NewClients(false) // refuses to connect
	say(s.Fetch(t.Context()))
	s.URL = strings.Replace(s.URL, "/rss", ":x/%zz", 1) // no address
	say(s.Fetch(t.Context()))
	for name, state := range states {
		told.WriteString(name + " " + state.Fault + "\n")
	}
	for _, a := range kept.order {
		told.WriteString(a.Source + " " + a.URL + "\n")
	}
	if len(kept.order) != 3 || len(states) != 2 {
		t.Errorf("%d articles of %d feeds", len(kept.order), len(states))
	}
	for _, secret := range []string{"hunter2", "s3cr3t", "token", "reader"} {
		if strings.Contains(told.String(), secret) {
			t.Errorf("%q is told in\n%s", secret, told.String())
		}
	}
}

func TestFeedsOfOneHostHaveNamesOfTheirOwn(t *testing.T) {
	one, other := SourceName("https://example.org/rss?id=1"), SourceName("https://example.org/rss?id=2")
	if one == other || one != SourceName("https://example.org/rss?id=1") || !strings.HasPrefix(one, "feed:example.org/") {
		t.Errorf("%q and %q", one, other)
	}
}
