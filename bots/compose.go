package bots

import (
	"regexp"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// written is an alert, or a correction of one, as it was written in chat: the headline in the first line, the
// standfirst in the others, and options as "urgency: flash".
type written struct {
	headline, text, url, language, note string
	class                               delivery.Class // 0: not said
	to                                  []string
}

// optionLine is an option with a line of its own; optionWord one among the words of the headline.
var (
	optionLine = regexp.MustCompile(`(?i)^(urgency|to|link|language|note|text):\s*(.*)$`)
	optionWord = regexp.MustCompile(`(?i)(?:^|\s)(urgency|to|link|language):(\S+)`)
	optionText = regexp.MustCompile(`(?i)\s(text|note):\s*`)
)

// readWritten takes a text apart. In one line, options are single words (to:place:RU), and "text:" or "note:" begin
// what is not the headline.
func readWritten(text string) (written, error) {
	var w written
	var err error
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		m := optionLine.FindStringSubmatch(line)
		switch {
		case m != nil && (w.headline != "" || !optionWord.MatchString(line)):
			err = w.option(m[1], m[2], err)
		case line == "":
		case w.headline == "":
			err = w.first(line, err)
		case strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "http://"):
			w.url = line
		default:
			w.text = strings.TrimSpace(w.text + " " + line)
		}
	}
	return w, err
}

// first reads the line of the headline.
func (w *written) first(line string, err error) error {
	for _, m := range optionWord.FindAllStringSubmatch(line, -1) {
		err = w.option(m[1], m[2], err)
	}
	line = strings.TrimSpace(optionWord.ReplaceAllString(line, ""))
	parts := optionText.FindAllStringSubmatchIndex(line, -1)
	end := len(line)
	for i := len(parts) - 1; i >= 0; i-- {
		p := parts[i]
		err = w.option(line[p[2]:p[3]], line[p[1]:end], err)
		end = p[0]
	}
	w.headline = strings.TrimSpace(line[:end])
	return err
}

// option takes in one option; the first fault is kept.
func (w *written) option(name, value string, fault error) error {
	value = strings.TrimSpace(value)
	switch strings.ToLower(name) {
	case "urgency":
		class, err := delivery.ParseClass(strings.ToLower(value))
		if err != nil && fault == nil {
			fault = please("no-such-class")
		}
		w.class = class
	case "to":
		for _, to := range strings.Split(value, ",") {
			w.to = append(w.to, strings.TrimSpace(to))
		}
	case "link":
		w.url = value
	case "language":
		w.language = subscriptions.BaseLanguage(value)
	case "note":
		w.note = value
	case "text":
		w.text = value
	}
	return fault
}

// order is what was written, as an order.
func (v *visit) order(text string) (alerts.Order, error) {
	w, err := readWritten(text)
	if err != nil {
		return alerts.Order{}, err
	}
	keys, err := v.audience(w.to)
	if err != nil {
		return alerts.Order{}, err
	}
	if w.class == 0 {
		w.class = delivery.Bulletin
	}
	return alerts.Order{
		Versions: map[string]alerts.Wording{w.language: {Headline: w.headline, Text: w.text, URL: w.url}},
		Follow:   keys, Class: w.class, By: v.signature(),
	}, nil
}

// signature is who asks, for the record.
func (v *visit) signature() string { return v.r.Signature(v.q.Chat.Platform, v.q.Person) }
