package jobs

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestRiverIsHeardOfFaultsAloneAndNotOfItsEnd(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	late, give := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer give()
	var out bytes.Buffer
	log := quiet(slog.New(slog.NewTextHandler(&out, nil)))
	log.InfoContext(t.Context(), "routine")
	log.WarnContext(t.Context(), "a fault")
	log.ErrorContext(ended, "left behind")
	log.ErrorContext(late, "too slow")
	got := out.String()
	for text, heard := range map[string]bool{"routine": false, "a fault": true, "left behind": false, "too slow": true} {
		if strings.Contains(got, text) != heard {
			t.Errorf("%q: want heard %t in:\n%s", text, heard, got)
		}
	}
}
