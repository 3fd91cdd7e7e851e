package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// call runs one command in this process, on a SQLite database of the test's own.
func call(t *testing.T, dir, in string, args ...string) (out, errOut string, code int) {
	t.Helper()
	t.Setenv("TENBELLS_DATABASE_URL", "sqlite:"+filepath.Join(dir, "tenbells.db"))
	var o, e bytes.Buffer
	code = run(args, strings.NewReader(in), &o, &e)
	return o.String(), e.String(), code
}

func TestEveryCommandsHelpHasAnExampleToCopy(t *testing.T) {
	var cli CLI
	parser, err := kong.New(&cli, kong.Vars{"measures": "", "trials": ""})
	if err != nil {
		t.Fatal(err)
	}
	var visit func(n *kong.Node, path string)
	visit = func(n *kong.Node, path string) {
		for _, child := range n.Children {
			if child.Hidden {
				continue
			}
			at := path + " " + child.Name
			if !strings.Contains(child.Detail, "Example") || !strings.Contains(child.Detail, at) {
				t.Errorf("%s --help has no example of %s:\n%s", at, at, child.Detail)
			}
			visit(child, at)
		}
	}
	visit(parser.Model.Node, "tenbells")
}

func TestJSONIsAllThatIsPrintedBesideAQuestion(t *testing.T) {
	dir := t.TempDir()
	out, asked, code := call(t, dir, "y\n", "alert", "send", "--json", "Oslo votes")
	var answer map[string]any
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer["status"] != "scheduled" || code != 0 {
		t.Errorf("exit status %d, %v, printed:\n%s", code, err, out)
	}
	if !strings.Contains(asked, "Send it?") {
		t.Errorf("nothing was asked: %q", asked)
	}
	out, said, code := call(t, dir, "", "alert", "send", "--json", "Oslo votes")
	if code != exitFailed || out != "" || !strings.Contains(said, "--yes") {
		t.Errorf("without an answer: exit status %d, %q, %q", code, out, said)
	}
}

func TestAnInterruptIsNo(t *testing.T) {
	silent, end := io.Pipe()
	defer end.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if ask(ctx, &Env{In: silent, Err: io.Discard}, "Send it?") {
		t.Error("taken for a yes")
	}
}

func TestFaultsOfACallAreNamedAsTheyWereTyped(t *testing.T) {
	dir := t.TempDir()
	if _, said, code := call(t, dir, "", "alert", "send", "--yes", "--hold", "1m", "--key", "k", "Oslo votes"); code != 0 {
		t.Fatal(said)
	}
	out, _, _ := call(t, dir, "", "alert", "show", "--json")
	var rows []struct{ ID string }
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 1 {
		t.Fatalf("%v:\n%s", err, out)
	}
	id := rows[0].ID
	for _, c := range []struct {
		name, args, want string
		code             int
	}{
		{"an unknown place", "alert send -y x --follow place:XX", `--follow: "place:XX"`, exitUsage},
		{"a language that is none", "alert send -y x --language klingon", `--language: "klingon"`, exitUsage},
		{"no link", "alert send -y x --url ftp:x", "--url: ", exitUsage},
		{"a negative hold", "alert send -y x --hold=-5s", "--hold: ", exitUsage},
		{"a hold, and none", "alert send -y x --now --hold=5s", "--hold and --now", exitUsage},
		{"a typo that changes nothing", "alert correct --kind typo " + id, "nothing would change", exitUsage},
		{"the words that stand there", "alert correct --kind typo --url= " + id, "nothing would change", exitUsage},
		{"a language the alert has not", "alert correct --kind typo --headline y --language ru " + id, "leave it out", exitUsage},
		{"a fact without a note", "alert correct --kind fact --headline y " + id, "--note: ", exitUsage},
		{"no such alert to show", "alert show nosuch", "nosuch: no such alert", exitFailed},
		{"no such alert to pause", "alert pause nosuch", "nosuch: no such alert", exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, said, code := call(t, dir, "", strings.Fields(c.args)...)
			if code != c.code || !strings.Contains(said, c.want) {
				t.Errorf("exit status %d, want %d and %q:\n%s%s", code, c.code, c.want, out, said)
			}
		})
	}
}

func TestWhoeverSendsIsToldWhyNothingGoesOut(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TENBELLS_APPROVAL", "flash")
	out, _, _ := call(t, dir, "", "alert", "send", "--yes", "--urgency", "flash", "Oslo votes")
	if !strings.Contains(out, "reach nobody") || !strings.Contains(out, "tenbells alert approve") || strings.Contains(out, "First send") {
		t.Errorf("an alert that waits for approval:\n%s", out)
	}
	call(t, dir, "", "halt")
	if _, said, _ := call(t, dir, "", "alert", "send", "--yes", "Oslo votes"); !strings.Contains(said, "tenbells resume") {
		t.Errorf("sent while all lanes are halted: %s", said)
	}
	call(t, dir, "", "resume")
	if _, said, _ := call(t, dir, "", "alert", "send", "--yes", "Oslo votes"); strings.Contains(said, "halted") {
		t.Errorf("sent after the halt was over: %s", said)
	}
}
