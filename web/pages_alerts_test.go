package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/web"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)">`)

// hidden is what a page's form carries along.
func (a answer) hidden() url.Values {
	form := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(a.raw, -1) {
		form.Set(field[1], html.UnescapeString(field[2]))
	}
	return form
}

// recent are the alerts of the store, the newest first.
func (s *site) recent() []alerts.Alert {
	s.t.Helper()
	all, err := s.store.Alerts().Recent(ctx, 10)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func TestAnAlertIsWrittenLookedOverAndSentOnAPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.visit("/alerts/new", nil).wantPage(t, http.StatusOK, `name="headline"`, `value="bulletin" checked`)
		written := url.Values{
			"headline": {`Twelve <b>dead</b> & "more"`}, "text": {"The port burns."}, "url": {"https://example.org/1"}, "language": {"EN"},
			"follow": {"place:RU"}, "urgency": {"flash"}, "go": {"look"},
		}
		looked := s.visit("/alerts/new", written)
		looked.wantPage(t, http.StatusOK, "Send this?", "FLASH. Twelve &lt;b&gt;dead&lt;/b&gt;", "The port burns.", "It would reach nobody")
		if got := s.recent(); len(got) != 0 {
			t.Fatalf("it was only looked over, and there is %+v", got)
		}
		form := looked.hidden()
		form.Set("go", "change")
		s.visit("/alerts/new", form).wantPage(t, http.StatusOK, "Write an alert", `value="Twelve &lt;b&gt;dead`, `value="flash" checked`, "The port burns.", `value="place:RU"`)

		form.Set("go", "send")
		sent := s.visit("/alerts/new", form)
		sent.wantPage(t, http.StatusOK, "It is on its way", "flash, scheduled", "by web:anna", "https://example.org/1", `/cancel"`)
		if sent.header.Get("Refresh") == "" {
			t.Error("its page does not follow it")
		}
		s.visit("/alerts/new", form) // pressed twice
		got := s.recent()
		if len(got) != 1 {
			t.Fatalf("%d alerts of one that was sent twice", len(got))
		}
		al := got[0]
		want := alerts.Wording{Headline: `Twelve <b>dead</b> & "more"`, Text: "The port burns.", URL: "https://example.org/1"}
		if w := al.Versions["en"]; al.Class != delivery.Flash || w.Headline != want.Headline || w.Text != want.Text || w.URL != want.URL || !slices.Contains(al.Follow, "place:RU") {
			t.Errorf("it became %+v", al)
		}
	})
}

func TestWhatIsWrongIsSaidAndNothingWrittenIsLost(t *testing.T) {
	s := onSQLite(t, nil)
	good := url.Values{"headline": {"Harbour on fire"}, "text": {"Kept as it was"}, "urgency": {"urgent"}, "go": {"look"}}
	for name, c := range map[string]struct{ field, value, says string }{
		"no headline":   {"headline", " ", "Headline: must not be empty"},
		"a long one":    {"headline", strings.Repeat("x", alerts.MaxHeadline+1), "has 257 characters"},
		"no link":       {"url", "javascript:alert(1)", "must be an address"},
		"no language":   {"language", "english please", "no language tag"},
		"unknown place": {"follow", "place:RU, place:XX", "Follow[1]"},
		"no class":      {"urgency", "loud", "no urgency class"},
		"no time":       {"send_at", "tomorrow", "no date and time"},
	} {
		t.Run(name, func(t *testing.T) {
			form := url.Values{}
			for key, values := range good {
				form[key] = values
			}
			form.Set(c.field, c.value)
			for _, wish := range []string{"look", "send"} {
				form.Set("go", wish)
				s.visit("/alerts/new", form).wantPage(t, http.StatusUnprocessableEntity, c.says, "Kept as it was", `role="alert"`)
			}
		})
	}
	if got := s.recent(); len(got) != 0 {
		t.Errorf("there is %+v", got)
	}
}

func TestFollowedKeysAreWrittenOneAfterAnother(t *testing.T) {
	s := onSQLite(t, nil)
	for text, want := range map[string][]string{
		"place:RU word:Navalny":            {"place:RU", "word:navalny"},
		"place:RU, word:prime minister":    {"place:RU", "word:prime minister"},
		"word:prime minister\r\nplace:RU,": {"word:prime minister", "place:RU"},
		" ":                                nil,
	} {
		form := url.Values{"headline": {"Harbour on fire"}, "urgency": {"bulletin"}, "follow": {text}, "go": {"send"}}
		s.visit("/alerts/new", form).wantPage(t, http.StatusOK, "It is on its way")
		var got []string
		for _, key := range s.recent()[0].Follow {
			got = append(got, strings.ToLower(string(key)))
		}
		for i := range want {
			want[i] = strings.ToLower(want[i])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: it is for %q, want %q", text, got, want)
		}
	}
}

