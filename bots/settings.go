package bots

import (
	"context"
	"fmt"
	"strings"

	"github.com/tenbells/tenbells/subscriptions"
)

// settings is one card that says what is, and changes in place.
func (v *visit) settings(context.Context, string) (Answer, error) {
	if v.sub.ID == 0 {
		return v.show(Card{
			Lines:   []Line{{Text: v.say("not-subscribed", "command", v.command("start"))}},
			Buttons: [][]Button{{{Label: v.say("begin"), Data: "start"}}},
		}), nil
	}
	return v.show(v.settingsCard()), nil
}

// openSettings is settings asked for below a digest, which stays where it is.
func (v *visit) openSettings(ctx context.Context, _ string) (Answer, error) {
	a, err := v.settings(ctx, "")
	a.Replace = false
	return a, err
}

func (v *visit) settingsCard() Card {
	card := Card{Lines: []Line{{Text: v.say("settings"), Strong: true}}}
	if v.sub.Status != subscriptions.Active {
		card.Lines = append(card.Lines, Line{Text: v.say("stopped", "command", v.command("start"))})
	}
	var buttons []Button
	for _, line := range v.settingLines() {
		if line.here {
			card.Lines = append(card.Lines, Line{Text: v.say("setting", "name", line.label, "value", line.now)})
			buttons = append(buttons, Button{Label: line.label, Data: line.name})
		}
	}
	card.Buttons = append(grid(3, buttons), []Button{
		v.stopOrStart(), {Label: v.say("forget-me"), Data: "forget"}, {Label: v.say("close"), Data: "close"},
	})
	return card
}

// setting is one line of the settings card and its button.
type setting struct {
	name, label, now string
	here             bool // makes sense in this kind of chat
}

func (v *visit) settingLines() []setting {
	s := v.sub
	shared := v.q.Chat.Kind.Shared()
	return []setting{
		{"topics", v.say("label-topics"), v.topicsNow(), true},
		{"rings", v.say("label-rings"), v.say("rings-" + s.Least.String()), true},
		{"digest", v.say("label-digest"), v.digestNow(), true},
		{"quiet", v.say("label-quiet"), v.quietNow(), true},
		{"language", v.say("label-language"), Say(v.lang, "language-name"), true},
		{"reads", v.say("label-reads"), v.readsNow(), true},
		{"zone", v.say("label-zone"), zoneName(s.Zone), true},
		{"budget", v.say("label-budget"), v.budgetNow(), !shared},
		{"discreet", v.say("label-discreet"), v.onOff(s.Discreet), !shared},
		{"ping", v.say("label-ping"), v.pingNow(), v.inServer()},
		{"threads", v.say("label-threads"), v.onOff(s.StoryThreads), v.inServer()},
	}
}

func (v *visit) stopOrStart() Button {
	if v.sub.Status == subscriptions.Active {
		return Button{Label: v.say("stop"), Data: "stop"}
	}
	return Button{Label: v.say("go-on"), Data: "start"}
}

func (v *visit) topicsNow() string {
	if len(v.sub.Follow) == 0 {
		return v.say("everything")
	}
	return v.names(v.sub.Follow)
}

func (v *visit) onOff(on bool) string {
	if on {
		return v.say("on")
	}
	return v.say("off")
}

func (v *visit) budgetNow() string {
	if v.sub.Budget == 0 {
		return v.say("no-limit")
	}
	return v.say("budget-now", "count", v.sub.Budget)
}

func (v *visit) quietNow() string {
	if !v.sub.Quiet.On() {
		return v.say("off")
	}
	return v.say("quiet-now", "hours", spoken(v.sub.Quiet), "mode", v.say("quiet-"+string(v.sub.Quiet.Mode)))
}

// digestNow says when digests come: "08:00", "weekdays 08:00", "on waking".
func (v *visit) digestNow() string {
	if len(v.sub.Digest) == 0 {
		return v.say("off")
	}
	var times []string
	for _, line := range v.sub.Digest {
		times = append(times, v.digestLine(line))
	}
	return strings.Join(times, v.say("comma"))
}

// readsNow names the languages of the articles that come here.
func (v *visit) readsNow() string {
	if len(v.sub.Reads) == 0 {
		return v.say("all-languages")
	}
	var names []string
	for _, lang := range v.sub.Reads {
		names = append(names, languageName(lang))
	}
	return strings.Join(names, v.say("comma"))
}

// languageName is a language's own name for itself, where we speak it; else its code.
func languageName(lang string) string {
	if catalogues[subscriptions.BaseLanguage(lang)] == nil {
		return lang
	}
	return Say(lang, "language-name")
}

// spoken are quiet hours as people write them: "23:00–07:00".
func spoken(q subscriptions.Quiet) string { return strings.Replace(q.String(), "-", "–", 1) }

// zoneName is a zone as people write it: "Europe/Prague", "UTC+3".
func zoneName(zone string) string {
	var behind int
	if _, err := fmt.Sscanf(zone, "Etc/GMT%d", &behind); err == nil {
		return fmt.Sprintf("UTC%+d", -behind)
	}
	return strings.ReplaceAll(zone, "_", " ")
}

// discreet turns the discreet form on or off: first line says nothing, the rest is hidden until pressed.
func (v *visit) discreet(ctx context.Context, want string) (Answer, error) {
	err := v.change(ctx, func(s *subscriptions.Subscriber) error {
		s.Discreet = want == "on" || want == "" && !s.Discreet
		return nil
	})
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.settingsCard()), nil
}
