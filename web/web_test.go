package web_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what Superdesk signs with
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/web"
)

var ctx = context.Background()

const (
	token  = "a-long-token"
	secret = "a-push-secret"
)

// site is the server on a real store.
type site struct {
	t     *testing.T
	store *store.Store
	url   string
	door  http.Handler
}

// world knows one place.
type world struct{}

func (world) Valid(key string) bool { return key == "place:RU" }

func newSite(t *testing.T, s *store.Store, change func(*web.Config)) *site {
	t.Helper()
	c := web.Config{
		Articles: s, Metrics: prometheus.NewRegistry(), APIToken: token, PushSecret: secret, Outlet: "RFE/RL",
		Watch: 5 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
		Editors: &alerts.Editors{
			File: s.Alerts(), Audience: s.Book(), Record: s, Stories: s.Rulings(), Topics: world{},
			Rate: func(delivery.Lane) float64 { return 30 }, Now: time.Now,
		},
	}
	if change != nil {
		change(&c)
	}
	door := web.New(c).Handler()
	listening := httptest.NewServer(door)
	t.Cleanup(listening.Close)
	return &site{t: t, store: s, url: listening.URL, door: door}
}

func eachSite(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newSite(t, s, nil)) })
}

func onSQLite(t *testing.T, change func(*web.Config)) *site {
	t.Helper()
	return newSite(t, storetest.SQLite(t), change)
}

// answer is a response with its body decoded.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (s *site) ask(method, path, body string, headers ...string) answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		s.t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if strings.Contains(response.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			s.t.Fatalf("%s %s answers no JSON: %q", method, path, raw)
		}
	}
	return a
}

// wantProblem sees that an answer is an RFC 9457 problem.
func (a answer) wantProblem(t *testing.T, status int, says string) {
	t.Helper()
	detail, _ := a.body["detail"].(string)
	if a.status != status || a.header.Get("Content-Type") != "application/problem+json" || a.body["status"] != float64(status) ||
		a.body["title"] != http.StatusText(status) || a.body["type"] != "about:blank" || !strings.Contains(detail, says) {
		t.Errorf("%d %s %s; want a problem %d that says %q", a.status, a.header.Get("Content-Type"), a.raw, status, says)
	}
}

func sign(algorithm, body, with string) string {
	made := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New}[algorithm]
	mac := hmac.New(made, []byte(with))
	mac.Write([]byte(body))
	return algorithm + "=" + hex.EncodeToString(mac.Sum(nil))
}

const document = `{"uri":"urn:test:1","type":"text","versioncreated":"2026-04-29T18:00:00Z","headline":"Putin, Obama Discuss Security","urgency":1}`

func TestOnlyWhoKnowsTheTokenComesIn(t *testing.T) {
	s := onSQLite(t, nil)
	cases := map[string]string{
		"no token": "", "another token": "Bearer a-long-tokem", "a longer one": "Bearer " + token + "x", "half of it": "Bearer a-long",
		"another scheme": "Basic " + token, "nothing but the scheme": "Bearer", "an empty token": "Bearer ",
	}
	paths := []string{"GET /v1/articles", "POST /v1/articles", "POST /v1/alerts", "GET /v1/alerts/x", "POST /v1/alerts/x/cancel", "POST /v1/halt", "GET /v1/openapi.json", "GET /v1/alerts/x/events"}
	for what, header := range cases {
		for _, path := range paths {
			method, path, _ := strings.Cut(path, " ")
			a := s.ask(method, path, document, "Authorization", header)
			if a.wantProblem(t, http.StatusUnauthorized, "token"); a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: no challenge", what)
			}
		}
	}
	if a := s.ask("GET", "/v1/articles", "", "Authorization", "bearer  "+token); a.status != http.StatusOK {
		t.Errorf("the right token: %d %s", a.status, a.raw)
	}
}

