package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
)

const (
	askNobody = "what needs an editor (a marked flash that tells of children, of a suicide or who the victims are; what the judge alone finds) is shown to nobody, and expires"
	mendStaff = "Run tenbells staff add, or set TENBELLS_STAFF=telegram:123,discord:456 to people on a platform that has a bot."
)

// askable counts the staff who are on a platform that has a bot.
func (n *newsroom) askable(ctx context.Context) (count int, err error) {
	all, err := n.colleagues(ctx)
	for _, m := range all {
		platform, _, _ := strings.Cut(m.Address, ":")
		if slices.ContainsFunc(n.set.Bots, func(b BotSettings) bool { return string(b.Platform) == platform }) {
			count++
		}
	}
	return count, err
}

func (n *newsroom) checkStaff(ctx context.Context) (bots.Finding, error) {
	count, err := n.askable(ctx)
	if count == 0 {
		return bots.Finding{What: "staff", OK: true, Says: "there is nobody to ask: " + askNobody, Mend: mendStaff}, err
	}
	return bots.Finding{What: "staff", OK: true, Says: plural(count, "may work on alerts from chat", "may work on alerts from chat")}, err
}

// warnOfNobody says at the start that offers would wait for nobody.
func (s *service) warnOfNobody(ctx context.Context) error {
	count, err := s.askable(ctx)
	if err == nil && count == 0 {
		s.log.Warn("there is nobody to ask", "means", askNobody, "mend", mendStaff)
	}
	return err
}

// unasked says that an alert waits for an editor and that there is none. What the newsroom itself has marked is a fault:
// it expects its readers to be told.
func (s *service) unasked(ctx context.Context, al alerts.Alert, marked bool) {
	switch count, err := s.askable(ctx); {
	case err != nil:
		s.log.Error("cannot see who is of the staff", "err", err)
		return
	case count > 0:
		return
	case !marked:
		s.log.Warn("an offer waits for nobody", "alert", al.ID, "class", al.Class, "until", al.Offer.Until, "mend", mendStaff)
		return
	}
	s.log.Error("a marked alert is held for an editor, and there is none to ask", "alert", al.ID, "class", al.Class,
		"reasons", strings.Join(al.Reasons, " "), "until", al.Offer.Until, "mend", mendStaff)
	s.operator.post("", fmt.Sprintf("A marked %s is held for an editor, and there is nobody to ask: “%s” (%s). It expires at %s UTC. %s",
		al.Class, al.Headline(), al.ID, al.Offer.Until.UTC().Format("2006-01-02 15:04"), mendStaff))
}
