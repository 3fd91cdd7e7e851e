package main

import (
	"strings"
	"testing"
)

func TestCheckSaysWhatLiesInTheFolderAndIsNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.drop("ferry.txt", []byte(page))
	if out, _ := w.run("check"); strings.Contains(out, "passed over by") {
		t.Errorf("all is well, and it says:\n%s", out)
	}
	w.drop("story.docx", []byte("x"))
	w.drop("other.DOCX", []byte("x"))
	w.drop("notes.md", []byte("x"))
	if out, _ := w.run("check"); !strings.Contains(out, "names end: 2 of .docx, 1 of .md\n       ▸ Articles end in .txt") {
		t.Errorf("it says:\n%s", out)
	}
}
