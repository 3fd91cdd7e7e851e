package folder

import "time"

// How long a file must not have changed to count as complete.
const (
	closedQuiet  = 10 * time.Millisecond // nobody has it open for writing: for those who write in two strokes
	settledQuiet = 50 * time.Millisecond // where the system cannot tell
	heldQuiet    = 2 * time.Second       // somebody keeps it open for writing, and writes nothing
)

// A file that is not complete is looked at again after firstLook, then each time after twice as long, to lastLook.
const (
	firstLook = 4 * time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// writing is what the system says of a file.
type writing int

const (
	unknown writing = iota
	closed          // nobody has it open for writing
	held            // somebody has
)

// isComplete reports whether a file is all there.
func isComplete(full string, c *candidate, now time.Time) bool {
	unchanged := now.Sub(c.since)
	switch writingOf(full) {
	case closed:
		// Its own time counts: a file that was written elsewhere and moved here is complete at once.
		return max(unchanged, now.Sub(c.state.mtime)) >= closedQuiet
	case held:
		return unchanged >= heldQuiet
	}
	return unchanged >= settledQuiet
}
