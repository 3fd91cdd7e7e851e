package discordtest_test

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

const card = `{"content":"card","components":[
	{"type":1,"components":[{"type":2,"style":1,"label":"More","custom_id":"more"},{"type":2,"style":2,"label":"Off","custom_id":"off","disabled":true}]},
	{"type":1,"components":[{"type":3,"custom_id":"topics","min_values":0,"max_values":2,"options":[
		{"label":"Russia","value":"RU"},{"label":"Syria","value":"SY"},{"label":"Chile","value":"CL"}]}]}]}`

// endpoint is a bot that takes interactions over HTTP and answers each with what reply says.
func endpoint(t *testing.T, w town, reply func(i *discordgo.Interaction) string) string {
	t.Helper()
	key, err := hex.DecodeString(w.bot.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !discordgo.VerifyInteraction(r, ed25519.PublicKey(key)) {
			rw.WriteHeader(http.StatusUnauthorized)
			return
		}
		var i discordgo.Interaction
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = json.Unmarshal(body, &i)
		}
		if err != nil {
			t.Errorf("interaction %s: %v", body, err)
		}
		rw.Header().Set("Content-Type", "application/json")
		if i.Type == discordgo.InteractionPing {
			_, _ = io.WriteString(rw, `{"type":1}`)
			return
		}
		_, _ = io.WriteString(rw, reply(&i))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestSignedInteractionsReachTheRealVerifier(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	url := endpoint(t, w, func(i *discordgo.Interaction) string {
		d := i.MessageComponentData()
		if i.Member.Permissions&discordgo.PermissionViewChannel == 0 || i.Member.Permissions&discordgo.PermissionManageGuild != 0 {
			t.Errorf("a member's permissions are told as %d", i.Member.Permissions)
		}
		return fmt.Sprintf(`{"type":7,"data":{"content":"%s chose %v","components":[]}}`, i.Member.User.GlobalName, d.Values)
	})
	if err := w.bot.Validate(soon(t), url); err != nil {
		t.Fatal(err)
	}
	w.bot.SendInteractionsTo(url)
	id := send(t, w.srv, w.text, card)
	in, err := w.text.Choose(w.ann, id, "topics", "RU", "CL")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Await(soon(t)); err != nil {
		t.Fatal(err)
	}
	m, _ := w.text.Message(id)
	if m.Text != "Ann chose [RU CL]" || len(m.Components) != 0 || in.Status() != 200 {
		t.Errorf("status %d, message %+v", in.Status(), m)
	}
}

func TestAnEndpointThatChecksNothingIsFoundOut(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, `{"type":1}`) }))
	t.Cleanup(srv.Close)
	if err := w.bot.Validate(soon(t), srv.URL); err == nil {
		t.Error("an endpoint that takes every signature is valid")
	}
}

