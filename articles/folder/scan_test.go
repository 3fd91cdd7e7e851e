package folder

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// gate is a shelf that takes nothing before it is opened.
type gate struct {
	*shelf
	open  chan struct{}
	tried chan struct{}
}

func (g gate) Put(ctx context.Context, a articles.Article) (articles.Receipt, error) {
	select {
	case g.tried <- struct{}{}:
	default:
	}
	select {
	case <-g.open:
		return g.shelf.Put(ctx, a)
	case <-ctx.Done():
		return articles.Receipt{}, ctx.Err()
	}
}

func titled(headline string) string {
	return strings.Replace(page, "Harbour Ferry Runs Aground Off Lindholm", headline, 1)
}

// rest makes a file one that was written a minute ago: complete at the first look.
func rest(t *testing.T, full string) {
	t.Helper()
	if err := os.Chtimes(full, time.Time{}, time.Now().Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatComesNowDoesNotWaitForTheArchive(t *testing.T) {
	const archive = 300
	dir, elsewhere := t.TempDir(), t.TempDir()
	for i := range archive {
		write(t, dir, fmt.Sprintf("old%03d.txt", i), titled(fmt.Sprintf("Old Story Number %d Is Told Again", i)))
	}
	g := gate{newShelf(), make(chan struct{}), make(chan struct{}, 1)}
	start(t, &Source{Dir: dir, Shelf: g, Log: slog.New(slog.DiscardHandler)})
	<-g.tried
	write(t, elsewhere, "now.txt", titled("Dam Above The City Breaks"))
	full := filepath.Join(elsewhere, "now.txt")
	rest(t, full)
	if err := os.Rename(full, filepath.Join(dir, "now.txt")); err != nil {
		t.Fatal(err)
	}
	close(g.open)
	for i := range archive + 1 {
		if a := g.next(t); strings.HasPrefix(a.Headline, "Dam") {
			if i == archive {
				t.Error("it was read after all of the archive")
			}
			return
		}
	}
	t.Error("it was not read")
}

func TestTheNewestOfTheArchiveIsReadFirst(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		write(t, dir, name+".txt", titled("The Story Of "+name+" Is Told"))
		rest(t, filepath.Join(dir, name+".txt"))
	}
	kept, _ := watched(t, dir)
	for _, name := range []string{"c", "b", "a"} {
		if got := kept.next(t).Headline; got != "The Story Of "+name+" Is Told" {
			t.Errorf("got %q, want the story of %s", got, name)
		}
	}
}

func TestAnEarlierVersionInAFileOfItsOwnIsNotTheNext(t *testing.T) {
	dir := t.TempDir()
	for i, headline := range []string{"Nine Dead", "Twelve Dead"} {
		name := fmt.Sprintf("x-%d.json", i)
		write(t, dir, name, fmt.Sprintf(`{"uri":"urn:x:1","type":"text","headline":%q,"versioncreated":"2026-03-01T08:0%d:00Z"}`, headline, i))
		rest(t, filepath.Join(dir, name))
	}
	kept := newShelf()
	for range 2 { // the second time as after a restart
		ctx, stop := context.WithCancel(t.Context())
		lines, done := &log{}, make(chan error, 1)
		s := &Source{Dir: dir, Shelf: kept, Log: slog.New(slog.NewTextHandler(lines, nil))}
		go func() { done <- s.Run(ctx) }()
		until(t, func() bool { return lines.count("watching the folder") == 1 })
		write(t, dir, "end.txt", titled("The Archive Ends Here At "+time.Now().Format(time.StampNano)))
		for !strings.HasPrefix(kept.next(t).Headline, "The Archive Ends") { // which takes a moment to be complete
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, versions := range kept.kept {
		if a := versions[0]; a.Headline != "Twelve Dead" && !strings.HasPrefix(a.Headline, "The Archive") || a.Headline == "Twelve Dead" && len(versions) != 1 {
			t.Errorf("%d versions, the first is %q", len(versions), a.Headline)
		}
	}
}
