package stories

// Heat is how much came of an event lately.
type Heat struct {
	Headlines int
}
