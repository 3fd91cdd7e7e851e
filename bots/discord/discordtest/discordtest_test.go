package discordtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// needContracts is the folder with the platforms' contracts; a test that is about nothing else is skipped without.
func needContracts(t testing.TB) string {
	t.Helper()
	shared := os.Getenv("TENBELLS_SHARED")
	if shared == "" {
		root, err := filepath.Abs(".")
		if err != nil {
			t.Fatal(err)
		}
		for !exists(filepath.Join(root, "go.mod")) {
			root = filepath.Dir(root)
		}
		shared = filepath.Join(root, "..", "shared")
	}
	dir := filepath.Join(shared, "contracts")
	if exists(filepath.Join(dir, "discord-openapi.json")) {
		return dir
	}
	const absent = "no platform contracts beside the checkout: set TENBELLS_SHARED"
	if os.Getenv("TENBELLS_NO_SKIP") == "1" {
		t.Fatal(absent)
	}
	t.Skip(absent)
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// start runs a server for one test.
func start(t testing.TB, opt discordtest.Options) *discordtest.Server {
	t.Helper()
	opt.T = t
	srv := discordtest.New(opt)
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	return srv
}

// toFake sends what is meant for discord.com to the server.
type toFake struct{ to *url.URL }

func (f toFake) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = f.to.Scheme, f.to.Host, f.to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// client is the real library, pointed at the server. Its gateway is not open.
func client(t testing.TB, srv *discordtest.Server) *discordgo.Session {
	t.Helper()
	s, err := discordgo.New("Bot " + discordtest.DefaultToken)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	s.Client = &http.Client{Transport: toFake{to}}
	s.Identify.Intents = discordgo.IntentsGuilds
	s.ShouldRetryOnRateLimit, s.ShouldReconnectOnError, s.MaxRestRetries = false, false, 0
	return s
}

// open opens the client's gateway and closes it when the test ends.
func open(t testing.TB, s *discordgo.Session) {
	t.Helper()
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
}

// town is a server with a channel of each kind, the bot in it, and two people.
type town struct {
	srv               *discordtest.Server
	bot               *discordtest.Bot
	guild             *discordtest.Guild
	olga, ann         *discordtest.User // owner, member
	text, news, forum *discordtest.Channel
	flash             *discordtest.Role
}

const botRights = discordtest.ViewChannel | discordtest.SendMessages | discordtest.EmbedLinks |
	discordtest.ReadMessageHistory | discordtest.SendMessagesInThreads | discordtest.CreatePublicThreads

func newTown(t testing.TB, opt discordtest.Options) town {
	t.Helper()
	srv := start(t, opt)
	w := town{srv: srv, bot: srv.Bots()[0], olga: srv.NewUser(discordtest.Person{Name: "Olga"}),
		ann: srv.NewUser(discordtest.Person{Name: "Ann", Locale: "ru"})}
	w.guild = srv.NewGuild(w.olga, "Newsroom")
	w.guild.Join(w.ann)
	w.text = w.guild.NewChannel("general", discordtest.Text)
	w.news = w.guild.NewChannel("news", discordtest.Announcement)
	w.forum = w.guild.NewChannel("stories", discordtest.Forum)
	w.flash = w.guild.NewRole("Flash", 0, true)
	w.guild.Install(w.bot, botRights)
	return w
}

// answer is what the server said, as plain net/http sees it.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// code is the JSON error code.
func (a answer) code() int {
	var e struct {
		Code int `json:"code"`
	}
	_ = json.Unmarshal(a.Body, &e) // an HTML page has none
	return e.Code
}

// call does a call with a JSON body, "" for none.
func call(t testing.TB, srv *discordtest.Server, method, path, body string) answer {
	t.Helper()
	a, err := try(srv, method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// try is call for tests in which the connection may break.
func try(srv *discordtest.Server, method, path, body string) (answer, error) {
	r, err := http.NewRequest(method, srv.URL()+"/api/v10"+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bot "+discordtest.DefaultToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, bytes.TrimSpace(text)}, err
}

// send creates a message and is its id.
func send(t testing.TB, srv *discordtest.Server, channel *discordtest.Channel, body string) string {
	t.Helper()
	a := call(t, srv, "POST", "/channels/"+channel.ID()+"/messages", body)
	var m struct{ ID string }
	if err := json.Unmarshal(a.Body, &m); err != nil || a.Status != 200 {
		t.Fatalf("create_message: %d %s", a.Status, a.Body)
	}
	return m.ID
}

// soon is how long a test waits for what must come.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// await fails the test when cond does not come true.
func await(t testing.TB, srv *discordtest.Server, what string, cond func() bool) {
	t.Helper()
	if err := srv.Await(soon(t), cond); err != nil {
		t.Fatalf("waiting until %s: %v", what, err)
	}
}
