package folder

import (
	"maps"
	"testing"
)

// Whoever drops an article under another ending than ours waits for it in vain: they are told, once.
func TestAFileThatIsPassedOverIsSpokenOfOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "before.docx", "x")
	_, lines := watched(t, dir)
	for _, name := range []string{"notes.md", "day/more.MD", "other.docx", "README", ".hidden.md", "half.txt.part", "ferry.txt~", ".git/x.rtf"} {
		write(t, dir, name, "x")
	}
	until(t, func() bool { return lines.count("are not read") == 3 })
	write(t, dir, "last.docx", "x")
	write(t, dir, "last.pdf", "x")
	until(t, func() bool { return lines.count("ending=.pdf") == 1 })
	for ending, want := range map[string]int{"ending=.docx": 1, "ending=.md": 1, `ending="no ending"`: 1, "are not read": 4} {
		if n := lines.count(ending); n != want {
			t.Errorf("the log says %q %d times, want %d", ending, n, want)
		}
	}
	found, err := PassedOver(t.Context(), dir)
	if want := map[string]int{".docx": 3, ".md": 2, ".pdf": 1, "no ending": 1}; err != nil || !maps.Equal(found, want) {
		t.Errorf("passed over are %v (%v), want %v", found, err, want)
	}
	if _, err := PassedOver(t.Context(), dir+"/none"); err == nil {
		t.Error("a folder that is not there has nothing strange in it")
	}
}
