package folder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

const page = `Breaking News

Harbour Ferry Runs Aground Off Lindholm

A passenger ferry ran aground in thick fog off the island of Lindholm on Tuesday, the coast guard said.

Nobody is missing and nobody is badly hurt, said coast guard captain Per Oste.
`

// shelf keeps articles in memory, as a store does.
type shelf struct {
	mu    sync.Mutex
	kept  map[articles.ID][]articles.Article
	came  chan articles.Article // what was new
	fails int                   // how many calls fail before the next succeeds
	calls int
}

func newShelf() *shelf {
	return &shelf{kept: map[articles.ID][]articles.Article{}, came: make(chan articles.Article, 1000)}
}

func (s *shelf) Put(_ context.Context, a articles.Article) (articles.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.fails > 0 {
		s.fails--
		return articles.Receipt{}, errors.New("disk full")
	}
	versions := s.kept[a.ID]
	if n := len(versions); n > 0 && versions[n-1].Digest() == a.Digest() {
		return articles.Receipt{ID: a.ID, Version: n}, nil
	}
	a.Version = len(versions) + 1
	s.kept[a.ID] = append(versions, a)
	s.came <- a
	return articles.Receipt{ID: a.ID, Version: a.Version, New: true}, nil
}

// patience is how long something may take that certainly comes, on a busy machine.
const patience = 3 * time.Minute

// next waits for the next new article.
func (s *shelf) next(t testing.TB) articles.Article {
	t.Helper()
	select {
	case a := <-s.came:
		return a
	case <-time.After(patience):
		t.Fatal("no article came")
		return articles.Article{}
	}
}

// log keeps lines for the test to look at.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count says how many lines hold a text.
func (l *log) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// watched starts a source on a folder until the test ends.
func watched(t testing.TB, dir string) (*shelf, *log) {
	t.Helper()
	kept, lines := newShelf(), &log{}
	start(t, &Source{Dir: dir, Shelf: kept, Outlet: "The Example Post", Log: slog.New(slog.NewTextHandler(lines, nil))})
	until(t, func() bool { return lines.count("watching the folder") == 1 })
	return kept, lines
}

func start(t testing.TB, s *Source) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// until waits for a condition.
func until(t testing.TB, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestMissingFolderIsAnError(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "file", "x")
	for _, name := range []string{"missing", "file"} {
		s := &Source{Dir: filepath.Join(dir, name), Shelf: newShelf(), Log: slog.New(slog.DiscardHandler)}
		if err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want one that names it", name, err)
		}
	}
}

func TestPageDroppedIsRead(t *testing.T) {
	dir := t.TempDir()
	kept, _ := watched(t, dir)
	before := time.Now()
	write(t, dir, "ferry.txt", page)
	a := kept.next(t)
	if a.Headline != "Harbour Ferry Runs Aground Off Lindholm" || a.Section != "Breaking News" || len(a.Body) != 2 {
		t.Errorf("headline %q, section %q, %d paragraphs", a.Headline, a.Section, len(a.Body))
	}
	if a.Source != "folder" || a.Way != articles.ByFolder || !a.MayRing || a.Outlet != "The Example Post" {
		t.Errorf("source %q, way %q, may ring %v, outlet %q", a.Source, a.Way, a.MayRing, a.Outlet)
	}
	if want := articles.DeriveID("folder", "ferry.txt"); a.ID != want {
		t.Errorf("ID %s, want %s, from the name", a.ID, want)
	}
	if a.Published.Before(before.Add(-time.Second)) || a.Published.After(a.Seen) || a.Published.Location() != time.UTC {
		t.Errorf("published %s, want when it was seen, %s", a.Published, a.Seen)
	}
}