func TestAnAlertIsHeldCorrectedAndWithdrawnOnItsPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.visit("/alerts/new", url.Values{"headline": {"Bridge closd"}, "urgency": {"bulletin"}, "go": {"send"}})
		page := "/alerts/" + string(s.recent()[0].ID)
		s.visit(page+"/pause", url.Values{}).wantPage(t, http.StatusOK, "Paused.", "bulletin, paused", "/resume")
		s.visit(page+"/pause", url.Values{}).wantPage(t, http.StatusConflict, "cannot be paused")
		s.visit(page+"/resume", url.Values{}).wantPage(t, http.StatusOK, "It goes on")

		s.visit(page+"/correct", nil).wantPage(t, http.StatusOK, `value="Bridge closd"`, `value="typo" checked`)
		same := url.Values{"headline.": {"Bridge closd"}, "text.": {""}, "url.": {""}, "kind": {"typo"}}
		s.visit(page+"/correct", same).wantPage(t, http.StatusUnprocessableEntity, "Nothing was changed")
		fact := url.Values{"headline.": {"Bridge open"}, "text.": {"kept"}, "url.": {""}, "kind": {"fact"}}
		s.visit(page+"/correct", fact).wantPage(t, http.StatusUnprocessableEntity, "says what was wrong", `value="Bridge open"`, "kept", `value="fact" checked`)
		typo := url.Values{"headline.": {"Bridge closed"}, "text.": {""}, "url.": {""}, "kind": {"typo"}}
		s.visit(page+"/correct", typo).wantPage(t, http.StatusOK, "Corrected", "Bridge closed", "version 2")

		s.visit(page+"/withdraw", nil).wantPage(t, http.StatusOK, "Bridge closed", `name="reason"`)
		s.visit(page+"/withdraw", url.Values{"reason": {" "}, "delete": {"yes"}}).wantPage(t, http.StatusUnprocessableEntity, "why it is withdrawn", `value="yes" checked`)
		s.visit(page+"/withdraw", url.Values{"reason": {"It was a drill."}}).wantPage(t, http.StatusOK, "Withdrawn.", "bulletin, recalled")
		if al := s.recent()[0]; al.Status != alerts.Recalled || al.Amendment.Note != "It was a drill." || al.Amendment.Delete || al.Amendment.By != "web:anna" {
			t.Errorf("it became %+v", al)
		}
		s.visit(page+"/explode", url.Values{}).wantPage(t, http.StatusNotFound, "no such page")
		s.visit("/alerts/none", nil).wantPage(t, http.StatusNotFound)
	})
}

func TestOffersAreAnsweredOnAPage(t *testing.T) {
	s := onSQLite(t, nil)
	offer := func(id alerts.ID, until time.Duration) {
		al := alerts.Alert{
			ID: id, Status: alerts.Draft, Class: delivery.Flash, Article: "a1", Created: time.Now(), Version: 1, Everyone: true,
			Reasons:  []string{"two sources <within> six minutes"},
			Versions: map[string]alerts.Wording{"en": {Headline: "Offer " + string(id)}}, Offer: &alerts.Offer{Until: time.Now().Add(until)},
		}
		if _, _, err := s.store.Alerts().Create(ctx, al, nil); err != nil {
			t.Fatal(err)
		}
	}
	offer("one", time.Hour)
	offer("two", time.Hour)
	offer("old", -time.Hour)
	list := s.visit("/alerts", nil)
	list.wantPage(t, http.StatusOK, "Waiting for somebody to decide", "Offer one", "asked of editors")
	if strings.Contains(list.raw, "Offer old") {
		t.Error("what is no longer new is still asked")
	}
	s.visit("/alerts/one", nil).wantPage(t, http.StatusOK, "two sources &lt;within&gt; six minutes", "Leave to digests", "No alert", "It would reach nobody.", "Nobody is asked any more after")
	s.visit("/alerts/one/send", url.Values{}).wantPage(t, http.StatusOK, "It is on its way", "flash, scheduled")
	s.visit("/alerts/two/decline", url.Values{}).wantPage(t, http.StatusOK, "It is no alert")
	s.visit("/alerts/two/send", url.Values{}).wantPage(t, http.StatusConflict, "cannot be sent")
}

// Whoever knows the API token may call themselves as they like on a page: that makes no second person.
func TestOnePersonWithTwoNamesApprovesNothing(t *testing.T) {
	s := onSQLite(t, func(c *web.Config) { c.Editors.Approval = alerts.ApproveAll })
	form := url.Values{"headline": {"Harbour on fire"}, "urgency": {"flash"}, "go": {"look"}}
	s.visit("/alerts/new", form).wantPage(t, http.StatusOK, "a second person has approved it")
	form.Set("go", "send")
	held := s.visit("/alerts/new", form)
	held.wantPage(t, http.StatusOK, "awaiting approval", "somebody else approves it")
	if strings.Contains(held.raw, "on its way") {
		t.Error("it is said to be on its way, and waits")
	}
	page := "/alerts/" + string(s.recent()[0].ID)
	s.visit("/alerts", nil).wantPage(t, http.StatusOK, "Waiting for somebody to decide")
	s.visit(page+"/approve", url.Values{}, "Authorization", basic("boris", token)).wantPage(t, http.StatusConflict, "cannot approve it")
	if a := s.ask("POST", "/v1"+page+"/approve", "{}"); a.status != http.StatusConflict {
		t.Errorf("by the API it is approved: %d", a.status)
	}
}

func TestAnotherSitesPageSendsNothing(t *testing.T) {
	s := onSQLite(t, nil)
	form := url.Values{"headline": {"Harbour on fire"}, "urgency": {"flash"}, "go": {"send"}}
	if a := s.visit("/alerts/new", form, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); a.status != http.StatusForbidden || len(s.recent()) != 0 {
		t.Errorf("status %d, and there is %+v", a.status, s.recent())
	}
}
