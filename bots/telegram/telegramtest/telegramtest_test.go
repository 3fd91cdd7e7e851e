package telegramtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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

// answer is what the server said, as plain net/http sees it.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`

	Status int         `json:"-"`
	Header http.Header `json:"-"`
}

// call does a method with urlencoded arguments given as name, value pairs.
func call(t testing.TB, srv *telegramtest.Server, method string, arguments ...string) answer {
	t.Helper()
	a, err := try(srv, method, arguments...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return a
}

// try is call for tests in which the connection may break.
func try(srv *telegramtest.Server, method string, arguments ...string) (answer, error) {
	form := url.Values{}
	for i := 0; i < len(arguments); i += 2 {
		form.Set(arguments[i], arguments[i+1])
	}
	resp, err := http.PostForm(srv.URL()+"/bot"+telegramtest.DefaultToken+"/"+method, form)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	return decode(resp)
}

func decode(resp *http.Response) (answer, error) {
	a := answer{Status: resp.StatusCode, Header: resp.Header}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return a, err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		a.Description = string(body)
		return a, nil
	}
	return a, json.Unmarshal(body, &a)
}

// result decodes what a call answered, which must have worked.
func result[T any](t testing.TB, a answer) T {
	t.Helper()
	var out T
	if !a.OK {
		t.Fatalf("refused: %d %s", a.Code, a.Description)
	}
	if err := json.Unmarshal(a.Result, &out); err != nil {
		t.Fatalf("result %s: %v", a.Result, err)
	}
	return out
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// reader is a user who has started the bot.
func reader(srv *telegramtest.Server, name string) *telegramtest.User {
	u := srv.NewUser(telegramtest.Person{FirstName: name, Language: "en"})
	u.Start("")
	return u
}

// soon is how long a test waits for what must come.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// await fails the test when cond does not come true.
func await(t testing.TB, srv *telegramtest.Server, what string, cond func() bool) {
	t.Helper()
	if err := srv.Await(soon(t), cond); err != nil {
		t.Fatalf("waiting until %s: %v", what, err)
	}
}
