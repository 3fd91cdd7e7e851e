package subscriptions

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/delivery"
)

// DefaultLeast is the least urgent class that rings where a subscriber line does not say.
const DefaultLeast = delivery.Bulletin

// DefaultBot is the name of a bot that was set by the environment alone.
const DefaultBot = "main"

// kinds are the sorts of chat each platform has, the default first.
var kinds = map[delivery.Platform][]delivery.Kind{
	delivery.Telegram: {delivery.Private, delivery.Group, delivery.Channel},
	delivery.Discord:  {delivery.Channel, delivery.Announcement, delivery.Forum, delivery.DM},
}

// DecodeLine reads one subscriber line: a JSON object with the keys and defaults of the README. valid knows the topics
// and places that can be followed. An error names the key at fault.
func DecodeLine(data []byte, valid func(string) bool) (Subscriber, error) {
	s := Subscriber{Status: Active, Zone: "UTC", Least: DefaultLeast}
	s.Address.Bot = DefaultBot
	keys := func(into *[]Key) func(json.RawMessage) error {
		return each(func(text string) error {
			key, err := NormalKey(text, valid)
			if err == nil && !slices.Contains(*into, key) {
				*into = append(*into, key)
			}
			return err
		})
	}
	err := object(data, fields{
		"platform": text(func(p string) error { s.Address.Platform = delivery.Platform(p); return nil }),
		"bot":      text(named(&s.Address.Bot)),
		"chat":     text(number(&s.Address.Chat)),
		"thread":   text(number(&s.Address.Thread)),
		"guild":    text(number(&s.Address.Guild)),
		"kind":     text(func(k string) error { s.Address.Kind = delivery.Kind(k); return nil }),
		"language": text(tag(func(t string) { s.Language = t })),
		"reads":    each(tag(func(t string) { s.Reads = append(s.Reads, t) })),
		"timezone": text(func(zone string) error { s.Zone = zone; return CheckZone(zone) }),
		"follow":   keys(&s.Follow), "exclude": keys(&s.Exclude),
		"least":         text(class(&s.Least)),
		"digest":        digestLines(&s.Digest),
		"quiet":         quietHours(&s.Quiet),
		"budget":        budget(&s.Budget),
		"ping":          ping(&s.Ping),
		"story_threads": flag(&s.StoryThreads), "discreet": flag(&s.Discreet),
		"status": text(status(&s.Status)),
	})
	if err == nil {
		err = complete(&s.Address)
	}
	if err != nil {
		return Subscriber{}, err
	}
	return s, nil
}

// complete sees that an address has all it needs, and sets the kind where it is not said.
func complete(a *delivery.Address) error {
	known, ok := kinds[a.Platform]
	switch {
	case !ok:
		return at("platform", "%q must be telegram or discord", a.Platform)
	case a.Chat == "":
		return at("chat", "must be given")
	case a.Platform == delivery.Discord && a.Chat[0] == '-':
		return at("chat", "%q must be a number of Discord's, which has no sign", a.Chat)
	case a.Kind == "" && a.Platform == delivery.Telegram && a.Chat[0] == '-':
		a.Kind = delivery.Group // Telegram's private chats are numbered from 1 up
	case a.Kind == "":
		a.Kind = known[0]
	case !slices.Contains(known, a.Kind):
		return at("kind", "%q must be one of %q on %s", a.Kind, known, a.Platform)
	}
	return nil
}

var (
	botName  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	chatName = regexp.MustCompile(`^-?[0-9]{1,20}$`)
)

func named(into *string) func(string) error {
	return func(name string) error {
		if !botName.MatchString(name) {
			return fmt.Errorf("%q must be letters, digits, - and _", name)
		}
		*into = name
		return nil
	}
}

func number(into *string) func(string) error {
	return func(id string) error {
		if !chatName.MatchString(id) {
			return fmt.Errorf("%q must be the platform's number, in quotes", id)
		}
		*into = id
		return nil
	}
}

func tag(set func(string)) func(string) error {
	return func(name string) error {
		parsed, err := language.Parse(name)
		if err != nil {
			return fmt.Errorf("%q is no language tag such as en or pt-BR", name)
		}
		set(parsed.String())
		return nil
	}
}

func class(into *delivery.Class) func(string) error {
	return func(name string) (err error) {
		*into, err = delivery.ParseClass(name)
		return err
	}
}

