package web

import (
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// localTime is how a browser's field for date and time writes it
// (html.spec.whatwg.org/multipage/common-microsyntaxes.html#local-dates-and-times).
const localTime = "2006-01-02T15:04"

// sheet is an alert as it is being written on a page.
type sheet struct {
	Headline, Text, URL, Language, Follow, Class, SendAt string

	Key string // of the order, once it was looked at: sent twice it is one alert
}

func (s *Server) newAlertPage(_ string, w http.ResponseWriter, r *http.Request) error {
	return s.writing(w, http.StatusOK, sheet{Class: delivery.Bulletin.String()}, nil)
}

// writing shows the form with what was written, and what is wrong with it.
func (s *Server) writing(w http.ResponseWriter, status int, in sheet, fault *problem) error {
	f, field := s.frame("alerts", "Write an alert"), ""
	if fault != nil {
		f.Fault, field = sentence(fault.Detail), fault.Field
	}
	return s.render(w, status, "write", struct {
		frame
		sheet
		Field string
		Most  int
	}{f, in, field, alerts.MaxHeadline})
}

// writeOnPage shows what was written as readers will see it and whom it reaches, and sends what was looked at. What is
// wrong is said above the form, and nothing written is lost.
func (s *Server) writeOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	in, wish := readSheet(r), r.PostForm.Get("go")
	if wish == "change" {
		return s.writing(w, http.StatusOK, in, nil)
	}
	order, err := in.order(who)
	if err == nil && wish == "send" {
		var al alerts.Alert
		if al, _, _, err = s.Editors.Send(r.Context(), order); err == nil {
			return s.toAlert(w, r, al.ID, "ordered")
		}
	} else if err == nil {
		err = s.lookOver(w, r, in, order)
	}
	if p := asProblem(err); err != nil && p.Status < 500 {
		return s.writing(w, p.Status, in, p)
	}
	return err
}

func readSheet(r *http.Request) sheet {
	said := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	return sheet{
		Headline: said("headline"), Text: said("text"), URL: said("url"), Language: said("language"), Follow: said("follow"),
		Class: said("urgency"), SendAt: said("send_at"), Key: said("key"),
	}
}

// order is what the editors are asked for.
func (in sheet) order(who string) (alerts.Order, error) {
	class, err := delivery.ParseClass(in.Class)
	if err != nil {
		return alerts.Order{}, badField("urgency", "urgency: %s", err)
	}
	o := alerts.Order{Class: class, Idempotency: in.Key, By: who}
	o.Versions, err = wordings{wording: wording{in.Headline, in.Text, in.URL}, Language: in.Language}.read()
	if err != nil {
		return o, err
	}
	for _, key := range splitKeys(in.Follow) {
		o.Follow = append(o.Follow, subscriptions.Key(key))
	}
	if in.SendAt != "" {
		if o.SendAt, err = time.ParseInLocation(localTime, in.SendAt, time.Local); err != nil {
			return o, badField("send_at", "send at: %q is no date and time", in.SendAt)
		}
	}
	return o, nil
}

// splitKeys parts follow keys written one after another: by commas or lines, as a word that is followed may have spaces;
// where each piece between spaces is a key of its own, by those.
func splitKeys(text string) []string {
	var all []string
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		words := strings.Fields(piece)
		if slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(word, ":") }) {
			words = []string{strings.Join(words, " ")}
		}
		all = append(all, words...)
	}
	return all
}

// lookOver shows an alert before it is sent.
func (s *Server) lookOver(w http.ResponseWriter, r *http.Request, in sheet, o alerts.Order) error {
	preview, err := s.Editors.Preview(r.Context(), o)
	if err != nil {
		return err
	}
	in.Key = "page-" + rand.Text()
	return s.render(w, http.StatusOK, "look-over", struct {
		frame
		sheet
		alerts.Preview
		Bots   []delivery.Lane
		At     time.Time
		Second bool
	}{s.frame("alerts", "Send this?"), in, preview, slices.Sorted(maps.Keys(preview.Lanes)), o.SendAt, s.Editors.NeedsApproval(o.Class)})
}

