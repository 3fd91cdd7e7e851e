package topics

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

var north = []Own{{Slug: "north", Places: []string{"NO", "SE"}}, {Slug: "sport"}, {Slug: "trade"}}

func TestARegionIsFoundByItsCountries(t *testing.T) {
	c, err := New(north)
	if err != nil {
		t.Fatal(err)
	}
	for headline, want := range map[string]bool{"Norway votes": true, "Swedish trains stop": true, "Chile votes": false} {
		if found := c.Find(articles.Article{Headline: headline, Language: "en"}); slices.Contains(found.Topics, "topic:north") != want {
			t.Errorf("%s: %v, want the region: %v", headline, found.Topics, want)
		}
	}
	if _, err := New([]Own{{Slug: "north", Places: []string{"NO", "Norge"}}}); err == nil || !strings.Contains(err.Error(), "topics[0].places[1]") {
		t.Errorf("a country that is none: %v", err)
	}
}

// offices is an archive in which a visit to Norway is news from there, and a court that only bears its name is not.
func offices() shelf {
	var s shelf
	for i := range 240 {
		a := articles.Article{ID: articles.ID(fmt.Sprint("o", i)), Language: "en", Subjects: []articles.Topic{"topic:sport"}}
		switch i % 3 {
		case 0:
			a.Headline, a.Places = "Ministers visit harbour in Norway", []articles.Place{"NO"}
		case 1:
			a.Headline, a.Subjects = "Norway Street court hears plea", []articles.Topic{"topic:trade"}
		default:
			a.Headline, a.Places = "Elections near in Chile", []articles.Place{"CL"}
		}
		a.Body = []string{fmt.Sprint("Item ", i, " of the day.")}
		s.put(a)
	}
	return s
}

func TestTheArchiveTeachesWhenAPlaceIsMeant(t *testing.T) {
	c, err := New(north)
	if err != nil {
		t.Fatal(err)
	}
	court := articles.Article{Headline: "Norway Street court hears plea", Body: []string{"A new item."}, Language: "en"}
	visit := articles.Article{Headline: "Ministers visit harbour in Norway", Body: []string{"A new item."}, Language: "en"}
	if found := c.Find(court); !slices.Contains(found.Places, "NO") {
		t.Fatalf("the lists find %v in the court's name already", found.Places)
	}
	report := learn(t, c, offices())
	if i := slices.IndexFunc(report.Topics, func(r TopicReport) bool { return r.Topic == "place:NO" }); i < 0 || !report.Topics[i].Used {
		t.Fatalf("place:NO is not used: %+v", report.Topics)
	}
	if found := c.Find(court); slices.Contains(found.Places, "NO") || slices.Contains(found.Topics, "topic:north") {
		t.Errorf("the court is news from Norway: %v", found.Evidence)
	}
	found := c.Find(visit)
	if !slices.Contains(found.Places, "NO") || !slices.Contains(found.Topics, "topic:north") || !strings.Contains(strings.Join(found.Evidence, "\n"), "place:NO as in the archive") {
		t.Errorf("the visit is no news from Norway: %v", found.Evidence)
	}
	court.Places = []articles.Place{"SE"}
	if found := c.Find(court); found.Places[0] != "SE" {
		t.Errorf("the newsroom's mark does not come first: %v", found.Places)
	}
}

func TestPlacesAloneAreLearned(t *testing.T) {
	c, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var s shelf
	for _, a := range offices() {
		a.Subjects = nil
		s.put(a)
	}
	if report := learn(t, c, s); len(report.Topics) != 2 {
		t.Errorf("learned %+v, want two places", report.Topics)
	}
}

func TestCutWritingIsRefused(t *testing.T) {
	c, err := New(north)
	if err != nil {
		t.Fatal(err)
	}
	learn(t, c, offices())
	written, err := c.learned.Load().Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{len(twoModels), len(twoModels) + 3, len(twoModels) + 4, len(written) / 2, len(written) - 1} {
		if _, err := NewLearned(written[:n], Report{}); err == nil {
			t.Errorf("%d of %d bytes are taken for all", n, len(written))
		}
	}
}

// BenchmarkFindLearnedPlaces finds on a broadcaster's short items with a model of regions that was learned from four
// fifths of them; B/article is how long they are.
func BenchmarkFindLearnedPlaces(b *testing.B) {
	var own []Own
	for desk, countries := range desks {
		o := Own{Slug: strings.ReplaceAll(strings.ToLower(desk), " ", "-")}
		for _, country := range countries {
			o.Places = append(o.Places, string(country))
		}
		own = append(own, o)
	}
	c := catalogue(b, append(own, Own{Slug: "elsewhere"})...)
	var archive shelf
	var rest []articles.Article
	for n, i := range corpus(b, "rferl/items-en.jsonl.gz") {
		a := i.article()
		a.ID, a.Language = articles.ID(fmt.Sprint("r", n)), "en"
		if !i.learning() {
			rest = append(rest, a)
			continue
		}
		a.Subjects = []articles.Topic{"topic:elsewhere"}
		for _, desk := range i.Regions {
			a.Subjects = append(a.Subjects, articles.Topic("topic:"+strings.ReplaceAll(strings.ToLower(desk), " ", "-")))
		}
		archive.put(a)
	}
	learn(b, c, archive)
	if l := c.learned.Load(); l.places == nil {
		b.Fatal("no model of places was learned")
	}
	c.Find(rest[0]) // lists are made when first asked for
	size, n := 0, 0
	for b.Loop() {
		a := rest[n%len(rest)]
		c.Find(a)
		size, n = size+len(a.Text()), n+1
	}
	b.ReportMetric(float64(size)/float64(n), "B/article")
}
