package bots

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// choice is a setting of which one value is chosen by button, or written.
type choice struct {
	offers func(v *visit, s subscriptions.Subscriber) []Option
	set    func(v *visit, s *subscriptions.Subscriber, value string) error
	many   bool // several may be chosen: the card stays until it is left
}

// choices are the settings that are chosen so, by the name of their command and button.
func choices() map[string]choice {
	return map[string]choice{
		"rings":    {offers: offerRings, set: setRings},
		"digest":   {offers: offerDigest, set: setDigest},
		"quiet":    {offers: offerQuiet, set: setQuiet, many: true},
		"language": {offers: offerLanguage, set: setLanguage},
		"reads":    {offers: offerReads, set: setReads, many: true},
		"budget":   {offers: offerBudget, set: setBudget},
		"ping":     {offers: offerPing, set: setPing},
	}
}

// deed shows the choice, or makes it and shows the settings.
func (c choice) deed(name string) deed {
	return deed{admins, func(v *visit, ctx context.Context, value string) (Answer, error) {
		if value == "" {
			return v.show(v.choiceCard(name, c)), nil
		}
		err := v.change(ctx, func(s *subscriptions.Subscriber) error { return c.set(v, s, c.meant(v, *s, value)) })
		if err != nil {
			return Answer{}, err
		}
		if c.many && v.q.Button != "" {
			return v.show(v.choiceCard(name, c)), nil
		}
		return v.show(v.settingsCard()), nil
	}}
}

// meant is the offered value that was written by its label, or what was written.
func (c choice) meant(v *visit, s subscriptions.Subscriber, written string) string {
	for _, o := range c.offers(v, s) {
		if strings.EqualFold(o.Label, written) {
			return o.Value
		}
	}
	return written
}

func (v *visit) choiceCard(name string, c choice) Card {
	card := Card{Lines: []Line{
		{Text: v.say("ask-" + name), Strong: true},
		{Text: v.say("ask-"+name+"-how", "command", v.command(name)), Quiet: true},
	}}
	var buttons []Button
	for _, o := range c.offers(v, v.here()) {
		buttons = append(buttons, Button{Label: v.marked(o.Label, o.Chosen), Data: name + ":" + o.Value})
	}
	card.Buttons = append(grid(2, buttons), v.backOrClose("settings"))
	return card
}

// classes are the urgency classes that may ring, the most urgent first.
var classes = []delivery.Class{delivery.Flash, delivery.Bulletin, delivery.Urgent, delivery.Routine}

func offerRings(v *visit, s subscriptions.Subscriber) []Option {
	var offers []Option
	for _, class := range classes {
		offers = append(offers, Option{Label: v.say("rings-" + class.String()), Value: class.String(), Chosen: s.Least == class})
	}
	return offers
}

func setRings(_ *visit, s *subscriptions.Subscriber, value string) error {
	class, err := delivery.ParseClass(strings.ToLower(value))
	if err != nil {
		return please("no-such-class")
	}
	s.Least = class
	return nil
}

func offerLanguage(v *visit, _ subscriptions.Subscriber) []Option {
	var offers []Option
	for _, lang := range Languages() {
		offers = append(offers, Option{Label: languageName(lang), Value: lang, Chosen: v.lang == lang})
	}
	return offers
}

func setLanguage(_ *visit, s *subscriptions.Subscriber, value string) error {
	lang := subscriptions.BaseLanguage(value)
	if !slices.Contains(Languages(), lang) {
		return please("no-such-language", "languages", strings.Join(Languages(), ", "))
	}
	s.Language = lang
	return nil
}

// allLanguages is the value of reading whatever comes.
const allLanguages = "all"

func offerReads(v *visit, s subscriptions.Subscriber) []Option {
	offers := []Option{{Label: v.say("all-languages"), Value: allLanguages, Chosen: len(s.Reads) == 0}}
	for _, lang := range firstOf(7, s.Reads, Languages()) {
		offers = append(offers, Option{Label: languageName(lang), Value: lang, Chosen: slices.Contains(s.Reads, lang)})
	}
	return offers
}

// setReads turns the language of a pressed button on or off; written languages replace what was there.
func setReads(v *visit, s *subscriptions.Subscriber, value string) error {
	if value == allLanguages {
		s.Reads = nil
		return nil
	}
	var langs []string
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' }) {
		tag, err := language.Parse(word)
		if err != nil {
			return please("no-such-language", "languages", strings.Join(Languages(), ", "))
		}
		langs = append(langs, subscriptions.BaseLanguage(tag.String()))
	}
	if v.q.Button == "" {
		s.Reads = firstOf(menuLimit, langs)
		return nil
	}
	for _, lang := range langs {
		if slices.Contains(s.Reads, lang) {
			s.Reads = slices.DeleteFunc(slices.Clone(s.Reads), func(l string) bool { return l == lang })
		} else {
			s.Reads = append(slices.Clone(s.Reads), lang)
		}
	}
	return nil
}

func offerBudget(v *visit, s subscriptions.Subscriber) []Option {
	offers := []Option{{Label: v.say("no-limit"), Value: "0", Chosen: s.Budget == 0}}
	for _, n := range []int{1, 3, 5, 10, 20} {
		offers = append(offers, Option{Label: v.say("budget-now", "count", n), Value: strconv.Itoa(n), Chosen: s.Budget == n})
	}
	return offers
}

// maxBudget is the most rings a day one can ask for as a limit.
const maxBudget = 1000

func setBudget(_ *visit, s *subscriptions.Subscriber, value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > maxBudget {
		return please("no-such-number")
	}
	s.Budget = n
	return nil
}
