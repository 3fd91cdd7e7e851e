package store

import "sync"

// gathering saves together what comes while something else is being saved. The zero gathering is ready.
type gathering struct {
	turn sync.Mutex // of who saves for all that wait

	mu      sync.Mutex // guards waiting
	waiting []*parcel
}

// parcel is something to be saved. Who has the turn guards what became of it.
type parcel struct {
	args []any
	done bool
	err  error
}

// save saves args, alone or with others; all of them is in one transaction, and fails or succeeds as a whole. It answers
// when args is saved or failed.
func (g *gathering) save(args []any, all func([][]any) error) error {
	own := &parcel{args: args}
	g.mu.Lock()
	g.waiting = append(g.waiting, own)
	g.mu.Unlock()
	g.turn.Lock()
	defer g.turn.Unlock()
	if own.done { // by who had the turn before
		return own.err
	}
	g.mu.Lock()
	batch := g.waiting
	g.waiting = nil
	g.mu.Unlock()
	rows := make([][]any, len(batch))
	for i, p := range batch {
		rows[i] = p.args
	}
	err := all(rows)
	for _, p := range batch {
		p.done, p.err = true, err
	}
	return err
}
