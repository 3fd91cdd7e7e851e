package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/delivery"
)

// Owe writes messages: delivery.Outbox. Sends of a cancelled batch are not written.
func (s *Store) Owe(ctx context.Context, ms []delivery.Message) (n int, err error) {
	if len(ms) == 0 {
		return 0, nil
	}
	err = s.changing(ctx, Messages, func(tx *sql.Tx) error {
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

func (s *Store) owe(ctx context.Context, tx *sql.Tx, ms []delivery.Message) (int, error) {
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

// oweDebts writes messages; what is owed already is left as it is.
func (s *Store) oweDebts(ctx context.Context, tx *sql.Tx, ds []debt) (total int, err error) {
	for page := range slices.Chunk(ds, s.dialect.debts) {
		args := make([]any, 0, len(page)*debtValues)
		for _, d := range page {
			row, err := d.row()
			if err != nil {
				return 0, err
			}
			args = append(args, row...)
		}
		n, err := changed(s.quick(tx).ExecContext(ctx, s.oweText(len(page)), args...))
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// debtValues is how many values a row of debt has.
const debtValues = 17

// oweSome writes n messages.
func (d dialect) oweSome(n int) string {
	return `INSERT INTO messages (key, batch, lane, subscriber, op, class, rank, owed, due, expires, content, target, brings,
		omit, silent, stage, turn) VALUES ` + d.rowsInOrder(n, make([]string, debtValues)...) + ` ON CONFLICT (key) DO NOTHING`
}

// oweText is oweSome, made once for a whole page.
func (s *Store) oweText(n int) string {
	if n == s.dialect.debts {
		return s.owePage
	}
	return s.dialect.oweSome(n)
}

func (d debt) row() ([]any, error) {
	if !strings.HasPrefix(string(d.Key), string(d.Batch)+"/") {
		return nil, fmt.Errorf("key %q does not begin with its batch %q", d.Key, d.Batch)
	}
	omit := ""
	if len(d.Omit) > 0 {
		text, err := json.Marshal(d.Omit)
		if err != nil {
			return nil, err
		}
		omit = string(text)
	}
	due := millis(d.Due)
	return []any{d.Key, d.Batch, d.Lane, d.Subscriber, d.Op, int(d.Class), d.Rank, due, due, millis(d.Expires), d.Content,
		d.Target, d.brings, omit, d.Silent, int(inLine), turnOf(d.Class, d.Rank)}, nil
}
