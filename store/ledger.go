package store

import (
	"context"
	"database/sql"
	"iter"
	"math/bits"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// stage is where an unfinished message waits; a finished one has none. Only what is in line is looked at by a claim, so
// that a paused batch in front of all others costs it nothing.
type stage int

const (
	inLine   stage = 0 // from when it is due on; while its batch is stopped, until that is found out
	parked   stage = 2 // its batch is paused
	inFlight stage = 3 // attempt on record, receipt not yet
)

// Recover turns what an earlier owner left in flight into unknown, due at once: delivery.Ledger.
func (s *Store) Recover(ctx context.Context, l delivery.Lease, lane delivery.Lane, now time.Time) (n int, err error) {
	err = s.tx(ctx, func(tx execer) error {
		if err := s.fence(ctx, tx, l); err != nil {
			return err
		}
		n, err = changed(tx.ExecContext(ctx, recoverFlying, lane, l.Epoch, millis(now)))
		return err
	})
	return n, failed("recover "+string(lane), err)
}

const recoverFlying = `UPDATE messages SET state = 'unknown', stage = 0, due = $3, doubtful = TRUE
	WHERE lane = $1 AND stage = 3 AND epoch <> $2`

// Turn settles receipts and claims up to n messages: delivery.Ledger.
func (s *Store) Turn(ctx context.Context, l delivery.Lease, lane delivery.Lane, now time.Time, receipts []delivery.Receipt, n int) (c delivery.Claim, err error) {
	err = s.asking(ctx, func(begin beginner) (last bundle, err error) {
		c, last, err = s.turn(ctx, begin, l, lane, now, receipts, n)
		return last, err
	})
	if err != nil {
		return delivery.Claim{}, failed("turn of "+string(lane), err)
	}
	s.queues.claimed(lane, len(c.Parcels))
	return c, nil
}

// turn answers also what its transaction ends with.
func (s *Store) turn(ctx context.Context, begin beginner, l delivery.Lease, lane delivery.Lane, now time.Time, receipts []delivery.Receipt, n int) (c delivery.Claim, last bundle, err error) {
	plain, rest := parted(receipts)
	var first bundle
	if s.dialect.narrow != "" {
		first.ask(func(scanner) error { return nil }, s.dialect.narrow)
	}
	signs := askFence(&first, s.dialect, l)
	if err := s.settlePlain(&first, l, now, plain); err != nil {
		return c, nil, err
	}
	all, unasked := &[]head{}, n > 0
	if n > 0 && len(rest) == 0 {
		all, unasked = askHeads(&first, lane), false
	}
	tx, err := begin(first)
	if err != nil {
		return c, nil, err
	}
	if signs.epoch != l.Epoch {
		return c, nil, delivery.ErrLeaseLost
	}
	if err := s.settleRest(ctx, tx.execer, l, now, rest); err != nil {
		return c, nil, err
	}
	c.Halted = signs.halted
	if n <= 0 || signs.halted {
		return c, nil, nil
	}
	if signs.unswept {
		if err := s.sweepAny(ctx, tx.execer, now); err != nil {
			return c, nil, err
		}
	}
	claim := claiming{Store: s, tx: tx, lease: l, lane: lane, now: now}
	if unasked || signs.unswept { // who waits has changed
		if all, err = claim.heads(ctx); err != nil {
			return c, nil, err
		}
	}
	c.Next, err = claim.run(ctx, *all, n)
	c.Parcels = claim.parcels
	return c, claim.marks, err
}

// signs is what a turn must know before anything else.
type signs struct {
	epoch   int64 // of the lease; 0: there is none
	halted  bool
	unswept bool // a batch was paused, opened or cancelled, and its messages are not all in line yet
}

// fence answers delivery.ErrLeaseLost unless l is the lease of today, and keeps others from taking it over before tx
// has ended.
func (s *Store) fence(ctx context.Context, tx execer, l delivery.Lease) error {
	var b bundle
	signs := askFence(&b, s.dialect, l)
	if err := s.poseEach(ctx, tx, b); err != nil {
		return err
	}
	if signs.epoch != l.Epoch {
		return delivery.ErrLeaseLost
	}
	return nil
}

func askFence(b *bundle, d dialect, l delivery.Lease) *signs {
	g := &signs{}
	b.ask(func(row scanner) error { return row.Scan(&g.epoch, &g.halted, &g.unswept) }, findFence+d.shareRow, l.Name)
	return g
}

const findFence = `SELECT epoch, EXISTS (SELECT 1 FROM halts), EXISTS (SELECT 1 FROM batches WHERE unswept)
	FROM leases WHERE name = $1 `

// changed is how many rows a statement changed.
func changed(done sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// portion is how many of n rows a statement of a turn should have.
func (d dialect) portion(n int) int {
	for _, size := range d.portions {
		if size <= n {
			return size
		}
	}
	return min(n, d.rows)
}

// portions parts items into what statements of a turn should have each.
func portions[T any](items []T, d dialect) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(items) > 0 {
			n := d.portion(len(items))
			if !yield(items[:n]) {
				return
			}
			items = items[n:]
		}
	}
}

// room is how many rows a statement of a turn has room for that is to have n of them.
func (d dialect) room(n int) int {
	if !d.roomy {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}

// padded fills up the arguments of a statement that has room for more, with rows of NULLs, which no key equals.
func padded(args []any, n int) []any { return append(args, make([]any, n-len(args))...) }

// values is the arguments of a statement with rows of placeholders.
func values[T any](items []T, row func(T) []any) []any {
	var args []any
	for _, item := range items {
		args = append(args, row(item)...)
	}
	return args
}
