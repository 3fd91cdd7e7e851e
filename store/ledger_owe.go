package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/tenbells/tenbells/delivery"
)

// Owe writes messages: delivery.Outbox. Sends of a cancelled batch are not written. PostgreSQL writes parts of a page at
// the same time; should one of them fail, the others may be written, which costs nothing when the page is repeated.
func (s *Store) Owe(ctx context.Context, ms []delivery.Message) (int, error) {
	part := s.dialect.part
	if part == 0 || len(ms) <= part {
		return s.oweAtOnce(ctx, ms)
	}
	var total atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for some := range slices.Chunk(ms, part) {
		group.Go(func() error {
			n, err := s.oweAtOnce(ctx, some)
			total.Add(int64(n))
			return err
		})
	}
	err := group.Wait()
	return int(total.Load()), err
}

// oweAtOnce writes messages in one transaction.
func (s *Store) oweAtOnce(ctx context.Context, ms []delivery.Message) (n int, err error) {
	if len(ms) == 0 {
		return 0, nil
	}
	err = s.changing(ctx, Messages, func(tx execer) error {
		n, err = s.owe(ctx, tx, ms)
		return err
	})
	return n, failed(fmt.Sprintf("owe %d messages", len(ms)), err)
}

// debt is a message with the version it brings, if it is a follow-up.
type debt struct {
	delivery.Message
	brings int
}

func (s *Store) owe(ctx context.Context, tx execer, ms []delivery.Message) (int, error) {
	states, err := batchStates(ctx, s, tx, ms, func(m delivery.Message) delivery.BatchID { return m.Batch })
	if err != nil {
		return 0, err
	}
	debts := make([]debt, 0, len(ms))
	for _, m := range ms {
		if m.Op == delivery.Send && states[m.Batch] == delivery.BatchCancelled {
			continue
		}
		debts = append(debts, debt{Message: m})
	}
	return s.oweDebts(ctx, tx, debts)
}

// oweDebts writes messages; what is owed already is left as it is. A page of an audience shares nearly everything, so what
// is shared is given once for as many as there are.
func (s *Store) oweDebts(ctx context.Context, tx execer, ds []debt) (total int, err error) {
	alike := map[shared][]debt{}
	var order []shared // the same in every process, or two could wait for each other
	for _, d := range ds {
		if err := d.check(); err != nil {
			return 0, err
		}
		sh, err := d.shared()
		if err != nil {
			return 0, err
		}
		if alike[sh] == nil {
			order = append(order, sh)
		}
		alike[sh] = append(alike[sh], d)
	}
	for _, sh := range order {
		n, err := s.oweAlike(ctx, tx, sh, alike[sh])
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// shared is what messages have in common that are owed together.
type shared struct {
	batch        delivery.BatchID
	lane         delivery.Lane
	op           delivery.Op
	class        int
	due, expires int64
	content      delivery.ContentID
	brings       int
	omit         string
	silent       bool
}

func (d debt) shared() (shared, error) {
	sh := shared{d.Batch, d.Lane, d.Op, int(d.Class), millis(d.Due), millis(d.Expires), d.Content, d.brings, "", d.Silent}
	if len(d.Omit) == 0 {
		return sh, nil
	}
	text, err := json.Marshal(d.Omit)
	sh.omit = string(text)
	return sh, err
}

func (d debt) check() error {
	if !strings.HasPrefix(string(d.Key), string(d.Batch)+"/") {
		return fmt.Errorf("key %q does not begin with its batch %q", d.Key, d.Batch)
	}
	return nil
}

// oweAlike writes messages that have sh in common.
func (s *Store) oweAlike(ctx context.Context, tx execer, sh shared, ds []debt) (total int, err error) {
	for len(ds) > 0 {
		size := s.dialect.debt(len(ds))
		args := make([]any, 0, size*5+10)
		for _, d := range ds[:size] {
			args = append(args, d.Key, d.Subscriber, d.Rank, turnOf(d.Class, d.Rank), d.Target)
		}
		args = append(args, sh.batch, sh.lane, sh.op, sh.class, sh.due, sh.expires, sh.content, sh.brings, sh.omit, sh.silent)
		n, err := changed(s.quick(tx).ExecContext(ctx, s.oweText(size), args...))
		if err != nil {
			return 0, err
		}
		total, ds = total+n, ds[size:]
	}
	return total, nil
}

// debt is how many of n messages are owed in one statement.
func (d dialect) debt(n int) int {
	for _, size := range d.debts {
		if size <= n {
			return size
		}
	}
	return n
}

// oweSome writes n messages that have nearly everything in common.
func (d dialect) oweSome(n int) string {
	return `WITH v(key, subscriber, rank, turn, target) AS (VALUES ` + d.rowsInOrder(n, "TEXT", "BIGINT", "BIGINT", "SMALLINT", "TEXT") + `),
		s(batch, lane, op, class, due, expires, content, brings, omit, silent) AS (VALUES ` +
		d.rowsOnward(n*5, 1, "TEXT", "TEXT", "TEXT", "SMALLINT", "BIGINT", "BIGINT", "TEXT", "INTEGER", "TEXT", "BOOLEAN") + `)
		INSERT INTO messages (key, batch, lane, subscriber, op, class, rank, owed, due, expires, content, target, brings, omit, silent, stage, turn)
		SELECT v.key, s.batch, s.lane, v.subscriber, s.op, s.class, v.rank, s.due, s.due, s.expires, s.content, v.target, s.brings, s.omit, s.silent, 0, v.turn
		FROM s CROSS JOIN v WHERE true ON CONFLICT (key) DO NOTHING`
}

// oweText is oweSome, made once for each usual size.
func (s *Store) oweText(n int) string {
	if text, ok := s.owing[n]; ok {
		return text
	}
	return s.dialect.oweSome(n)
}
