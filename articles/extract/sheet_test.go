package extract

import (
	"slices"
	"strings"
	"testing"
)

// Paragraphs long enough for readability to believe in.
const (
	para1 = "The ferry to Lindholm ran aground in thick fog on Monday evening, and all the people on board were taken ashore by the coast guard within two hours."
	para2 = "Nobody is missing and nobody is badly hurt, said the captain of the coast guard, who had gone out himself, and who thanked the fishermen for their boats."
	para3 = "The operator of the ferry said that the steering had failed a few minutes earlier, and that divers would look at the hull as soon as the weather allows it."
	other = "The mayor of Harrow opened the new swimming pool on Sunday, jumped in with her clothes on, and promised, to loud applause, that children would swim for free."
)

func TestChosenPassages(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat(other+" ", 3))
	cases := []struct {
		name, body string
		want       []string
		standfirst string
	}{
		{
			name: "what a class name sets apart is left out",
			body: "<article><h1>Ferry runs aground</h1><p>" + para1 + "</p><div class=relatedPosts><p>" + other + "</p></div><p>" + para2 + "</p><p>" + para3 + "</p></article>",
			want: []string{para1, para2, para3},
		},
		{
			name: "a name on what holds the article says nothing",
			body: "<div class='page has-sidebar-widget'><h1>Ferry runs aground</h1><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p></div>",
			want: []string{para1, para2, para3},
		},
		{
			name: "the headline and lines that are only links are left out",
			body: "<article><div><h2>FERRY RUNS AGROUND</h2></div><p>" + para1 + "</p><p>" + para2 + "</p><div><a href=/x>Pool opened in the town of Harrow</a></div><p>" + para3 + "</p></article>",
			want: []string{para1, para2, para3},
		},
		{
			name:       "one passage between headline and text is the standfirst",
			body:       "<main><header><h1>Ferry runs aground</h1><div class=article-lead>All are safe on land</div></header><div><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p></div></main>",
			want:       []string{para1, para2, para3},
			standfirst: "All are safe on land",
		},
		{
			name: "several passages between headline and text are its beginning",
			body: "<main><h1>Ferry runs aground</h1><div class=top><h3>" + para1 + "</h3><h3>" + para2 + "</h3></div><div><p>" + para3 + "</p><p>" + long + "</p></div></main>",
			want: []string{para1, para2, para3, long},
		},
		{
			name: "a quotation is text, whatever holds it",
			body: "<article><h1>Ferry runs aground</h1><p>" + para1 + "</p><div class='social embed'><blockquote class=post><p>We are all fine!</p><a href=/p>Marta</a></blockquote></div><p>" + para2 + "</p><p>" + para3 + "</p></article>",
			want: []string{para1, "We are all fine!", "Marta", para2, para3},
		},
		{
			name: "how a word is read aloud is not printed twice",
			body: "<article><h1>Ferry runs aground</h1><p>" + para1 + "</p><p><ruby>船<rp>(</rp><rt>ふね</rt><rp>)</rp></ruby> means ship. " + para2 + "</p><p>" + para3 + "</p></article>",
			want: []string{para1, "船 means ship. " + para2, para3},
		},
		{
			name: "what nobody sees is left out",
			body: "<article><h1>Ferry runs aground</h1><p>" + para1 + "</p><p style='display: none'>" + other + "</p><p hidden>" + other + "</p><p>" + para2 + "</p><p>" + para3 + "</p></article>",
			want: []string{para1, para2, para3},
		},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got, err := HTML([]byte("<html><head><meta charset=utf-8><title>Ferry runs aground</title></head><body>"+tt.body+"</body></html>"), "")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Body, tt.want) {
				t.Errorf("body %q, want %q", got.Body, tt.want)
			}
			if got.Standfirst != tt.standfirst {
				t.Errorf("standfirst %q, want %q", got.Standfirst, tt.standfirst)
			}
		})
	}
}

// TestChosenElsewhere plays a readability that found the wrong thing.
func TestChosenElsewhere(t *testing.T) {
	const short = "The ferry is afloat again and sails on Tuesday."
	cases := []struct{ name, page, found, description, want string }{
		{
			name:  "a short text that the description quotes goes before a long notice",
			page:  "<div><h1>Ferry</h1><div><p>" + short + "</p></div></div><div class=cookies><p>" + other + "</p></div>",
			found: other, description: short, want: short,
		},
		{
			name:  "without a description the notice stays",
			page:  "<div><h1>Ferry</h1><div><p>" + short + "</p></div></div><div class=cookies><p>" + other + "</p></div>",
			found: other, want: other,
		},
		{
			name:  "what one element tells goes before less than half of it",
			page:  "<div><p>" + other + "</p></div><div><h1>Ferry</h1><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p></div>",
			found: other, want: para1 + para2 + para3,
		},
		{
			name:  "a standfirst that the description quotes is no reason to look elsewhere",
			page:  "<div><h1>Ferry</h1><p class=lead>" + short + "</p><div><p>" + para1 + "</p><p>" + para2 + "</p></div></div>",
			found: para1 + para2, description: short, want: para1 + para2,
		},
		{
			name:  "one element tells most of what is in the open",
			page:  "<div><p>" + other + "</p></div><div><h1>Ferry</h1><p>" + para1 + "</p><p>" + para2 + "</p><p>" + para3 + "</p></div><div class=comments><p>" + para1 + para1 + "</p><p>" + para2 + para2 + "</p><p>" + para3 + para3 + "</p></div>",
			found: other, want: para1 + para2 + para3,
		},
		{
			name:  "nor are comments, however long",
			page:  "<div><h1>Ferry</h1><p>" + para1 + "</p></div><div class=comments><p>" + other + "</p><p>" + para2 + "</p><p>" + para3 + "</p></div>",
			found: para1, want: para1,
		},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			passages := blocksOf(bodyOf(parsed(t, "<html><body>"+tt.page+"</body></html>")))
			lines, _ := chosen(passages, []line{{text: tt.found}}, "Ferry", tt.description)
			got := ""
			for _, l := range lines {
				got += l.text
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestClassNamesAreReadByWords(t *testing.T) {
	for class, want := range map[string]bool{
		"related": true, "c-Related__list": true, "relatedPosts": true, "post-12 is-ad": true,
		"unrelated": false, "loaded": false, "shareholders": false, "": false,
	} {
		page := "<html><body><div class='" + class + "'>A few words.</div></body></html>"
		blocks := blocksOf(bodyOf(parsed(t, page)))
		if len(blocks) != 1 || blocks[0].spot.named.apart != want {
			t.Errorf("%q: got %+v, want apart %v", class, blocks, want)
		}
	}
}

func TestImprintKnowsPassagesThatWereBrokenElsewhere(t *testing.T) {
	p := imprintOf([]line{{text: "Short line"}, {text: para1 + " " + para2}, {text: "子どもへの虐待をなくすための法律"}})
	for s, want := range map[string]bool{
		"SHORT LINE.": true, "Short": false, para1: true, para2: true, other: false,
		"虐待をなくすための": true, "親がいます": false, "": false,
	} {
		if got := p.holds(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}
