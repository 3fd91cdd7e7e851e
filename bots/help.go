package bots

import "context"

// help says what can be said here.
func (v *visit) help(context.Context, string) (Answer, error) {
	lines := []Line{{Text: v.say("help-title", "outlet", v.outlet()), Strong: true}}
	for _, c := range v.r.Commands(v.lang) {
		if c.Staff && !v.staff || v.q.Chat.Kind.Shared() && !c.Shared || c.Only != "" && !v.inServer() {
			continue
		}
		lines = append(lines, Line{Text: v.command(c.Name) + " — " + c.Description})
	}
	return v.show(Card{Lines: lines, Buttons: [][]Button{
		{{Label: v.say("choose-topics"), Data: "topics"}, {Label: v.say("settings"), Data: "settings"}},
	}}), nil
}

// where says how to find us if this bot disappears.
func (v *visit) where(context.Context, string) (Answer, error) {
	if v.r.Where == "" {
		return v.tell("where-unknown", "outlet", v.outlet()), nil
	}
	return v.show(Card{Lines: []Line{{Text: v.say("where", "outlet", v.outlet()), Strong: true}, {Text: v.r.Where}}}), nil
}

// privacy says what is kept, and what is not.
func (v *visit) privacy(context.Context, string) (Answer, error) {
	return v.show(Card{
		Lines: []Line{
			{Text: v.say("privacy-title"), Strong: true}, {Text: v.say("privacy-kept")}, {Text: v.say("privacy-not")},
			{Text: v.say("privacy-forget", "command", v.command("forget"))},
		},
		Buttons: [][]Button{{{Label: v.say("forget-me"), Data: "forget"}}},
	}), nil
}
