package web

import (
	"context"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// byAPI is who did it, on the record, when it was done with the API token.
const byAPI = alerts.ByAPI

// wording is an alert in one language.
type wording struct {
	Headline string `json:"headline"`
	Text     string `json:"text"`
	URL      string `json:"url"`
}

// wordings is an alert's text in several languages, or in one at the top level.
type wordings struct {
	wording
	Language string             `json:"language"`
	Versions map[string]wording `json:"versions"`
}

// order is the body of POST /v1/alerts.
type order struct {
	wordings
	Follow         []subscriptions.Key `json:"follow"`
	Urgency        urgency             `json:"urgency"`
	SendAt         moment              `json:"send_at"`
	HoldSeconds    *float64            `json:"hold_seconds"`
	DryRun         bool                `json:"dry_run"`
	IdempotencyKey string              `json:"idempotency_key"`
}

// urgency is a class by its name or its number, 1 (flash) to 9. What is not said is a bulletin.
type urgency delivery.Class

// UnmarshalJSON reads both forms.
func (u *urgency) UnmarshalJSON(data []byte) error {
	name := string(data)
	if unquoted, err := strconv.Unquote(name); err == nil {
		name = unquoted
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= 9 {
		*u = urgency(min(delivery.Class(n), delivery.Routine))
		return nil
	}
	class, err := delivery.ParseClass(name)
	if err != nil {
		return badField("urgency", "urgency: %s", err)
	}
	*u = urgency(class)
	return nil
}

// moment is a time in RFC 3339 that an order names.
type moment struct{ time.Time }

// UnmarshalJSON names the key where it is no time.
func (m *moment) UnmarshalJSON(data []byte) error {
	if err := m.Time.UnmarshalJSON(data); err != nil {
		return badField("send_at", "send_at: %s is no time such as 2026-04-29T18:42:00Z", data)
	}
	return nil
}

// ordered is the answer to POST /v1/alerts.
type ordered struct {
	ID       alerts.ID      `json:"id,omitempty"`
	Status   string         `json:"status"`
	Audience int            `json:"audience"`
	ETA      float64        `json:"eta_seconds"`
	Lanes    map[string]int `json:"lanes,omitempty"` // dry run: the audience by bot
	Paid     *alerts.Cost   `json:"paid,omitempty"`  // what it costs to be that fast
	Waits    string         `json:"waits,omitempty"` // for whom, where it needs a second person
}

// waitsFor is for whom an alert waits; "" for nobody. All who know the API token are one person on the record: by it, what
// was ordered by it is not approved.
func waitsFor(al alerts.Alert) string {
	if al.Status != alerts.AwaitingApproval {
		return ""
	}
	return "nothing is sent until " + alerts.SecondPerson(al.ID) + ". All who use the API token are one person, " + byAPI + ", on the record"
}

// sendAlert schedules an alert, or says what would happen.
func (s *Server) sendAlert(w http.ResponseWriter, r *http.Request) error {
	in := order{Urgency: urgency(delivery.Bulletin)}
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	o, err := in.order()
	if err != nil {
		return err
	}
	if in.DryRun {
		return s.previewAlert(w, r, o)
	}
	al, preview, created, err := s.Editors.Send(r.Context(), o)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
		w.Header().Set("Location", "/v1/alerts/"+string(al.ID))
	}
	return writeJSON(w, status, ordered{
		ID: al.ID, Status: string(al.Status), Audience: al.Audience, ETA: seconds(preview.ETA), Paid: preview.Cost,
		Waits: waitsFor(al),
	})
}

func (s *Server) previewAlert(w http.ResponseWriter, r *http.Request, o alerts.Order) error {
	preview, err := s.Editors.Preview(r.Context(), o)
	if err != nil {
		return err
	}
	out := ordered{Status: "dry_run", Audience: preview.Audience, ETA: seconds(preview.ETA), Lanes: map[string]int{}, Paid: preview.Cost}
	for lane, n := range preview.Lanes {
		out.Lanes[string(lane)] = n
	}
	return writeJSON(w, http.StatusOK, out)
}

// order is what the editors are asked for.
func (in order) order() (alerts.Order, error) {
	o := alerts.Order{
		Follow: in.Follow, Class: delivery.Class(in.Urgency), SendAt: in.SendAt.UTC(),
		Idempotency: in.IdempotencyKey, By: byAPI,
	}
	if in.SendAt.IsZero() {
		o.SendAt = time.Time{}
	}
	if in.HoldSeconds != nil {
		if math.Abs(*in.HoldSeconds) > 1e6 { // beyond it a time.Duration would overflow into a short one
			return o, badField("hold_seconds", "hold_seconds: must be between 0 and 3600")
		}
		hold := time.Duration(*in.HoldSeconds * float64(time.Second))
		o.Hold = &hold
	}
	var err error
	o.Versions, err = in.read()
	return o, err
}

// read answers the text by language.
func (in wordings) read() (map[string]alerts.Wording, error) {
	given := in.Versions
	switch {
	case len(given) == 0:
		given = map[string]wording{in.Language: in.wording}
	case in.wording != wording{} || in.Language != "":
		return nil, badField("versions", "versions: give either versions or headline, text, url and language, not both")
	}
	read := map[string]alerts.Wording{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		tag := ""
		if key != "" {
			parsed, err := language.Parse(key)
			if err != nil {
				return nil, badField("language", "%q is no language tag such as en or ru (BCP 47)", key)
			}
			tag = parsed.String()
		}
		read[tag] = alerts.Wording{Headline: given[key].Headline, Text: given[key].Text, URL: given[key].URL}
	}
	return read, nil
}

// act makes a handler of something that can be done to an alert without saying more than its id.
func (s *Server) act(do func(*alerts.Editors, context.Context, alerts.ID, string) (alerts.Alert, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := readJSON(w, r, &struct{}{}); err != nil {
			return err
		}
		if _, err := do(s.Editors, r.Context(), alertID(r), byAPI); err != nil {
			return err
		}
		return s.showAlert(w, r)
	}
}

// correctAlert changes what an alert says, also where it was read already.
func (s *Server) correctAlert(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		wordings
		Kind alerts.AmendmentKind `json:"kind"`
		Note string               `json:"note"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	versions, err := s.corrected(r, in.wordings)
	if err != nil {
		return err
	}
	c := alerts.Correction{Kind: in.Kind, Note: in.Note, Versions: versions}
	if _, err := s.Editors.Correct(r.Context(), alertID(r), c, byAPI); err != nil {
		return err
	}
	return s.showAlert(w, r)
}

// corrected is the new wording. Where only one language is spoken of, it need not be named; and what is not said of a
// language stays as it was, so that a typo in the headline does not cost the link.
func (s *Server) corrected(r *http.Request, in wordings) (map[string]alerts.Wording, error) {
	report, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return nil, err
	}
	now := report.Alert.Versions
	if len(in.Versions) == 0 && in.Language == "" && len(now) == 1 {
		for in.Language = range now { // the only one
		}
	}
	versions, err := in.read()
	for lang, change := range versions {
		w, ok := now[lang]
		if !ok {
			continue // the editors refuse it, and say why
		}
		w.Headline, w.Text = or(change.Headline, w.Headline), or(change.Text, w.Text)
		w.URL = or(change.URL, w.URL)
		versions[lang] = w
	}
	return versions, err
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// recallAlert withdraws an alert.
func (s *Server) recallAlert(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Reason string `json:"reason"`
		Delete bool   `json:"delete"`
		Silent bool   `json:"silent"`
	}
	if err := readJSON(w, r, &in); err != nil {
		return err
	}
	withdrawal := alerts.Withdrawal{Reason: in.Reason, Delete: in.Delete, Silent: in.Silent}
	if _, err := s.Editors.Recall(r.Context(), alertID(r), withdrawal, byAPI); err != nil {
		return err
	}
	return s.showAlert(w, r)
}

// showAlert answers an alert and how it stands.
func (s *Server) showAlert(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, report.JSON())
}

func alertID(r *http.Request) alerts.ID { return alerts.ID(r.PathValue("id")) }

// seconds rounds up to tenths: an ETA is an estimate, and never too early.
func seconds(d time.Duration) float64 { return math.Ceil(d.Seconds()*10) / 10 }

// halt stops all lanes.
func (s *Server) halt(w http.ResponseWriter, r *http.Request) error {
	if err := s.Editors.Halt(r.Context(), byAPI); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]bool{"halted": true})
}

// unhalt lets all lanes go on where they stood.
func (s *Server) unhalt(w http.ResponseWriter, r *http.Request) error {
	if err := s.Editors.Unhalt(r.Context(), byAPI); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]bool{"halted": false})
}
