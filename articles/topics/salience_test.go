package topics

import (
	"slices"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

func TestAPlaceNamedInPassingIsNotWhatTheNewsIsAbout(t *testing.T) {
	for _, c := range []struct {
		name, headline, lead string
		want                 []articles.Place
	}{
		{"behind a side", "Fighting goes on in the east", "Ukrainian troops and Russia-backed fighters met. The pro-Russian side lost.", []articles.Place{"UA"}},
		{"once, under another country's headline", "Germany votes", "Observers came from Norway.", []articles.Place{"DE"}},
		{"twice, under another country's headline", "Germany votes", "Observers came from Norway. The Norwegians were content.", []articles.Place{"DE", "NO"}},
		{"once, under a headline without a country", "The vote is over", "Observers came from Norway.", []articles.Place{"NO"}},
		{"a hyphen between two countries", "Talks end", "The Norway-Iceland talks ended.", []articles.Place{"NO", "IS"}},
	} {
		found := catalogue(t).Find(articles.Article{Headline: c.headline, Body: []string{c.lead}, Language: "en"})
		if !slices.Equal(found.Places, c.want) {
			t.Errorf("%s: %v, want %v", c.name, found.Places, c.want)
		}
	}
}