func TestAClientLetsOnlyThroughWhatCanBeDone(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	s := client(t, w.srv)
	if _, err := s.ApplicationCommandBulkOverwrite(w.bot.ID(), "", commands()); err != nil {
		t.Fatal(err)
	}
	id := send(t, w.srv, w.text, card)
	do := func(in *discordtest.Interaction, err error) error { return err }
	cases := []struct {
		name string
		err  error
		ok   bool
	}{
		{"a command", do(w.text.Run(w.ann, "news latest", nil)), true},
		{"a command with its option", do(w.text.Run(w.ann, "/news follow", discordtest.Args{"topic": "RU"})), true},
		{"a command in a DM", do(w.ann.DM(nil).Run(w.ann, "news latest", nil)), true},
		{"an unknown command", do(w.text.Run(w.ann, "weather", nil)), false},
		{"an unknown sub command", do(w.text.Run(w.ann, "news forget", nil)), false},
		{"a command whose sub command is missing", do(w.text.Run(w.ann, "news", nil)), false},
		{"a missing option", do(w.text.Run(w.ann, "news follow", nil)), false},
		{"an option of another type", do(w.text.Run(w.ann, "news follow", discordtest.Args{"topic": 7})), false},
		{"a command for those who manage the server, by a member", do(w.text.Run(w.ann, "setup", nil)), false},
		{"the same by the owner", do(w.text.Run(w.olga, "setup", nil)), true},
		{"a button", do(w.text.Press(w.ann, id, "more")), true},
		{"a disabled button", do(w.text.Press(w.ann, id, "off")), false},
		{"a button that is not there", do(w.text.Press(w.ann, id, "less")), false},
		{"a select pressed like a button", do(w.text.Press(w.ann, id, "topics")), false},
		{"too many choices", do(w.text.Choose(w.ann, id, "topics", "RU", "SY", "CL")), false},
		{"a choice that is not offered", do(w.text.Choose(w.ann, id, "topics", "FR")), false},
		{"no choice", do(w.text.Choose(w.ann, id, "topics")), true},
	}
	for _, c := range cases {
		if (c.err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}

func TestAnInteractionIsAnsweredOnceAndInTime(t *testing.T) {
	c := newClock()
	w := newTown(t, discordtest.Options{Now: c.now, Contracts: needContracts(t)})
	id := send(t, w.srv, w.text, card)
	s := client(t, w.srv)
	heard := on[*discordgo.InteractionCreate](s)
	open(t, s)
	press := func() *discordgo.Interaction {
		if _, err := w.text.Press(w.ann, id, "more"); err != nil {
			t.Fatal(err)
		}
		return next(t, heard).Interaction
	}
	expect := func(what string, a answer, status, code int) {
		t.Helper()
		if a.Status != status || a.code() != code {
			t.Errorf("%s: %d %s; want %d, code %d", what, a.Status, a.Body, status, code)
		}
	}
	callback := func(i *discordgo.Interaction) string { return "/interactions/" + i.ID + "/" + i.Token + "/callback" }
	hook := func(i *discordgo.Interaction) string { return "/webhooks/" + i.AppID + "/" + i.Token }

	i := press()
	expect("follow-up before the answer", call(t, w.srv, "POST", hook(i), `{"content":"x"}`), 404, 10015)
	expect("thinking, for one only", call(t, w.srv, "POST", callback(i), `{"type":5,"data":{"flags":64}}`), 204, 0)
	expect("twice", call(t, w.srv, "POST", callback(i), `{"type":4,"data":{"content":"x"}}`), 400, 40060)
	if n := len(w.text.Visible(w.olga)); n != 1 {
		t.Errorf("another sees %d messages, want the card alone", n)
	}
	expect("the answer itself", call(t, w.srv, "PATCH", hook(i)+"/messages/@original", `{"content":"More"}`), 200, 0)
	if seen := w.text.Visible(w.ann); len(seen) != 2 || seen[1].Text != "More" || seen[1].Flags&discordtest.Loading != 0 || len(seen[1].Edits) != 0 {
		t.Errorf("who pressed sees %+v", seen)
	}
	expect("reading it", call(t, w.srv, "GET", hook(i)+"/messages/@original", ""), 200, 0)
	expect("taking it away", call(t, w.srv, "DELETE", hook(i)+"/messages/@original", ""), 204, 0)
	expect("reading it again", call(t, w.srv, "GET", hook(i)+"/messages/@original", ""), 404, 10008)
	c.pass(16 * time.Minute)
	expect("after a quarter of an hour", call(t, w.srv, "POST", hook(i), `{"content":"x"}`), 401, 50027)

	i = press()
	expect("with the message", call(t, w.srv, "POST", callback(i)+"?with_response=true", `{"type":4,"data":{"content":"x"}}`), 200, 0)
	i = press()
	c.pass(4 * time.Second)
	expect("too late", call(t, w.srv, "POST", callback(i), `{"type":4,"data":{"content":"x"}}`), 404, 10062)
}

func TestSuggestionsAndForms(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	s := client(t, w.srv)
	if _, err := s.ApplicationCommandBulkOverwrite(w.bot.ID(), "", commands()); err != nil {
		t.Fatal(err)
	}
	w.bot.SendInteractionsTo(endpoint(t, w, func(i *discordgo.Interaction) string {
		switch i.Type {
		case discordgo.InteractionApplicationCommandAutocomplete:
			return `{"type":8,"data":{"choices":[{"name":"Russia","value":"RU"}]}}`
		case discordgo.InteractionModalSubmit:
			row := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow)
			return fmt.Sprintf(`{"type":4,"data":{"content":"%s"}}`, row.Components[0].(*discordgo.TextInput).Value)
		default:
			return `{"type":9,"data":{"custom_id":"alert","title":"Alert","components":[{"type":1,"components":[
				{"type":4,"custom_id":"headline","label":"Headline","style":1}]}]}}`
		}
	}))
	in, err := w.text.Complete(w.ann, "news follow", discordtest.Args{"topic": "Ru"}, "topic")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := in.Await(soon(t)); err != nil || len(a.Choices) != 1 || a.Choices[0].Name != "Russia" {
		t.Errorf("suggestions: %+v, %v", a, err)
	}
	in, err = w.text.Run(w.ann, "news latest", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := in.Await(soon(t)); err != nil || a.Form.Title != "Alert" {
		t.Fatalf("form: %+v, %v", a, err)
	}
	in, err = in.Submit(map[string]string{"headline": "Talks end"})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := in.Await(soon(t)); err != nil || a.Message.Text != "Talks end" {
		t.Errorf("after the form: %+v, %v", a, err)
	}
}

func TestNoAnswerIsNoAnswer(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	id := send(t, w.srv, w.text, card)
	in, err := w.text.Press(w.ann, id, "more")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := in.Await(ctx); err == nil {
		t.Error("an answer that never came was awaited")
	}
}
