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

// broadcaster is a catalogue that learned a broadcaster's regions from four fifths of its short items, and the others.
func broadcaster(t testing.TB) (*Catalogue, []item) {
	var own []Own
	for desk, countries := range desks {
		o := Own{Slug: deskSlug(desk)}
		for _, country := range countries {
			o.Places = append(o.Places, string(country))
		}
		own = append(own, o)
	}
	slices.SortFunc(own, func(a, b Own) int { return strings.Compare(a.Slug, b.Slug) })
	c := catalogue(t, append(own, Own{Slug: "elsewhere"})...)
	var archive shelf
	var rest []item
	for n, i := range corpus(t, "rferl/items-en.jsonl.gz") {
		if !i.learning() {
			rest = append(rest, i)
			continue
		}
		a := i.article()
		a.ID, a.Language = articles.ID(fmt.Sprint("r", n)), "en"
		a.Subjects = []articles.Topic{"topic:elsewhere"}
		for _, desk := range i.Regions {
			a.Subjects = append(a.Subjects, articles.Topic(ownPrefix+deskSlug(desk)))
		}
		archive.put(a)
	}
	learn(t, c, archive)
	if l := c.learned.Load(); l.places == nil {
		t.Fatal("no model of places was learned")
	}
	return c, rest
}

func deskSlug(desk string) string { return strings.ReplaceAll(strings.ToLower(desk), " ", "-") }

// TestCorpusLearnedRegions holds regions that were learned to a floor a little below what this version reaches.
func TestCorpusLearnedRegions(t *testing.T) {
	if testing.Short() {
		t.Skip("learns an archive")
	}
	c, rest := broadcaster(t)
	var all score
	macro := 0.0
	for desk := range desks {
		var s score
		for _, i := range rest {
			found := slices.Contains(c.Find(i.article()).Topics, articles.Topic(ownPrefix+deskSlug(desk)))
			s.add(found, slices.Contains(i.Regions, desk))
			all.add(found, slices.Contains(i.Regions, desk))
		}
		_, _, f1 := s.figures()
		macro += f1 / float64(len(desks))
	}
	precision, recall, f1 := all.figures()
	t.Logf("learned: precision %.3f recall %.3f micro-F1 %.3f macro-F1 %.3f", precision, recall, f1, macro)
	if f1 < 0.89 || macro < 0.895 {
		t.Errorf("micro-F1 %.3f or macro-F1 %.3f is below 0.89 or 0.895", f1, macro)
	}
}

// BenchmarkFindLearnedPlaces finds on a broadcaster's short items with a model of its regions; B/article is how long they
// are.
func BenchmarkFindLearnedPlaces(b *testing.B) {
	c, items := broadcaster(b)
	var rest []articles.Article
	for _, i := range items {
		a := i.article()
		a.Language = "en"
		rest = append(rest, a)
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
