package subscriptions

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/delivery"
)

// known is a small world of topics and places.
func known(key string) bool {
	return slices.Contains([]string{"place:RU", "place:SY", "medtop:16000000", "topic:health"}, key)
}

func TestALineOfTwoKeysIsComplete(t *testing.T) {
	got, err := DecodeLine([]byte(`{"platform":"telegram","chat":"123","follow":["place:RU","place:SY"]}`), known)
	want := Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "123", Kind: delivery.Private},
		Status:  Active, Zone: "UTC", Follow: []Key{"place:RU", "place:SY"}, Least: delivery.Bulletin,
	}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v %s", err, cmp.Diff(want, got))
	}
}

func TestEveryKeyIsRead(t *testing.T) {
	line := `{"platform":"discord","bot":"second","chat":"77","thread":"78","guild":"79","kind":"announcement",
		"language":"uk","reads":["uk","pt-br"],"timezone":"Europe/Kyiv","follow":["place:ru","word:Навальний!","source:RFE/RL","story:s1"],
		"exclude":["topic:health"],"least":"urgent","digest":["0 8 * * 1-5","wake"],"quiet":{"hours":"22:30-06","mode":"fold"},
		"budget":5,"ping":{"role":"80"},"story_threads":true,"discreet":true,"status":"stopped"}`
	got, err := DecodeLine([]byte(line), known)
	want := Subscriber{
		Address: delivery.Address{Platform: delivery.Discord, Bot: "second", Chat: "77", Thread: "78", Guild: "79", Kind: delivery.Announcement},
		Status:  Stopped, Language: "uk", Reads: []string{"uk", "pt-BR"}, Zone: "Europe/Kyiv",
		Follow: []Key{"place:RU", "word:навальний", "source:RFE/RL", "story:s1"}, Exclude: []Key{"topic:health"}, Least: delivery.Urgent,
		Digest: []string{"0 8 * * 1-5", "wake"}, Quiet: Quiet{From: 22*60 + 30, To: 6 * 60, Mode: QuietFold}, Budget: 5,
		Ping: Ping{Role: "80", Least: delivery.Flash}, StoryThreads: true, Discreet: true,
	}
	if err != nil || !cmp.Equal(got, want) {
		t.Fatalf("%v %s", err, cmp.Diff(want, got))
	}
	again, err := EncodeLine(got)
	if err != nil || strings.Contains(string(again), "\n") {
		t.Fatalf("%q %v", again, err)
	}
	back, err := DecodeLine(again, known)
	if err != nil || !cmp.Equal(back, got) {
		t.Errorf("%v %s", err, cmp.Diff(got, back))
	}
}

func TestKindsByPlatform(t *testing.T) {
	cases := map[string]delivery.Kind{
		`{"platform":"telegram","chat":"1"}`:                        delivery.Private,
		`{"platform":"telegram","chat":"-1001"}`:                    delivery.Group,
		`{"platform":"telegram","chat":"-1001","kind":"channel"}`:   delivery.Channel,
		`{"platform":"discord","chat":"1"}`:                         delivery.Channel,
		`{"platform":"discord","chat":"1","kind":"dm"}`:             delivery.DM,
		`{"platform":"discord","chat":"1","digest":"wake"}`:         delivery.Channel,
		`{"platform":"discord","chat":"1","quiet":{"hours":"7-7"}}`: delivery.Channel,
	}
	for line, want := range cases {
		if s, err := DecodeLine([]byte(line), known); err != nil || s.Address.Kind != want || s.Quiet.On() {
			t.Errorf("%s: %q %v %v, want %q", line, s.Address.Kind, s.Quiet, err, want)
		}
	}
}

