package discord

import (
	"context"
	"errors"
	"sync"
)

// inTurn lets one at a time do something about a chat: of two messages of one story only the first may begin it.
type inTurn struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when it is free again
}

var errBusy = errors.New("another message is being told in this channel")

// take waits until nobody else has its turn in a chat, or ctx ends. Whoever gets it calls done.
func (q *inTurn) take(ctx context.Context, chat string) (done func(), err error) {
	for {
		ended, busy := q.try(chat)
		if !busy {
			return func() { q.free(chat, ended) }, nil
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return nil, errBusy
		}
	}
}

// try takes the turn, if nobody has it; else it answers what is closed when that ends.
func (q *inTurn) try(chat string) (ended chan struct{}, busy bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ended, busy = q.taken[chat]; busy {
		return ended, true
	}
	if q.taken == nil {
		q.taken = map[string]chan struct{}{}
	}
	ended = make(chan struct{})
	q.taken[chat] = ended
	return ended, false
}

func (q *inTurn) free(chat string, ended chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.taken, chat)
	close(ended)
}
