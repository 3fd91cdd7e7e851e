package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// rig is what one measurement runs on: a platform, a service and its database, each in a process of its own.
type rig struct {
	program  string // path of the program measured
	dir      string
	database string
	listen   string
	env      []string
	fake     *helper
	at       fakeAddress
	serving  *helper
	profile  string // file for the service's profile, "" for none
	limits   bool   // the platform's own are enforced
	inFlight int    // most messages at once, 0 the default
}

// benchToken opens the API of the service measured, which nobody else can reach.
const benchToken = "bench"

// newRig starts a platform, with Telegram's own limits or none, for a service on a database.
func newRig(ctx context.Context, program, dir, database string, limits bool) (*rig, error) {
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	r := &rig{program: program, dir: dir, database: database, listen: listen, limits: limits}
	args := []string{"bench-fake"}
	if limits {
		args = append(args, "--limits")
	}
	if r.fake, err = r.start(ctx, nil, args...); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(r.fake.out).Decode(&r.at); err != nil {
		return nil, errors.Join(fmt.Errorf("the fake platform says: %w", err), r.close())
	}
	r.env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "GOGC=" + os.Getenv("GOGC"),
		"TENBELLS_DATABASE_URL=" + database, "TENBELLS_LISTEN=" + listen, "TENBELLS_KEY_FILE=" + filepath.Join(dir, "key"),
		"TENBELLS_TELEGRAM_TOKEN=" + telegramtest.DefaultToken, "TENBELLS_TELEGRAM_API_URL=" + r.at.Telegram,
		"TENBELLS_API_TOKEN=" + benchToken, "TENBELLS_OUTLET=Bench"}
	if !limits {
		r.env = append(r.env, "TENBELLS_TELEGRAM_RATE=1000000")
	}
	return r, nil
}

// window lets so many messages be in flight at once where there are no limits.
func (r *rig) window(n int) {
	if !r.limits {
		r.inFlight = n
		r.env = append(r.env, "TENBELLS_WINDOW="+strconv.Itoa(n))
	}
}

// So many ports from the first on are below those that systems give to connections (Linux from 32768 on, others from 49152
// on): none of these takes one before it is listened at.
const firstPort, ports = 10_000, 20_000

var lastPort = func() *atomic.Uint32 {
	var n atomic.Uint32
	n.Store(rand.Uint32N(ports))
	return &n
}()

// freePort is a local address at which nobody listens; each is answered once.
func freePort() (address string, err error) {
	for range 100 {
		var ln net.Listener
		address = fmt.Sprintf("127.0.0.1:%d", firstPort+lastPort.Add(1)%ports)
		if ln, err = net.Listen("tcp", address); err == nil {
			return address, ln.Close()
		}
	}
	return "", err
}

// close ends both processes.
func (r *rig) close() error {
	err := r.fake.end()
	if r.serving != nil {
		err = errors.Join(err, r.serving.end())
	}
	return err
}

// helper is a process of the rig.
type helper struct {
	cmd   *exec.Cmd
	in    io.Closer
	out   io.Reader
	said  bytes.Buffer // on its standard error
	ended bool
}

func (r *rig) start(ctx context.Context, env []string, args ...string) (*helper, error) {
	h := &helper{cmd: exec.CommandContext(ctx, r.program, args...)}
	h.cmd.Env, h.cmd.Stderr = env, &h.said
	in, err := h.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h.in, h.out = in, bufio.NewReader(out)
	return h, h.cmd.Start()
}

// end asks a process to end, and waits for it.
func (h *helper) end() error {
	if h.ended {
		return nil
	}
	h.ended = true
	err := h.in.Close()
	if signal := h.cmd.Process.Signal(syscall.SIGTERM); !errors.Is(signal, os.ErrProcessDone) {
		err = errors.Join(err, signal)
	}
	var exit *exec.ExitError
	if waited := h.cmd.Wait(); waited != nil && !errors.As(waited, &exit) { // a signal is an exit too
		err = errors.Join(err, waited)
	}
	return err
}

