package main

import (
	"strings"
	"testing"
)

func TestDigestPreviewRefusesWhatMeansNothing(t *testing.T) {
	w := newWorld(t, sqlite(t))
	for flag, says := range map[string]string{"--since=-1h": "--since", "--reads=zz-zz-zz": "language tag", "--language=?": "language tag"} {
		if out, code := w.run("digest", "preview", flag); code != exitUsage || !strings.Contains(out, says) {
			t.Errorf("%s: status %d, %s", flag, code, out)
		}
	}
}
