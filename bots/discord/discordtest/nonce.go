package discordtest

import "time"

// nonceEntry is a nonce that was enforced, and the message it made.
type nonceEntry struct {
	nonce   string
	at      time.Time
	message *Message
}

// repeated is the message an enforced nonce made before, nil when it is new or its time is over
// (discord.com/developers/docs/resources/message#create-message). The caller holds the lock.
func (b *Bot) repeated(nonce string, now time.Time) *Message {
	for len(b.order) > 0 && now.Sub(b.order[0].at) > b.s.opt.NonceWindow {
		if old := b.order[0]; b.nonces[old.nonce] == old {
			delete(b.nonces, old.nonce)
		}
		b.order = b.order[1:]
	}
	return b.nonces[nonce].message
}

// remember notes what an enforced nonce made. The caller holds the lock.
func (b *Bot) remember(nonce string, now time.Time, m *Message) {
	e := nonceEntry{nonce, now, m}
	b.nonces[nonce] = e
	b.order = append(b.order, e)
}
