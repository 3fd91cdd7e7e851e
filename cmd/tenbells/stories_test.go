package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// outline is how stories are printed and answered.
type outline struct {
	ID       string `json:"id"`
	Headline string `json:"headline"`
	Count    int    `json:"count"`
	Articles []struct {
		ID       string `json:"id"`
		Headline string `json:"headline"`
	} `json:"articles"`
	Told []struct {
		ID string `json:"id"`
	} `json:"told"`
}

// wire pushes an article that the newsroom marked, or one of urgency 0 that it did not, and waits until it is judged.
func (w *world) wire(name, headline string, urgency int) (article string) {
	w.t.Helper()
	marked := ""
	if urgency > 0 {
		marked = fmt.Sprintf(`"urgency":%d,`, urgency)
	}
	body := fmt.Sprintf(`{"uri":"urn:%s","headline":%q,%s"language":"en","versioncreated":%q,"pubstatus":"usable"}`,
		name, headline, marked, time.Now().UTC().Format(time.RFC3339))
	var accepted struct {
		ID string `json:"id"`
	}
	if got := w.call("POST", "/v1/articles", body, &accepted); got/100 != 2 {
		w.t.Fatalf("status %d", got)
	}
	w.until(headline+" is of a story", func() bool { return w.storyOf(accepted.ID).ID != "" })
	return accepted.ID
}

// stories are those of late, from the command line.
func (w *world) stories() (all []outline) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.must("stories", "list", "--json")), &all); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// storyOf is the story of an article, or nothing.
func (w *world) storyOf(article string) outline {
	w.t.Helper()
	for _, s := range w.stories() {
		for _, a := range s.Articles {
			if a.ID == article {
				return s
			}
		}
	}
	return outline{}
}

const (
	ferry = "Ferry Aurora runs aground off Lindholm harbour"
	fire  = "Ferry Aurora burns off Lindholm harbour"
	fog   = "Kallholm airport closes in thick fog"
)

// TestEditorsRuleOnStoriesBesideARunningService tells one story, splits another off, which rings, and merges a third
// into it, which then is silent: also after the service was killed.
func TestEditorsRuleOnStoriesBesideARunningService(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.subscribe(`{"platform":"telegram","chat":"5000","least":"urgent"}`)
		p := w.serve()
		told := func(headline string) int { return count(w.telegramTexts(5000), headline) }
		first, second := w.wire("a", ferry, 2), w.wire("b", fire, 2)
		w.until("the first is told", func() bool { return told(ferry) == 1 })
		story := w.storyOf(first)
		if story.Count != 2 || len(story.Told) != 1 || told(fire) != 0 {
			t.Fatalf("the story to begin with is %+v", story)
		}
		for _, says := range []string{story.ID, ferry, "shared words: ", "very much alike"} {
			if why := w.must("why", second); !strings.Contains(why, says) {
				t.Errorf("why the fire is of that story does not say %q:\n%s", says, why)
			}
		}

		if why := w.must("why", "urn:b"); why != w.must("why", second) {
			t.Errorf("by the newsroom's own name it says\n%s", why)
		}

		w.must("stories", "split", story.ID, second)
		w.until("what was split off rings by itself", func() bool { return told(fire) == 1 })

		third := w.wire("c", fog, 0)
		w.must("stories", "merge", story.ID, w.storyOf(third).ID)
		p.end(syscall.SIGKILL)
		w.serve()
		w.wire("d", fog+" again", 2)
		w.wire("e", fire+" again", 2)
		last := w.wire("f", "Parliament of Norland dissolved", 2)
		w.until("what came after them is told", func() bool { return told("Norland") == 1 })
		if got := w.storyOf(first); got.Count != 3 || told("fog") != 0 || told("burns") != 1 {
			t.Errorf("the fog was told %d times, the fire %d times, the story is %+v", told("fog"), told("burns"), got)
		}
		if got := w.storyOf(last); got.Count != 1 {
			t.Errorf("the last is of %+v", got)
		}
	})
}

func TestStoriesAreShownAndFaultsNamed(t *testing.T) {
	dir := t.TempDir()
	out, _, code := call(t, dir, "", "stories", "list")
	if code != 0 || !strings.Contains(out, "No stories yet") {
		t.Errorf("exit status %d: %s", code, out)
	}
	out, _, code = call(t, dir, "", "stories", "list", "--json")
	if code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("exit status %d: %s", code, out)
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"show", "s1"}, exitFailed, "no such story: s1; tenbells stories list"},
		{[]string{"merge", "s1", "s2"}, exitFailed, "no such story: s1; tenbells"},
		{[]string{"merge", "s1", "s1"}, exitUsage, "from: is the same story"},
		{[]string{"split", "s1", "a1"}, exitFailed, "no such story: s1; tenbells"},
		{[]string{"split", "s1"}, exitUsage, "articles"},
		{[]string{"list", "--limit", "0"}, exitUsage, "--limit"},
	} {
		_, said, code := call(t, dir, "", append([]string{"stories"}, tt.args...)...)
		if code != tt.code || !strings.Contains(said, tt.says) {
			t.Errorf("%s: exit status %d, %q, want %d, %q", slices.Concat(tt.args), code, said, tt.code, tt.says)
		}
	}
}
