package bots

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/subscriptions"
)

// off is the written and pressed word for none of it.
const off = "off"

// usualDigests are the digest lines offered by button.
var usualDigests = []string{"0 7 * * *", "0 8 * * *", "0 18 * * *", "0 20 * * *", "0 8 * * 1-5", subscriptions.Wake}

func offerDigest(v *visit, s subscriptions.Subscriber) []Option {
	offers := []Option{{Label: v.say("off"), Value: off, Chosen: len(s.Digest) == 0}}
	for _, line := range usualDigests {
		offers = append(offers, Option{Label: v.digestLine(line), Value: line, Chosen: slices.Equal(s.Digest, []string{line})})
	}
	return offers
}

// maxDigests is how many digests a day, or lines, one may have.
const maxDigests = 6

// setDigest reads "off", "wake", times such as "8" or "7:30, 20:00", "weekdays 8", or one cron line.
func setDigest(v *visit, s *subscriptions.Subscriber, value string) error {
	value = strings.ToLower(strings.TrimSpace(value))
	if value == off {
		s.Digest = nil
		return nil
	}
	if len(strings.Fields(value)) == 5 && subscriptions.CheckDigest(value) == nil {
		s.Digest = []string{value}
		return nil
	}
	days, lines := "*", []string(nil)
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }) {
		switch word {
		case subscriptions.Wake:
			lines = append(lines, word)
		case "weekdays", v.say("word-weekdays"):
			days = "1-5"
		case "weekends", v.say("word-weekends"):
			days = "0,6"
		default:
			hour, minute, ok := timeOfDay(word)
			if !ok {
				return please("no-such-hours", "command", v.command("digest"))
			}
			lines = append(lines, fmt.Sprintf("%d %d * * ", minute, hour))
		}
	}
	if len(lines) == 0 || len(lines) > maxDigests {
		return please("no-such-hours", "command", v.command("digest"))
	}
	for i, line := range lines {
		if line != subscriptions.Wake {
			lines[i] += days
		}
	}
	s.Digest = lines
	return nil
}

var clockTime = regexp.MustCompile(`^([01]?\d|2[0-3])(?:[:.]([0-5]\d))?$`)

// timeOfDay reads "8", "08:00", "20.30".
func timeOfDay(word string) (hour, minute int, ok bool) {
	m := clockTime.FindStringSubmatch(word)
	if m == nil {
		return 0, 0, false
	}
	fmt.Sscan(m[1], &hour) // digits only, as the pattern says
	fmt.Sscan(m[2], &minute)
	return hour, minute, true
}

var plainLine = regexp.MustCompile(`^(\d+) (\d+) \* \* (\*|1-5|0,6)$`)

// digestLine says when a digest line falls: "08:00", "weekdays 08:00", "on waking"; a line of another form as it is.
func (v *visit) digestLine(line string) string {
	if line == subscriptions.Wake {
		return v.say("on-waking")
	}
	m := plainLine.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	clock := fmt.Sprintf("%02s:%02s", m[2], m[1])
	switch m[3] {
	case "1-5":
		return v.say("on-weekdays", "time", clock)
	case "0,6":
		return v.say("on-weekends", "time", clock)
	}
	return clock
}

// usualQuiet are the quiet hours offered by button.
var usualQuiet = []string{"22:00-07:00", "23:00-07:00", "00:00-08:00"}

var quietModes = []subscriptions.QuietMode{subscriptions.QuietButFlash, subscriptions.QuietAll, subscriptions.QuietFold}

func offerQuiet(v *visit, s subscriptions.Subscriber) []Option {
	offers := []Option{{Label: v.say("off"), Value: off, Chosen: !s.Quiet.On()}}
	for _, hours := range usualQuiet {
		offers = append(offers, Option{Label: strings.Replace(hours, "-", "–", 1), Value: hours, Chosen: s.Quiet.String() == hours})
	}
	if !s.Quiet.On() {
		return offers
	}
	for _, mode := range quietModes {
		offers = append(offers, Option{Label: v.say("quiet-" + string(mode)), Value: string(mode), Chosen: s.Quiet.Mode == mode})
	}
	return offers
}

// setQuiet reads "off", "23-7", "23:00–07:00 all", or a mode alone.
func setQuiet(v *visit, s *subscriptions.Subscriber, value string) error {
	q := s.Quiet
	for _, word := range strings.Fields(strings.ToLower(strings.ReplaceAll(value, "–", "-"))) {
		switch {
		case word == off:
			q = subscriptions.Quiet{}
		case slices.Contains(quietModes, subscriptions.QuietMode(word)):
			q.Mode = subscriptions.QuietMode(word)
		default:
			hours, err := subscriptions.ParseQuiet(word, q.Mode)
			if err != nil {
				return please("no-such-hours", "command", v.command("quiet"))
			}
			q = hours
		}
	}
	s.Quiet = q
	return nil
}

// zone sets the time zone: by city, by name, or by the difference to UTC. Several that may be meant are offered.
func (v *visit) zone(ctx context.Context, text string) (Answer, error) {
	if text == "" {
		if v.q.Chat.Kind.Shared() {
			return v.show(v.zoneCard(nil)), nil
		}
		v.ask("zone", deed{admins, (*visit).zone})
		return v.show(v.zoneCard(nil)), nil
	}
	found := []string{text}
	if subscriptions.CheckZone(text) != nil {
		found = FindZones(text, searchLimit)
	}
	switch len(found) {
	case 0:
		return Answer{}, please("no-such-zone", "command", v.command("zone"))
	case 1:
		err := v.change(ctx, func(s *subscriptions.Subscriber) error {
			s.Zone = found[0]
			return nil
		})
		if err != nil {
			return Answer{}, err
		}
		return v.show(v.settingsCard()), nil
	}
	return v.show(v.zoneCard(found)), nil
}

// zoneCard asks for the zone, or which of found it is.
func (v *visit) zoneCard(found []string) Card {
	s := v.here()
	card := Card{Lines: []Line{
		{Text: v.say("ask-zone"), Strong: true},
		{Text: v.say("ask-zone-how", "command", v.command("zone")), Quiet: true},
		{Text: v.say("ask-zone-now", "zone", zoneName(s.Zone), "time", v.r.Now().In(subscriptions.Location(s.Zone)).Format("15:04"))},
	}}
	var buttons []Button
	for _, zone := range found {
		buttons = append(buttons, Button{Label: zoneName(zone), Data: "zone:" + zone})
	}
	card.Buttons = append(grid(2, buttons), v.backOrClose("settings"))
	return card
}
