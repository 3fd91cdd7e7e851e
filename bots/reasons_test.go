package bots

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/tenbells/tenbells/alerts"
)

// asks is who asks in a language.
func asks(lang string) *visit {
	now := func() time.Time { return time.Date(2026, 3, 1, 18, 40, 0, 0, time.UTC) }
	return &visit{r: &Reception{Config: Config{Now: now}}, lang: lang}
}

// filled is a reason with something for all that it takes.
func filled(key, text string) alerts.Reason {
	r := alerts.Reason{
		Key: key, Count: 5, Span: 3 * time.Hour, At: time.Date(2026, 3, 1, 17, 5, 0, 0, time.UTC), Words: map[string]string{},
	}
	for _, name := range placeholders(text) {
		if name != "count" && name != "span" && name != "time" {
			r.Words[name] = "⟨" + name + "⟩"
		}
	}
	return r
}

func TestEveryReasonIsSaidInEveryLanguage(t *testing.T) {
	for _, lang := range slices.DeleteFunc(Languages(), func(lang string) bool { return lang == English }) {
		for key, text := range alerts.Sentences() {
			r := filled(key, text)
			got := asks(lang).reason(r)
			for name, words := range r.Words {
				if !strings.Contains(got, words) {
					t.Errorf("%s: %q does not fill in %q: %q", lang, key, name, got)
				}
				got = strings.ReplaceAll(got, words, "")
			}
			got = strings.NewReplacer("UTC", "", firstStrongIsolate, "", popIsolate, "").Replace(got)
			if strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
				t.Errorf("%s: %q is said with %q", lang, key, got)
			}
		}
	}
}

func TestReasonsInTheirLanguage(t *testing.T) {
	quoted := alerts.Reason{Key: "past-likely", Words: map[string]string{"share": "43"}, Parts: map[string]alerts.Reason{"list": {
		Key: "list", Parts: map[string]alerts.Reason{
			"first": {Key: "past-word", Words: map[string]string{"words": "Kyiv"}},
			"rest":  {Key: "past-word", Words: map[string]string{"words": "زلزله"}},
		},
	}}}
	late := alerts.Reason{Key: "late", Span: 21 * time.Hour}
	expired := alerts.Reason{Key: "expired-digest", At: time.Date(2026, 2, 28, 17, 5, 0, 0, time.UTC)}
	turn := alerts.Reason{Key: "turn", Parts: map[string]alerts.Reason{"turns": {
		Key: "turn-after", Words: map[string]string{"after": "12", "before": "9", "words": "12 dead"}, Parts: map[string]alerts.Reason{"what": {Key: "what-dead"}},
	}}}
	for _, c := range []struct {
		name, lang string
		r          alerts.Reason
		want       string
	}{
		{"English as it is stored", "en", late, "Against: it was published 21h before it reached us."},
		{"a span", "ru", late, "Против: дошло до нас с опозданием (21 час)."},
		{"a span, in Ukrainian", "uk", late, "Проти: дійшло до нас із запізненням (21 година)."},
		{"a time, as the reader's clock shows it", "ru", expired, "После сб 17:05 не отправлено: это уже не ново. Статья оставлена для дайджестов."},
		{"words from right to left among others", "ru", quoted, "Из 100 похожих редакторы отправили 43: «Kyiv», «\u2068زلزله\u2069»."},
		{"words from left to right among others", "fa", quoted, "از 100 خبر مانند این سردبیران 43 خبر را فرستادند: «\u2068Kyiv\u2069»، «زلزله»."},
		{"a turn", "uk", turn, "Поворот в історії: загиблі: 12, раніше 9 («12 dead»)."},
	} {
		t.Run(c.name, func(t *testing.T) {
			al := alerts.Alert{Reasons: []string{c.r.String()}, Because: []alerts.Reason{c.r}}
			if got := asks(c.lang).reasons(al); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Alerts of older versions have their reasons in English only, and so may some of one that a newer version changed.
func TestReasonsOfOtherVersionsStayAsTheyAre(t *testing.T) {
	asking := alerts.Reason{Key: "asks"}
	al := alerts.Alert{
		Reasons: []string{"Marked urgency 3 by RFE/RL.", asking.String(), "Of the moon."},
		Because: []alerts.Reason{{Key: "of-a-newer-version"}, asking},
	}
	for lang, want := range map[string]string{
		"en": "Marked urgency 3 by RFE/RL. Against: the headline asks. Of the moon.",
		"ru": "Marked urgency 3 by RFE/RL. Против: в заголовке вопрос. Of the moon.",
		"fa": "\u2068Marked urgency 3 by RFE/RL.\u2069 علیه آن: عنوان پرسش است. \u2068Of the moon.\u2069",
	} {
		if got := asks(lang).reasons(al); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
}
