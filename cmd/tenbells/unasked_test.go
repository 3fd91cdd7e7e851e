package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

const heldFlash = `{"uri":"urn:homs","headline":"Two children killed in Homs","description_text":"A shell hit a school.","language":"en",` +
	`"versioncreated":%q,"pubstatus":"usable","urgency":1,"place":[{"code":"SY","scheme":"iso3166-1a2"}]}`

// A marked flash that only an editor may let go does not wait in silence where there is no editor.
func TestTheOperatorIsToldOfAFlashThatWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	chief := w.telegram.NewUser(telegramtest.Person{FirstName: "Olga", Language: "en"})
	chief.Start("")
	w.env = append(w.env, fmt.Sprintf("TENBELLS_OPERATOR=telegram:%d", chief.ID()))
	if out, code := w.run("check"); code == 2 || !strings.Contains(out, "staff: there is nobody to ask") || !strings.Contains(out, "TENBELLS_STAFF=telegram:") {
		t.Errorf("check (exit status %d) says:\n%s", code, out)
	}
	w.serve()
	if got := w.call(http.MethodPost, "/v1/articles", fmt.Sprintf(heldFlash, time.Now().UTC().Format(time.RFC3339)), nil); got/100 != 2 {
		t.Fatalf("status %d", got)
	}
	w.until("the operator is told, with the mend", func() bool {
		for _, m := range chief.Private(nil).Received() {
			if strings.Contains(m.Text, "Two children killed in Homs") && strings.Contains(m.Text, "TENBELLS_STAFF") {
				return true
			}
		}
		return false
	})
	w.env = append(w.env, fmt.Sprintf("TENBELLS_STAFF=telegram:%d", chief.ID()))
	if out, _ := w.run("check"); strings.Contains(out, "nobody to ask") {
		t.Errorf("with staff check says:\n%s", out)
	}
}
