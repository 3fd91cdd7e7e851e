package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvalNamesWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"eval", filepath.Join(t.TempDir(), "nowhere")}, "nowhere"},
		{[]string{"eval", "--only", "weather", t.TempDir()}, `no trial "weather"`},
	} {
		var out, errOut bytes.Buffer
		if code := run(c.args, strings.NewReader(""), &out, &errOut); code != exitUsage || !strings.Contains(errOut.String(), c.says) {
			t.Errorf("%v: status %d, %s", c.args, code, errOut.String())
		}
	}
}

func TestGradesAreHeldToWhatIsWanted(t *testing.T) {
	for _, c := range []struct {
		g    grade
		want string
	}{
		{grade{Value: 0.93, Wanted: 0.93}, "yes"},
		{grade{Value: 0.929, Wanted: 0.93}, "no"},
		{grade{Value: 1.9, Wanted: 2, Less: true}, "yes"},
		{grade{Value: 2, Wanted: 2, Less: true}, "yes"},
		{grade{Value: 2.1, Wanted: 2, Less: true}, "no"},
		{grade{Value: 2.1}, ""},
	} {
		if got := c.g.reached(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.g, got, c.want)
		}
	}
}

func TestCorpusLinesEndAtTheFirstFault(t *testing.T) {
	dir := t.TempDir()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	for _, text := range []string{`{"id":1}`, "\n", `{"id":2}`, "\n", `{"id":`} {
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.jsonl.gz"), zipped.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var ids []int
	var fault error
	for item, err := range lines[struct{ ID int }](dir, "a.jsonl.gz") {
		if fault = err; err == nil {
			ids = append(ids, item.ID)
		}
	}
	if len(ids) != 2 || fault == nil || !strings.Contains(fault.Error(), "a.jsonl.gz") {
		t.Errorf("read %v, then %v", ids, fault)
	}
}
