package main

import (
	"fmt"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// A reader who blocked the bot and comes back is asked first; what was told meanwhile is not told afterwards.
func TestAReaderWhoComesBackIsAskedAndGetsNothingStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	olga := w.telegram.NewUser(telegramtest.Person{FirstName: "Olga", Language: "en"})
	olga.Start("")
	chat := olga.Private(nil)
	w.subscribe(fmt.Sprintf(`{"platform":"telegram","chat":"%d","follow":["place:NO"]}`, olga.ID()), `{"platform":"telegram","chat":"5000","follow":["place:NO"]}`)
	w.serve()
	send := func(headline string) string {
		var sent struct{ ID string }
		decode(t, w.must("alert", "send", "--json", "--follow", "place:NO", "--yes", "--now", headline), &sent)
		w.until("others are told: "+headline, func() bool { return count(w.telegramTexts(5000), headline) == 1 })
		return sent.ID
	}
	told := func(headline string) int { return count(w.telegramTexts(int64(olga.ID())), headline) }
	send("Oslo votes")
	w.until("she is told", func() bool { return told("Oslo votes") == 1 })
	olga.Block()
	id := send("Bergen floods")
	w.until("she was tried, if she was owed it", func() bool { return w.alert(id).Status == "sent" })
	olga.Unblock()
	w.until("she is asked", func() bool { return told("Go on as before?") == 1 })
	send("Tromsø shakes")
	press(w, chat, olga, "Go on")
	w.until("she is welcomed", func() bool { return told("As it stands") > 0 })
	send("Stavanger burns")
	w.until("she is told again", func() bool { return told("Stavanger burns") == 1 })
	for _, missed := range []string{"Bergen floods", "Tromsø shakes"} {
		if told(missed) > 0 {
			t.Errorf("she was told afterwards: %s", missed)
		}
	}
}
