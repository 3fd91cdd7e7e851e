package linear

import (
	"slices"
	"testing"
)

func TestEvidenceIsInTheTextsWords(t *testing.T) {
	text := Text{Title: "The STRIKER and the penalty", Body: "The goal was said to be new. Shares fell.", Marks: []string{"section:x"}}
	for name, o := range map[string]Options{"words": {}, "words and runs": {ShortRun: 3, LongRun: 4}} {
		m := train(t, archive(300, false), o)
		var words []string
		last := 10.0
		for _, r := range m.Evidence(text, "sport", 3) {
			words = append(words, r.Text)
			if r.Weight <= 0 || r.Weight > last {
				t.Errorf("%s: weights are not falling: %v", name, words)
			}
			last = r.Weight
		}
		slices.Sort(words)
		if want := []string{"STRIKER", "goal", "penalty"}; !slices.Equal(words, want) {
			t.Errorf("%s: sport because of %q, want %q", name, words, want)
		}
		if got := m.Evidence(text, "economy", 1); len(got) != 1 || got[0].Text != "Shares" {
			t.Errorf("%s: economy because of %v, want Shares", name, got)
		}
	}
}

func TestEvidenceOfAnUnknownLabelIsNone(t *testing.T) {
	m := train(t, archive(100, false), Options{})
	if got := m.Evidence(Text{Body: "goal"}, "music", 3); got != nil {
		t.Errorf("evidence %v of a label that the model does not know", got)
	}
}

func TestMarksAreEvidence(t *testing.T) {
	var all []Example
	for i := range 40 {
		label := []string{"a", "b"}[i%2]
		all = append(all, Example{Text: Text{Body: "some words", Marks: []string{"section:" + label}}, Labels: []string{label}})
	}
	m := train(t, all, Options{})
	got := m.Evidence(Text{Body: "some words", Marks: []string{"section:b"}}, "b", 2)
	if len(got) == 0 || got[0].Text != "section:b" {
		t.Errorf("b because of %v, want its section", got)
	}
}
