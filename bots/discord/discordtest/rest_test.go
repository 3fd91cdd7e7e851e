package discordtest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

func TestRefusalsHaveDiscordsStatusAndCode(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	hidden := w.guild.NewChannel("hidden", discordtest.Text)
	hidden.DenyRole(w.guild.Everyone(), discordtest.ViewChannel)
	hidden.Deny(w.bot, discordtest.ViewChannel)
	mute := w.guild.NewChannel("mute", discordtest.Text)
	mute.Deny(w.bot, discordtest.SendMessages|discordtest.SendMessagesInThreads)
	plain := w.guild.NewChannel("plain", discordtest.Text)
	plain.Deny(w.bot, discordtest.EmbedLinks)
	unread := w.guild.NewChannel("unread", discordtest.Text)
	unread.Deny(w.bot, discordtest.ReadMessageHistory)
	deleted := w.guild.NewChannel("deleted", discordtest.Text)
	deleted.Delete()
	stranger := w.srv.NewUser(discordtest.Person{Name: "Stranger"})
	w.olga.CloseDMs()
	locked := w.text.OpenThread(w.olga, "locked")
	locked.SetArchived(true, true)
	muted := mute.OpenThread(w.olga, "below mute")
	hers := w.text.Say(w.ann, "Hello")

	const message = `{"content":"x"}`
	path := func(c *discordtest.Channel, rest string) string { return "/channels/" + c.ID() + rest }
	cases := []struct {
		name               string
		method, path, body string
		status, code       int
	}{
		{"a channel that never was", "POST", "/channels/99/messages", message, 404, 10003},
		{"a deleted channel", "POST", path(deleted, "/messages"), message, 404, 10003},
		{"a channel the bot cannot see", "POST", path(hidden, "/messages"), message, 403, 50001},
		{"a channel it cannot write to", "POST", path(mute, "/messages"), message, 403, 50013},
		{"a thread of such a channel", "POST", path(muted, "/messages"), message, 403, 50013},
		{"embeds without the right", "POST", path(plain, "/messages"), `{"embeds":[{"title":"x"}]}`, 403, 50013},
		{"text where only embeds are forbidden", "POST", path(plain, "/messages"), message, 200, 0},
		{"a forum is no text channel", "POST", path(w.forum, "/messages"), message, 400, 50008},
		{"a locked thread", "POST", path(locked, "/messages"), message, 403, 160005},
		{"somebody whose DMs are closed", "POST", path(w.olga.DM(nil), "/messages"), message, 403, 50007},
		{"somebody without a common server", "POST", path(stranger.DM(nil), "/messages"), message, 403, 50007},
		{"a reply where history cannot be read", "POST", path(unread, "/messages"), `{"content":"x","message_reference":{"message_id":"1"}}`, 403, 160002},
		{"a reply to nothing", "POST", path(w.text, "/messages"), `{"content":"x","message_reference":{"message_id":"1"}}`, 400, 50035},
		{"a reply to nothing that need not be there", "POST", path(w.text, "/messages"),
			`{"content":"x","message_reference":{"message_id":"1","fail_if_not_exists":false}}`, 200, 0},
		{"nothing to say", "POST", path(w.text, "/messages"), `{"content":""}`, 400, 50006},
		{"no JSON", "POST", path(w.text, "/messages"), `{`, 400, 50109},
		{"editing nothing", "PATCH", path(w.text, "/messages/1"), message, 404, 10008},
		{"editing somebody else's words", "PATCH", path(w.text, "/messages/"+hers.ID), message, 403, 50005},
		{"deleting somebody else's words", "DELETE", path(w.text, "/messages/"+hers.ID), "", 403, 50013},
		{"publishing in a text channel", "POST", path(w.text, "/messages/"+hers.ID+"/crosspost"), "", 400, 50024},
		{"a server that never was", "GET", "/guilds/99", "", 404, 10004},
		{"a DM to nobody", "POST", "/users/@me/channels", `{"recipient_id":"99"}`, 400, 50035},
		{"another application's commands", "GET", "/applications/99/commands", "", 404, 10002},
		{"an interaction that never was", "POST", "/interactions/1/x/callback", `{"type":4,"data":{"content":"x"}}`, 404, 10062},
		{"a webhook that never was", "POST", "/webhooks/1/x", message, 404, 10015},
		{"a call there is none of", "GET", "/nothing", "", 404, 0},
		{"a wrong method", "PUT", path(w.text, "/messages"), "", 405, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := call(t, w.srv, c.method, c.path, c.body)
			if a.Status != c.status || a.code() != c.code {
				t.Errorf("%d, code %d: %s; want %d, code %d", a.Status, a.code(), a.Body, c.status, c.code)
			}
		})
	}
}

