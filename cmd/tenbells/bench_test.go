package main

import (
	"bytes"
	"context"
	"encoding/json"
	flags "flag"
	"os"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/store/storetest"
)

var benchScale = flags.Float64("scale", 1, "how much of everything the benchmarks measure")

// BenchmarkMeasures measures what tenbells bench does, on both databases. One run of each is enough, and a part can be
// chosen: go test -run '^$' -bench Measures/flood -benchtime 1x ./cmd/tenbells
func BenchmarkMeasures(b *testing.B) {
	program, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for _, m := range measures {
		for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteURL, "postgres": storetest.PostgresURL} {
			b.Run(m.name+"/"+name, func(b *testing.B) {
				r, err := newRig(context.Background(), program, b.TempDir(), url(b), m.limits)
				if err != nil {
					b.Fatal(err)
				}
				r.window(64)
				figures, err := m.run(context.Background(), r, fullSizes.scaled(*benchScale))
				if err != nil {
					b.Error(err)
				}
				if err := r.close(); err != nil {
					b.Error(err)
				}
				for _, f := range figures {
					b.ReportMetric(f.Value, strings.ReplaceAll(f.Name+" "+f.Unit, " ", "_"))
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// TestBenchMeasures runs the quick measures, small: what they measure is another matter.
func TestBenchMeasures(t *testing.T) {
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	servers := map[string]string{"SQLite": ""}
	if url := storetest.ServerURL(t); url != "" {
		servers["PostgreSQL"] = url
	}
	for name, server := range servers {
		t.Run(name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			c := BenchCmd{Only: []string{"first", "flood", "crowd"}, Scale: 0.001, Window: 64, JSON: true, Postgres: server, NoSQLite: server != "", program: program}
			if err := c.Run(ctxArg{t.Context()}, &Env{In: os.Stdin, Out: &out, Err: &errOut}); err != nil {
				t.Fatalf("%v\n%s", err, errOut.String())
			}
			var results []result
			if err := json.Unmarshal(out.Bytes(), &results); err != nil {
				t.Fatal(err)
			}
			figures := map[string]float64{}
			for _, r := range results {
				for _, f := range r.Figures {
					if r.Database == name {
						figures[f.Name] = f.Value
					}
				}
			}
			const first = "article accepted → first request, p50" // 0 where the request was faster than the answer to who pushed
			for _, what := range []string{first, "no limits, 64 in flight: messages a second", "go-telegram/bot alone, 64 senders",
				"no limits, 64 in flight: peak memory", "a million: accepted → all owed"} {
				if value, measured := figures[what]; !measured || value <= 0 && what != first {
					t.Errorf("%s: measured %v (%v)", what, value, measured)
				}
			}
		})
	}
}

func TestBenchKnowsItsMeasures(t *testing.T) {
	for _, c := range []BenchCmd{{Only: []string{"speed"}, Scale: 1, Window: 64}, {Scale: 0, Window: 64}, {Scale: 1000, Window: 64}, {Scale: 1, Window: 1000}} {
		err := c.Run(ctxArg{t.Context()}, &Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
		if report(err, &bytes.Buffer{}) != exitUsage {
			t.Errorf("%+v: %v; want a fault of the call", c, err)
		}
	}
}
