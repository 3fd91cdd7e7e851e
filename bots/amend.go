package bots

import (
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
)

// correct asks which kind of mistake it is: that decides how loudly the correction is heard.
func (v *visit) correct(ctx context.Context, id string) (Answer, error) {
	al, err := v.r.Editors.File.Get(ctx, alerts.ID(id))
	if err != nil {
		return Answer{}, err
	}
	return v.show(Card{
		Lines: append(v.looks(al), Line{Text: v.say("correct-which")}),
		Buttons: [][]Button{
			{{Label: v.say("correct-typo"), Data: "typo:" + id}, {Label: v.say("correct-fact"), Data: "fact:" + id}},
			{{Label: v.say("back"), Data: "progress:" + id}},
		},
	}), nil
}

// correcting asks for the corrected text, as the next thing written.
func correcting(kind alerts.AmendmentKind) deed {
	return deed{staff, func(v *visit, _ context.Context, id string) (Answer, error) {
		v.ask("alert", deed{staff, func(v *visit, ctx context.Context, text string) (Answer, error) {
			return v.corrected(ctx, alerts.ID(id), kind, text)
		}})
		return v.show(v.askCard("correct-how-"+string(kind), "progress:"+id)), nil
	}}
}

// askCard asks for something to be written; back is the data of the way back.
func (v *visit) askCard(question, back string) Card {
	return Card{
		Lines:   []Line{{Text: v.say(question)}, v.nextText("alert")},
		Buttons: [][]Button{{{Label: v.say("back"), Data: back}}},
	}
}

// corrected reads the corrected text and shows what would be done. A wrong fact needs a sentence that says what was wrong.
func (v *visit) corrected(ctx context.Context, id alerts.ID, kind alerts.AmendmentKind, text string) (Answer, error) {
	w, err := readWritten(text)
	if err != nil {
		return Answer{}, err
	}
	al, err := v.r.Editors.File.Get(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	versions, err := reworded(al.Versions, w)
	if err != nil {
		return Answer{}, err
	}
	c := alerts.Correction{Kind: kind, Note: w.note, Versions: versions}
	if kind == alerts.Fact && c.Note == "" {
		v.ask("alert", deed{staff, func(v *visit, _ context.Context, note string) (Answer, error) {
			c.Note = strings.TrimSpace(note)
			return v.show(v.correctionCard(al, c)), nil
		}})
		return v.show(v.askCard("correct-note", "progress:"+string(id))), nil
	}
	return v.show(v.correctionCard(al, c)), nil
}

// reworded is what was written over what there is, in the language that was meant: what is left out stays as it was.
func reworded(versions map[string]alerts.Wording, w written) (map[string]alerts.Wording, error) {
	languages := slices.Sorted(maps.Keys(versions))
	lang := w.language
	if lang == "" && len(languages) == 1 {
		lang = languages[0]
	}
	old, ok := versions[lang]
	if !ok {
		return nil, please("which-language", "languages", strings.Join(languages, ", "))
	}
	if w.headline != "" {
		old.Headline = w.headline
	}
	if w.text != "" {
		old.Text = w.text
	}
	if w.url != "" {
		old.URL = w.url
	}
	return map[string]alerts.Wording{lang: old}, nil
}

func (v *visit) correctionCard(al alerts.Alert, c alerts.Correction) Card {
	after := al
	after.Versions = c.Versions
	lines := v.looks(after)
	if c.Kind == alerts.Fact {
		lines = append(lines, Line{Text: v.say("correction-title") + " " + v.say("correction-body", "note", c.Note)})
	}
	lines = append(lines, Line{Text: v.say("correct-check-" + string(c.Kind)), Quiet: true})
	return v.proposal(lines, "send-correction", al.ID, func(v *visit, ctx context.Context, _ string) (Answer, error) {
		if _, err := v.r.Editors.Correct(ctx, al.ID, c, v.signature()); err != nil {
			return Answer{}, err
		}
		return v.progress(ctx, string(al.ID))
	})
}

// recall asks why, as the next thing written.
func (v *visit) recall(_ context.Context, id string) (Answer, error) {
	v.ask("alert", deed{staff, func(v *visit, ctx context.Context, reason string) (Answer, error) {
		return v.recalling(ctx, alerts.ID(id), strings.TrimSpace(reason))
	}})
	return v.show(v.askCard("recall-why", "progress:"+id)), nil
}

// recalling shows the notice that would stand in the alert's place.
func (v *visit) recalling(ctx context.Context, id alerts.ID, reason string) (Answer, error) {
	al, err := v.r.Editors.File.Get(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	lines := append(v.looks(al), Line{Text: v.say("recall-check"), Quiet: true},
		Line{Text: v.say("withdrawn", "time", v.clock(v.r.Now()), "reason", reason)})
	return v.show(v.proposal(lines, "withdraw", id, func(v *visit, ctx context.Context, _ string) (Answer, error) {
		if _, err := v.r.Editors.Recall(ctx, id, alerts.Withdrawal{Reason: reason}, v.signature()); err != nil {
			return Answer{}, err
		}
		return v.progress(ctx, string(id))
	})), nil
}

// proposal shows what would be done, with one button that does it, once.
func (v *visit) proposal(lines []Line, label string, id alerts.ID, do func(*visit, context.Context, string) (Answer, error)) Card {
	ticket := strings.ToLower(rand.Text()[:12])
	v.r.notes.keep(noteKey{v.q.Chat, ticket}, note{deed: deed{staff, do}})
	return Card{Lines: lines, Buttons: [][]Button{
		{{Label: v.say(label), Data: "confirm:" + ticket}, {Label: v.say("cancel"), Data: "progress:" + string(id)}},
	}}
}

// confirm does what a proposal showed. It is remembered for a quarter of an hour, and not over a restart.
func (v *visit) confirm(ctx context.Context, ticket string) (Answer, error) {
	proposed, ok := v.r.notes.take(noteKey{v.q.Chat, ticket}, "")
	if !ok {
		return v.tell("proposal-gone"), nil
	}
	return proposed.deed.do(v, ctx, "")
}
