package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	goflag "flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// binary is the program as users run it, built once and without the race detector: child processes would spend the
// time of the whole suite in it.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tenbells-test")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tenbells")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// together is how many of these tests run at once where -parallel does not say: they wait for processes more than they
// compute, and one after another they would fill most of the ten minutes that go test gives a package.
const together = "4"

func TestMain(m *testing.M) {
	goflag.Parse()
	asked := false
	goflag.Visit(func(f *goflag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		if err := goflag.Set("test.parallel", together); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if path, err := binary(); err == nil {
		if err := os.RemoveAll(filepath.Dir(path)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// world is both platforms, a database and a folder, for the program to work in.
type world struct {
	t        testing.TB
	telegram *telegramtest.Server
	discord  *discordtest.Server
	dir      string
	database string
	listen   string
	env      []string
}

// apiToken opens the API of every test's service.
const apiToken = "test-api-token"

// newWorld makes a world on the database at url. Its Discord bears that a busy machine answers later than in three
// seconds. extra are further settings, "TENBELLS_…=value".
func newWorld(t testing.TB, url string, extra ...string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), database: url, listen: freeAddress(t)}
	w.telegram = telegramtest.New(telegramtest.Options{T: t, AutoChats: true, Contracts: contracts(t)})
	if err := w.telegram.Start(); err != nil {
		t.Fatal(err)
	}
	w.discord = discordtest.New(discordtest.Options{T: t, AutoChannels: true, Contracts: contracts(t), Answer: patience})
	if err := w.discord.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.folder(), 0o755); err != nil {
		t.Fatal(err)
	}
	w.env = append(os.Environ(),
		"TENBELLS_DATABASE_URL="+url, "TENBELLS_LISTEN="+w.listen, "TENBELLS_KEY_FILE="+filepath.Join(w.dir, "key"),
		"TENBELLS_TELEGRAM_TOKEN="+telegramtest.DefaultToken, "TENBELLS_TELEGRAM_API_URL="+w.telegram.URL(),
		"TENBELLS_DISCORD_TOKEN="+discordtest.DefaultToken, "TENBELLS_DISCORD_API_URL="+w.discord.URL(),
		"TENBELLS_WATCH_DIR="+w.folder(), "TENBELLS_API_TOKEN="+apiToken, "TENBELLS_OUTLET=RFE/RL",
	)
	w.env = append(w.env, extra...)
	return w
}

func (w *world) folder() string { return filepath.Join(w.dir, "articles") }

// contracts is the folder of the platforms' API descriptions, "" where it is not there.
func contracts(t testing.TB) string {
	t.Helper()
	path := filepath.Join(shared(), "contracts")
	if _, err := os.Stat(path); err != nil {
		t.Logf("calls are not checked against the platforms' contracts: %v", err)
		return ""
	}
	return path
}

// shared is the folder of test data beside the checkout, or where TENBELLS_SHARED says.
func shared() string {
	if dir := os.Getenv("TENBELLS_SHARED"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared")
}

func freeAddress(t testing.TB) string {
	t.Helper()
	address, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// process is a running tenbells.
type process struct {
	cmd *exec.Cmd
	out output
}

// output is what a process has said so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (p *process) said() string {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	return p.out.text.String()
}

// serve starts the service and waits until it is ready.
func (w *world) serve() *process {
	w.t.Helper()
	p := w.start("serve")
	if err := w.await(func() bool { return w.ready() }); err != nil {
		w.t.Fatalf("the service is not ready: %v\n%s", err, p.said())
	}
	return p
}

func (w *world) start(args ...string) *process {
	w.t.Helper()
	return w.startAt(w.listen, args...)
}

// startAt starts the program where it is to listen at another address than the world's.
func (w *world) startAt(listen string, args ...string) *process {
	w.t.Helper()
	path, err := binary()
	if err != nil {
		w.t.Fatal(err)
	}
	p := &process{cmd: exec.Command(path, args...)}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = append(slices.Clone(w.env), "TENBELLS_LISTEN="+listen), &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		p.end(syscall.SIGKILL)
		if w.t.Failed() {
			w.t.Logf("tenbells %s said:\n%s", strings.Join(args, " "), p.said())
		}
	})
	return p
}

// ended says whether the process is no more, without having been told to end.
func (p *process) ended() bool {
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist) && runtime.GOOS == "linux"
	}
	_, rest, _ := strings.Cut(string(state), ") ")
	return strings.HasPrefix(rest, "Z")
}

