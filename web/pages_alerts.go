package web

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
)

// recentAlerts is how many alerts the page lists.
const recentAlerts = 100

// alertsPage lists the newest alerts, those first that wait for somebody to decide.
func (s *Server) alertsPage(_ string, w http.ResponseWriter, r *http.Request) error {
	recent, err := s.Editors.Recent(r.Context(), recentAlerts)
	if err != nil {
		return err
	}
	page := struct {
		frame
		Waiting, Others []alerts.Alert
	}{frame: s.frame("alerts", "Alerts")}
	for _, al := range recent {
		if s.waits(al) {
			page.Waiting = append(page.Waiting, al)
		} else if al.Offer == nil || !al.Untold() { // an offer that nobody took was no alert
			page.Others = append(page.Others, al)
		}
	}
	return s.render(w, http.StatusOK, "alerts", page)
}

// waits says whether somebody should decide on an alert.
func (s *Server) waits(al alerts.Alert) bool {
	switch {
	case al.Offered():
		return al.Offer.Until.After(s.Now())
	case al.TakenBack && al.Status != alerts.Recalled:
		return true
	}
	return al.Status == alerts.AwaitingApproval || al.Asking()
}

// deed is something that can be done to an alert on its page.
type deed struct {
	Name, Label string
	Main        bool // the one that most want
	Page        bool // it needs to be told more, on a page of its own
}

// deeds are what can be done to an alert as it stands, what most want first.
func deeds(al alerts.Alert) []deed {
	var (
		send     = deed{Name: "send", Label: "Send", Main: true}
		approve  = deed{Name: "approve", Label: "Approve", Main: true}
		pause    = deed{Name: "pause", Label: "Pause"}
		resume   = deed{Name: "resume", Label: "Resume", Main: true}
		cancel   = deed{Name: "cancel", Label: "Cancel"}
		correct  = deed{Name: "correct", Label: "Correct…", Page: true}
		withdraw = deed{Name: "withdraw", Label: "Withdraw…", Page: true}
	)
	switch {
	case al.Offered():
		return []deed{send, {Name: "digest", Label: "Leave to digests"}, {Name: "decline", Label: "No alert"}}
	case al.Asking():
		return []deed{{Name: "approve", Label: "Let the update go", Main: true}, correct, withdraw}
	}
	return map[alerts.Status][]deed{
		alerts.Draft:            {send, correct, cancel},
		alerts.AwaitingApproval: {approve, correct, cancel},
		alerts.Scheduled:        {cancel, pause, correct},
		alerts.Sending:          {pause, cancel, correct, withdraw},
		alerts.Paused:           {resume, cancel, correct, withdraw},
		alerts.Sent:             {correct, withdraw},
		alerts.Corrected:        {correct, withdraw},
		alerts.CancelledStatus:  {withdraw},
	}[al.Status]
}

// notices are what an alert's page says after something was done, by the name in its address.
var notices = map[string]string{
	"ordered":  "It is on its way. Until its time has come it can still be stopped without anybody having seen it.",
	"approve":  "Approved.",
	"send":     "It is on its way.",
	"pause":    "Paused. Who was told stays told; nobody else is until you resume it.",
	"resume":   "It goes on where it stood.",
	"cancel":   "Cancelled. Nobody else is told.",
	"digest":   "Left to digests.",
	"decline":  "Declined. It is no alert.",
	"correct":  "Corrected for those not told yet; the others' messages are being changed.",
	"withdraw": "Withdrawn. Nobody else is told, and what was delivered is being replaced.",
}

// watching is how often, in seconds, the page of an alert that is going out is loaded anew.
const watching = "3"

// alertPage shows one alert, how it stands and what can be done.
func (s *Server) alertPage(_ string, w http.ResponseWriter, r *http.Request) error {
	report, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return err
	}
	al, n := report.Alert, report.Counts
	f := s.frame("alerts", cmp.Or(al.Headline(), "(no headline)"))
	if f.Done = notices[r.URL.Query().Get("done")]; al.Status == alerts.AwaitingApproval {
		f.Done = "" // it is on its way to a second person only, as the page says
	}
	if n.Open() || al.Status == alerts.Sending || al.Status == alerts.Scheduled && al.SendAt.Sub(s.Now()) < time.Minute {
		w.Header().Set("Refresh", watching+"; url=/alerts/"+string(al.ID)) // without what was done before
	}
	var reach *alerts.Preview
	if al.Status == alerts.Draft || al.Status == alerts.AwaitingApproval {
		p, err := s.Editors.Foresee(r.Context(), al)
		if err != nil {
			return err
		}
		reach = &p
	}
	return s.render(w, http.StatusOK, "alert", struct {
		frame
		alerts.Report
		Reach      *alerts.Preview
		Waits      string
		Unreached  []unreached
		Deeds      []deed
		Refreshing bool
	}{f, report, reach, waitsFor(al), notReached(n), deeds(al), w.Header().Get("Refresh") != ""})
}

// unreached is how many could not be told, and why.
type unreached struct {
	Count int
	Why   string
}

func notReached(n delivery.Counts) (all []unreached) {
	for _, reason := range []delivery.Reason{delivery.Gone, delivery.Rejected, delivery.Expired, delivery.Cancelled, delivery.DeletedThere} {
		if n.Dropped[reason] > 0 {
			all = append(all, unreached{n.Dropped[reason], string(reason)})
		}
	}
	return all
}

// actOnPage does one thing to an alert that needs no more to be said.
func (s *Server) actOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	decline := func(answer alerts.Answer) func(context.Context, alerts.ID, string) (alerts.Alert, error) {
		return func(ctx context.Context, id alerts.ID, by string) (alerts.Alert, error) {
			return s.Editors.Decline(ctx, id, answer, by)
		}
	}
	do, known := map[string]func(context.Context, alerts.ID, string) (alerts.Alert, error){
		"send": func(ctx context.Context, id alerts.ID, by string) (alerts.Alert, error) {
			return s.Editors.Release(ctx, id, by, nil)
		},
		"approve": s.Editors.Approve, "pause": s.Editors.Pause, "resume": s.Editors.Resume, "cancel": s.Editors.Cancel,
		"digest": decline(alerts.OfferDigest), "decline": decline(alerts.OfferDeclined),
	}[r.PathValue("deed")]
	if !known {
		return &problem{Status: http.StatusNotFound, Detail: "there is no such page"}
	}
	if _, err := do(r.Context(), alertID(r), who); err != nil {
		return err
	}
	return s.toAlert(w, r, alertID(r), r.PathValue("deed"))
}

// toAlert leads to an alert's page, which says what was done.
func (s *Server) toAlert(w http.ResponseWriter, r *http.Request, id alerts.ID, what string) error {
	http.Redirect(w, r, "/alerts/"+string(id)+"?done="+what, http.StatusSeeOther)
	return nil
}
