package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

func TestMetricsCountWhatLanesDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.telegram.Inject(telegramtest.Step{Method: "sendMessage", Fault: telegramtest.TooMany(1), Times: 1})
	w.subscribe(`{"platform":"telegram","chat":"701"}`, `{"platform":"telegram","chat":"702"}`)
	w.serve()
	w.must("alert", "send", "--yes", "--now", "--urgency", "flash", "Everyone is told")
	for _, line := range []string{
		`tenbells_delivery_attempts_total{class="flash",lane="telegram/main",op="send",outcome="again"} 1`,
		`tenbells_delivery_attempts_total{class="flash",lane="telegram/main",op="send",outcome="sent"} 2`,
		`tenbells_delivery_seconds_count{class="flash",lane="telegram/main"} 2`,
		`tenbells_delivery_call_seconds_count{lane="telegram/main"} 3`,
		`tenbells_lane_owned{lane="telegram/main"} 1`,
		`tenbells_lane_fault{lane="telegram/main"} 0`,
	} {
		w.until(line+" is there", func() bool { return strings.Contains(w.metrics(), line) })
	}
}

func (w *world) metrics() string {
	w.t.Helper()
	resp, err := http.Get("http://" + w.listen + "/metrics")
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}
