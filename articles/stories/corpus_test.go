package stories

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// headline is one line of the Reuters stream, with the fields that this test reads.
type headline struct {
	ID                             any
	Published, Title, Kind, Stream string
	Family                         *string
	Story                          *string
	Recurring                      bool
}

// shared finds a file of the shared reading; where it is not present the test is skipped, unless nothing may be.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("TENBELLS_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	file := filepath.Join(root, filepath.FromSlash(name))
	if _, err := os.Stat(file); err != nil && os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatalf("no shared reading: %v", err)
	} else if err != nil {
		t.Skipf("no shared reading: %v", err)
	}
	return file
}

// read reads a file of the corpus.
func read[T any](t testing.TB, name string) []T {
	t.Helper()
	file, err := os.Open(shared(t, "corpus/clusters/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for lines := json.NewDecoder(zipped); ; {
		var one T
		if err := lines.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
}

func stream(t testing.TB) []headline { return read[headline](t, "reuters-stream.jsonl.gz") }

// of chooses a stream's headlines that have a label.
func of(all []headline, stream string) []headline {
	return slices.DeleteFunc(slices.Clone(all), func(h headline) bool {
		return h.Stream != stream || h.Story == nil || h.Recurring || h.Kind != "wire" && h.Kind != "web"
	})
}

func (h headline) article(t testing.TB) articles.Article {
	at, err := time.Parse("2006-01-02T15:04", h.Published)
	if err != nil {
		at, err = time.Parse(time.RFC3339, h.Published)
	}
	if err != nil {
		t.Fatal(err)
	}
	return articles.Article{ID: articles.DeriveID("corpus", h.Title+h.Published+fmt.Sprint(h.ID)), Headline: h.Title, Published: at, Seen: at}
}

// grouping counts which articles of which label were put into which story.
type grouping struct {
	found, label map[string]int
	both         map[[2]string]int
}

func newGrouping() grouping {
	return grouping{map[string]int{}, map[string]int{}, map[[2]string]int{}}
}

func (g grouping) add(story articles.StoryID, label string) {
	g.found[string(story)]++
	g.label[label]++
	g.both[[2]string{string(story), label}]++
}

// pairwise is precision and recall of the pairs of articles that share a story.
func (g grouping) pairwise() (precision, recall float64) {
	right := float64(pairs(g.both))
	return right / float64(pairs(g.found)), right / float64(pairs(g.label))
}

// bCubed is precision and recall for each article, averaged.
func (g grouping) bCubed() (precision, recall float64) {
	n := 0.0
	for both, count := range g.both {
		c := float64(count)
		precision += c * c / float64(g.found[both[0]])
		recall += c * c / float64(g.label[both[1]])
		n += c
	}
	return precision / n, recall / n
}

func f1(p, r float64) float64 { return 2 * p * r / (p + r) }

// pairs counts the pairs within groups.
func pairs[K comparable](groups map[K]int) int {
	all := 0
	for _, n := range groups {
		all += n * (n - 1) / 2
	}
	return all
}

// TestCorpusStories places the headlines of two streams and of a shuffled collection. The labels of the streams are the
// desk's slugs: one event may have several, so what is wrong here may be right. Weights were chosen on the
// first days of 2012-12 and on one half of the collection's stories; the rest and 2013-04-29 are the check.
func TestCorpusStories(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all := stream(t)
	uci := read[headline](t, "uci-newsaggregator.jsonl.gz")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(uci), func(i, j int) { uci[i], uci[j] = uci[j], uci[i] })
	for _, tt := range []struct {
		name             string
		of               []headline
		pairwise, bCubed float64
	}{
		{"2012-12", of(all, "2012-12"), 0.79, 0.93},
		{"2013-04-29", of(all, "2013-04-29"), 0.82, 0.94},
		{"many outlets, shuffled", uci, 0.72, 0.73},
	} {
		ix, g := NewIndex(), newGrouping()
		began := time.Now()
		for _, h := range tt.of {
			a := h.article(t)
			if tt.of[0].Stream == "" {
				a.Seen = start
			}
			g.add(ix.Place(a, nil), *h.Story)
		}
		spent := time.Since(began) / time.Duration(len(tt.of))
		p, r := g.pairwise()
		b := f1(g.bCubed())
		t.Logf("%s: %d stories, pairwise P %.3f R %.3f F1 %.3f, BCubed F1 %.3f, %s each", tt.name, len(g.found), p, r, f1(p, r), b, spent)
		if f1(p, r) < tt.pairwise || b < tt.bCubed {
			t.Errorf("%s: pairwise F1 %.3f and BCubed F1 %.3f, want %.2f and %.2f", tt.name, f1(p, r), b, tt.pairwise, tt.bCubed)
		}
	}
}

// TestCorpusRepeats asks of every headline that was there before, its markers aside, within the window: a copy is
// silent, and what the newsroom calls an update or a correction is known as such.
func TestCorpusRepeats(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all := stream(t)
	for _, name := range []string{"2012-12", "2013-04-29"} {
		ix, last := NewIndex(), map[string]time.Time{}
		copies, silent, marked, lost := 0, 0, 0, 0
		for _, h := range of(all, name) {
			a := h.article(t)
			p := ix.Take(a, nil)
			rest, sent := unmarked(h.Title)
			headline := plain(terms(rest, maxWords))
			before, was := last[headline]
			last[headline] = a.Published
			if !was || a.Published.Sub(before) > Window {
				continue
			}
			if sent.update > 0 || sent.corrects {
				marked++
				if p.Is != Update && p.Is != Correction {
					lost++
					t.Errorf("%s: %q is a %s: %q", name, h.Title, p.Is, p.Evidence)
				}
				continue
			}
			copies++
			if p.Is == Repeat {
				silent++
			} else {
				t.Errorf("%s: %q is a %s: %q", name, h.Title, p.Is, p.Evidence)
			}
		}
		t.Logf("%s: %d of %d copies are silent; of %d updates and corrections with a known headline %d are lost", name, silent, copies, marked, lost)
	}
}

// TestCorpusBigEvents prints what other bounds than those of Heat.Big would hear, and how late. The labels are families
// of slugs with eight articles within six hours, among them such that are a desk and no event (“entertainment-us”).
func TestCorpusBigEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a whole corpus")
	}
	all := stream(t)
	allRings, allRight, allFound, allBeyond := 0, 0, 0, 0
	for _, name := range []string{"2012-12", "2013-04-29"} {
		ix, times := NewIndex(), map[string][]time.Time{}
		type heard struct {
			family string
			at     time.Time
			heat   Heat
		}
		var stream []heard
		for _, h := range of(all, name) {
			a := h.article(t)
			stream = append(stream, heard{*h.Family, a.Published, ix.Take(a, nil).Heat})
			times[*h.Family] = append(times[*h.Family], a.Published)
		}
		big, fourth := map[string]bool{}, map[string]time.Time{}
		for family, ts := range times {
			for i := range ts {
				if i >= 7 && ts[i].Sub(ts[i-7]) <= 6*time.Hour {
					big[family] = true
				}
				if i >= 3 && ts[i].Sub(ts[i-3]) <= time.Hour && fourth[family].IsZero() {
					fourth[family] = ts[i]
				}
			}
		}
		for bound := bigArticles; bound <= bigArticles+2; bound++ {
			rings, right, latest := 0, 0, time.Duration(0)
			found, last, beyond := map[string]bool{}, map[string]time.Time{}, 0
			b := Bells{}
			for _, h := range stream {
				if h.heat.Articles < bound || !h.heat.Sudden || !b.Ring(h.heat, h.at) {
					continue
				}
				rings++
				if before, again := last[h.family]; again && h.at.Sub(before) < day {
					beyond++
				}
				last[h.family] = h.at
				if big[h.family] {
					right++
					if at := fourth[h.family]; !found[h.family] && !at.IsZero() {
						latest = max(latest, h.at.Sub(at))
					}
					found[h.family] = true
				}
			}
			t.Logf("%s: %d articles at least: %d rings, precision %.2f, %d of %d families heard, the latest %s after its fourth article",
				name, bound, rings, float64(right)/float64(max(rings, 1)), len(found), len(big), latest)
			if bound == bigArticles {
				allRings, allRight, allFound, allBeyond = allRings+rings, allRight+right, allFound+len(found), allBeyond+beyond
			}
		}
	}
	if 4*allRight < 3*allRings || allFound < 7 || allBeyond > 1 { // of twelve families, two in the second stream
		t.Errorf("%d of %d rings are right, %d families are heard, %d rings are of a family that had rung within the day", allRight, allRings, allFound, allBeyond)
	}
}