func TestASecretThatIsNotSetClosesWhatItGuards(t *testing.T) {
	s := onSQLite(t, func(c *web.Config) { c.APIToken, c.PushSecret = "", "" })
	for _, header := range []string{"", "Bearer ", "Bearer " + token} {
		s.ask("GET", "/v1/articles", "", "Authorization", header).wantProblem(t, http.StatusForbidden, "TENBELLS_API_TOKEN")
		s.ask("POST", "/v1/articles", document, "Authorization", header).wantProblem(t, http.StatusForbidden, "TENBELLS_API_TOKEN")
	}
	s.ask("POST", "/v1/articles", document, "Authorization", "", "X-Superdesk-Signature", sign("sha1", document, "")).
		wantProblem(t, http.StatusForbidden, "TENBELLS_PUSH_SECRET")
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if a := s.ask("GET", path, "", "Authorization", ""); a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestAPushIsLetInByItsSignature(t *testing.T) {
	cases := []struct {
		name, signature string
		status          int
	}{
		{"as Superdesk signs", sign("sha1", document, secret), http.StatusAccepted},
		{"with SHA-256", sign("sha256", document, secret), http.StatusAccepted},
		{"of another secret", sign("sha256", document, "other"), http.StatusUnauthorized},
		{"of another body", sign("sha256", document+" ", secret), http.StatusUnauthorized},
		{"cut off", sign("sha256", document, secret)[:40], http.StatusUnauthorized},
		{"without an algorithm", sign("sha1", document, secret)[5:], http.StatusUnauthorized},
		{"with an unknown algorithm", "md5=00", http.StatusUnauthorized},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := onSQLite(t, nil)
			a := s.ask("POST", "/v1/articles", document, "Authorization", "", "X-Superdesk-Signature", c.signature)
			if a.status != c.status {
				t.Errorf("%d %s, want %d", a.status, a.raw, c.status)
			}
			stored, err := s.store.After(ctx, 0, 10)
			if err != nil || (len(stored) == 1) != (c.status == http.StatusAccepted) {
				t.Fatalf("%d articles are stored (%v)", len(stored), err)
			}
			if len(stored) == 1 && (stored[0].Way != "push" || !stored[0].MayRing || stored[0].Source != "push" || stored[0].Outlet != "RFE/RL") {
				t.Errorf("stored as %+v", stored[0])
			}
			// A wrong signature is not healed by the token.
			if again := s.ask("POST", "/v1/articles", document, "X-Superdesk-Signature", c.signature); again.status == http.StatusAccepted {
				t.Errorf("with the token too: %d", again.status)
			}
		})
	}
}

func TestAnArticleIsAcceptedOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := s.ask("POST", "/v1/articles", document)
		if first.status != http.StatusAccepted || first.body["version"] != 1.0 || first.body["seq"] != 1.0 || first.body["id"] == "" {
			t.Fatalf("%d %s", first.status, first.raw)
		}
		if again := s.ask("POST", "/v1/articles", document); again.status != http.StatusOK || again.raw != first.raw {
			t.Errorf("again: %d %s, first %s", again.status, again.raw, first.raw)
		}
		changed := s.ask("POST", "/v1/articles", strings.Replace(document, "Discuss", "Discussed", 1))
		if changed.status != http.StatusAccepted || changed.body["version"] != 2.0 || changed.body["id"] != first.body["id"] {
			t.Errorf("changed: %d %s", changed.status, changed.raw)
		}
		s.ask("POST", "/v1/articles", `{"headline":"no uri"}`).wantProblem(t, http.StatusUnprocessableEntity, "/uri")
		s.ask("POST", "/v1/articles", `no json`).wantProblem(t, http.StatusUnprocessableEntity, "")
		large := `{"uri":"urn:x","body_text":"` + strings.Repeat("x", 4<<20) + `"}`
		s.ask("POST", "/v1/articles", large).wantProblem(t, http.StatusRequestEntityTooLarge, "4194304")
	})
}

