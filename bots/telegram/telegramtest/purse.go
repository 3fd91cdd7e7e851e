package telegramtest

import (
	"sync"
	"time"
)

// freePerSecond is how many messages a second cost nothing (core.telegram.org/bots/api#paid-broadcasts); each one more
// costs a tenth of a Star.
const freePerSecond = 30

// purse is what a bot has to pay with.
type purse struct {
	mu     sync.Mutex
	tenths int // of a Star
	spent  int
	free   *window
}

func newPurse(stars int) purse {
	return purse{tenths: 10 * stars, free: &window{span: time.Second, limit: freePerSecond}}
}

// pay pays for a call that may be paid for. How the server refuses it is published nowhere; the words are ours.
func (p *purse) pay(now time.Time) *apiError {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tenths < 1 {
		return badRequest("not enough Telegram Stars on the bot's balance")
	}
	if p.free.wait(now) == 0 {
		p.free.add(now)
		return nil
	}
	p.tenths--
	p.spent++
	return nil
}

// Spent is how many tenths of a Star the bot has paid for broadcasts.
func (b *Bot) Spent() int {
	b.purse.mu.Lock()
	defer b.purse.mu.Unlock()
	return b.purse.spent
}