// sibling is a pair of articles that a person said to be of one story or not.
type sibling struct {
	Lang          string
	Same_story    bool
	First, Second struct{ URL, Title, Text string }
}

// TestCorpusPairs places articles of which a person said which pairs are of one story, all in one index.
func TestCorpusPairs(t *testing.T) {
	for lang, want := range map[string]float64{"ru": 0.85, "en": 0.95} {
		ix := NewIndex()
		place := func(url, title, text string) articles.StoryID {
			return ix.Place(articles.Article{ID: articles.DeriveID("corpus", url), Headline: title, Body: []string{text}, Published: start, Seen: start}, nil)
		}
		var right, told, same float64
		for _, s := range read[sibling](t, "tgcontest-pairs.jsonl.gz") {
			if s.Lang != lang {
				continue
			}
			found := place(s.First.URL, s.First.Title, s.First.Text) == place(s.Second.URL, s.Second.Title, s.Second.Text)
			if s.Same_story {
				same++
			}
			if found {
				told++
			}
			if found && s.Same_story {
				right++
			}
		}
		p, r := right/told, right/same
		t.Logf("%s: P %.3f R %.3f F1 %.3f", lang, p, r, f1(p, r))
		if f1(p, r) < want {
			t.Errorf("%s: F1 %.3f, want %.2f", lang, f1(p, r), want)
		}
	}
}

