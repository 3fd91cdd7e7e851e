package bots

import (
	"sync"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// printsKept is how many different messages are kept ready: each language, zone and manner of a few alerts.
const printsKept = 256

// Prints keeps what was rendered last, so that a thousand readers who are told the same in the same way have it rendered
// once. What is kept is shared and must not be changed.
type Prints[T any] struct {
	mu         sync.Mutex
	young, old map[print]T
}

// print is all that a rendered message depends on: a version of a content never changes, and clock times are told to
// the minute.
type print struct {
	content delivery.ContentID
	version int
	voice   delivery.Voice
	minute  int64
}

// Take answers what render made of p's content within this minute, or lets render make it. What differs from reader to
// reader is rendered each time: a digest with items left out, and what has no name.
func (s *Prints[T]) Take(p delivery.Parcel, now time.Time, render func() (T, error)) (T, error) {
	if p.Content == "" || len(p.Omit) > 0 {
		return render()
	}
	key := print{p.Content, p.Version, p.Voice, now.Unix() / 60}
	if t, ok := s.find(key); ok {
		return t, nil
	}
	t, err := render()
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.keep(key, t)
	}
	return t, err
}

func (s *Prints[T]) find(key print) (T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.young[key]
	if !ok {
		if t, ok = s.old[key]; ok {
			s.keep(key, t)
		}
	}
	return t, ok
}

// keep makes t one of the youngest; when half of all are young, the other half is cleared.
func (s *Prints[T]) keep(key print, t T) {
	if s.young == nil || len(s.young) >= printsKept/2 {
		s.young, s.old = make(map[print]T), s.young
	}
	s.young[key] = t
}