func TestADocumentIsHeldToItsVersion(t *testing.T) {
	s := onSQLite(t, nil)
	const component = `{"uri":"urn:c","type":"component","headline":"A map"}`
	if a := s.ask("POST", "/v1/articles?ninjs=1.2", component); a.status != http.StatusAccepted {
		t.Errorf("a component in 1.2: %d %s", a.status, a.raw)
	}
	a := s.ask("POST", "/v1/articles?ninjs=1.1", component)
	if a.wantProblem(t, http.StatusUnprocessableEntity, "ninjs: /type: value must be one of"); a.body["field"] != "/type" {
		t.Errorf("the field is %v", a.body["field"])
	}
	s.ask("POST", "/v1/articles?ninjs=9", component).wantProblem(t, http.StatusUnprocessableEntity, "no version of ninjs")
}

func TestANewsMLItemIsTheSameArticleAsInNinjs(t *testing.T) {
	const item = `<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:test:1"><itemMeta><itemClass qcode="ninat:text"/>` +
		`<pubStatus qcode="stat:canceled"/></itemMeta><contentMeta><headline>Putin, Obama Discuss Security</headline></contentMeta></newsItem>`
	const two = `<newsMessage><itemSet><newsItem guid="urn:test:2"/><newsItem guid="urn:test:3"/></itemSet></newsMessage>`
	s := onSQLite(t, nil)
	first := s.ask("POST", "/v1/articles", document)
	for _, kind := range []string{"application/vnd.iptc.g2.newsitem+xml; charset=utf-8", "text/xml"} {
		a := s.ask("POST", "/v1/articles", item, "Content-Type", kind)
		if a.status/100 != 2 || a.body["id"] != first.body["id"] || a.body["version"] != 2.0 {
			t.Errorf("%s: %d %s, first %s", kind, a.status, a.raw, first.raw)
		}
	}
	if stored, err := s.store.After(ctx, 0, 10); err != nil || len(stored) != 2 || stored[1].Status != "cancelled" {
		t.Errorf("stored %+v (%v)", stored, err)
	}
	a := s.ask("POST", "/v1/articles", two, "Content-Type", "application/xml")
	more, _ := a.body["more"].([]any)
	if a.status != http.StatusAccepted || a.body["seq"] != 3.0 || len(more) != 1 {
		t.Errorf("of two items: %d %s", a.status, a.raw)
	}
	bad := s.ask("POST", "/v1/articles", `<newsItem/>`, "Content-Type", "application/xml")
	if bad.wantProblem(t, http.StatusUnprocessableEntity, "is required"); bad.body["field"] != "/newsItem/@guid" {
		t.Errorf("the field is %v", bad.body["field"])
	}
	s.ask("POST", "/v1/articles", item).wantProblem(t, http.StatusUnprocessableEntity, "no JSON")
}

func TestAnArticleSaysWhichWayItRuns(t *testing.T) {
	s := onSQLite(t, nil)
	for i, language := range []string{"fa", "tg", ""} {
		doc := fmt.Sprintf(`{"uri":"urn:%d","headline":"News","language":%q}`, i, language)
		if a := s.ask("POST", "/v1/articles", doc); a.status != http.StatusAccepted {
			t.Fatalf("%q: %d %s", language, a.status, a.raw)
		}
	}
	page, _ := s.ask("GET", "/v1/articles", "").body["articles"].([]any)
	var got []any
	for _, item := range page {
		got = append(got, item.(map[string]any)["direction"])
	}
	if !slices.Equal(got, []any{"rtl", "ltr", "ltr"}) {
		t.Errorf("they run %v", got)
	}
}

