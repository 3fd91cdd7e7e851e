package telegram

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/delivery"
)

// adminsFor is how long it is believed who is an administrator: long enough for a walk through the settings, short
// enough for one who was dismissed.
const adminsFor = time.Minute

// admins remembers who is an administrator where.
type admins struct {
	mu    sync.Mutex
	known map[membership]standing
}

type membership struct{ chat, person int64 }

type standing struct {
	admin bool
	until time.Time
}

func (a *admins) find(m membership, now time.Time) (admin, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.known[m]
	return s.admin, ok && now.Before(s.until)
}

func (a *admins) remember(m membership, admin bool, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		a.known = map[membership]standing{}
	}
	for other, s := range a.known {
		if s.until.Before(now) {
			delete(a.known, other)
		}
	}
	a.known[m] = standing{admin, now.Add(adminsFor)}
}

// mayChange says whether who was heard may change the chat's settings. Where that cannot be found out, they may not.
func (b *Bot) mayChange(ctx context.Context, h heard) (bool, error) {
	if h.Admin || h.Person == 0 {
		return h.Admin, nil
	}
	m := membership{h.Chat, h.Person}
	if admin, known := b.admins.find(m, b.Now()); known {
		return admin, nil
	}
	var member *models.ChatMember
	err := b.answering(ctx, delivery.Address{}, func(ctx context.Context) (err error) { // no message: the chat hears none of it
		member, err = b.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: h.Chat, UserID: h.Person})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("ask who is an administrator: %w", err)
	}
	admin := member.Type == models.ChatMemberTypeOwner || member.Type == models.ChatMemberTypeAdministrator
	b.admins.remember(m, admin, b.Now())
	return admin, nil
}
