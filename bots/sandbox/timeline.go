package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// timeline is what the demo newsroom does and how far it has come, with the moment each piece was first seen in a chat.
type timeline struct {
	mu      sync.Mutex
	entries []entry
}

// entry is one beat and what became of it.
type entry struct {
	Beat
	Began   time.Time // zero: it is still to come
	Arrived map[string]arrival
}

// arrival is how a beat reached one platform.
type arrival struct {
	Chats map[string]bool
	First time.Duration // from the beat to the first chat
}

func newTimeline(beats []Beat) *timeline {
	t := &timeline{}
	for _, b := range beats {
		t.entries = append(t.entries, entry{Beat: b, Arrived: map[string]arrival{}})
	}
	return t
}

// begin notes that a beat is being performed.
func (t *timeline) begin(i int, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.entries[i].Began = now
}

// seen notes that a message with this text stands in a chat. It answers whether that is news.
func (t *timeline) seen(platform, chat, text string, at time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.entries {
		e := &t.entries[i]
		if e.Began.IsZero() || !strings.Contains(text, e.Story.Headline) {
			continue
		}
		a, ok := e.Arrived[platform]
		if !ok {
			a = arrival{Chats: map[string]bool{}, First: at.Sub(e.Began)}
		}
		if a.Chats[chat] {
			return false
		}
		a.Chats[chat] = true
		e.Arrived[platform] = a
		return true
	}
	return false
}

// begun are the entries that have begun, in order.
func (t *timeline) begun() []entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []entry
	for _, e := range t.entries {
		if !e.Began.IsZero() {
			found = append(found, e)
		}
	}
	return found
}

// tick is one line under an entry.
type tick struct {
	Platform string
	Chats    int
	After    string // the time until the first of them
}

// line is an entry as the page shows it.
type line struct {
	Clock    string // from the beginning, 0:26
	Mark     Mark
	State    string // coming, now, done
	Headline string
	Look     string
	Ticks    []tick
}

// lines is the whole timeline; the newest begun entry is the one to look at.
func (t *timeline) lines() []line {
	t.mu.Lock()
	defer t.mu.Unlock()
	newest := -1
	for i, e := range t.entries {
		if !e.Began.IsZero() {
			newest = i
		}
	}
	all := make([]line, len(t.entries))
	for i, e := range t.entries {
		all[i] = e.line(i, newest)
	}
	return all
}

func (e entry) line(i, newest int) line {
	l := line{Clock: fmt.Sprintf("%d:%02d", int(e.At.Minutes()), int(e.At.Seconds())%60), Mark: e.Mark,
		State: "coming", Headline: e.Story.Headline, Look: e.Look}
	switch {
	case i == newest:
		l.State = "now"
	case !e.Began.IsZero():
		l.State = "done"
	}
	for _, platform := range []string{telegramClient, discordClient} {
		if a, ok := e.Arrived[platform]; ok {
			l.Ticks = append(l.Ticks, tick{platform, len(a.Chats), short(a.First)})
		}
	}
	return l
}

// short is a duration as a person says it.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}