func TestTheStoreIsReadInOrder(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for i := range 5 {
			if a := s.ask("POST", "/v1/articles", strings.Replace(document, "urn:test:1", fmt.Sprintf("urn:test:%d", i), 1)); a.status != http.StatusAccepted {
				t.Fatal(a.raw)
			}
		}
		var seqs []float64
		path := "/v1/articles?limit=2"
		for range 10 {
			a := s.ask("GET", path, "")
			page, _ := a.body["articles"].([]any)
			if len(page) == 0 {
				break
			}
			for _, item := range page {
				article, _ := item.(map[string]any)
				seqs = append(seqs, article["seq"].(float64))
				if article["headline"] != "Putin, Obama Discuss Security" || article["outlet"] != "RFE/RL" || article["published_at"] != "2026-04-29T18:00:00Z" {
					t.Errorf("%v", article)
				}
			}
			path = fmt.Sprintf("/v1/articles?limit=2&after=%.0f", a.body["next"])
		}
		if !slices.Equal(seqs, []float64{1, 2, 3, 4, 5}) {
			t.Errorf("read %v", seqs)
		}
		for _, query := range []string{"after=x", "after=-1", "limit=0", "limit=1001"} {
			s.ask("GET", "/v1/articles?"+query, "").wantProblem(t, http.StatusUnprocessableEntity, query[:5])
		}
	})
}

func (s *site) subscribe() {
	s.t.Helper()
	_, err := s.store.Book().Save(ctx, subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "1", Kind: delivery.Private},
		Status:  subscriptions.Active, Zone: "UTC", Least: delivery.Bulletin, Follow: []subscriptions.Key{"place:RU"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAnAlertIsOrderedOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.subscribe()
		order := `{"headline":"Ceasefire","language":"en","follow":["place:ru","word:Peace"],"urgency":"flash","hold_seconds":600,"idempotency_key":"k"}`
		dry := s.ask("POST", "/v1/alerts", strings.Replace(order, `"hold_seconds":600`, `"hold_seconds":600,"dry_run":true`, 1))
		if dry.status != http.StatusOK || dry.body["status"] != "dry_run" || dry.body["audience"] != 1.0 || dry.body["id"] != nil {
			t.Errorf("dry run: %d %s", dry.status, dry.raw)
		}
		first := s.ask("POST", "/v1/alerts", order)
		if first.status != http.StatusCreated || first.body["status"] != "scheduled" || first.body["audience"] != 1.0 || first.body["eta_seconds"].(float64) < 500 {
			t.Fatalf("%d %s", first.status, first.raw)
		}
		again := s.ask("POST", "/v1/alerts", order)
		if again.status != http.StatusOK || again.body["id"] != first.body["id"] {
			t.Errorf("again: %d %s", again.status, again.raw)
		}
		reordered := strings.Replace(order, `"place:ru","word:Peace"`, `"word:peace","place:RU"`, 1)
		if a := s.ask("POST", "/v1/alerts", reordered); a.status != http.StatusOK || a.body["id"] != first.body["id"] {
			t.Errorf("the same keys in another order: %d %s", a.status, a.raw)
		}
		for old, other := range map[string]string{
			"Ceasefire": "Ceasefire broken", "place:ru": "word:War", "flash": "urgent", "600": "500",
			`"idempotency_key"`: `"send_at":"2099-01-01T00:00:00Z","idempotency_key"`,
		} {
			a := s.ask("POST", "/v1/alerts", strings.Replace(order, old, other, 1))
			a.wantProblem(t, http.StatusConflict, "used for another alert, "+first.body["id"].(string))
			if a.body["field"] != "idempotency_key" {
				t.Errorf("%s for %s: field %v", other, old, a.body["field"])
			}
		}
		path, _ := first.body["id"].(string)
		if first.header.Get("Location") != "/v1/alerts/"+path {
			t.Errorf("it is said to be at %q", first.header.Get("Location"))
		}
		shown := s.ask("GET", "/v1/alerts/"+path, "")
		counts, _ := shown.body["counts"].(map[string]any)
		dropped, _ := counts["dropped"].(map[string]any)
		if shown.status != http.StatusOK || shown.body["class"] != "flash" || shown.body["version"] != 1.0 || len(dropped) != 5 {
			t.Errorf("%d %s", shown.status, shown.raw)
		}
		for _, key := range []string{"audience", "repeats", "created_at", "first_sent_at", "last_sent_at", "p50_ms", "p90_ms"} {
			if _, ok := shown.body[key]; !ok {
				t.Errorf("%s is missing", key)
			}
		}
	})
}

