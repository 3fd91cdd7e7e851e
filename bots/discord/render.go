package discord

import (
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Colours of the classes. The word says the same, for those who do not see colour.
var colours = map[delivery.Class]int{
	delivery.Flash:    0xC8102E,
	delivery.Bulletin: 0xD97706,
	delivery.Urgent:   0x2563EB,
	delivery.Routine:  0x6B7280,
	delivery.Digest:   0x6B7280,
}

const withdrawnColour = 0x9CA3AF

// writer renders for one subscriber.
type writer struct {
	voice delivery.Voice
	now   time.Time
}

// render makes a message of a parcel. Text of others is escaped throughout, and none of it stands where it could ping.
func render(p delivery.Parcel, now time.Time) message {
	w := writer{p.Voice, now}
	var m message
	switch p.Body.Kind {
	case delivery.RecallContent:
		m = w.recall(p.Body)
	case delivery.CorrectionContent:
		m = w.correction(p.Body)
	case delivery.DigestContent:
		m = w.digest(p)
	default:
		m = w.alert(p.Body)
	}
	if p.Silent {
		m.Flags |= discordgo.MessageFlagsSuppressNotifications
	}
	if w.voice.Discreet {
		return w.cover(m)
	}
	return ping(m, p.Voice.PingRole)
}

// ping puts a role alone into the content line, and lets that one be told.
func ping(m message, role string) message {
	if role == "" || strings.Trim(role, "0123456789") != "" {
		return m
	}
	m.Content = "<@&" + role + ">"
	m.Mentions.Roles = []string{role}
	return m
}

// cover hides all but the number of messages until it is pressed, and makes no sound. Nothing of it names anybody.
func (w writer) cover(m message) message {
	m.Content = w.say("new-message", "count", 1)
	m.Flags |= discordgo.MessageFlagsSuppressNotifications
	for i, e := range m.Embeds {
		title, room := bold(e.Title), maxDescription-length("||||")
		text := fit(room-length(title)-1, "\n\n", strings.Split(e.Description, "\n\n")...)
		m.Embeds[i] = &discordgo.MessageEmbed{Description: spoiler(fit(room, "\n", title, text))}
	}
	return m
}

func (w writer) say(id string, args ...any) string { return bots.Say(w.voice.Language, id, args...) }

// testMark comes first: a drill must not be taken for news.
func (w writer) testMark(c delivery.Content) string {
	if !c.Test {
		return ""
	}
	return bold(escape(w.say("test")))
}

// className is the class in words.
func (w writer) className(c delivery.Class) string { return w.say("class-" + c.String()) }

// stamp is an instant as embeds take it; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