func TestAWrongFormNamesItsFields(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	long := strings.Repeat("ä", 2001)
	cases := []struct{ name, body, field string }{
		{"content", `{"content":"` + long + `"}`, "content"},
		{"embed title", `{"embeds":[{"title":"` + long + `"}]}`, "embeds.0.title"},
		{"embeds in all", `{"embeds":[` + strings.Repeat(`{"description":"`+long+`"},`, 2) + `{"description":"` + long + `"}]}`, "embeds"},
		{"nonce", `{"content":"x","nonce":"12345678901234567890123456"}`, "nonce"},
		{"a button without custom id", `{"components":[{"type":1,"components":[{"type":2,"style":1,"label":"x"}]}]}`, "components.0.components.0.custom_id"},
		{"the same custom id twice", `{"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a"},{"type":2,"style":1,"custom_id":"a"}]}]}`,
			"components.0.components.1.custom_id"},
		{"six buttons", `{"components":[{"type":1,"components":[` + strings.Repeat(`{"type":2,"style":5,"url":"https://a.example"},`, 5) +
			`{"type":2,"style":5,"url":"https://a.example"}]}]}`, "components.0.components"},
		{"content beside components of version 2", `{"content":"x","flags":32768,"components":[{"type":10,"content":"x"}]}`, "content"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := call(t, w.srv, "POST", "/channels/"+w.text.ID()+"/messages", c.body)
			if a.Status != 400 || a.code() != 50035 || !hasFault(t, a.Body, c.field) {
				t.Errorf("%d %s; want 50035 with %s", a.Status, a.Body, c.field)
			}
		})
	}
}