func TestFilesThatAreReadAndFilesThatAreNot(t *testing.T) {
	dir := t.TempDir()
	kept, lines := watched(t, dir)
	for _, name := range []string{
		".hidden.txt", "half.txt.part", "half.txt.tmp", "half.tmp", "notes.md", "notes.txt~", ".git/ferry.txt", "empty.txt",
	} {
		text := page
		if name == "empty.txt" {
			text = ""
		}
		write(t, dir, name, text)
	}
	write(t, dir, "day/1/ferry.TXT", page)
	write(t, dir, "ferry.html", "<html><head><title>x</title><meta property='og:title' content='Ferry aground off Lindholm'></head><body><article><h1>Ferry aground off Lindholm</h1><p>"+
		strings.Repeat("A passenger ferry ran aground in thick fog off the island, the coast guard said. ", 8)+"</p></article></body></html>")
	write(t, dir, "ferry.json", `{"uri": "urn:example:1", "headline": "Ferry aground", "body_text": "A ferry ran aground."}`)
	write(t, dir, "ferry.xml", `<newsItem guid="urn:example:2"><contentMeta><headline>Ferry aground</headline></contentMeta></newsItem>`)
	got := map[articles.ID]bool{}
	for range 4 {
		got[kept.next(t).ID] = true
	}
	for _, want := range []articles.ID{
		articles.DeriveID("folder", "day/1/ferry.TXT"), articles.DeriveID("folder", "ferry.html"), articles.DeriveID("ninjs", "urn:example:1"),
		articles.DeriveID("ninjs", "urn:example:2"),
	} {
		if !got[want] {
			t.Errorf("%s did not come: %v", want, got)
		}
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.calls != 4 {
		t.Errorf("%d files were read, want 4", kept.calls)
	}
	if lines.count("was not read") > 0 {
		t.Error("a file that is not wanted, or not written yet, was refused")
	}
}

func TestFileThatIsBeingWrittenIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	kept, _ := watched(t, dir)
	file, err := os.Create(filepath.Join(dir, "slow.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if writingOf(file.Name()) != held {
		t.Skip("this file system does not say who is writing")
	}
	longest := time.Duration(0)
	for i := 0; i < len(page); i += 60 {
		began := time.Now()
		if _, err := file.WriteString(page[i:min(i+60, len(page))]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * settledQuiet) // a slow writer, much slower than the wait where the system cannot tell
		longest = max(longest, time.Since(began))
	}
	select {
	case a := <-kept.came:
		if longest < heldQuiet { // else the machine stood still for as long as nobody waits for a writer
			t.Fatalf("read before it was complete: %q", a.Headline)
		}
		return
	default:
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if a := kept.next(t); len(a.Body) != 2 {
		t.Errorf("%d paragraphs, want all 2", len(a.Body))
	}
}

func TestCompletenessWhereTheSystemCannotTell(t *testing.T) {
	now := time.Now()
	missing := filepath.Join(t.TempDir(), "x") // nobody can ask about it
	for name, tt := range map[string]struct {
		unchanged time.Duration
		want      bool
	}{
		"just changed":     {settledQuiet - time.Millisecond, false},
		"long not changed": {settledQuiet, true},
	} {
		c := &candidate{state: state{size: 1, mtime: now.Add(-time.Hour)}, since: now.Add(-tt.unchanged)}
		if got := isComplete(missing, c, now); got != tt.want {
			t.Errorf("%s: complete is %v", name, got)
		}
	}
}

func TestCompletenessOfAFileThatSomebodyHasOpen(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "open.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if writingOf(file.Name()) != held {
		t.Skip("this file system does not say who is writing")
	}
	now := time.Now()
	for unchanged, want := range map[time.Duration]bool{heldQuiet - time.Millisecond: false, heldQuiet: true} {
		if got := isComplete(file.Name(), &candidate{since: now.Add(-unchanged)}, now); got != want {
			t.Errorf("%s after the last change: complete is %v", unchanged, got)
		}
	}
}

func TestFileThatIsKeptOpenIsReadInTheEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("waits two seconds")
	}
	dir := t.TempDir()
	kept, _ := watched(t, dir)
	file, err := os.Create(filepath.Join(dir, "open.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(page); err != nil {
		t.Fatal(err)
	}
	kept.next(t)
}

func TestChangedFileIsTheNextVersion(t *testing.T) {
	dir := t.TempDir()
	kept, _ := watched(t, dir)
	write(t, dir, "ferry.txt", page)
	one := kept.next(t)
	write(t, dir, "ferry.txt", page) // the same content is nothing new
	write(t, dir, "next.tmp", strings.Replace(page, "Runs Aground", "Refloated", 1))
	if err := os.Rename(filepath.Join(dir, "next.tmp"), filepath.Join(dir, "ferry.txt")); err != nil {
		t.Fatal(err)
	}
	two := kept.next(t)
	if two.ID != one.ID || two.Version != 2 || two.Headline != "Harbour Ferry Refloated Off Lindholm" {
		t.Errorf("%s version %d: %q", two.ID, two.Version, two.Headline)
	}
	if !two.Published.Equal(one.Published) {
		t.Errorf("the second version is published %s, the first %s", two.Published, one.Published)
	}
}

