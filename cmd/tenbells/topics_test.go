package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// library fills the store in dir with n articles on rowing and chess, as the newsroom's sections say.
func library(t *testing.T, dir string, n int) *newsroom {
	t.Helper()
	set, err := loadSettings("", []string{"TENBELLS_DATABASE_URL=sqlite:" + filepath.Join(dir, "tenbells.db")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := openNewsroom(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	texts := map[articles.Topic]string{
		"medtop:15000000": "The crew took its oars and rowed the regatta down the river past the boathouse",
		"medtop:13000000": "The telescope saw a comet beside the galaxy while astronomers measured its spectrum",
	}
	for i := range n {
		topic := slices.Sorted(maps.Keys(texts))[i%2]
		words := strings.Fields(texts[topic])
		first := words[i%5 : i%5+6]
		_, err := r.store.Put(t.Context(), articles.Article{
			ID: articles.ID(fmt.Sprint("a", i)), Source: "import", Way: articles.ByImport, Status: articles.Usable, Language: "en",
			Headline: strings.Join(first, " "), Body: []string{texts[topic] + fmt.Sprintf(" on day %d.", i)}, Subjects: []articles.Topic{topic},
			Published: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC), Seen: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

var race = articles.Article{Language: "en", Headline: "Oars and boathouse lost", Body: []string{"The crew rowed on past the regatta."}}

func TestTopicsTrainMeasuresThenKeeps(t *testing.T) {
	dir := t.TempDir()
	n := library(t, dir, 120)
	for _, early := range [][]string{{"topics", "train", "--dry-run", "--json"}, {"topics", "show"}} {
		out, said, code := call(t, dir, "", early...)
		switch {
		case early[1] == "show" && (code != exitFailed || !strings.Contains(said, "tenbells topics train")):
			t.Errorf("show before any training: status %d, %q %q", code, out, said)
		case early[1] == "train":
			var answer trained
			if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 0 || answer.Kept || answer.Articles != 120 || answer.Used() != 2 {
				t.Errorf("dry run: status %d, %v, %s%s", code, err, out, said)
			}
		}
	}
	out, said, code := call(t, dir, "", "topics", "train")
	if code != 0 || !strings.Contains(out, "medtop:15000000") || !strings.Contains(out, "what was learned") || !strings.Contains(out, "120 articles") {
		t.Errorf("status %d, %s%s", code, out, said)
	}
	if out, said, code := call(t, dir, "", "topics", "show", "--json"); code != 0 || !strings.Contains(out, `"used": true`) {
		t.Errorf("show: status %d, %s%s", code, out, said)
	}
	if err := n.useTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := n.topics.Find(race); !slices.Contains(f.Topics, "medtop:15000000") || !strings.Contains(strings.Join(f.Evidence, " "), "as in the archive") {
		t.Errorf("after training: %v, %q", f.Topics, f.Evidence)
	}
}

func TestTopicsTrainSaysWhatIsMissing(t *testing.T) {
	out, said, code := call(t, t.TempDir(), "", "topics", "train")
	if code != exitFailed || out != "" || !strings.Contains(said, "the archive has 0 articles") || !strings.Contains(said, "at least 50") {
		t.Errorf("status %d, %q, %q", code, out, said)
	}
}

func TestTheServiceLearnsWhenEnoughIsNewAndTakesItUp(t *testing.T) {
	dir := t.TempDir()
	n := library(t, dir, enoughNew-1)
	due := func() bool {
		t.Helper()
		is, err := n.enoughIsNew(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	if due() {
		t.Errorf("%d new articles are enough, want %d", enoughNew-1, enoughNew)
	}
	library(t, dir, enoughNew)
	if !due() {
		t.Errorf("%d new articles are not enough", enoughNew)
	}
	if err := n.relearn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if due() {
		t.Error("what was learned is still new")
	}
	if err := n.useTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if f := n.topics.Find(race); !slices.Contains(f.Topics, "medtop:15000000") {
		t.Errorf("after learning by itself: %v, %q", f.Topics, f.Evidence)
	}
}