// hasFault looks a field up in the tree of errors.
func hasFault(t *testing.T, body []byte, field string) bool {
	t.Helper()
	var e struct {
		Errors map[string]any `json:"errors"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	at := e.Errors
	for _, part := range strings.Split(field, ".") {
		at, _ = at[part].(map[string]any)
	}
	return at["_errors"] != nil
}

func TestAnEnforcedNonceMakesOneMessage(t *testing.T) {
	now := time.Now()
	w := newTown(t, discordtest.Options{Now: func() time.Time { return now }, NonceWindow: time.Minute})
	const body = `{"content":"x","nonce":"abc","enforce_nonce":true}`
	first := send(t, w.srv, w.text, body)
	if again := send(t, w.srv, w.text, body); again != first {
		t.Error("a repeated nonce made a second message")
	}
	if elsewhere := send(t, w.srv, w.news, body); elsewhere != first {
		t.Error("a nonce belongs to the author, not to the channel")
	}
	if free := send(t, w.srv, w.text, `{"content":"x","nonce":"abc"}`); free == first {
		t.Error("a nonce that is not enforced was")
	}
	now = now.Add(61 * time.Second)
	if late := send(t, w.srv, w.text, body); late == first {
		t.Error("the nonce was remembered beyond its window")
	}
	if s := w.srv.Stats(); s.Accepted != 3 || s.Repeated != 2 {
		t.Errorf("accepted %d, repeated %d; want 3 and 2", s.Accepted, s.Repeated)
	}
	if sends := w.srv.Sends(); !sends[1].Repeated || sends[1].Message != first || sends[1].Nonce != "abc" {
		t.Errorf("second send: %+v", sends[1])
	}
}

func TestOnlyAllowedMentionsPing(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	silent := w.guild.NewRole("Silent", 0, false)
	words := "@everyone <@&" + w.flash.ID() + "> <@&" + silent.ID() + "> <@" + w.ann.ID() + ">"
	cases := []struct {
		name, allowed string
		everyone      bool
		roles, users  int
		rights        discordtest.Permissions
	}{
		{"nothing said: what the rights allow", `null`, false, 1, 1, botRights},
		{"nothing said, with the right to mention everyone", `null`, true, 2, 1, botRights | discordtest.MentionEveryone},
		{"none", `{"parse":[]}`, false, 0, 0, botRights | discordtest.MentionEveryone},
		{"one role", `{"parse":[],"roles":["` + w.flash.ID() + `"]}`, false, 1, 0, botRights},
		{"all users", `{"parse":["users"]}`, false, 0, 1, botRights},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w.guild.Permit(w.bot, c.rights)
			text, err := json.Marshal(words)
			if err != nil {
				t.Fatal(err)
			}
			send(t, w.srv, w.text, `{"content":`+string(text)+`,"allowed_mentions":`+c.allowed+`,"embeds":[{"title":"@everyone"}]}`)
			m, _ := w.text.Last()
			if p := m.Pinged; p.Everyone != c.everyone || len(p.Roles) != c.roles || len(p.Users) != c.users {
				t.Errorf("pinged %+v", p)
			}
		})
	}
}

func TestHistoryIsReadInPages(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	var ids []string
	for range 7 {
		ids = append(ids, send(t, w.srv, w.text, `{"content":"x"}`))
	}
	for query, want := range map[string][]string{
		"limit=2":                    {ids[6], ids[5]},
		"limit=2&before=" + ids[3]:   {ids[2], ids[1]},
		"limit=2&after=" + ids[3]:    {ids[5], ids[4]},
		"limit=3&around=" + ids[3]:   {ids[4], ids[3], ids[2]},
		"limit=100&after=" + ids[6]:  {},
		"limit=100&before=" + ids[0]: {},
		"limit=1&after=0":            {ids[0]},
		"limit=100":                  {ids[6], ids[5], ids[4], ids[3], ids[2], ids[1], ids[0]},
	} {
		a := call(t, w.srv, "GET", "/channels/"+w.text.ID()+"/messages?"+query, "")
		var got []struct{ ID string }
		if err := json.Unmarshal(a.Body, &got); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d messages, want %d", query, len(got), len(want))
			continue
		}
		for i := range got {
			if got[i].ID != want[i] {
				t.Errorf("%s: message %d is %s, want %s", query, i, got[i].ID, want[i])
			}
		}
	}
}

func TestAnEditChangesOnlyWhatItNames(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	id := send(t, w.srv, w.text, `{"content":"text","embeds":[{"title":"embed"}]}`)
	path := "/channels/" + w.text.ID() + "/messages/" + id
	call(t, w.srv, "PATCH", path, `{"content":"other","ID":"1","Channel":"2"}`)
	m, _ := w.text.Message(id)
	if m.Text != "other" || len(m.Embeds) != 1 || m.EditedAt.IsZero() || len(m.Edits) != 1 || m.Edits[0].Text != "text" {
		t.Errorf("after the first edit: %+v", m)
	}
	call(t, w.srv, "PATCH", path, `{"embeds":[]}`)
	if m, _ = w.text.Message(id); len(m.Embeds) != 0 || m.Text != "other" {
		t.Errorf("after the second edit: %+v", m)
	}
	if a := call(t, w.srv, "PATCH", path, `{"content":""}`); a.code() != 50006 {
		t.Errorf("emptied: %d %s", a.Status, a.Body)
	}
	if err := w.text.DeleteMessage(id); err != nil {
		t.Fatal(err)
	}
	if a := call(t, w.srv, "PATCH", path, `{"content":"back?"}`); a.code() != 10008 {
		t.Errorf("edit of what a moderator deleted: %d %s", a.Status, a.Body)
	}
}

func TestAPublishedMessageIsPublishedOnce(t *testing.T) {
	w := newTown(t, discordtest.Options{Limits: discordtest.Limits{EditPublished: discordtest.Rate{Calls: 1, Per: time.Hour}}})
	path := "/channels/" + w.news.ID() + "/messages/" + send(t, w.srv, w.news, `{"content":"x"}`)
	for _, step := range []struct {
		method, path, body string
		status, code       int
	}{
		{"POST", path + "/crosspost", "", 200, 0},
		{"POST", path + "/crosspost", "", 400, 40033},
		{"PATCH", path, `{"content":"y"}`, 200, 0},
		{"PATCH", path, `{"content":"z"}`, 429, 20022},
	} {
		if a := call(t, w.srv, step.method, step.path, step.body); a.Status != step.status || a.code() != step.code {
			t.Errorf("%s: %d %s; want %d, code %d", step.method, a.Status, a.Body, step.status, step.code)
		}
	}
}

func TestAStrangersTokenIsRefused(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	r, err := http.NewRequest("GET", w.srv.URL()+"/api/v9/users/@me", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bot wrong")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != 401 || w.srv.Stats().Invalid != 1 {
		t.Errorf("%d, invalid %d", resp.StatusCode, w.srv.Stats().Invalid)
	}
}
