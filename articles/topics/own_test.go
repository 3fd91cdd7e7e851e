package topics

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

func TestOwnTopicsAreFoundAsTheNewsroomSaid(t *testing.T) {
	c := catalogue(t,
		Own{Slug: "visas", Words: []string{"visa", "residence permit"}, Exclude: []string{"Visa card", "Visa Inc"}, Sections: []string{"Travel papers"}},
		Own{Slug: "borders", Words: []string{"visa", "border guard"}},
		Own{Slug: "laws", Patterns: []string{`(?i)\bbill no\. ?\d+\b`, `закон\p{Cyrillic}* № ?\d+`}, Exclude: []string{"draft"}},
		Own{Slug: "floods", Subjects: []string{"medtop:20000148"}},
	)
	cases := []struct {
		name string
		a    articles.Article
		want string
	}{
		{"one word is enough, and two topics may share it", articles.Article{Headline: "New VISA rules"}, "visas borders"},
		{"a phrase, not its words apart", articles.Article{Headline: "Residence", Standfirst: "A permit"}, ""},
		{"a phrase", articles.Article{Body: []string{"She has a residence permit."}}, "visas"},
		{"what is excluded counts against all", articles.Article{Headline: "Visa rules", Body: []string{"Paid by Visa card."}}, "borders"},
		{"a pattern", articles.Article{Body: []string{"Parliament took up Bill No. 1204 today."}}, "laws"},
		{"a pattern in Cyrillic", articles.Article{Headline: "О законе № 77"}, "laws"},
		{"a pattern that is excluded", articles.Article{Headline: "Bill No. 7", Standfirst: "Only a draft."}, ""},
		{"a section", articles.Article{Section: "travel papers"}, "visas"},
		{"a Media Topic that the newsroom marked", articles.Article{Subjects: []articles.Topic{"medtop:20000148"}}, "floods"},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			tt.a.Language = "en"
			f := c.Find(tt.a)
			var got []string
			for _, topic := range f.Topics {
				if own, ok := strings.CutPrefix(string(topic), ownPrefix); ok {
					got = append(got, own)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s: %v", got, tt.want, f.Evidence)
			}
			for _, topic := range f.Topics {
				if !slices.ContainsFunc(f.Evidence, func(e string) bool { return strings.HasPrefix(e, string(topic)+" ") }) {
					t.Errorf("nothing says why %s: %v", topic, f.Evidence)
				}
			}
		})
	}
}

func TestFaultsOfOwnTopicsNameTheSetting(t *testing.T) {
	_, err := New([]Own{
		{Slug: "Visas!", Words: []string{"visa", "?!"}},
		{Slug: "laws", Patterns: []string{`fine`, `(`, `a*`, strings.Repeat("x", 2000)}, Exclude: []string{""}},
		{Slug: "laws", Subjects: []string{"medtop:16000000", "medtop:1"}, Patterns: slices.Repeat([]string{`x`}, 97)},
	})
	if err == nil {
		t.Fatal("no fault was found")
	}
	for _, want := range []string{
		`topics[0].slug: "Visas!"`, `topics[0].words[1]: "?!"`, "topics[1].patterns[1]: error parsing regexp", `topics[1].patterns[2]: "a*" is found in every text`,
		"topics[1].patterns[3]: it has 2000 bytes", `topics[1].exclude[0]: ""`, `topics[2].slug: "laws" is that of topics[1]`, `topics[2].subjects[1]: "medtop:1"`,
		"topics[2].patterns: with those before there are 101; at most 100",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not said in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "subjects[0]") || strings.Contains(err.Error(), "topics[1].patterns[0]") {
		t.Errorf("what is right is called a fault:\n%v", err)
	}
}