func TestAFaultyOrderIsRefusedByName(t *testing.T) {
	s := onSQLite(t, nil)
	cases := []struct {
		body   string
		status int
		field  string
		says   string
	}{
		{`{"headline":"A","follow":["place:RU","place:XX"]}`, 422, "follow[1]", "place:XX"},
		{`{"headline":"A","colour":"red"}`, 422, "colour", "no such key"},
		{`["A"]`, 400, "", "must be an object"},
		{`{"headline":"A","urgency":"loud"}`, 422, "urgency", "loud"},
		{`{"headline":"A","urgency":0}`, 422, "urgency", ""},
		{`{"headline":7}`, 422, "headline", "a string"},
		{`{"headline":""}`, 422, "headline", "empty"},
		{`{}`, 422, "headline", ""},
		{``, 422, "headline", ""},
		{`{"headline":"A","language":"??"}`, 422, "language", ""},
		{`{"headline":"A","versions":{"en":{"headline":"A"}}}`, 422, "versions", "not both"},
		{`{"headline":"A","hold_seconds":1e300}`, 422, "hold_seconds", "3600"},
		{`{"headline":"A","hold_seconds":-1}`, 422, "hold_seconds", "3600"},
		{`{"headline":"A","send_at":"tomorrow"}`, 422, "send_at", "18:42"},
		{`{"headline":"A"} {}`, 400, "", "more than one"},
		{`{"headline":`, 400, "", "no JSON"},
		{`{"headline":"` + strings.Repeat("x", 300<<10) + `"}`, 413, "", "262144"},
	}
	for _, c := range cases {
		a := s.ask("POST", "/v1/alerts", c.body)
		a.wantProblem(t, c.status, c.says)
		if field, _ := a.body["field"].(string); field != c.field {
			t.Errorf("%.60s: field %q, want %q", c.body, field, c.field)
		}
	}
	if recent, err := s.store.Alerts().Recent(ctx, 1); err != nil || len(recent) > 0 {
		t.Errorf("%d alerts were made (%v)", len(recent), err)
	}
}

func TestTheLifeOfAnAlert(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id, _ := s.ask("POST", "/v1/alerts", `{"versions":{"en":{"headline":"Cease fire","url":"https://example.org/1"},"ru":{"headline":"Перемирие"}},"hold_seconds":600}`).body["id"].(string)
		path := "/v1/alerts/" + id
		steps := []struct {
			do, body string
			status   int
			then     string
		}{
			{"/approve", "", 409, ""},
			{"/resume", "", 409, ""},
			{"/pause", "", 200, "paused"},
			{"/pause", "", 409, ""},
			{"/resume", "{}", 200, "scheduled"},
			{"/correct", `{"kind":"typo","versions":{"en":{"headline":"Ceasefire"}}}`, 200, "scheduled"},
			{"/correct", `{"kind":"fact","versions":{"en":{"headline":"Ceasefire"}}}`, 422, ""},
			{"/correct", `{"kind":"typo","language":"uk","headline":"A"}`, 422, ""},
			{"/pause", `{"why":"x"}`, 422, ""},
			{"/recall", `{}`, 422, ""},
			{"/recall", `{"reason":"Sent in error."}`, 200, "recalled"},
			{"/cancel", "", 409, ""},
		}
		for _, step := range steps {
			a := s.ask("POST", path+step.do, step.body)
			if a.status != step.status || step.status == 200 && a.body["status"] != step.then {
				t.Errorf("%s %s: %d %s, want %d %s", step.do, step.body, a.status, a.raw, step.status, step.then)
			}
			if step.status != 200 {
				a.wantProblem(t, step.status, "")
			}
		}
		al, err := s.store.Alerts().Get(ctx, alerts.ID(id))
		if err != nil || al.Versions["en"].Headline != "Ceasefire" || al.Versions["en"].URL != "https://example.org/1" || al.Versions["ru"].Headline != "Перемирие" {
			t.Errorf("%+v (%v)", al.Versions, err)
		}
		for _, do := range []string{"", "/events"} {
			s.ask("GET", "/v1/alerts/none"+do, "").wantProblem(t, http.StatusNotFound, "no such alert")
		}
		s.ask("POST", "/v1/alerts/none/cancel", "").wantProblem(t, http.StatusNotFound, "no such alert")
	})
}

