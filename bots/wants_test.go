package bots

import (
	"testing"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

func TestWantsGoesByTheLanguageFoundWhereNoneIsDeclared(t *testing.T) {
	s := subscriptions.Subscriber{Reads: []string{"ru"}}
	for _, c := range []struct {
		declared, found string
		want            bool
	}{{"", "ru", true}, {"", "uk", false}, {"ru", "", true}, {"uk", "ru", false}} {
		j := digest.Judged{Article: articles.Article{Language: c.declared}, Findings: articles.Findings{Language: c.found}}
		if wants(s, j) != c.want {
			t.Errorf("declared %q, found %q: want %v", c.declared, c.found, c.want)
		}
	}
}
