package topics

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/articles"
)

// shelf is an archive as a store reads it.
type shelf []articles.Article

func (s shelf) After(_ context.Context, after articles.Seq, limit int) ([]articles.Article, error) {
	rest := s[min(int(after), len(s)):]
	return rest[:min(len(rest), limit)], nil
}

func (s *shelf) put(a articles.Article) {
	a.Seq, a.Status = articles.Seq(len(*s)+1), articles.Usable
	*s = append(*s, a)
}

var worlds = map[articles.Topic]string{
	"topic:rowing":     "oar regatta boathouse coxswain scull crew river race",
	"topic:beekeeping": "hive honey swarm queen apiary pollen smoker comb",
	"topic:chess":      "rook gambit bishop checkmate tournament endgame pawn board",
}

var hobbies = []Own{{Slug: "rowing", Words: []string{"regatta"}}, {Slug: "beekeeping"}, {Slug: "chess"}}

// archiveOf is n articles with a topic each, which the newsroom marked.
func archiveOf(n int) shelf {
	r := rand.New(rand.NewPCG(4, 4))
	var s shelf
	for i := range n {
		topic := articles.Topic([]string{"topic:rowing", "topic:beekeeping", "topic:chess"}[i%3])
		s.put(articles.Article{ID: articles.ID(fmt.Sprint("a", i)), Language: "en", Headline: words(r, topic, 5), Body: []string{words(r, topic, 40)}, Subjects: []articles.Topic{topic}})
	}
	return s
}

func words(r *rand.Rand, topic articles.Topic, n int) string {
	own, common := strings.Fields(worlds[topic]), strings.Fields("the of and a to in was said it on with for new day town people")
	var all []string
	for range n {
		if r.IntN(3) == 0 {
			all = append(all, own[r.IntN(len(own))])
		} else {
			all = append(all, common[r.IntN(len(common))])
		}
	}
	return strings.Join(all, " ")
}

func learn(t testing.TB, c *Catalogue, archive shelf) Report {
	t.Helper()
	l, report, err := c.Learn(context.Background(), archive, How{})
	if err != nil {
		t.Fatal(err)
	}
	written, err := l.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	back, err := NewLearned(written, report)
	if err != nil {
		t.Fatal(err)
	}
	c.Use(back)
	return report
}

func TestWhatTheArchiveTeachesIsFoundWithItsReason(t *testing.T) {
	c := catalogue(t, hobbies...)
	report := learn(t, c, archiveOf(240))
	if report.Articles != 240 || report.HeldBack != 240 || report.Used() != 3 || report.Last != 240 {
		t.Errorf("report %+v", report)
	}
	for _, r := range report.Topics {
		if r.Learned.F1 < 0.9 || r.Learned.F1 <= r.Lists.F1 || r.Articles != 80 {
			t.Errorf("%+v, want it learned from 80 articles", r)
		}
	}
	f := c.Find(articles.Article{Language: "en", Headline: "Swarm leaves its hive", Body: []string{"The honey and the comb were lost."}})
	if !slices.Equal(f.Topics, []articles.Topic{"topic:beekeeping"}) {
		t.Errorf("topics %v, want beekeeping", f.Topics)
	}
	why := strings.Join(f.Evidence, "\n")
	if !strings.HasPrefix(why, "topic:beekeeping as in the archive, because of “") || !strings.Contains(why, "“hive”") && !strings.Contains(why, "“honey”") && !strings.Contains(why, "“Swarm”") {
		t.Errorf("evidence %q names no word of the article", why)
	}
	c.Use(nil)
	if f := c.Find(articles.Article{Language: "en", Headline: "Swarm leaves its hive"}); f.Topics != nil {
		t.Errorf("topics %v after what was learned was put away", f.Topics)
	}
}

func TestTheNewsroomsMarkWinsOverWhatWasLearned(t *testing.T) {
	c := catalogue(t, hobbies...)
	learn(t, c, archiveOf(240))
	hive := articles.Article{Language: "en", Headline: "Swarm leaves its hive", Body: []string{"The honey and the comb were lost."}}
	hive.Subjects = []articles.Topic{"topic:chess"}
	if f := c.Find(hive); !slices.Equal(f.Topics, hive.Subjects) {
		t.Errorf("topics %v, want only the newsroom's own %v", f.Topics, hive.Subjects)
	}
}

func TestAListThatIsAsGoodStays(t *testing.T) {
	archive := archiveOf(240)
	for i := range archive { // the list finds exactly the articles on rowing
		if archive[i].Subjects[0] == "topic:rowing" {
			archive[i].Headline = "Regatta"
		} else {
			archive[i].Headline = strings.ReplaceAll(archive[i].Headline, "regatta", "")
		}
	}
	report := learn(t, catalogue(t, hobbies...), archive)
	for _, r := range report.Topics {
		if r.Topic == "topic:rowing" && (r.Used || r.Lists.F1 != 1) {
			t.Errorf("%+v is judged by what was learned, which is no better", r)
		}
		if r.Topic == "topic:chess" && !r.Used {
			t.Errorf("%+v has no list and is not judged by what was learned", r)
		}
	}
}

