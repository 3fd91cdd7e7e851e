package bots

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// compose writes a draft down and shows it as it will look, with whom it would reach and when.
func (v *visit) compose(ctx context.Context, text string) (Answer, error) {
	if text == "" {
		v.ask("alert", deed{staff, (*visit).compose})
		return v.show(Card{
			Lines:   []Line{{Text: v.say("alert-how"), Strong: true}, {Text: v.say("alert-how-options"), Quiet: true}, v.nextText("alert")},
			Buttons: [][]Button{{{Label: v.say("close"), Data: "close"}}},
		}), nil
	}
	o, err := v.order(text)
	if err != nil {
		return Answer{}, err
	}
	o.Draft = true
	al, p, _, err := v.r.Editors.Send(ctx, o)
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.draftCard(al, p)), nil
}

// nextText says how to write what is asked for.
func (v *visit) nextText(command string) Line {
	if v.q.Chat.Platform == delivery.Discord {
		return Line{Text: v.say("write-command", "command", v.command(command)), Quiet: true}
	}
	return Line{Text: v.say("write-next"), Quiet: true}
}

// draft shows a draft again.
func (v *visit) draft(ctx context.Context, id string) (Answer, error) {
	return v.redraft(ctx, alerts.ID(id), func(*alerts.Order) error { return nil })
}

// edit asks for another text of a draft, as the next thing written.
func (v *visit) edit(_ context.Context, id string) (Answer, error) {
	v.ask("alert", deed{staff, func(v *visit, ctx context.Context, text string) (Answer, error) {
		w, err := readWritten(text)
		if err != nil {
			return Answer{}, err
		}
		return v.redraft(ctx, alerts.ID(id), func(o *alerts.Order) error {
			versions, err := reworded(o.Versions, w)
			if err == nil {
				maps.Copy(o.Versions, versions)
			}
			return err
		})
	}})
	return v.show(v.askCard("edit-how", "draft:"+id)), nil
}

// draftClass changes a draft's class; arg is "id:class".
func (v *visit) draftClass(ctx context.Context, arg string) (Answer, error) {
	id, name, _ := strings.Cut(arg, ":")
	class, err := delivery.ParseClass(name)
	if err != nil {
		return Answer{}, please("no-such-class")
	}
	return v.redraft(ctx, alerts.ID(id), func(o *alerts.Order) error {
		o.Class = class
		return nil
	})
}

// redraft changes a draft and shows what it has become.
func (v *visit) redraft(ctx context.Context, id alerts.ID, change func(*alerts.Order) error) (Answer, error) {
	al, err := v.r.Editors.Redraft(ctx, id, v.signature(), change)
	if err != nil {
		return Answer{}, err
	}
	p, err := v.r.Editors.Preview(ctx, al.Order())
	if err != nil {
		return Answer{}, err
	}
	return v.show(v.draftCard(al, p)), nil
}

func (v *visit) draftCard(al alerts.Alert, p alerts.Preview) Card {
	id := string(al.ID)
	lines := append(v.looks(al), v.newer(al)...)
	lines = append(lines,
		Line{Text: v.say("draft-to", "topics", v.audienceName(al)), Quiet: true},
		Line{Text: v.reach(p), Quiet: true})
	var row []Button
	for _, class := range classes {
		label := v.marked(v.say("class-"+class.String()), al.Class == class)
		row = append(row, Button{Label: label, Data: "class:" + id + ":" + class.String()})
	}
	return Card{Lines: lines, Buttons: [][]Button{
		row, {{Label: v.say("choose-audience"), Data: "audience:" + id}, {Label: v.say("edit"), Data: "edit:" + id}},
		{{Label: v.say("send"), Data: "send:" + id}, {Label: v.say("cancel"), Data: "discard:" + id}},
	}}
}

// looks is an alert as it will look, in each of its languages.
func (v *visit) looks(al alerts.Alert) []Line {
	var lines []Line
	for _, lang := range slices.Sorted(maps.Keys(al.Versions)) {
		w := al.Versions[lang]
		headline := w.Headline
		if al.Class == delivery.Flash {
			headline = Say(lang, "flash-prefix", "headline", headline)
		}
		lines = append(lines, Line{Text: headline, Strong: true, Link: w.URL})
		if w.Text != "" {
			lines = append(lines, Line{Text: w.Text})
		}
	}
	if al.Credit != "" {
		lines = append(lines, Line{Text: al.Credit})
	}
	return lines
}

// send lets a draft go, after its hold.
func (v *visit) send(ctx context.Context, id string) (Answer, error) {
	if _, err := v.r.Editors.Release(ctx, alerts.ID(id), v.signature(), nil); err != nil {
		return Answer{}, err
	}
	return v.progress(ctx, id)
}

// discard ends a draft and takes its card away.
func (v *visit) discard(ctx context.Context, id string) (Answer, error) {
	if _, err := v.r.Editors.Cancel(ctx, alerts.ID(id), v.signature()); err != nil {
		return Answer{}, err
	}
	return Answer{Close: true, Toast: v.say("discarded")}, nil
}
