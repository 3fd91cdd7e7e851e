package bots

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// progress shows how an alert stands and what can be done about it.
func (v *visit) progress(ctx context.Context, id string) (Answer, error) {
	report, err := v.r.Editors.Show(ctx, alerts.ID(id))
	if err != nil {
		return Answer{}, err
	}
	if report.Alert.Status == alerts.Draft {
		return v.draft(ctx, id)
	}
	a := v.show(v.progressCard(report))
	a.Renew = progressing(report)
	return a, nil
}

// progressing renews the card of an alert that is going out. Counting a large batch costs time, so large ones are
// looked at less often.
func progressing(report alerts.Report) Renewal {
	al, n := report.Alert, report.Counts
	if al.Status != alerts.Scheduled && al.Status != alerts.Sending {
		return Renewal{}
	}
	after := min(30*time.Second, max(2*time.Second, time.Duration(n.Queued+n.Sent)*100*time.Microsecond))
	return Renewal{After: after, Button: "progress:" + string(al.ID)}
}

// step is a button of an alert's card.
type step struct{ label, deed string }

// amending is what can be done about an alert that somebody may have read.
var amending = []step{{"correct", "correct"}, {"withdraw", "recall"}}

// steps are the rows of buttons an alert has, by its status.
var steps = map[alerts.Status][][]step{
	alerts.AwaitingApproval: {{{"approve", "approve"}, {"cancel", "cancel"}}},
	alerts.Scheduled:        {{{"stop-it", "cancel"}}},
	alerts.Sending:          {{{"pause", "pause"}}, amending},
	alerts.Paused:           {{{"resume", "goon"}, {"end-it", "cancel"}}, amending},
	alerts.Sent:             {amending},
	alerts.Corrected:        {amending},
	alerts.CancelledStatus:  {{{"withdraw", "recall"}}},
}

func (v *visit) progressCard(report alerts.Report) Card {
	al := report.Alert
	card := Card{Lines: append(v.looks(al), Line{Text: v.standing(report)})}
	switch {
	case al.Suspended:
		card.Lines = append(card.Lines, Line{Text: v.say("suspended")})
	case al.TakenBack && al.Status != alerts.Recalled:
		card.Lines = append(card.Lines, Line{Text: v.say("taken-back")})
	}
	for _, row := range steps[al.Status] {
		if al.Status == alerts.CancelledStatus && told(report.Counts) == 0 {
			continue // nobody has it
		}
		var buttons []Button
		for _, s := range row {
			buttons = append(buttons, Button{Label: v.say(s.label), Data: s.deed + ":" + string(al.ID)})
		}
		card.Buttons = append(card.Buttons, buttons)
	}
	card.Buttons = append(card.Buttons, []Button{
		{Label: v.say("refresh"), Data: "progress:" + string(al.ID)}, {Label: v.say("close"), Data: "close"},
	})
	return card
}

// told is how many have the alert, in whatever wording.
func told(c delivery.Counts) int { return c.Sent + c.Edited + c.Unknown }

// standing says in one line where an alert stands.
func (v *visit) standing(report alerts.Report) string {
	al, n := report.Alert, report.Counts
	switch al.Status {
	case alerts.AwaitingApproval:
		return v.say("status-awaiting_approval")
	case alerts.Scheduled:
		return v.say("goes-out", "time", v.clockSeconds(al.SendAt))
	}
	parts := []string{v.say("sent-of", "sent", n.Sent, "count", al.Audience)}
	if n.P50 > 0 {
		parts = append(parts, v.say("half-had-it", "span", v.span(n.P50)))
	}
	parts = append(parts, v.say("waiting-retry", "count", n.Unknown))
	unreachable := 0
	for _, dropped := range n.Dropped {
		unreachable += dropped
	}
	parts = append(parts, v.say("unreachable", "count", unreachable))
	said := strings.Join(parts, " · ")
	if al.Status == alerts.Sending || al.Status == alerts.Sent {
		return said // says so itself
	}
	return v.say("status-"+string(al.Status)) + ". " + said
}

// clockSeconds is an instant that is seconds away.
func (v *visit) clockSeconds(t time.Time) string {
	return t.In(subscriptions.Location(v.here().Zone)).Format(time.TimeOnly)
}

// span is how long something takes, in the largest unit that says enough.
func (v *visit) span(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return v.say("seconds", "count", int(d.Round(time.Second)/time.Second))
	case d < 2*time.Hour:
		return v.say("minutes", "count", int(d.Round(time.Minute)/time.Minute))
	default:
		return v.say("hours", "count", int(d.Round(time.Hour)/time.Hour))
	}
}

// move is one step in an alert's life, by one of the staff.
type move func(e *alerts.Editors, ctx context.Context, id alerts.ID, by string) (alerts.Alert, error)

// moved does a step and shows how the alert stands then.
func moved(do move) deed {
	return deed{staff, func(v *visit, ctx context.Context, id string) (Answer, error) {
		if _, err := do(v.r.Editors, ctx, alerts.ID(id), v.signature()); err != nil {
			return Answer{}, err
		}
		return v.progress(ctx, id)
	}}
}

// approve is for a second person.
func (v *visit) approve(ctx context.Context, id string) (Answer, error) {
	al, err := v.r.Editors.File.Get(ctx, alerts.ID(id))
	if err != nil {
		return Answer{}, err
	}
	if al.By == v.signature() && !al.Asking() {
		return v.tell("approve-own"), nil
	}
	if v.role != alerts.Publisher && !al.Asking() {
		return v.tell("approve-publishers"), nil
	}
	if _, err := v.r.Editors.Approve(ctx, al.ID, v.signature()); err != nil {
		return Answer{}, err
	}
	return v.progress(ctx, id)
}

// recentShown is how many alerts the list shows: two rows of numbers.
const recentShown = 8

// alerts lists the newest ones, each with a number that opens it.
func (v *visit) alerts(ctx context.Context, _ string) (Answer, error) {
	recent, err := v.r.Editors.Recent(ctx, recentShown)
	if err != nil {
		return Answer{}, err
	}
	if len(recent) == 0 {
		return v.tell("alerts-none", "command", v.command("alert")), nil
	}
	card := Card{Lines: []Line{{Text: v.say("alerts-title"), Strong: true}}}
	var numbers []Button
	for i, al := range recent {
		line := fmt.Sprintf("%d. %s · %s · %s", i+1, v.headline(al), v.say("status-"+string(al.Status)), v.clock(al.Created))
		card.Lines = append(card.Lines, Line{Text: line})
		numbers = append(numbers, Button{Label: fmt.Sprint(i + 1), Data: "progress:" + string(al.ID)})
	}
	card.Buttons = append(grid(4, numbers), []Button{{Label: v.say("close"), Data: "close"}})
	return v.show(card), nil
}

// halt stops everything at once; unhalt lets it go on where it stood.
func (v *visit) halt(ctx context.Context, _ string) (Answer, error) {
	if err := v.r.Editors.Halt(ctx, v.signature()); err != nil {
		return Answer{}, err
	}
	return v.tell("halted", "command", v.command("resume")), nil
}

// resume is for the staff the end of a halt, for everybody else that of their own stop.
func (v *visit) resume(ctx context.Context, _ string) (Answer, error) {
	if !v.staff {
		return v.start(ctx, "")
	}
	if err := v.r.Editors.Unhalt(ctx, v.signature()); err != nil {
		return Answer{}, err
	}
	return v.tell("unhalted"), nil
}
