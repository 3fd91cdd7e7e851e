package telegramtest_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// contracts is the folder with the platforms' contracts, "" where it is absent: what is checked against it then is not.
func contracts(t testing.TB) string {
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
	if !exists(filepath.Join(dir, "telegram-bot-api.json")) {
		return ""
	}
	return dir
}

// needContracts skips a test that is about nothing else.
func needContracts(t testing.TB) string {
	t.Helper()
	dir := contracts(t)
	if dir == "" {
		t.Skip("no platform contracts beside the checkout: set TENBELLS_SHARED")
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// start runs a server for one test.
func start(t testing.TB, opt telegramtest.Options) *telegramtest.Server {
	t.Helper()
	opt.T = t
	srv := telegramtest.New(opt)
	if err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	return srv
}

// client is the real library, pointed at the server. It does not poll.
func client(t testing.TB, srv *telegramtest.Server) *bot.Bot {
	t.Helper()
	b, err := bot.New(telegramtest.DefaultToken, bot.WithServerURL(srv.URL()), bot.WithSkipGetMe())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reader is a user who has started the bot.
func reader(srv *telegramtest.Server, name string) *telegramtest.User {
	u := srv.NewUser(telegramtest.Person{FirstName: name, Language: "en"})
	u.Start("")
	return u
}

// soon is how long a test waits for what must come.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}
