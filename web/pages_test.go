package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/web"
)

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// visit asks for a page as Anna does, and sends a form where there is one.
func (s *site) visit(path string, form url.Values, headers ...string) answer {
	s.t.Helper()
	method, body := "GET", ""
	if form != nil {
		method, body = "POST", form.Encode()
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	}
	return s.ask(method, path, body, append([]string{"Authorization", basic("anna", token)}, headers...)...)
}

func (a answer) wantPage(t *testing.T, status int, says ...string) {
	t.Helper()
	if a.status != status || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		t.Errorf("%d %s, want a page %d", a.status, a.header.Get("Content-Type"), status)
	}
	for _, text := range says {
		if !strings.Contains(a.raw, text) {
			t.Errorf("the page does not say %q:\n%s", text, a.raw)
		}
	}
}

func TestPagesAskForNameAndToken(t *testing.T) {
	s := onSQLite(t, nil)
	for name, header := range map[string]string{
		"nothing": "", "another password": basic("anna", "guess"), "none": basic("anna", ""), "a bearer token": "Bearer " + token,
	} {
		a := s.visit("/stories", nil, "Authorization", header)
		a.wantPage(t, http.StatusUnauthorized, "API token as password")
		if !strings.HasPrefix(a.header.Get("Www-Authenticate"), "Basic ") {
			t.Errorf("with %s: a browser does not ask: %q", name, a.header.Get("Www-Authenticate"))
		}
	}
	closed := onSQLite(t, func(c *web.Config) { c.APIToken = "" })
	closed.visit("/stories", nil, "Authorization", basic("anna", "")).wantPage(t, http.StatusForbidden, "TENBELLS_API_TOKEN")
}

func TestTheBareAddressLeadsToTheAlerts(t *testing.T) {
	onSQLite(t, nil).visit("/", nil).wantPage(t, http.StatusOK, "No alerts yet")
}

func TestAPageBringsItsStyleAndNothingElse(t *testing.T) {
	s := onSQLite(t, nil)
	a := s.visit("/stories", nil)
	a.wantPage(t, http.StatusOK, "No stories yet.", `href="/page/style.css"`)
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'; style-src 'self'") {
		t.Errorf("the policy is %q", policy)
	}
	if css := s.visit("/page/style.css", nil); css.status != http.StatusOK || !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("the style: %d %s", css.status, css.header.Get("Content-Type"))
	}
}

func TestStoriesAreMergedAndSplitOnAPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.judged("a1", "s1", "Ferry runs aground")
		s.judged("a2", "s2", "Ferry <b>burns</b>")
		al := alerts.Alert{
			ID: "n1", Status: alerts.Sent, Class: delivery.Flash, Article: "a2", Story: "s2", Created: time.Now(), Audience: 38210,
			Versions: map[string]alerts.Wording{"en": {Headline: "A ferry burns"}},
		}
		if _, _, err := s.store.Alerts().Create(ctx, al, nil); err != nil {
			t.Fatal(err)
		}
		s.visit("/stories", nil).wantPage(t, http.StatusOK, "Ferry runs aground", "Ferry &lt;b&gt;burns", "flash, sent", "not told")

		s.visit("/stories/merge", url.Values{"story": {"s1"}}).wantPage(t, http.StatusUnprocessableEntity, "Choose at least two")
		merged := s.visit("/stories/merge", url.Values{"story": {"s1", "s2"}})
		merged.wantPage(t, http.StatusOK, "They are one story now", "2 articles", "A ferry burns", "sent to 0 of 38,210", `action="/stories/s2/split"`)
		s.visit("/stories/merge", url.Values{"story": {"s1", "s2"}}).wantPage(t, http.StatusUnprocessableEntity, "same story")

		for chosen, says := range map[string]string{"": "Choose the articles", "a9": "a9 is no article of story s2"} {
			form := url.Values{}
			if chosen != "" {
				form.Set("article", chosen)
			}
			s.visit("/stories/s2/split", form).wantPage(t, http.StatusUnprocessableEntity, says)
		}
		s.visit("/stories/s2/split", url.Values{"article": {"a1"}}).wantPage(t, http.StatusOK, "This is a story of its own now", "Ferry runs aground", "Nobody was told of it")
		s.visit("/stories/none", nil).wantPage(t, http.StatusNotFound, "No such story: none.")

		acts, err := s.store.Alerts().Acts(ctx, "", 5)
		if err != nil || len(acts) != 2 || acts[0].By != "web:anna" || acts[1].By != "web:anna" {
			t.Errorf("on the record: %+v, %v", acts, err)
		}
	})
}

func TestAnotherSitesPageRulesOnNothing(t *testing.T) {
	s := onSQLite(t, nil)
	s.judged("a1", "s1", "Ferry runs aground")
	s.judged("a2", "s2", "Ferry burns")
	a := s.visit("/stories/merge", url.Values{"story": {"s1", "s2"}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if rs, err := s.store.Rulings().Ruled(ctx, 0); a.status != http.StatusForbidden || err != nil || len(rs) != 0 {
		t.Errorf("status %d, on record %+v, %v", a.status, rs, err)
	}
}

func TestNamesOnTheRecordAreShortAndPlain(t *testing.T) {
	s := onSQLite(t, nil)
	s.judged("a1", "s1", "Ferry runs aground")
	s.judged("a2", "s2", "Ferry burns")
	s.visit("/stories/merge", url.Values{"story": {"s1", "s2"}}, "Authorization", basic("Энн\n <b>", token))
	acts, err := s.store.Alerts().Acts(ctx, "", 5)
	if err != nil || len(acts) != 1 || acts[0].By != "web:Эннb" {
		t.Errorf("on the record: %+v, %v", acts, err)
	}
}
