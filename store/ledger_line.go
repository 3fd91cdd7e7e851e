package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

const (
	// patience is how long a less urgent message waits behind more urgent ones before it is lifted.
	patience = 30 * time.Minute

	// liftEvery is how many claims there are to one message lifted. What has lost patience goes before bulletins,
	// never before a flash, and never takes more than its share.
	liftEvery = 8
)

// turnOf is the line of a class and of a kind of chat, in the order of claims. Within one of them the first is who fell
// due first, so that neither a million messages held until morning nor retries stand before anybody.
func turnOf(c delivery.Class, rank int) int { return 10*int(c) + tierOf(rank) }

// tierOf is 0 for channels, 1 for groups, 2 for private chats: see delivery.Rank.
func tierOf(rank int) int { return min(rank/delivery.BeyondChannels, 2) }

func (q head) class() delivery.Class { return delivery.Class(q.turn / 10) }

// head is when the first message of a line falls due.
type head struct {
	turn int
	due  time.Time
}

// findHeads is one look into the index for each line there may be. An answer is never in the ledger.
var findHeads = `WITH c(turn) AS (VALUES ` + allTurns() + `)
	SELECT c.turn, (SELECT m.due FROM messages m WHERE m.lane = $1 AND m.stage = 0 AND m.turn = c.turn ORDER BY m.due LIMIT 1) FROM c`

func allTurns() string {
	var rows []string
	for class := delivery.Flash; class <= delivery.Digest; class++ {
		for tier := range 3 {
			rows = append(rows, fmt.Sprintf("(%d)", 10*int(class)+tier))
		}
	}
	return strings.Join(rows, ", ")
}

// askHeads asks for the lines of a lane in which somebody waits.
func askHeads(b *bundle, lane delivery.Lane) *[]head {
	var all []head
	b.ask(func(row scanner) error {
		var h head
		var due sql.Null[int64]
		err := row.Scan(&h.turn, &due)
		if h.due = instant(due.V); !h.due.IsZero() {
			all = append(all, h)
		}
		return err
	}, findHeads, lane)
	return &all
}

// heads is what askHeads asks for.
func (c *claiming) heads(ctx context.Context) (*[]head, error) {
	b := c.marked()
	all := askHeads(&b, c.lane)
	return all, c.pose(ctx, c.tx, b)
}

// earliest is when the first message of all falls due; zero: none is waiting.
func earliest(all []head) (first time.Time) {
	for _, h := range all {
		if first.IsZero() || h.due.Before(first) {
			first = h.due
		}
	}
	return first
}

// helping is how many messages are wanted from a line.
type helping struct {
	turn, n int
}

// order is from which lines to take up to n messages, one after another: first what is most urgent, and of what has
// lost patience one, if it is its turn.
func (c *claiming) order(all []head, n int) (hs []helping) {
	slices.SortFunc(all, func(a, b head) int { return cmp.Compare(a.turn, b.turn) })
	lost, found := c.impatient(all)
	for _, h := range all {
		if found && h.class() > delivery.Flash {
			hs, found = append(hs, helping{lost.turn, 1}), false
		}
		if !h.due.After(c.now) {
			hs = append(hs, helping{h.turn, n})
		}
	}
	return hs
}

// impatient is the line whose head has waited longest, if it has lost patience and one may be lifted.
func (c *claiming) impatient(all []head) (oldest head, found bool) {
	if !c.queues.mayLift(c.lane) {
		return head{}, false
	}
	oldest.due = c.now.Add(-patience)
	for _, h := range all {
		if h.class() > delivery.Bulletin && !h.due.After(oldest.due) {
			oldest, found = h, true
		}
	}
	return oldest, found
}

// queues remember how many messages of a lane were claimed since one was lifted. It is a matter of fairness only, so a
// restart may forget it.
type queues struct {
	mu    sync.Mutex
	since map[delivery.Lane]int
}

func (q *queues) claimed(lane delivery.Lane, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.since == nil {
		q.since = map[delivery.Lane]int{}
	}
	if q.since[lane] >= liftEvery {
		q.since[lane] = 0
	}
	q.since[lane] += n
}

func (q *queues) mayLift(lane delivery.Lane) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.since[lane] >= liftEvery
}
