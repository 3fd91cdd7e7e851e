package articles

import "fmt"

// Change is one way in which the state of a story changed, as its headlines tell it.
type Change struct {
	Kind   string // "casualties", "status" or "actors"
	What   string // "dead", "hurt", "missing"; the status: "arrested", "agreed" …; or "responsibility claimed", "suspect identified"
	Before string // what was told before; "" if nothing was
	After  string
	Words  string // the words of the headline that show it
}

func (c Change) String() string {
	if c.Before == "" {
		return fmt.Sprintf("new: %s, shown by “%s”", c.What, c.Words)
	}
	return fmt.Sprintf("%s: %s, before %s, shown by “%s”", c.What, c.After, c.Before, c.Words)
}
