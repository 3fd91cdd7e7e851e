package store_test

import (
	"slices"
	"testing"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/articlestest"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
)

func TestPlacedRemembersWhatWasFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := articlestest.Flood()
		a.Evolved = "earlier"
		first, err := s.Put(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		v := alerts.Verdict{Article: a.ID, Version: 1, Seq: first.Seq, Class: delivery.Routine, At: noon}
		v.Story, v.Places = "s1", []articles.Place{"CZ", "AT"}
		if err := s.Alerts().SaveVerdict(ctx, v); err != nil {
			t.Fatal(err)
		}
		a.Headline = "Another headline"
		if _, err := s.Put(ctx, a); err != nil {
			t.Fatal(err)
		}
		ps, err := s.Placed(ctx, 0, 10)
		if err != nil || len(ps) != 2 {
			t.Fatalf("got %+v, %v", ps, err)
		}
		got := ps[0].Article
		if got.ID != a.ID || got.Version != 1 || got.Seq != first.Seq || got.Evolved != "earlier" || got.Language != a.Language || a.Language == "" || !got.Published.Equal(a.Published) || !got.Seen.Equal(a.Seen) {
			t.Errorf("got %+v", got)
		}
		if ps[0].Story != "s1" || !slices.Equal(ps[0].Places, v.Places) {
			t.Errorf("got %+v, want what was found", ps[0])
		}
		if ps[1].Story != "" || ps[1].Places != nil || ps[1].Article.Headline != a.Headline {
			t.Errorf("got %+v, want it without a story", ps[1])
		}
		if ps, err := s.Placed(ctx, first.Seq, 1); err != nil || len(ps) != 1 || ps[0].Article.Version != 2 {
			t.Errorf("after the first there is %+v, %v", ps, err)
		}
	})
}

// BenchmarkRebuild is the takeover of a desk: a fortnight of 50,000 articles of 4 KB, and four months of others before
// it.
func BenchmarkRebuild(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkRebuild(b, storetest.SQLiteURL(b)) })
	b.Run("postgres", func(b *testing.B) { benchmarkRebuild(b, storetest.PostgresURL(b)) })
}

func benchmarkRebuild(b *testing.B, url string) {
	const recent, all = 50_000, 100_000
	s, db := storetest.Open(b, url), storetest.DB(b, url)
	step := stories.Memory.Milliseconds() / recent
	for _, statement := range []string{
		`INSERT INTO articles (id, version, seq, source, way, may_ring, status, headline, body, published, seen, digest)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			SELECT 'a' || i, 1, i, 'folder', 'folder', TRUE, 'usable', 'Minister of town ' || i % 9973 || ' opens bridge number ' || i || ' over river ' || i % 301,
				replace(substr('00000000000000000000000000000000000000000000000000', 1, 40), '0', 'The water has risen again in the night, and nobody says by how much for now. Further reports are awaited. '),
				CAST($2 AS BIGINT) + CAST($3 AS BIGINT) * i, CAST($2 AS BIGINT) + CAST($3 AS BIGINT) * i, 'x' FROM n`,
		`INSERT INTO verdicts (article, version, seq, class, rings, ask, reasons, language, topics, places, evidence, story, at)
			SELECT id, 1, seq, 4, FALSE, FALSE, '[]', 'en', '[]', '["CZ","AT"]', '[]', 's' || seq % 20000, seen FROM articles
			WHERE $1 > 0 AND CAST($2 AS BIGINT) > 0 AND CAST($3 AS BIGINT) > 0`,
	} {
		if _, err := db.Exec(statement, all, noon.UnixMilli()-step*all, step); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	for b.Loop() {
		if err := stories.NewIndex().Rebuild(ctx, s, noon.Add(-stories.Memory)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/rebuild")
}
