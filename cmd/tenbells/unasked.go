package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
)

const (
	askNobody = "what needs an editor (a marked flash that tells of children, of a suicide or who the victims are; what the judge alone finds) is shown to nobody, and expires"
	mendStaff = "Run tenbells init and write to the bot, or set TENBELLS_STAFF=telegram:123,discord:456 to people on a platform that has a bot."
)

// anybodyToAsk says whether somebody of the staff is on a platform that has a bot.
func (s Settings) anybodyToAsk() bool {
	return slices.ContainsFunc(s.Staff, func(name string) bool {
		platform, _, _ := strings.Cut(name, ":")
		return slices.ContainsFunc(s.Bots, func(b BotSettings) bool { return string(b.Platform) == platform })
	})
}

func (n *newsroom) checkStaff() bots.Finding {
	if !n.set.anybodyToAsk() {
		return bots.Finding{What: "staff", OK: true, Says: "there is nobody to ask: " + askNobody, Mend: mendStaff}
	}
	return bots.Finding{What: "staff", OK: true, Says: plural(len(n.set.Staff), "may send alerts from chat", "may send alerts from chat")}
}

// unasked says that an alert waits for an editor and that there is none. What the newsroom itself has marked is a fault:
// it expects its readers to be told.
func (s *service) unasked(al alerts.Alert, marked bool) {
	if !marked {
		s.log.Warn("an offer waits for nobody", "alert", al.ID, "class", al.Class, "until", al.Offer.Until, "mend", mendStaff)
		return
	}
	s.log.Error("a marked alert is held for an editor, and there is none to ask", "alert", al.ID, "class", al.Class,
		"reasons", strings.Join(al.Reasons, " "), "until", al.Offer.Until, "mend", mendStaff)
	s.operator.post("", fmt.Sprintf("A marked %s is held for an editor, and there is nobody to ask: “%s” (%s). It expires at %s UTC. %s",
		al.Class, al.Headline(), al.ID, al.Offer.Until.UTC().Format("2006-01-02 15:04"), mendStaff))
}
