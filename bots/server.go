package bots

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// inServer says whether this chat is a channel of a Discord server, where roles can be pinged and threads opened.
func (v *visit) inServer() bool {
	return v.q.Chat.Platform == delivery.Discord && v.q.Chat.Kind.Shared()
}

// mention is a role as Discord writes it in a text, or its bare number
// (discord.com/developers/docs/reference#message-formatting).
var mention = regexp.MustCompile(`^(?:<@&)?(\d{15,20})>?$`)

func offerPing(v *visit, s subscriptions.Subscriber) []Option {
	offers := []Option{{Label: v.say("off"), Value: off, Chosen: s.Ping.Role == ""}}
	if s.Ping.Role == "" {
		return offers
	}
	for _, class := range classes[:3] { // what is routine never pings
		offers = append(offers, Option{Label: v.say("rings-" + class.String()), Value: class.String(), Chosen: s.Ping.Least == class})
	}
	return offers
}

// setPing reads "@role", "@role bulletin", a class alone, or "off".
func setPing(v *visit, s *subscriptions.Subscriber, value string) error {
	if !v.inServer() {
		return please("ping-elsewhere")
	}
	ping := s.Ping
	for _, word := range strings.Fields(strings.ToLower(value)) {
		class, err := delivery.ParseClass(word)
		role := mention.FindStringSubmatch(word)
		switch {
		case word == off:
			ping = subscriptions.Ping{}
		case role != nil:
			ping = subscriptions.Ping{Role: role[1], Least: delivery.Flash}
		case err == nil && slices.Contains(classes[:3], class) && ping.Role != "":
			ping.Least = class
		default:
			return please("no-such-role", "command", v.command("ping"))
		}
	}
	s.Ping = ping
	return nil
}

// pingNow says which role is pinged, and from which class on.
func (v *visit) pingNow() string {
	if v.sub.Ping.Role == "" {
		return v.say("off")
	}
	return v.say("rings-" + v.sub.Ping.Least.String())
}

// threads turns a thread for each story on or off.
func (v *visit) threads(ctx context.Context, _ string) (Answer, error) {
	if !v.inServer() {
		return Answer{}, please("threads-elsewhere")
	}
	err := v.change(ctx, func(s *subscriptions.Subscriber) error {
		s.StoryThreads = !s.StoryThreads
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.settingsCard()), nil
}
