package sandbox

import "sync"

// event is one change of what the page shows.
type event struct {
	Name string // of the server-sent event
	Data any
}

// hub tells every open page what changes.
type hub struct {
	mu     sync.Mutex
	pages  map[chan event]bool
	closed bool
}

// room is how many changes a page may lag behind. One that lags more is cut off; its browser comes back and is shown
// everything anew.
const room = 256

// join begins to listen; leave must be called in the end. The channel is closed when the page lags too far behind, and
// when the demo ends.
func (h *hub) join() (events <-chan event, leave func()) {
	page := make(chan event, room)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(page)
		return page, func() {}
	}
	if h.pages == nil {
		h.pages = map[chan event]bool{}
	}
	h.pages[page] = true
	return page, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.pages, page)
	}
}

// tell sends a change to every page.
func (h *hub) tell(name string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for page := range h.pages {
		select {
		case page <- event{name, data}:
		default:
			delete(h.pages, page)
			close(page)
		}
	}
}

// close sends every page away, and those who come later: the demo is ending, and nobody must wait for its pages.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for page := range h.pages {
		delete(h.pages, page)
		close(page)
	}
}