// many makes as many different headlines as are wanted, of halves of real ones, all within the window.
func many(b testing.TB, n int) []articles.Article {
	all := stream(b)
	made := make([]articles.Article, n)
	for i := range made {
		title := all[i%len(all)].Title
		if i >= len(all) {
			one, two := strings.Fields(title), strings.Fields(all[(i*7919)%len(all)].Title)
			title = strings.Join(append(one[:len(one)/2:len(one)/2], two[len(two)/2:]...), " ")
		}
		at := start.Add(time.Duration(i) * Window / time.Duration(n+1))
		made[i] = articles.Article{ID: articles.ID(fmt.Sprint("a", i)), Headline: title, Published: at, Seen: at}
	}
	return made
}

// spent is the processor's time that this process has used, which others on the machine do not change.
func spent(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkPlace places one more article among 50,000 recent ones, and tells the memory that they take.
func BenchmarkPlace(b *testing.B) {
	const recent = 50_000
	all := many(b, recent+5_000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	store, ix := &shelf{}, NewIndex()
	for _, a := range all[:recent] {
		store.put(a, IDOf(a.ID))
	}
	if err := ix.Rebuild(b.Context(), store, time.Time{}); err != nil {
		b.Fatal(err)
	}
	store = nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	began, n := spent(b), 0
	for ; b.Loop(); n++ {
		ix.Take(all[recent+n%5_000], nil)
	}
	b.ReportMetric(float64((spent(b)-began).Microseconds())/float64(n), "cpu-µs/op")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	b.ReportMetric(float64(len(ix.recent.queue)), "remembered")
}
