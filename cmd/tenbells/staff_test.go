package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestTheStaffChangesBesideARunningService(t *testing.T) {
	t.Parallel()
	databases(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		b := &bureau{world: w, ann: w.telegram.NewUser(telegramtest.Person{FirstName: "Ann", Language: "en"})}
		b.ann.Start("")
		b.chief = b.ann.Private(nil)
		b.serve()
		b.until("Ann is greeted", func() bool { return len(b.chief.Received()) > 0 })
		b.push("usable")
		address := fmt.Sprintf("telegram:%d", b.ann.ID())
		b.must("staff", "add", address)
		b.telegramCard("Ring this?")
		b.ann.Send("/alerts")
		b.telegramCard("The newest alerts")
		var listed []struct {
			Address string `json:"address"`
			Role    string `json:"role"`
			Name    string `json:"on_record_as"`
			From    string `json:"from"`
		}
		if err := json.Unmarshal([]byte(b.must("staff", "list", "--json")), &listed); err != nil || len(listed) != 1 ||
			listed[0].Address != address || listed[0].Role != "editor" || listed[0].From != "added" || strings.Contains(listed[0].Name, address) {
			t.Errorf("listed are %+v, %v", listed, err)
		}
		b.must("staff", "remove", address)
		_, code, _ := strings.Cut(b.must("staff", "add", "--role", "publisher"), "/start ")
		code, _, _ = strings.Cut(code, "\n")
		b.ann.Start(code)
		b.telegramCard("You are of the staff of RFE/RL now.")
		if listed := b.must("staff", "list"); !strings.Contains(listed, address) || !strings.Contains(listed, "publisher") {
			t.Errorf("listed are %s", listed)
		}
		b.must("staff", "remove", address)
		b.ann.Send("/halt")
		b.telegramCard("I do not know that.")
	})
}

func TestFaultsOfTheStaffAreNamed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TENBELLS_STAFF", "telegram:7")
	out, _, code := call(t, dir, "", "staff", "list")
	if code != 0 || !strings.Contains(out, "telegram:7") || !strings.Contains(out, "settings") {
		t.Errorf("exit status %d: %s", code, out)
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"add", "ann"}, exitUsage, "must look like telegram:123"},
		{[]string{"add", "telegram:7"}, exitUsage, "in TENBELLS_STAFF already"},
		{[]string{"add", "telegram:8", "--role", "chief"}, exitUsage, "role"},
		{[]string{"remove", "telegram:7"}, exitFailed, "take it out there"},
		{[]string{"remove", "telegram:8"}, exitFailed, "no such member of the staff"},
	} {
		_, said, code := call(t, dir, "", append([]string{"staff"}, tt.args...)...)
		if code != tt.code || !strings.Contains(said, tt.says) {
			t.Errorf("%s: exit status %d, %q, want %d, %q", slices.Concat(tt.args), code, said, tt.code, tt.says)
		}
	}
}
