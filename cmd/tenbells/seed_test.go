package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// databases runs test with an empty SQLite and an empty PostgreSQL database.
func databases(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.SQLiteURL(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, storetest.PostgresURL(t))
	})
}

// readers are people who follow one key each, on both platforms.
type readers struct {
	lines    []string
	telegram map[string][]int64  // chats by what they follow
	discord  map[string][]string // channels by what they follow
}

// newReaders makes n private chats and n channels for each key.
func newReaders(w *world, n int, keys ...string) readers {
	r := readers{telegram: map[string][]int64{}, discord: map[string][]string{}}
	owner := w.discord.NewUser(discordtest.Person{Name: "owner"})
	guild := w.discord.NewGuild(owner, "The Server")
	guild.Install(w.discord.Bots()[0], discordtest.ViewChannel|discordtest.SendMessages|discordtest.EmbedLinks|discordtest.ReadMessageHistory)
	for i, key := range keys {
		for j := range n {
			chat := int64(5000 + 1000*i + j)
			channel := guild.NewChannel(fmt.Sprintf("news-%d-%d", i, j), discordtest.Text)
			r.telegram[key] = append(r.telegram[key], chat)
			r.discord[key] = append(r.discord[key], channel.ID())
			r.lines = append(r.lines,
				fmt.Sprintf(`{"platform":"telegram","chat":"%d","follow":[%q]}`, chat, key),
				fmt.Sprintf(`{"platform":"discord","chat":"%s","follow":[%q]}`, channel.ID(), key))
		}
	}
	return r
}

// page is a saved page as newsrooms' sites give them, with what surrounds its article.
const page = `Accessibility links

Breaking News

Storm Floods Harbour In Valparaiso

Waves break over the sea wall of Valparaiso on Tuesday.
Waves break over the sea wall of Valparaiso on Tuesday.
A storm has flooded the harbour of Valparaiso in Chile and cut power to half of the city, the mayor's office says.

Ferries to the islands have stopped. Engineers from Peru are on their way to help with the pumps.

With reporting by AP
  • 16x9 Image
`

func TestAPageInTheFolderReachesThoseWhoFollowWhatItIsAbout(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		r := newReaders(w, 3, "place:CL", "place:PE", "place:NO")
		w.subscribe(r.lines...)
		w.serve()
		w.drop("storm.txt", []byte(page))
		w.toldOnce(r, "Storm Floods Harbour In Valparaiso", "place:CL", "place:PE")
	})
}

func TestTheSeedPageReachesRussiaSyriaAndTheUnitedStates(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile(filepath.Join(shared(), "seed", "rferl-breaking-news.txt"))
	if err != nil {
		skipOrFail(t, "the seed page is not there: %v", err)
	}
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		r := newReaders(w, 2, "place:RU", "place:SY", "place:US", "place:FR")
		w.subscribe(r.lines...)
		w.serve()
		w.drop("rferl-breaking-news.txt", seed)
		w.toldOnce(r, "Putin, Obama Discuss Security", "place:RU", "place:SY", "place:US")
	})
}

// skipOrFail skips a test that lacks something, unless nothing may be skipped.
func skipOrFail(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("TENBELLS_NO_SKIP") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// toldOnce waits until the newest alert is sent, and sees that exactly those who follow one of keys were told of
// headline, once, and that the program counts as the platforms do.
func (w *world) toldOnce(r readers, headline string, keys ...string) {
	w.t.Helper()
	want := 0
	for _, key := range keys {
		want += len(r.telegram[key]) + len(r.discord[key])
	}
	id := w.newestAlert()
	w.until("everyone is told", func() bool { return w.alert(id).Counts.Sent >= want })
	w.until("the alert is sent", func() bool { return w.alert(id).Status == "sent" })
	if got := w.alert(id); got.Counts.Sent != want || got.Audience != want || got.Repeats != 0 {
		w.t.Errorf("the alert counts %+v, want %d sent", got, want)
	}
	told := map[string]bool{}
	for _, key := range keys {
		told[key] = true
	}
	for key, chats := range r.telegram {
		for _, chat := range chats {
			expectTold(w.t, fmt.Sprintf("telegram chat %d (%s)", chat, key), w.telegramTexts(chat), headline, told[key])
		}
	}
	for key, channels := range r.discord {
		for _, channel := range channels {
			expectTold(w.t, fmt.Sprintf("discord channel %s (%s)", channel, key), w.discordTexts(channel), headline, told[key])
		}
	}
}

func expectTold(t testing.TB, who string, texts []string, headline string, told bool) {
	t.Helper()
	switch {
	case !told && len(texts) > 0:
		t.Errorf("%s was told %q", who, texts)
	case told && (len(texts) != 1 || !strings.Contains(texts[0], headline)):
		t.Errorf("%s was told %q, want once %q", who, texts, headline)
	}
}

// newestAlert waits for an alert and answers its id.
func (w *world) newestAlert() string {
	w.t.Helper()
	var id string
	w.until("there is an alert", func() bool {
		out, code := w.run("alert", "show", "--json")
		if code != 0 {
			w.t.Fatalf("alert show: %s", out)
		}
		var rows []struct {
			ID string `json:"id"`
		}
		decode(w.t, out, &rows)
		if len(rows) > 0 {
			id = rows[0].ID
		}
		return id != ""
	})
	return id
}

// telegramTexts is what stands in a chat as the bot's words.
func (w *world) telegramTexts(chat int64) (texts []string) {
	c := w.telegram.Chat(chat)
	if c == nil {
		return nil
	}
	for _, m := range c.Received() {
		texts = append(texts, m.Text)
	}
	return texts
}

// discordTexts is what stands in a channel as the bot's words: content, titles and descriptions.
func (w *world) discordTexts(channel string) (texts []string) {
	c := w.discord.Channel(channel)
	if c == nil { // it is made when it is first spoken to
		return nil
	}
	for _, m := range c.Received() {
		text := m.Content.Text
		for _, e := range m.Embeds {
			text += e.Title + "\n" + e.Description
		}
		texts = append(texts, text)
	}
	return texts
}

// sqlite is an empty SQLite database.
func sqlite(t *testing.T) string { return storetest.SQLiteURL(t) }