func TestHaltAndResume(t *testing.T) {
	s := onSQLite(t, nil)
	if a := s.ask("POST", "/v1/halt", ""); a.status != http.StatusOK || a.body["halted"] != true {
		t.Errorf("halt: %d %s", a.status, a.raw)
	}
	if halted, err := s.store.Halted(ctx); err != nil || !halted {
		t.Errorf("halted %v (%v)", halted, err)
	}
	if a := s.ask("POST", "/v1/resume", ""); a.status != http.StatusOK || a.body["halted"] != false {
		t.Errorf("resume: %d %s", a.status, a.raw)
	}
	if halted, err := s.store.Halted(ctx); err != nil || halted {
		t.Errorf("halted %v (%v)", halted, err)
	}
}

// events follows an alert; each event's status is sent on, until the stream ends.
func (s *site) events(url, id string) <-chan string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/alerts/"+id+"/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(r)
	if err != nil || response.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("%v %v", response, err)
	}
	said := make(chan string, 100)
	go func() {
		defer close(said)
		lines := bufio.NewScanner(response.Body)
		for lines.Scan() {
			if data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok {
				var event struct{ Status string }
				if err := json.Unmarshal(data, &event); err != nil {
					event.Status = err.Error()
				}
				said <- event.Status
			}
		}
		if err := response.Body.Close(); err != nil {
			said <- err.Error()
		}
	}()
	return said
}

func TestAnAlertIsFollowedUntilItsEnd(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id, _ := s.ask("POST", "/v1/alerts", `{"headline":"Ceasefire","hold_seconds":600}`).body["id"].(string)
		said := s.events(s.url, id)
		if first := <-said; first != "scheduled" {
			t.Fatalf("first %q", first)
		}
		if a := s.ask("POST", "/v1/alerts/"+id+"/pause", ""); a.status != http.StatusOK {
			t.Fatal(a.raw)
		}
		if next := <-said; next != "paused" {
			t.Fatalf("then %q", next)
		}
		if a := s.ask("POST", "/v1/alerts/"+id+"/cancel", ""); a.status != http.StatusOK {
			t.Fatal(a.raw)
		}
		if next := <-said; next != "cancelled" {
			t.Fatalf("then %q", next)
		}
		if more, open := <-said; open {
			t.Errorf("an ended alert goes on: %q", more)
		}
	})
}

