package discordtest_test

import (
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

func TestBreachesOfTheContractAreTold(t *testing.T) {
	cases := []struct{ name, method, path, body, breach string }{
		{"a member there is none of", "POST", "/messages", `{"contnt":"x","content":"y"}`, `nothing there is called "contnt"`},
		{"a wrong type", "POST", "/messages", `{"content":["x"]}`, "body.content: [x] is no string"},
		{"a length", "POST", "/messages", `{"content":"` + strings.Repeat("x", 2001) + `"}`, "content: Must be 2000 or fewer in length."},
		{"a member that is missing", "POST", "/threads", `{"message":{"content":"x"}}`, `needs "name"`},
		{"a call there is none of", "POST", "/message", `{}`, "there is no such call here"},
		{"nothing wrong", "POST", "/messages", `{"content":"x","embeds":null,"components":null,"sticker_ids":null,"tts":false}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			srv := discordtest.New(discordtest.Options{Contracts: needContracts(t), AutoChannels: true})
			t.Cleanup(srv.Close)
			if err := srv.Start(); err != nil {
				t.Fatal(err)
			}
			call(t, srv, c.method, "/channels/1234"+c.path, c.body)
			told := strings.Join(srv.Violations(), "\n")
			if (told == "") != (c.breach == "") || !strings.Contains(told, c.breach) {
				t.Errorf("told %q, want %q", told, c.breach)
			}
		})
	}
}

func TestThreadsAndPostsHangOnWhatTheyBeganWith(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	id := send(t, w.srv, w.text, `{"content":"Talks begin"}`)
	path := "/channels/" + w.text.ID() + "/messages/" + id + "/threads"
	if a := call(t, w.srv, "POST", path, `{"name":"Talks","auto_archive_duration":4320}`); a.Status != 201 || !strings.Contains(string(a.Body), `"auto_archive_duration":4320`) {
		t.Fatalf("start: %d %s", a.Status, a.Body)
	}
	if a := call(t, w.srv, "POST", path, `{"name":"Talks"}`); a.code() != 160004 {
		t.Errorf("a second thread: %d %s", a.Status, a.Body)
	}
	thread := w.srv.Channel(id)
	if m, _ := w.text.Message(id); m.Thread != id || thread == nil || thread.Parent() != w.text {
		t.Fatalf("thread %v of message %+v", thread, m)
	}
	thread.SetArchived(true, false)
	in := send(t, w.srv, thread, `{"content":"They go on"}`)
	if a := call(t, w.srv, "PATCH", "/channels/"+thread.ID()+"/messages/"+in, `{"content":"They end"}`); a.Status != 200 {
		t.Errorf("writing did not bring the thread back: %d %s", a.Status, a.Body)
	}
	thread.SetArchived(true, false)
	if a := call(t, w.srv, "PATCH", "/channels/"+thread.ID()+"/messages/"+in, `{"content":"x"}`); a.code() != 50083 {
		t.Errorf("editing in an archived thread: %d %s", a.Status, a.Body)
	}
	if a := call(t, w.srv, "POST", "/channels/"+w.forum.ID()+"/threads", `{"name":"Talks","message":{"content":"First"}}`); a.Status != 201 {
		t.Fatalf("post: %d %s", a.Status, a.Body)
	}
	post := w.forum.Threads()[0]
	if first, ok := post.Last(); !ok || first.ID != post.ID() || first.Text != "First" {
		t.Errorf("a post begins with %+v", first)
	}
	if sends := w.srv.Sends(); sends[len(sends)-1].Method != "create_thread" || sends[len(sends)-1].Text != discordtest.TextHash("First") {
		t.Errorf("in the ledger: %+v", sends[len(sends)-1])
	}
	w.text.Delete()
	if a := call(t, w.srv, "POST", "/channels/"+thread.ID()+"/messages", `{"content":"x"}`); a.code() != 10003 {
		t.Errorf("thread of a deleted channel: %d %s", a.Status, a.Body)
	}
}