func TestARareTopicOfAYoungArchiveIsUsed(t *testing.T) {
	c := catalogue(t, hobbies...)
	var archive shelf
	for i, a := range archiveOf(96) { // 32 on rowing, 32 on chess, 8 on beekeeping
		if a.Subjects[0] != "topic:beekeeping" || i < 24 {
			archive.put(a)
		}
	}
	all := learn(t, c, archive).Topics
	i := slices.IndexFunc(all, func(r TopicReport) bool { return r.Topic == "topic:beekeeping" })
	if i < 0 || all[i].HeldBack != 8 || !all[i].Used {
		t.Errorf("%+v, want beekeeping measured on all its 8 articles, and used", all)
	}
}

func TestWhatCannotBeToldFromTheTextIsNotUsed(t *testing.T) {
	archive := archiveOf(240)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range archive { // marks by lot: what was learned knows them by heart, and foretells none
		archive[i].Subjects = []articles.Topic{[]articles.Topic{"topic:rowing", "topic:beekeeping", "topic:chess"}[r.IntN(3)]}
	}
	for _, r := range learn(t, catalogue(t, hobbies...), archive).Topics {
		if r.Learned.F1 > 0.55 || r.Used {
			t.Errorf("%+v was measured on what it had seen", r)
		}
	}
}

func TestOnlyTheNewestVersionTeaches(t *testing.T) {
	archive := archiveOf(120)
	for _, a := range slices.Clone(archive) { // each is marked anew: rowing becomes beekeeping and so on
		a.Subjects = []articles.Topic{map[articles.Topic]articles.Topic{"topic:rowing": "topic:beekeeping", "topic:beekeeping": "topic:chess", "topic:chess": "topic:rowing"}[a.Subjects[0]]}
		archive.put(a)
	}
	gone := archive[len(archive)-1]
	archive.put(gone)
	archive[len(archive)-1].Status = articles.Cancelled
	c := catalogue(t, Own{Slug: "rowing"}, Own{Slug: "beekeeping"}, Own{Slug: "chess"})
	report := learn(t, c, archive)
	if report.Articles != 119 {
		t.Errorf("%d articles, want 119: versions are one article, and what was cancelled teaches nothing", report.Articles)
	}
	f := c.Find(articles.Article{Language: "en", Headline: "Rook and pawn", Body: []string{"A gambit, then checkmate on the board."}})
	if !slices.Equal(f.Topics, []articles.Topic{"topic:rowing"}) {
		t.Errorf("topics %v, want what the newest marks say: rowing", f.Topics)
	}
}

func TestTooSmallAnArchiveIsRefused(t *testing.T) {
	c := catalogue(t, hobbies...)
	for name, archive := range map[string]shelf{"nothing": nil, "few": archiveOf(MinArticles - 1), "one topic only": oneTopic(80)} {
		if _, _, err := c.Learn(context.Background(), archive, How{}); !errors.Is(err, ErrTooFew) {
			t.Errorf("%s: %v, want ErrTooFew", name, err)
		}
	}
}

func oneTopic(n int) shelf {
	s := archiveOf(n)
	for i := range s {
		s[i].Subjects = []articles.Topic{"topic:chess"}
	}
	return s
}

func TestADamagedModelIsRefused(t *testing.T) {
	if _, err := NewLearned([]byte("tblm nonsense"), Report{}); err == nil {
		t.Error("nonsense was taken for a model")
	}
	if _, err := (*Learned)(nil).Bytes(); err == nil {
		t.Error("nothing was written as a model")
	}
}

func TestWordsOfOneMeaningAreOneConceptInEveryLanguage(t *testing.T) {
	c := catalogue(t)
	for language, text := range map[string]string{"en": "Football", "ru": "футбола", "uk": "футболу", "fa": "فوتبال", "de": "Fußball", "kk": "футбол"} {
		how := readingOf(language, text)
		marks := c.concepts.of(how).marks(read(text).words)
		if !slices.Contains(marks, conceptMark+"⚽") {
			t.Errorf("%s: %s stands for %v, want ⚽ among them", language, text, marks)
		}
	}
	if list := c.concepts.of(reading{language: "xx"}); len(list.marks(read("Football").words)) > 0 {
		t.Error("a language without a list has concepts")
	}
}

func BenchmarkFindLearned(b *testing.B) {
	c := catalogue(b, hobbies...)
	learn(b, c, archiveOf(600))
	r := rand.New(rand.NewPCG(1, 1))
	a := articles.Article{Language: "en", Headline: words(r, "topic:chess", 8)}
	for range 10 {
		a.Body = append(a.Body, words(r, "topic:chess", 50))
	}
	c.Find(a)
	for b.Loop() {
		c.Find(a)
	}
}
