package discordtest

import "context"

// EventKind says what an Event tells.
type EventKind string

// What can happen in the world.
const (
	Written    EventKind = "written"    // a new message, of a person or a bot
	Edited     EventKind = "edited"     // a message changed, or was published
	Deleted    EventKind = "deleted"    // a message went
	Answered   EventKind = "answered"   // a bot gave its first answer to an interaction
	Changed    EventKind = "changed"    // a channel was renamed, archived or deleted, or its permissions changed
	Membership EventKind = "membership" // somebody joined or left a server
	Connected  EventKind = "connected"  // a bot's gateway connection became ready, or ended
	Registered EventKind = "registered" // a bot's commands changed
)

// Event is one change of the world.
type Event struct {
	Kind    EventKind `json:"kind"`
	Channel string    `json:"channel,omitempty"`
	Guild   string    `json:"guild,omitempty"`
	Account string    `json:"account,omitempty"` // of Membership, Connected and Registered: who
	Status  string    `json:"status,omitempty"`  // of Membership: "joined", "left"; of Connected: "ready", "resumed", "ended"
	Message Message   `json:"message,omitzero"`
	// Interaction is the one Answered.
	Interaction *Interaction `json:"-"`
}

// feed hands events to those who watch. Server.mu guards it.
type feed struct {
	watchers map[*watcher]bool
	waiting  chan struct{} // closed at the next change; nil while nobody waits
}

// watcher queues events without bound, so that a slow reader misses none and holds up nobody.
type watcher struct {
	queue []Event
	more  chan struct{} // holds one token while the queue may not be empty
}

// Watch tells every change of the world from now on, in order, until ctx ends or the server closes; then the channel is
// closed.
func (s *Server) Watch(ctx context.Context) <-chan Event {
	out := make(chan Event)
	if !s.begin() {
		close(out)
		return out
	}
	w := &watcher{more: make(chan struct{}, 1)}
	s.mu.Lock()
	if s.feed.watchers == nil {
		s.feed.watchers = map[*watcher]bool{}
	}
	s.feed.watchers[w] = true
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		defer close(out)
		s.relay(ctx, w, out)
	}()
	return out
}

func (s *Server) relay(ctx context.Context, w *watcher, out chan<- Event) {
	defer func() {
		s.mu.Lock()
		delete(s.feed.watchers, w)
		s.mu.Unlock()
	}()
	for {
		s.mu.Lock()
		batch := w.queue
		w.queue = nil
		s.mu.Unlock()
		for _, e := range batch {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			case <-s.ctx.Done():
				return
			}
		}
		select {
		case <-w.more:
		case <-ctx.Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// publishMessage tells the watchers of a message. The copy is made only where somebody watches.
func (s *Server) publishMessage(kind EventKind, m *Message) {
	if len(s.feed.watchers) == 0 {
		s.wakeWaiting()
		return
	}
	s.publish(Event{Kind: kind, Channel: m.Channel, Guild: m.Guild, Message: m.clone()})
}

// publish tells the watchers. The caller holds the lock.
func (s *Server) publish(e Event) {
	for w := range s.feed.watchers {
		w.queue = append(w.queue, e)
		select {
		case w.more <- struct{}{}:
		default: // the token is there already
		}
	}
	s.wakeWaiting()
}

// wakeWaiting lets Await look again. The caller holds the lock.
func (s *Server) wakeWaiting() {
	if s.feed.waiting != nil {
		close(s.feed.waiting)
		s.feed.waiting = nil
	}
}

// Await waits until cond holds: it is looked at again after every change of the world and every call. The error is ctx's
// when it ended before. cond may use every method of the server.
func (s *Server) Await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		if s.feed.waiting == nil {
			s.feed.waiting = make(chan struct{})
		}
		changed := s.feed.waiting
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return context.Canceled
		}
	}
}