func status(into *Status) func(string) error {
	return func(name string) error {
		if *into = Status(name); !slices.Contains(statuses, *into) {
			return fmt.Errorf("%q must be one of %q", name, statuses)
		}
		return nil
	}
}

// digestLines reads a list of digest lines, or a single one.
func digestLines(into *[]string) func(json.RawMessage) error {
	add := func(line string) error {
		*into = append(*into, line)
		return CheckDigest(line)
	}
	return func(raw json.RawMessage) error {
		if raw[0] == '"' {
			return text(add)(raw)
		}
		return each(add)(raw)
	}
}

func quietHours(into *Quiet) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		hours, mode := "", QuietButFlash
		err := object(raw, fields{
			"hours": text(func(h string) (err error) { hours = h; _, err = ParseQuiet(h, ""); return err }),
			"mode":  text(func(m string) (err error) { mode = QuietMode(m); _, err = ParseQuiet("0-1", mode); return err }),
		})
		if err != nil {
			return err
		}
		q, err := ParseQuiet(hours, mode)
		if err != nil {
			return at("hours", "%w", err)
		}
		if q.On() {
			*into = q
		}
		return nil
	}
}

// maxBudget is more rings a day than anybody can mean.
const maxBudget = 1000

func budget(into *int) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		if err := json.Unmarshal(raw, into); err != nil || *into < 0 || *into > maxBudget {
			return fmt.Errorf("%s must be a whole number from 0 (no limit) to %d", raw, maxBudget)
		}
		return nil
	}
}

func ping(into *Ping) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		*into = Ping{Least: delivery.Flash}
		err := object(raw, fields{"role": text(number(&into.Role)), "least": text(class(&into.Least))})
		if err == nil && into.Role == "" {
			err = at("role", "must be given")
		}
		return err
	}
}

func flag(into *bool) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("%s must be true or false", raw)
		}
		return nil
	}
}

// EncodeLine writes what DecodeLine reads, without a line end. The address is in clear.
func EncodeLine(s Subscriber) ([]byte, error) {
	line := struct {
		Platform     delivery.Platform `json:"platform"`
		Bot          string            `json:"bot"`
		Chat         string            `json:"chat"`
		Thread       string            `json:"thread,omitempty"`
		Guild        string            `json:"guild,omitempty"`
		Kind         delivery.Kind     `json:"kind,omitempty"`
		Language     string            `json:"language,omitempty"`
		Reads        []string          `json:"reads,omitempty"`
		Zone         string            `json:"timezone"`
		Follow       []Key             `json:"follow,omitempty"`
		Exclude      []Key             `json:"exclude,omitempty"`
		Least        delivery.Class    `json:"least"`
		Digest       []string          `json:"digest,omitempty"`
		Quiet        quietLine         `json:"quiet,omitzero"`
		Budget       int               `json:"budget,omitempty"`
		Ping         pingLine          `json:"ping,omitzero"`
		StoryThreads bool              `json:"story_threads,omitempty"`
		Discreet     bool              `json:"discreet,omitempty"`
		Status       Status            `json:"status,omitempty"`
	}{
		Platform: s.Address.Platform, Bot: cmp.Or(s.Address.Bot, DefaultBot), Chat: s.Address.Chat, Thread: s.Address.Thread,
		Guild: s.Address.Guild, Kind: s.Address.Kind, Language: s.Language, Reads: s.Reads, Zone: cmp.Or(s.Zone, "UTC"),
		Follow: s.Follow, Exclude: s.Exclude, Least: cmp.Or(s.Least, DefaultLeast), Digest: s.Digest, Budget: s.Budget,
		StoryThreads: s.StoryThreads, Discreet: s.Discreet,
	}
	if s.Quiet.On() {
		line.Quiet = quietLine{s.Quiet.String(), cmp.Or(s.Quiet.Mode, QuietButFlash)}
	}
	if s.Status != Active {
		line.Status = s.Status
	}
	if s.Ping.Role != "" {
		line.Ping = pingLine{s.Ping.Role, cmp.Or(s.Ping.Least, delivery.Flash)}
	}
	data, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("encode subscriber %d: %w", s.ID, err)
	}
	return data, nil
}

type quietLine struct {
	Hours string    `json:"hours"`
	Mode  QuietMode `json:"mode"`
}

type pingLine struct {
	Role  string         `json:"role"`
	Least delivery.Class `json:"least"`
}
