package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/store/storetest"
)

// readiness is what /readyz says.
func (w *world) readiness() string {
	resp, err := http.Get("http://" + w.listen + "/readyz")
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return resp.Status + " " + string(text)
}

func TestARefusedTokenIsToldBeforeThereIsAnythingToSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLiteURL(t), "TENBELLS_OPERATOR=discord:5")
	mend := w.telegram.Inject(telegramtest.Step{Times: 1 << 30, Fault: telegramtest.Unauthorized()})
	w.start("serve")
	w.until("it is not ready and says why", func() bool {
		said := w.readiness()
		return strings.HasPrefix(said, "503") && strings.Contains(said, "telegram/main") && strings.Contains(said, "token")
	})
	told := func() (n int, last string) {
		for _, m := range w.discord.User("5").DM(nil).Received() {
			n, last = n+1, m.Text
		}
		return n, last
	}
	w.until("the operator is told", func() bool {
		if w.discord.User("5") == nil {
			return false
		}
		n, last := told()
		return n == 1 && strings.Contains(last, "telegram/main sends nothing")
	})
	mend()
	w.until("it is ready", w.ready)
	w.until("the operator is told that it is over", func() bool {
		n, last := told()
		return n == 2 && strings.Contains(last, "works again")
	})
}

func TestServeNamesTheFolderThatIsNotThere(t *testing.T) {
	w := newWorld(t, storetest.SQLiteURL(t), "TENBELLS_WATCH_DIR=/nonexistent/articles")
	if out, code := w.run("serve"); code != exitUsage || !strings.Contains(out, "TENBELLS_WATCH_DIR") {
		t.Errorf("exit status %d:\n%s", code, out)
	}
}
