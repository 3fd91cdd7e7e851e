package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// onThePage is one message as the demo's page is told of it.
type onThePage struct {
	Chat string `json:"chat"`
	ID   string `json:"id"`
	HTML string `json:"html"`
}

// demoPage is an open page of the demo.
type demoPage struct {
	mu       sync.Mutex
	messages map[string]onThePage // by element
}

// read takes in the page's events until the stream ends.
func (p *demoPage) read(resp *http.Response) {
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 8<<20)
	event := ""
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = name
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var state struct {
			Messages []onThePage `json:"messages"`
		}
		var m onThePage
		switch event {
		case "state":
			_ = json.Unmarshal([]byte(data), &state) // what cannot be read is missed below
		case "message":
			_ = json.Unmarshal([]byte(data), &m)
			state.Messages = []onThePage{m}
		}
		p.mu.Lock()
		for _, m := range state.Messages {
			p.messages[m.ID] = m
		}
		p.mu.Unlock()
	}
}

// find answers a message of a client's chats that says words.
func (p *demoPage) find(client, words string) (onThePage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.messages {
		if strings.HasPrefix(m.Chat, client) && strings.Contains(m.HTML, words) {
			return m, true
		}
	}
	return onThePage{}, false
}

func TestTheDemoShowsAMinuteOfNewsAndEndsCleanly(t *testing.T) {
	t.Parallel()
	w := &world{t: t}
	demo := w.start("demo", "--listen", "127.0.0.1:0", "--speed", "8")
	address := regexp.MustCompile(`Open (http://\S+)`)
	w.until("it says where to look", func() bool { return address.MatchString(demo.said()) })
	url := address.FindStringSubmatch(demo.said())[1]

	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page := &demoPage{messages: map[string]onThePage{}}
	go page.read(resp)

	has := func(client, words string) func() bool {
		return func() bool { _, ok := page.find(client, words); return ok }
	}
	const welcome = "at most 5 rings a day"
	w.until("the private chat is welcomed", has("telegram", welcome))
	card, _ := page.find("telegram", welcome)
	if status := pressOnPage(t, url, card, "Choose topics"); status != http.StatusNoContent {
		t.Errorf("pressing Choose topics: status %d", status)
	}
	for _, client := range []string{"telegram", "discord"} {
		w.until("the flash is on "+client, has(client, "FLASH"))
		w.until("the update has changed it on "+client, has(client, "Chile lifts tsunami warning"))
		w.until("the correction is told on "+client, has(client, "not in 2030"))
	}
	w.until("topics can be chosen", has("telegram", "disaster, accident"))
	menu, _ := page.find("telegram", "disaster, accident")
	if status := pressOnPage(t, url, menu, "health"); status != http.StatusNoContent {
		t.Errorf("pressing a topic: status %d", status)
	}
	w.until("the topic is followed", has("telegram", "You follow health"))

	demo.end(syscall.SIGINT)
	if code := demo.cmd.ProcessState.ExitCode(); code != 0 || !strings.Contains(demo.said(), "left nothing behind") {
		t.Errorf("exit status %d; it said:\n%s", code, demo.said())
	}
}

// pressOnPage presses the button of a message that has this label, as the page does.
func pressOnPage(t *testing.T, url string, m onThePage, label string) int {
	t.Helper()
	found := regexp.MustCompile(`data-button="([^"]+)"[^>]*>\s*` + label).FindStringSubmatch(m.HTML)
	if found == nil {
		t.Fatalf("no button %q in %s", label, m.HTML)
	}
	body, err := json.Marshal(map[string]string{"chat": m.Chat, "message": m.ID, "button": found[1]})
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Timeout: patience}
	resp, err := client.Post(url+"/press", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