func TestWhatCannotBeAnArticleIsRefusedOnce(t *testing.T) {
	dir := t.TempDir()
	kept, lines := watched(t, dir)
	write(t, dir, "picture.txt", "\x00\x01\x02\x00PNG\x00")
	huge := t.TempDir() // from where it comes at once: a slow disk may hold its writer up for as long as nobody waits for one
	write(t, huge, "huge.txt", strings.Repeat("All work and no play. ", MaxSize/20))
	if err := os.Rename(filepath.Join(huge, "huge.txt"), filepath.Join(dir, "huge.txt")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "broken.json", `{"uri":`)
	for _, name := range []string{"picture.txt", "huge.txt", "broken.json"} {
		until(t, func() bool { return lines.count("was not read\" file="+name) == 1 })
	}
	write(t, dir, "sub/ferry.txt", page) // makes the folder be looked through again
	kept.next(t)
	for _, name := range []string{"picture.txt", "huge.txt", "broken.json"} {
		if n := lines.count("was not read\" file=" + name); n != 1 {
			t.Errorf("%s is told %d times", name, n)
		}
	}
	write(t, dir, "picture.txt", page)
	kept.next(t)
}

func TestOldArchiveWasPublishedWhenItCame(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "old.txt", page)
	full := filepath.Join(dir, "old.txt")
	info, err := os.Stat(full)
	if err != nil {
		t.Fatal(err)
	}
	hours := 5 * time.Hour
	kept := newShelf()
	start(t, &Source{Dir: dir, Shelf: kept, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Now().Add(hours) }})
	a := kept.next(t)
	if !a.Published.Equal(arrivedAt(info)) || a.Seen.Sub(a.Published) < hours {
		t.Errorf("published %s, seen %s: want when the file came, %s", a.Published, a.Seen, arrivedAt(info))
	}
}

func TestArticleIsTriedAgainWhileTheShelfFails(t *testing.T) {
	dir := t.TempDir()
	kept, lines := watched(t, dir)
	kept.mu.Lock()
	kept.fails = 1
	kept.mu.Unlock()
	write(t, dir, "ferry.txt", page)
	kept.next(t)
	if lines.count("disk full") != 1 {
		t.Error("the failure was not told")
	}
}

func TestFolderThatComesBackIsWatchedAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	kept, lines := newShelf(), &log{}
	start(t, &Source{Dir: dir, Shelf: kept, Log: slog.New(slog.NewTextHandler(lines, nil)), Rescan: 10 * time.Millisecond})
	until(t, func() bool { return lines.count("watching the folder") == 1 })
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return lines.count("cannot be watched") == 1 })
	write(t, dir, "ferry.txt", page)
	kept.next(t)
}

func TestFileThatVanishesIsNoFault(t *testing.T) {
	dir := t.TempDir()
	kept, lines := watched(t, dir)
	for i := range 50 {
		name := fmt.Sprintf("gone%d.txt", i)
		write(t, dir, name, page)
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, "stays.txt", page)
	until(t, func() bool { return kept.next(t).ID == articles.DeriveID("folder", "stays.txt") })
	if lines.count("level=WARN")+lines.count("level=ERROR") > 0 {
		t.Error("a file that vanished was told as a fault")
	}
}

func TestAFileIsOneArticle(t *testing.T) {
	_, err := Parse("two.xml", []byte(`<newsMessage><itemSet><newsItem guid="a"/><newsItem guid="b"/></itemSet></newsMessage>`))
	if err == nil || !strings.Contains(err.Error(), "2 news items in one file") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a.xml", []byte(`<newsItem guid="a"/>`))
	f.Add("a.txt", []byte(page))
	f.Add("a.html", []byte("<p>x"))
	f.Add("a.json", []byte(`{"uri":"x","headline":"y"}`))
	f.Add("a", []byte{})
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if a, err := Parse(name, data); err == nil && a.ID == "" {
			t.Error("an article without an ID")
		}
	})
}

// BenchmarkLatency measures from a file's last touch to the shelf.
func BenchmarkLatency(b *testing.B) {
	for name, drop := range map[string]func(dir, name string) error{
		"rename": func(dir, name string) error {
			return os.Rename(filepath.Join(dir, name+".tmp"), filepath.Join(dir, name))
		},
		"write": func(dir, name string) error {
			return os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(page, "Ferry", name, 1)), 0o644)
		},
	} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			kept, _ := watched(b, dir)
			for i := range b.N {
				name := fmt.Sprintf("f%d.txt", i)
				b.StopTimer()
				write(b, dir, name+".tmp", strings.Replace(page, "Ferry", name, 1))
				time.Sleep(2 * closedQuiet) // written elsewhere, a while ago
				b.StartTimer()
				if err := drop(dir, name); err != nil {
					b.Fatal(err)
				}
				kept.next(b)
			}
		})
	}
}

func TestAFileThatIsTakenAwayIsTold(t *testing.T) {
	dir := t.TempDir()
	kept, lines := watched(t, dir)
	write(t, dir, "ferry.txt", page)
	kept.next(t)
	if err := os.Remove(filepath.Join(dir, "ferry.txt")); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return lines.count("taken out of the folder") == 1 })
}
