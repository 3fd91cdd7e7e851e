package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// bureau is a world with two editors, one on each platform, and one reader.
type bureau struct {
	*world
	ann   *telegramtest.User
	bob   *discordtest.User
	chief *telegramtest.Chat
	dm    *discordtest.Channel
}

const unmarked = `{"uri":"urn:quake","headline":"Earthquake kills nine in Chile","description_text":"It struck at noon.","language":"en",` +
	`"versioncreated":%q,"pubstatus":%q,"place":[{"code":"CL","scheme":"iso3166-1a2"}]}`

func newBureau(t *testing.T, url string) *bureau { return newBureauIn(t, url, "en") }

// newBureauIn is one where Ann's app speaks a language.
func newBureauIn(t *testing.T, url, language string) *bureau {
	w := newWorld(t, url)
	b := &bureau{world: w, ann: w.telegram.NewUser(telegramtest.Person{FirstName: "Ann", Language: language})}
	guild := w.discord.NewGuild(w.discord.NewUser(discordtest.Person{Name: "owner"}), "The Server")
	guild.Install(w.discord.Bots()[0], discordtest.ViewChannel|discordtest.SendMessages)
	b.bob = w.discord.NewUser(discordtest.Person{Name: "Bob"})
	guild.Join(b.bob)
	b.ann.Start("")
	b.chief, b.dm = b.ann.Private(nil), b.bob.DM(w.discord.Bots()[0])
	w.env = append(w.env, fmt.Sprintf("TENBELLS_STAFF=telegram:%d,discord:%s", b.ann.ID(), b.bob.ID()))
	w.subscribe(`{"platform":"telegram","chat":"5000","follow":["place:CL"],"least":"urgent"}`)
	w.serve()
	b.until("Ann is greeted", func() bool { return len(b.chief.Received()) > 0 }) // from now on her language is known
	return b
}

// push hands in the article as it is now.
func (b *bureau) push(status string) {
	b.t.Helper()
	if got := b.call("POST", "/v1/articles", fmt.Sprintf(unmarked, time.Now().UTC().Format(time.RFC3339), status), nil); got/100 != 2 {
		b.t.Fatalf("status %d", got)
	}
}

// telegramCard waits until a message to Ann says something, and answers the newest that does.
func (b *bureau) telegramCard(says string) (card telegramtest.Message) {
	b.t.Helper()
	err := b.await(func() bool {
		for _, m := range b.chief.Received() {
			if strings.Contains(m.Text, says) {
				card = m
			}
		}
		return card.ID != 0
	})
	if err != nil {
		b.t.Fatalf("in vain waited until Ann is asked %q; she has %q", says, b.telegramTexts(b.ann.ID()))
	}
	return card
}

func (b *bureau) discordCard(says string) (card discordtest.Message) {
	b.t.Helper()
	b.until("Bob is asked: "+says, func() bool {
		for _, m := range b.dm.Received() {
			if strings.Contains(discordText(m.Content), says) {
				card = m
			}
		}
		return card.ID != ""
	})
	return card
}

// press presses the button of Ann's card that is called label.
func (b *bureau) press(card telegramtest.Message, label string) {
	b.t.Helper()
	for _, row := range card.Buttons {
		for _, button := range row {
			if button.Text == label {
				if _, err := b.chief.Press(b.ann, card.ID, button.Data); err != nil {
					b.t.Fatal(err)
				}
				return
			}
		}
	}
	b.t.Fatalf("there is no button %q: %+v", label, card.Buttons)
}

func TestWhatDoesNotRingByItselfIsOfferedToTheStaff(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		b := newBureau(t, url)
		b.push("usable")
		b.discordCard("Earthquake kills nine in Chile")
		card := b.telegramCard("Ring this?")
		for _, says := range []string{"Earthquake kills nine in Chile", "Because: ", "Would reach 1", "Expires "} {
			if !strings.Contains(card.Text, says) {
				t.Errorf("the card does not say %q: %s", says, card.Text)
			}
		}
		b.press(card, "Send")
		b.until("the reader is told", func() bool { return count(b.telegramTexts(5000), "Earthquake kills nine in Chile") == 1 })
		b.discordCard("Sent to 1 of 1")
		if n := len(b.dm.Received()); n != 1 {
			t.Errorf("Bob has %d messages, want the one card", n)
		}
		b.push("canceled")
		b.press(b.telegramCard("took the article back"), "Withdraw")
		b.ann.Send("The seismologists have corrected themselves.")
		b.press(b.telegramCard("takes its place"), "Withdraw")
		b.until("the reader sees the notice", func() bool { return count(b.telegramTexts(5000), "corrected themselves") == 1 })
	})
}

// What the judge found is said to each editor in their own language, on one and the same offer.
func TestEachEditorIsToldWhyInTheirLanguage(t *testing.T) {
	t.Parallel()
	for language, says := range map[string]string{
		"ru": "Почему: В заголовке есть «earthquake». В заголовке не меньше 9 рядом с «kills».",
		"fa": "چرا: در عنوان «\u2068earthquake\u2069» آمده است. در عنوان 9 یا بیشتر کنار «\u2068kills\u2069» آمده است.",
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			b := newBureauIn(t, sqlite(t), language)
			b.push("usable")
			b.telegramCard(says)
			b.discordCard("Because: The headline says “earthquake”. The headline counts 9 or more beside “kills”.")
		})
	}
}

func TestAnEditorSaysNo(t *testing.T) {
	t.Parallel()
	b := newBureau(t, sqlite(t))
	b.push("usable")
	b.discordCard("Ring this?")
	b.press(b.telegramCard("Ring this?"), "No")
	b.telegramCard("An editor said no.")
	b.discordCard("An editor said no.")
	if al := b.alert(b.newestAlert()); al.Status != "cancelled" || al.Audience != 0 {
		t.Errorf("the alert is %+v", al)
	}
	if n := count(b.telegramTexts(5000), "Earthquake"); n != 0 {
		t.Errorf("the reader was told %d times", n)
	}
}

func TestAnOfferOfAnArticleThatIsTakenBackIsClosed(t *testing.T) {
	t.Parallel()
	b := newBureau(t, sqlite(t))
	b.push("usable")
	b.discordCard("Ring this?")
	b.telegramCard("Ring this?")
	b.push("canceled")
	b.telegramCard("The newsroom took the article back.")
	b.discordCard("The newsroom took the article back.")
}

func TestAnOfferCanBeEditedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	b := newBureau(t, sqlite(t))
	b.push("usable")
	card := b.telegramCard("Ring this?")
	b.press(card, "Edit")
	b.until("the draft is shown", func() bool {
		m, ok := b.chief.Message(card.ID)
		card = m
		return ok && !strings.Contains(m.Text, "Ring this?") && strings.Contains(m.Text, "Would reach 1")
	})
	b.press(card, "Send")
	b.until("the reader is told", func() bool { return count(b.telegramTexts(5000), "Earthquake kills nine in Chile") == 1 })
}

func TestAnEditorSaysThatAnOfferIsOfAToldStory(t *testing.T) {
	t.Parallel()
	b := newBureau(t, sqlite(t))
	first := b.wire("a", ferry, 2)
	b.push("usable")
	b.discordCard("Ring this?") // who was not asked is not told how it was answered
	b.press(b.telegramCard("Ring this?"), "Same story as… ▸")
	b.press(b.telegramCard("1. "+ferry), "1")
	b.telegramCard("Counted to a story that was told before.")
	b.discordCard("Counted to a story that was told before.")
	if s := b.storyOf(first); s.Count != 2 || len(s.Told) != 1 {
		t.Errorf("the story is %+v", s)
	}
}