func TestAFaultyLineNamesTheKey(t *testing.T) {
	cases := []struct{ line, says string }{
		{``, "JSON object"},
		{`[]`, "JSON object"},
		{`{"platform":"discord","chat":"-4"}`, "no sign"},
		{`{"platform":"telegram","chat":"1"} {}`, "nothing after"},
		{`{"platform":"telegram","chat":"1"`, "no JSON"},
		{`{"platform":"telegram","chat":"1",}`, "no JSON"},
		{"{\"platform\":\"telegram\",\"chat\":\"1\",\"language\":\"\xff\"}", "UTF-8"},
		{`{"platform":"telegram","chat":"1","color":"red"}`, "color: unknown key"},
		{`{"platform":"telegram","Chat":"1"}`, "Chat: unknown key"},
		{`{"platform":"telegram","chat":"1","chat":"2"}`, "chat: given twice"},
		{`{"platform":"telegram","chat":"1","quiet":null}`, "quiet: must not be null"},
		{`{"chat":"1"}`, "platform: "},
		{`{"platform":"icq","chat":"1"}`, "platform: "},
		{`{"platform":"telegram"}`, "chat: "},
		{`{"platform":"telegram","chat":1}`, "chat: 1 must be a string"},
		{`{"platform":"telegram","chat":"@someone"}`, "chat: "},
		{`{"platform":"telegram","chat":"1","kind":"dm"}`, "kind: "},
		{`{"platform":"telegram","chat":"1","bot":"a/b"}`, "bot: "},
		{`{"platform":"telegram","chat":"1","language":"english please"}`, "language: "},
		{`{"platform":"telegram","chat":"1","reads":["en","??"]}`, "reads[1]: "},
		{`{"platform":"telegram","chat":"1","timezone":"Mars/Base"}`, "timezone: "},
		{`{"platform":"telegram","chat":"1","timezone":"Local"}`, "timezone: "},
		{`{"platform":"telegram","chat":"1","follow":["place:RU","place:XX"]}`, "follow[1]: "},
		{`{"platform":"telegram","chat":"1","follow":"place:RU"}`, "follow: "},
		{`{"platform":"telegram","chat":"1","exclude":[7]}`, "exclude[0]: "},
		{`{"platform":"telegram","chat":"1","least":"digest"}`, "least: "},
		{`{"platform":"telegram","chat":"1","digest":["0 8 * * *","0 0 31 2 *"]}`, "digest[1]: "},
		{`{"platform":"telegram","chat":"1","quiet":{"hours":"all night"}}`, "quiet.hours: "},
		{`{"platform":"telegram","chat":"1","quiet":{"mode":"all"}}`, "quiet.hours: "},
		{`{"platform":"telegram","chat":"1","quiet":{"hours":"23-7","mode":"loud"}}`, "quiet.mode: "},
		{`{"platform":"telegram","chat":"1","quiet":{"hours":"23-7","from":"1"}}`, "quiet.from: unknown key"},
		{`{"platform":"telegram","chat":"1","budget":-1}`, "budget: "},
		{`{"platform":"telegram","chat":"1","budget":1.5}`, "budget: "},
		{`{"platform":"discord","chat":"1","ping":{"least":"flash"}}`, "ping.role: "},
		{`{"platform":"discord","chat":"1","discreet":"yes"}`, "discreet: "},
		{`{"platform":"discord","chat":"1","status":"gone"}`, "status: "},
	}
	for _, c := range cases {
		if _, err := DecodeLine([]byte(c.line), known); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want it to say %q", c.line, err, c.says)
		}
	}
}

func FuzzDecodeLine(f *testing.F) {
	f.Add(`{"platform":"telegram","chat":"123","follow":["place:RU","word:a b c"],"digest":["wake"],"quiet":{"hours":"23:00-07:00","mode":"all"}}`)
	f.Add(`{"platform":"discord","chat":"1","kind":"dm","ping":{"role":"1","least":"routine"},"reads":["zh-Hant"],"budget":3}`)
	f.Add(`{"platform":"telegram","chat":"-1","digest":["*/5 8-9 1,2 * 5-7"]}`)
	f.Add(`{"platform":"discord","chat":"0","ping":{"":""}}`)
	f.Fuzz(func(t *testing.T, line string) {
		s, err := DecodeLine([]byte(line), known)
		if err != nil {
			return
		}
		again, err := EncodeLine(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeLine(again, known)
		if err != nil || !cmp.Equal(back, s) {
			t.Fatalf("%s became %s: %v %s", line, again, err, cmp.Diff(s, back))
		}
	})
}
