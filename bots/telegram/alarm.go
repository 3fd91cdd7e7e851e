package telegram

import "sync"

// alarm tells the operator once that a fault began, and once that it is over.
type alarm struct {
	tell func(error)

	mu    sync.Mutex
	rings bool
}

// report takes in how it stands now; nil is well.
func (a *alarm) report(fault error) {
	a.mu.Lock()
	news := a.rings != (fault != nil)
	a.rings = fault != nil
	a.mu.Unlock()
	if news && a.tell != nil {
		a.tell(fault)
	}
}
