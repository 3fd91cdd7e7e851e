package topics

import (
	"compress/gzip"
	"crypto/sha1"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

// item is one line of a corpus file, with the fields that these tests read.
type item struct {
	ID                 json.RawMessage // a string or a number
	Title, Text, Label string
	Regions            []string
}

func corpus(t testing.TB, name string) []item {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var items []item
	for lines := json.NewDecoder(zipped); ; {
		var one item
		if err := lines.Decode(&one); errors.Is(err, io.EOF) {
			return items
		} else if err != nil {
			t.Fatal(err)
		}
		items = append(items, one)
	}
}

func (i item) article() articles.Article {
	return articles.Article{Headline: i.Title, Body: strings.Split(i.Text, "\n")}
}

// desks are the regions of the corpus, which were derived from its tags, by country. They have no Bulgaria.
var desks = map[string][]articles.Place{
	"Balkans":       {"RS", "XK", "MK", "ME", "BA", "HR", "AL"},
	"Russia":        {"RU"},
	"Ukraine":       {"UA"},
	"Afghanistan":   {"AF"},
	"Middle East":   {"SY", "IQ", "IL", "TR", "PS", "LB", "YE", "SA", "JO", "EG", "LY"},
	"Pakistan":      {"PK"},
	"Central Asia":  {"KZ", "KG", "TJ", "UZ", "TM"},
	"United States": {"US"},
	"Caucasus":      {"GE", "AM", "AZ"},
	"Belarus":       {"BY"},
	"Iran":          {"IR"},
	"Moldova":       {"MD"},
}

// score counts right, wrong and missed findings.
type score struct{ right, wrong, missed int }

func (s *score) add(found, want bool) {
	switch {
	case found && want:
		s.right++
	case found:
		s.wrong++
	case want:
		s.missed++
	}
}

func (s score) figures() (precision, recall, f1 float64) {
	precision = float64(s.right) / float64(max(1, s.right+s.wrong))
	recall = float64(s.right) / float64(max(1, s.right+s.missed))
	return precision, recall, 2 * precision * recall / max(precision+recall, 1e-9)
}

// TestCorpusRegions holds places to a floor a little below what this version reaches. The regions come from the items'
// tags, so a country that is named in the text and not tagged counts as wrong here, though it is not.
func TestCorpusRegions(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	c := catalogue(t)
	var all score
	each := map[string]*score{}
	for _, i := range corpus(t, "rferl/items-en.jsonl.gz") {
		places := c.Find(i.article()).Places
		for desk, countries := range desks {
			if each[desk] == nil {
				each[desk] = &score{}
			}
			found := slices.ContainsFunc(countries, func(p articles.Place) bool { return slices.Contains(places, p) })
			all.add(found, slices.Contains(i.Regions, desk))
			each[desk].add(found, slices.Contains(i.Regions, desk))
		}
	}
	for desk, s := range each {
		precision, recall, f1 := s.figures()
		t.Logf("%-14s precision %.3f recall %.3f F1 %.3f", desk, precision, recall, f1)
	}
	precision, recall, f1 := all.figures()
	t.Logf("micro: precision %.3f recall %.3f F1 %.3f", precision, recall, f1)
	if f1 < 0.90 {
		t.Errorf("F1 %.3f is below 0.90", f1)
	}
}

// learning reports whether an item is on the side that is learned from: eight in ten are, by the hash of their ids.
func (i item) learning() bool {
	sum := sha1.Sum([]byte(strings.Trim(string(i.ID), `"`)))
	return binary.BigEndian.Uint32(sum[:4])%100 < 80
}

// TestCorpusLearned holds what an archive teaches to a floor a little below what this version reaches.
func TestCorpusLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("learns two archives")
	}
	for name, floor := range map[string]float64{"bbc": 0.96, "agnews": 0.88} {
		var archive shelf
		var rest []item
		by := map[string]*tallied{}
		for _, i := range corpus(t, "topics/"+name+".jsonl.gz") {
			i.Label = slug.FindString(strings.ReplaceAll(strings.ToLower(i.Label), "/", "-"))
			by[i.Label] = &tallied{}
			if a := i.article(); i.learning() {
				a.ID, a.Subjects = articles.DeriveID(name, string(i.ID)), []articles.Topic{articles.Topic(ownPrefix + i.Label)}
				archive.put(a)
			} else {
				rest = append(rest, i)
			}
		}
		var own []Own
		for label := range by {
			own = append(own, Own{Slug: label})
		}
		c := catalogue(t, own...)
		learn(t, c, archive)
		for _, i := range rest {
			found := c.Find(i.article()).Topics
			for label, score := range by {
				score.add(slices.Contains(found, articles.Topic(ownPrefix+label)), label == i.Label)
			}
		}
		macro := 0.0
		for _, score := range by {
			macro += score.figures().F1 / float64(len(by))
		}
		t.Logf("%s: macro-F1 %.3f", name, macro)
		if macro < floor {
			t.Errorf("%s: macro-F1 %.3f is below %.2f", name, macro, floor)
		}
	}
}

// TestCorpusThemes holds the short list of English words to a floor on a newsroom's own classes.
func TestCorpusThemes(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	c := catalogue(t)
	classes := map[string]articles.Topic{
		"business": "medtop:04000000", "entertainment": "medtop:01000000", "politics": "medtop:11000000",
		"sport": "medtop:15000000", "tech": "medtop:13000000",
	}
	var all score
	each := map[string]*score{}
	for _, i := range corpus(t, "topics/bbc.jsonl.gz") {
		found := c.Find(i.article()).Topics
		for class, topic := range classes {
			if each[class] == nil {
				each[class] = &score{}
			}
			all.add(slices.Contains(found, topic), i.Label == class)
			each[class].add(slices.Contains(found, topic), i.Label == class)
		}
	}
	for class, s := range each {
		precision, recall, f1 := s.figures()
		t.Logf("%-14s precision %.3f recall %.3f F1 %.3f", class, precision, recall, f1)
	}
	precision, recall, f1 := all.figures()
	t.Logf("micro: precision %.3f recall %.3f F1 %.3f", precision, recall, f1)
}

func BenchmarkFind(b *testing.B) {
	c := catalogue(b)
	items := corpus(b, "topics/bbc.jsonl.gz")
	c.Find(items[0].article()) // lists are made when first asked for
	size, n := 0, 0
	for b.Loop() {
		i := items[n%len(items)]
		c.Find(i.article())
		size, n = size+len(i.Text), n+1
	}
	b.ReportMetric(float64(size)/float64(n), "B/article")
}
