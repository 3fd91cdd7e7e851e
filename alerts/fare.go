package alerts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// MessagesPerStar is how many paid broadcasts a Telegram Star pays for (core.telegram.org/bots/api#paid-broadcasts: a
// message costs 0.1 Stars).
const MessagesPerStar = 10

// Tariff says when a flash is paid for, so that Telegram lets it go faster than 30 messages a second. The zero Tariff
// never pays.
type Tariff struct {
	From    int     // the fewest messages of one bot that are worth it
	Rate    float64 // paid messages a second
	Monthly int     // Stars that may be spent in a calendar month, UTC
}

// Pays says whether flashes are ever paid for.
func (t Tariff) Pays() bool { return t.From > 0 && t.Rate > 0 && t.Monthly > 0 }

// covers says whether so many messages of a lane are paid for, if the month's budget allows.
func (t Tariff) covers(class delivery.Class, lane delivery.Lane, n int) bool {
	return t.Pays() && class == delivery.Flash && lane.Platform() == delivery.Telegram && n >= t.From
}

// Fare is what an alert was given of a month's budget for one bot, in messages: no more are paid for. Telegram takes
// nothing for the first 30 of each second, so that the Stars are an upper bound.
type Fare struct {
	Messages int  `json:"messages"`
	Granted  bool `json:"granted"` // false: the month's budget did not suffice, and it goes at the free pace
}

// Payment is what became of a Fare by now.
type Payment struct {
	Fare
	Sent      int `json:"sent"`       // of its messages, sent or on their way: the most that may have been paid for
	GivenBack int `json:"given_back"` // of them, to the month's budget; 0 while more may be paid for
}

// Stars is the most that so many messages cost, a part of a Star counted as a whole one.
func Stars(messages int) int { return (messages + MessagesPerStar - 1) / MessagesPerStar }

// Purse keeps what paid broadcasts cost, across crashes and processes.
type Purse interface {
	// Reserve sets messages of an alert on a lane aside in a month ("2026-11", UTC), unless the month's messages would
	// then be more than most. What an alert has on a lane it keeps: asking again changes nothing.
	Reserve(ctx context.Context, id ID, lane delivery.Lane, month string, messages, most int) (granted bool, err error)
	// Spent is how many messages of a month are paid or set aside. What an alert that has ended did not use is given back:
	// all but what was sent, which is the most that may have been paid for.
	Spent(ctx context.Context, month string) (messages int, err error)
	// GiveBack ends what runs on a lane: nothing more of it is paid for, and what was not sent by now is given back.
	GiveBack(ctx context.Context, lane delivery.Lane) error
	// Payments answers what became of what was set aside for an alert, by lane. What was refused is not among it.
	Payments(ctx context.Context, id ID) (map[delivery.Lane]Payment, error)
	// Running answers the batches of a lane that are paid for and still going out.
	Running(ctx context.Context, lane delivery.Lane) (map[delivery.BatchID]bool, error)
}

// monthOf names the month whose budget pays at an instant.
func monthOf(at time.Time) string { return at.UTC().Format("2006-01") }

// Cost is what sending would cost, before it is sent.
type Cost struct {
	Stars   int  `json:"stars"`   // at most; where Pays is false, what it would have come to
	Pays    bool `json:"pays"`    // false: the month's budget does not suffice, it would go at the free pace
	Spent   int  `json:"spent"`   // Stars of this month, those set aside included
	Monthly int  `json:"monthly"` // Stars that may be spent in a month
}

// cost is what an alert to these lanes would cost, and which of them it pays for; nil where it costs nothing. Lanes are
// paid for in the order of their names, as far as the month's budget goes.
func (e *Editors) cost(ctx context.Context, class delivery.Class, lanes map[delivery.Lane]int) (*Cost, map[delivery.Lane]bool, error) {
	all := 0
	for lane, n := range lanes {
		if e.Tariff.covers(class, lane, n) {
			all += n
		}
	}
	if all == 0 {
		return nil, nil, nil
	}
	spent, err := e.Purse.Spent(ctx, monthOf(e.Now()))
	if err != nil {
		return nil, nil, fmt.Errorf("what this month's paid broadcasts cost: %w", err)
	}
	paid, sum := map[delivery.Lane]bool{}, 0
	for _, lane := range slices.Sorted(maps.Keys(lanes)) {
		if n := lanes[lane]; e.Tariff.covers(class, lane, n) && spent+sum+n <= e.Tariff.Monthly*MessagesPerStar {
			paid[lane], sum = true, sum+n
		}
	}
	c := &Cost{Stars: Stars(sum), Pays: sum > 0, Spent: Stars(spent), Monthly: e.Tariff.Monthly}
	if !c.Pays {
		c.Stars = Stars(all)
	}
	return c, paid, nil
}

// payments are what became of an alert's fares; nil where it has none.
func (e *Editors) payments(ctx context.Context, al Alert) (map[delivery.Lane]Payment, error) {
	if len(al.Fares) == 0 {
		return nil, nil
	}
	all := make(map[delivery.Lane]Payment, len(al.Fares))
	for lane, f := range al.Fares {
		all[lane] = Payment{Fare: f}
	}
	kept, err := e.Purse.Payments(ctx, al.ID)
	if err != nil {
		return nil, fmt.Errorf("what its paid broadcast cost: %w", err)
	}
	maps.Copy(all, kept)
	return all, nil
}

// pay sets Stars aside for a flash once it is known to how many it goes, and says on the alert what came of it. Until
// then, and where the budget does not suffice, it goes out at the free pace. Repeating it after a crash pays once.
func (d *Desk) pay(ctx context.Context, id ID) error {
	al, err := d.File.Get(ctx, id)
	if err != nil || al.Fares != nil || !al.AllOwed {
		return err
	}
	fares := map[delivery.Lane]Fare{}
	for _, lane := range slices.Sorted(maps.Keys(al.OwedBy)) {
		n := al.OwedBy[lane]
		if !d.Tariff.covers(al.Class, lane, n) {
			continue
		}
		granted, err := d.Purse.Reserve(ctx, id, lane, monthOf(d.Now()), n, d.Tariff.Monthly*MessagesPerStar)
		if err != nil {
			return fmt.Errorf("set Stars aside: %w", err)
		}
		fares[lane] = Fare{Messages: n, Granted: granted}
		if !granted {
			d.Log.Warn("a flash goes out at the free pace: this month's Stars do not suffice", "alert", id, "lane", lane, "stars", Stars(n), "monthly", d.Tariff.Monthly)
		}
	}
	if len(fares) == 0 {
		return nil
	}
	_, err = d.File.Update(ctx, id, nil, func(al *Alert) error {
		al.Fares = fares
		return nil
	})
	return err
}