// run runs a command of the program to its end.
func (r *rig) run(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, r.program, args...)
	cmd.Env = r.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("tenbells %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// serve starts the service, and answers how long it took to be ready.
func (r *rig) serve(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	h, err := r.start(ctx, r.env, "serve", "--profile="+r.profile)
	if err != nil {
		return 0, err
	}
	r.serving = h
	err = await(ctx, time.Minute, func() (bool, error) {
		resp, err := http.Get("http://" + r.listen + "/readyz")
		if err != nil {
			return false, nil // not there yet
		}
		return resp.StatusCode == http.StatusOK, resp.Body.Close()
	})
	if err != nil {
		return 0, fmt.Errorf("the service is not ready: %w\n%s", err, h.said.String())
	}
	return time.Since(began), nil
}

// errSlow says that something did not happen in the time it had.
var errSlow = errors.New("it did not happen in time")

// look is how often something is looked at that is waited for: seldom enough to cost what is measured nothing. Times are
// the fake's own.
const look = 50 * time.Millisecond

func await(ctx context.Context, limit time.Duration, cond func() (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errSlow)
	defer cancel()
	for {
		if ok, err := cond(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(look):
		}
	}
}

// call asks the service's API.
func (r *rig) call(ctx context.Context, method, path, body string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.listen+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+benchToken)
	req.Header.Set("Content-Type", "application/json")
	return fetch(req, answer)
}

// ask asks the fake what it has seen.
func (r *rig) ask(ctx context.Context, method, path string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, r.at.Control+path, nil)
	if err != nil {
		return err
	}
	return fetch(req, answer)
}

func fetch(req *http.Request, answer any) error {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: status %d: %s", req.Method, req.URL.Path, resp.StatusCode, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

func (r *rig) stats(ctx context.Context) (s telegramtest.Stats, err error) {
	return s, r.ask(ctx, http.MethodGet, "/stats", &s)
}

// sends are the calls that were to send a message, from the one numbered on.
func (r *rig) sends(ctx context.Context, from int) (all []arrival, err error) {
	return all, r.ask(ctx, http.MethodGet, "/sends?from="+strconv.Itoa(from), &all)
}

// accepted waits until n messages have been accepted.
func (r *rig) accepted(ctx context.Context, n int, limit time.Duration) error {
	return await(ctx, limit, func() (bool, error) {
		s, err := r.stats(ctx)
		return s.Accepted >= n, err
	})
}

// readers imports n private chats, each with what line says of its number.
func (r *rig) readers(ctx context.Context, lines func(yield func(string) bool)) error {
	path := filepath.Join(r.dir, "readers.jsonl")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	for line := range lines {
		fmt.Fprintln(out, line) // the writer keeps the error
	}
	if err := errors.Join(out.Flush(), f.Close()); err != nil {
		return err
	}
	return r.run(ctx, "subscribers", "import", path)
}

// standing is how the API shows an alert, as far as a bench asks.
type benchAlert struct {
	ID     string `json:"id"`
	Counts struct{ Queued, Sending, Sent int }
}

// alert sends an alert at once.
func (r *rig) alert(ctx context.Context, headline, class, follow string) (benchAlert, error) {
	order := map[string]any{"headline": headline, "urgency": class, "hold_seconds": 0, "follow": []string{}}
	if follow != "" {
		order["follow"] = []string{follow}
	}
	body, err := json.Marshal(order)
	if err != nil {
		return benchAlert{}, err
	}
	var al benchAlert
	return al, r.call(ctx, http.MethodPost, "/v1/alerts", string(body), &al)
}

// cpu is the processor time the service has used; peak is the most memory it has had in use, in megabytes. Both are 0
// where the system does not tell.
func (r *rig) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.serving.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.Atoi(fields[11]) // the kernel writes numbers
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // ticks of 1/100 s (USER_HZ)
}

func (r *rig) peak() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.serving.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0]) // the kernel writes numbers
			return float64(kb) / 1024
		}
	}
	return 0
}
