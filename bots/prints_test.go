package bots

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

func TestWhatIsToldAlikeIsRenderedOnce(t *testing.T) {
	var prints Prints[string]
	now := time.Date(2026, 3, 1, 12, 0, 10, 0, time.UTC)
	rendered := 0
	take := func(p delivery.Parcel, now time.Time) string {
		s, err := prints.Take(p, now, func() (string, error) {
			rendered++
			return fmt.Sprint(p.Content, p.Version, p.Voice.Language, p.Omit), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	parcel := func(change func(*delivery.Parcel)) delivery.Parcel {
		p := delivery.Parcel{Message: delivery.Message{Content: "alert/x/en"}, Version: 1, Voice: delivery.Voice{Language: "en"}}
		change(&p)
		return p
	}
	same := parcel(func(*delivery.Parcel) {})
	if a, b := take(same, now), take(same, now.Add(30*time.Second)); a != b || rendered != 1 {
		t.Errorf("rendered %d times, want once: %q, %q", rendered, a, b)
	}
	for name, p := range map[string]delivery.Parcel{
		"another content":  parcel(func(p *delivery.Parcel) { p.Content = "alert/x/ru" }),
		"another version":  parcel(func(p *delivery.Parcel) { p.Version = 2 }),
		"another language": parcel(func(p *delivery.Parcel) { p.Voice.Language = "uk" }),
		"items left out":   parcel(func(p *delivery.Parcel) { p.Omit = []int{1} }),
	} {
		before := rendered
		if got := take(p, now); got == take(same, now) || rendered != before+1 {
			t.Errorf("%s is told as %q", name, got)
		}
	}
	before := rendered
	take(same, now.Add(time.Minute))
	if rendered != before+1 {
		t.Error("what says how late it is stays as it was a minute ago")
	}
	for i := range 10 * printsKept {
		take(parcel(func(p *delivery.Parcel) { p.Version = 100 + i }), now)
	}
	if n := len(prints.young) + len(prints.old); n > printsKept {
		t.Errorf("%d are kept, want %d at most", n, printsKept)
	}
}

func TestWhatCannotBeRenderedIsNotKept(t *testing.T) {
	var prints Prints[string]
	p := delivery.Parcel{Message: delivery.Message{Content: "alert/x/en"}}
	fault := errors.New("cannot be rendered")
	if _, err := prints.Take(p, time.Now(), func() (string, error) { return "", fault }); !errors.Is(err, fault) {
		t.Errorf("got %v", err)
	}
	if got, err := prints.Take(p, time.Now(), func() (string, error) { return "now it can", nil }); got != "now it can" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