// amending is a correction or withdrawal as it is being written on a page.
type amending struct {
	Alert    alerts.Alert
	Versions []version

	Kind, Note, Reason string
	Delete             bool
}

// version is the wording of an alert in one of its languages.
type version struct {
	Language string
	alerts.Wording
}

func (s *Server) correctPage(_ string, w http.ResponseWriter, r *http.Request) error {
	return s.amendPage(w, r, "correct", "Correct an alert", amending{Kind: string(alerts.Typo)})
}

func (s *Server) withdrawPage(_ string, w http.ResponseWriter, r *http.Request) error {
	return s.amendPage(w, r, "withdraw", "Withdraw an alert", amending{})
}

// amendPage shows the form for an alert as it is worded now.
func (s *Server) amendPage(w http.ResponseWriter, r *http.Request, form, title string, in amending) error {
	report, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return err
	}
	in.Alert = report.Alert
	for _, lang := range slices.Sorted(maps.Keys(in.Alert.Versions)) {
		in.Versions = append(in.Versions, version{lang, in.Alert.Versions[lang]})
	}
	return s.amending(w, http.StatusOK, form, title, in, nil)
}

func (s *Server) amending(w http.ResponseWriter, status int, form, title string, in amending, fault *problem) error {
	f, field := s.frame("alerts", title), ""
	if fault != nil {
		f.Fault, field = sentence(fault.Detail), fault.Field
	}
	return s.render(w, status, form, struct {
		frame
		amending
		Field string
		Most  int
	}{f, in, field, alerts.MaxHeadline})
}

// amended reads such a form, of an alert as it stands now.
func (s *Server) amended(w http.ResponseWriter, r *http.Request) (in amending, err error) {
	if err := readForm(w, r); err != nil {
		return in, err
	}
	report, err := s.Editors.Show(r.Context(), alertID(r))
	if err != nil {
		return in, err
	}
	said := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	in = amending{Alert: report.Alert, Kind: said("kind"), Note: said("note"), Reason: said("reason"), Delete: said("delete") != ""}
	for _, lang := range slices.Sorted(maps.Keys(in.Alert.Versions)) {
		now := in.Alert.Versions[lang]
		now.Headline, now.Text, now.URL = said("headline."+lang), said("text."+lang), said("url."+lang)
		in.Versions = append(in.Versions, version{lang, now})
	}
	return in, nil
}

func (s *Server) correctOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	in, err := s.amended(w, r)
	if err != nil {
		return err
	}
	changed := map[string]alerts.Wording{}
	for _, v := range in.Versions {
		if now := in.Alert.Versions[v.Language]; v.Headline != now.Headline || v.Text != now.Text || v.URL != now.URL {
			changed[v.Language] = v.Wording
		}
	}
	if len(changed) == 0 && in.Kind == string(alerts.Typo) {
		err = badField("headline", "Nothing was changed: mend the wording, or choose a wrong fact and say what was wrong.")
	} else {
		c := alerts.Correction{Kind: alerts.AmendmentKind(in.Kind), Note: in.Note, Versions: changed}
		_, err = s.Editors.Correct(r.Context(), alertID(r), c, who)
	}
	return s.amendedTo(w, r, "correct", "Correct an alert", in, err)
}

func (s *Server) withdrawOnPage(who string, w http.ResponseWriter, r *http.Request) error {
	in, err := s.amended(w, r)
	if err != nil {
		return err
	}
	_, err = s.Editors.Recall(r.Context(), alertID(r), alerts.Withdrawal{Reason: in.Reason, Delete: in.Delete}, who)
	return s.amendedTo(w, r, "withdraw", "Withdraw an alert", in, err)
}

// amendedTo leads on to the alert's page, or back to the form with what is wrong.
func (s *Server) amendedTo(w http.ResponseWriter, r *http.Request, form, title string, in amending, err error) error {
	if err == nil {
		return s.toAlert(w, r, alertID(r), form)
	}
	var known *problem
	if _, invalid := alerts.IsInvalid(err); invalid || errors.As(err, &known) {
		p := asProblem(err)
		return s.amending(w, p.Status, form, title, in, p)
	}
	return err
}