// end sends sig and waits for the process.
func (p *process) end(sig syscall.Signal) {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Signal(sig) // it may have ended by itself
	_ = p.cmd.Wait()              // a killed process says so
}

func (w *world) ready() bool {
	resp, err := http.Get("http://" + w.listen + "/readyz")
	if err != nil {
		return false
	}
	_ = resp.Body.Close() // only the status counts
	return resp.StatusCode == http.StatusOK
}

// patience only bounds a failing test. A moment in which the machine stood still counts for a second of it at most: what
// is waited for stood still, too.
const patience = 3 * time.Minute

var errImpatient = errors.New("it did not happen")

func (w *world) await(cond func() bool) error {
	for waited := time.Duration(0); waited < patience; {
		began := time.Now()
		if cond() {
			return nil
		}
		time.Sleep(look)
		waited += min(time.Since(began), time.Second)
	}
	return errImpatient
}

// until fails the test unless cond comes true.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	if w.await(cond) != nil {
		w.t.Fatalf("in vain waited until %s", what)
	}
}

// run runs one command to its end. What it says beside its answer is left out of an answer in JSON.
func (w *world) run(args ...string) (out string, code int) {
	w.t.Helper()
	path, err := binary()
	if err != nil {
		w.t.Fatal(err)
	}
	var text, said bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = w.env, &text, &text
	if slices.Contains(args, "--json") {
		cmd.Stderr = &said
	}
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	if code = cmd.ProcessState.ExitCode(); code != 0 {
		text.Write(said.Bytes())
	}
	return text.String(), code
}

// must is run for what has to work; it answers what was printed.
func (w *world) must(args ...string) string {
	w.t.Helper()
	out, code := w.run(args...)
	if code != 0 {
		w.t.Fatalf("tenbells %s: exit status %d\n%s", strings.Join(args, " "), code, out)
	}
	return out
}

// subscribe imports subscriber lines.
func (w *world) subscribe(lines ...string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "subscribers.jsonl")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.must("subscribers", "import", path)
}

// drop puts a file into the watched folder at once, as a newsroom's system would.
func (w *world) drop(name string, content []byte) {
	w.t.Helper()
	part := filepath.Join(w.folder(), "."+name+".part")
	if err := os.WriteFile(part, content, 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(part, filepath.Join(w.folder(), name)); err != nil {
		w.t.Fatal(err)
	}
}

// call asks the API; the answer is decoded into answer where that is not nil.
func (w *world) call(method, path, body string, answer any) int {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, "http://"+w.listen+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+apiToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			w.t.Fatalf("%s %s: %v\n%s", method, path, err, text)
		}
	}
	return resp.StatusCode
}

// try asks one process of several for what is at a path; false when it does not answer.
func (w *world) try(listen, path string, answer any) bool {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://"+listen+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+apiToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK && json.NewDecoder(resp.Body).Decode(answer) == nil
}

// standing is how the API shows an alert.
type standing struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Version  int    `json:"version"`
	Audience int    `json:"audience"`
	Repeats  int    `json:"repeats"`
	Counts   struct {
		Queued, Sending, Sent, Unknown, Edited, Deleted int
		Dropped                                         map[string]int
	} `json:"counts"`
}

func (w *world) alert(id string) standing {
	w.t.Helper()
	var s standing
	if status := w.call(http.MethodGet, "/v1/alerts/"+id, "", &s); status != http.StatusOK {
		w.t.Fatalf("alert %s: status %d", id, status)
	}
	return s
}

func decode(t testing.TB, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
}
