package bots

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// placesOffered is how many of an alert's places More offers to mute.
const placesOffered = 2

// more is what can be done about one alert, as a card of its own: the alert itself stays as it is. Those who may not
// change a chat's settings are told why it came, which is all they can ask.
func (v *visit) more(ctx context.Context, batch string) (Answer, error) {
	id, ok := alertOf(delivery.BatchID(batch))
	if !ok {
		return v.tell("alert-gone"), nil
	}
	if !v.q.Admin {
		return v.why(ctx, string(id))
	}
	al, err := v.toldAlert(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	card := Card{Lines: []Line{{Text: v.headline(al), Strong: true}}}
	if al.Story != "" {
		card.Buttons = append(card.Buttons, []Button{{Label: v.say("follow-story"), Data: "story:" + string(id)}})
	}
	if row := v.muteButtons(al); len(row) > 0 {
		card.Buttons = append(card.Buttons, row)
	}
	card.Buttons = append(card.Buttons, []Button{
		{Label: v.say("why-button"), Data: "why:" + string(id)}, {Label: v.say("close"), Data: "close"},
	})
	return Answer{Card: &card}, nil
}

// toldAlert is an alert that may be spoken of here. A button's data can be made up by whoever presses it, so one that
// nobody was told yet, a draft or one under embargo, is ErrNotFound to all but the staff.
func (v *visit) toldAlert(ctx context.Context, id alerts.ID) (alerts.Alert, error) {
	al, err := v.r.Editors.File.Get(ctx, id)
	if err == nil && !v.staff && !public(al) {
		return alerts.Alert{}, alerts.ErrNotFound
	}
	return al, err
}

// public says whether an alert's telling has begun. One that was stopped is public only if somebody was owed it.
func public(al alerts.Alert) bool {
	switch al.Status {
	case alerts.Sending, alerts.Sent, alerts.Corrected:
		return true
	case alerts.Paused, alerts.CancelledStatus, alerts.Recalled:
		return al.Owed > 0
	default:
		return false
	}
}

// muteButtons offer to hear no more of the alert's places; of its topics where it has no place.
func (v *visit) muteButtons(al alerts.Alert) []Button {
	var row []Button
	for _, prefix := range []string{"place:", "medtop:", "topic:"} {
		for _, key := range al.Follow {
			if strings.HasPrefix(string(key), prefix) && len(row) < placesOffered && key == subscriptions.Key(tokenOf(key)) {
				row = append(row, Button{Label: v.say("mute-this", "topic", v.name(key)), Data: muting.name + ":" + string(key)})
			}
		}
		if len(row) > 0 {
			return row
		}
	}
	return nil
}

// headline is the alert's headline in the language of this chat, if it has one in it.
func (v *visit) headline(al alerts.Alert) string {
	if w, ok := al.Versions[v.lang]; ok {
		return w.Headline
	}
	return al.Headline()
}

// alertOf is the alert a batch tells; a digest tells none.
func alertOf(batch delivery.BatchID) (alerts.ID, bool) {
	id, ok := strings.CutPrefix(string(batch), "alert/")
	return alerts.ID(id), ok && id != ""
}

// followAlert follows the story of an alert.
func (v *visit) followAlert(ctx context.Context, id string) (Answer, error) {
	al, err := v.toldAlert(ctx, alerts.ID(id))
	if err != nil {
		return Answer{}, err
	}
	return v.followStory(ctx, string(al.Story))
}

// followStory follows one story beside whatever else is followed. Who follows everything goes on doing so.
func (v *visit) followStory(ctx context.Context, story string) (Answer, error) {
	if story == "" {
		return v.tell("alert-gone"), nil
	}
	if v.sub.ID != 0 && len(v.sub.Follow) == 0 {
		return v.tell("follows-story-already"), nil
	}
	err := v.change(ctx, func(s *subscriptions.Subscriber) error {
		follow(s, subscriptions.Key("story:"+story))
		return bounded(s)
	})
	if err != nil {
		return Answer{}, err
	}
	return v.tell("now-follow-story"), nil
}

// why explains an alert: the one whose button was pressed or that was replied to, else the last this chat was told.
func (v *visit) why(ctx context.Context, id string) (Answer, error) {
	al, err := v.meantAlert(ctx, alerts.ID(id))
	if errors.Is(err, alerts.ErrNotFound) {
		return v.tell("why-none"), nil
	}
	if err != nil {
		return Answer{}, err
	}
	reasons := []string{v.whyYou(al), v.whyNow(al)}
	if al.Story != "" {
		reasons = append(reasons, v.say("why-first"))
	}
	if v.q.Button != "" {
		return v.pop(strings.Join(reasons, " ")), nil
	}
	card := Card{Lines: []Line{{Text: v.headline(al), Strong: true}}}
	for _, reason := range reasons {
		card.Lines = append(card.Lines, Line{Text: reason})
	}
	return v.show(card), nil
}

// meantAlert answers ErrNotFound where no alert was named and this chat was told none lately.
func (v *visit) meantAlert(ctx context.Context, id alerts.ID) (alerts.Alert, error) {
	if about, ok := alertOf(v.q.About); ok && (id == "" || v.q.Button == "") {
		id = about
	}
	if id != "" && v.q.Button != "" || v.q.About != "" && id != "" {
		return v.toldAlert(ctx, id)
	}
	recent, err := v.r.Editors.Recent(ctx, lately)
	if err != nil || v.sub.ID == 0 || len(recent) == 0 {
		return alerts.Alert{}, errors.Join(err, alerts.ErrNotFound)
	}
	var batches []delivery.BatchID
	for _, al := range recent {
		batches = append(batches, al.ID.Batch())
	}
	told, err := v.r.Told.Told(ctx, batches, []subscriptions.ID{v.sub.ID})
	if err != nil {
		return alerts.Alert{}, err
	}
	for _, al := range recent {
		if slices.Contains(told[v.sub.ID], al.ID.Batch()) {
			return al, nil
		}
	}
	return alerts.Alert{}, alerts.ErrNotFound
}

// lately is among how many of the newest alerts the last one told to a chat is looked for.
const lately = 50

// whyYou says which wish of this chat the alert answered.
func (v *visit) whyYou(al alerts.Alert) string {
	if al.Everyone {
		return v.say("why-everyone")
	}
	s := v.here()
	if len(s.Follow) == 0 {
		return v.say("why-everything")
	}
	matching := slices.DeleteFunc(slices.Clone(s.Follow), func(k subscriptions.Key) bool { return !slices.Contains(al.Follow, k) })
	if len(matching) == 0 {
		return v.say("why-no-longer")
	}
	return v.say("you-follow", "topics", v.names(matching))
}

// whyNow says who or what made it ring.
func (v *visit) whyNow(al alerts.Alert) string {
	class := v.say("class-" + al.Class.String())
	if al.Article == "" {
		return v.say("why-editor", "outlet", v.outlet(), "class", class, "time", v.clock(al.SendAt))
	}
	return v.say("why-article", "reasons", v.reasons(al), "class", class, "time", v.clock(al.SendAt))
}
