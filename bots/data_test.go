package bots

import (
	"strings"
	"testing"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestButtonsOfOthersFit(t *testing.T) {
	name := delivery.ContentID(strings.Repeat("x", 52))
	for what, data := range map[string]string{
		"an alert's":             MoreData(delivery.BatchID("alert/n" + strings.Repeat("0", 16))),
		"a story":                OpenData(name, 99),
		"the rest":               RestData(name, 99),
		"a story of a page":      pageData("item", name+":99", 99),
		"following a story":      pageData("keep", name, 99),
		"a draft's audience":     ToggleData("pick:e"+strings.Repeat("0", 16), tokenOf(subscriptions.Key(strings.Repeat("k", 80)))),
		"a topic":                ToggleData(topicsMenu, tokenOf(subscriptions.Key("word:"+strings.Repeat("ж", 80)))),
		"a time zone":            "zone:America/Argentina/ComodRivadavia",
		"unfollowing a long key": "unfollow:" + tokenOf(subscriptions.Key(strings.Repeat("k", 80))),
	} {
		if data == "" || len(data) > MaxData {
			t.Errorf("%s: %q has %d bytes", what, data, len(data))
		}
	}
	if got := OpenData(delivery.ContentID(strings.Repeat("x", 80)), 1); got != "" {
		t.Errorf("a name that is too long gives %q, want no button", got)
	}
}

func TestItemOf(t *testing.T) {
	cases := []struct {
		arg string
		id  delivery.ContentID
		n   int
		ok  bool
	}{
		{"edition/e1/en:3", "edition/e1/en", 3, true},
		{"edition:with:colons:12", "edition:with:colons", 12, true},
		{"edition/e1/en:-1", "edition/e1/en", -1, false},
		{"edition/e1/en", "", 0, false},
		{"edition/e1/en:x", "edition/e1/en", 0, false},
	}
	for _, c := range cases {
		if id, n, ok := itemOf(c.arg); id != c.id || n != c.n || ok != c.ok {
			t.Errorf("%q: got %q, %d, %v", c.arg, id, n, ok)
		}
	}
}

func TestALongKeyIsFoundByItsToken(t *testing.T) {
	long := subscriptions.Key("word:" + strings.Repeat("ж", 40))
	among := []subscriptions.Key{"place:RU", long}
	if got, ok := keyOf(tokenOf(long), among); !ok || got != long {
		t.Errorf("got %q, %v", got, ok)
	}
	if got, ok := keyOf(tokenOf(long), among[:1]); ok {
		t.Errorf("found %q where it is not", got)
	}
	if got, ok := keyOf("place:SY", among); !ok || got != "place:SY" {
		t.Errorf("got %q, %v", got, ok)
	}
}

// A button's data comes from outside, however it was made: it is taken apart or refused, and a token stands for the key
// that it was made of.
func FuzzData(f *testing.F) {
	for _, seed := range []string{"edition/e1/en:3", ":", "#00", "word:a b", "x:-1", "x:99999999999999999999"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, arg, key string) {
		if id, n, ok := itemOf(arg); ok && (n < 0 || !strings.HasPrefix(arg, string(id)+":")) {
			t.Errorf("%q is %q and %d", arg, id, n)
		}
		if strings.HasPrefix(key, "#") || key == "" {
			return
		}
		token := tokenOf(subscriptions.Key(key))
		if found, ok := keyOf(token, []subscriptions.Key{"word:other", subscriptions.Key(key)}); !ok || string(found) != key || len(token) > maxToken {
			t.Errorf("%q by %q is %q", key, token, found)
		}
		keyOf(arg, []subscriptions.Key{subscriptions.Key(key)})
	})
}