func TestAFollowerDoesNotHoldTheShutdownUp(t *testing.T) {
	s := onSQLite(t, nil)
	id, _ := s.ask("POST", "/v1/alerts", `{"headline":"Ceasefire","hold_seconds":600}`).body["id"].(string)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(running, ln, s.door, time.Minute, slog.New(slog.DiscardHandler)) }()
	said := s.events("http://"+ln.Addr().String(), id)
	<-said
	stop()
	for range said { // until the stream ends
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestOtherSitesPagesAreRefused(t *testing.T) {
	s := onSQLite(t, nil)
	s.ask("POST", "/v1/halt", "", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").wantProblem(t, http.StatusForbidden, "another site")
	if halted, err := s.store.Halted(ctx); err != nil || halted {
		t.Errorf("halted %v (%v)", halted, err)
	}
}

func TestWhatIsNotThereIsAProblemToo(t *testing.T) {
	s := onSQLite(t, nil)
	s.ask("GET", "/v2/anything", "").wantProblem(t, http.StatusNotFound, "openapi.json")
	a := s.ask("DELETE", "/v1/articles", "")
	if a.wantProblem(t, http.StatusMethodNotAllowed, "Allow"); !strings.Contains(a.header.Get("Allow"), "POST") {
		t.Errorf("allows %q", a.header.Get("Allow"))
	}
}

func TestOurOwnFaultsGiveNothingAway(t *testing.T) {
	s := onSQLite(t, func(c *web.Config) {
		c.Mounts = map[string]http.Handler{"POST /hooks/x": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret cause") })}
		c.Ready = func(context.Context) []string { return []string{"the database does not answer"} }
	})
	a := s.ask("POST", "/hooks/x", "")
	if a.wantProblem(t, http.StatusInternalServerError, "our side"); strings.Contains(a.raw, "secret") {
		t.Errorf("it says %s", a.raw)
	}
	if a := s.ask("GET", "/readyz", ""); a.status != http.StatusServiceUnavailable || !strings.Contains(a.raw, "does not answer") {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if got := a.header.Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	if a := s.ask("GET", "/metrics", ""); !strings.Contains(a.raw, `tenbells_http_request_duration_seconds_count{code="500",route="POST /hooks/x"} 1`) {
		t.Errorf("the failed request is not counted: %.300s", a.raw)
	}
}

// The document is a promise: every route is in it, and everything in it is a route.
func TestTheDocumentIsInStepWithTheRoutes(t *testing.T) {
	s := onSQLite(t, nil)
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	a := s.ask("GET", "/v1/openapi.json", "")
	if err := json.Unmarshal([]byte(a.raw), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatal(doc.OpenAPI, err)
	}
	var documented []string
	for path, methods := range doc.Paths {
		for method := range methods {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	source, err := os.ReadFile("server.go")
	if err != nil {
		t.Fatal(err)
	}
	var routed []string
	for _, found := range regexp.MustCompile(`(?:s\.handle|s\.mux\.Handle)\("([A-Z]+ /[^"]*)"`).FindAllSubmatch(source, -1) {
		routed = append(routed, string(found[1]))
	}
	slices.Sort(documented)
	slices.Sort(routed)
	if !slices.Equal(documented, routed) || len(routed) < 10 {
		t.Errorf("documented %q\nrouted %q", documented, routed)
	}
	for _, route := range documented {
		method, path, _ := strings.Cut(route, " ")
		if a := s.ask(method, strings.ReplaceAll(path, "{id}", "none"), ""); strings.Contains(a.raw, "nothing here") || a.status == http.StatusMethodNotAllowed {
			t.Errorf("%s: %d %s", route, a.status, a.raw)
		}
	}
}

// All who know the API token are one person: what one of them orders, none of them approves.
func TestTheAPITokenIsOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, kept *store.Store) {
		var editors *alerts.Editors
		s := newSite(t, kept, func(c *web.Config) {
			editors = c.Editors
			editors.Approval = alerts.ApproveAll
		})
		a := s.ask("POST", "/v1/alerts", `{"headline":"Ceasefire","language":"en","hold_seconds":600}`)
		id, _ := a.body["id"].(string)
		waits, _ := a.body["waits"].(string)
		if a.body["status"] != "awaiting_approval" || !strings.Contains(waits, "tenbells alert approve "+id) || !strings.Contains(waits, "in chat") {
			t.Fatalf("ordered: %s", a.raw)
		}
		s.ask("POST", "/v1/alerts/"+id+"/approve", "").wantProblem(t, http.StatusConflict, "tenbells alert approve "+id)
		if _, err := editors.Approve(ctx, alerts.ID(id), "cli:olga"); err != nil {
			t.Fatal(err)
		}
		if a := s.ask("POST", "/v1/alerts/"+id+"/correct", `{"kind":"typo","headline":"Something else"}`); a.body["status"] != "awaiting_approval" {
			t.Fatalf("reworded after it was approved: %s", a.raw)
		}
		s.ask("POST", "/v1/alerts/"+id+"/approve", "").wantProblem(t, http.StatusConflict, "api had the last word")
	})
}
