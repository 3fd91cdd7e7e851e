package delivery

import (
	"context"
	"time"
)

// StoryThread is what one channel was told of one story: the message that began it, and the thread that hangs on that
// message and holds what was told after it. It is kept beside the messages, and only for those who asked for threads.
type StoryThread struct {
	Subscriber SubscriberID // whose channel it is; it is forgotten with them
	Story      string
	Starter    Key    // the message that the thread hangs on
	StarterID  string // as the platform's sender names it; kept as ciphertext
	Latest     Key    // the newest message told in the thread, which the starter shows as well; "": none
	LatestID   string
	State      ThreadState
	Stale      bool      // the starter does not show yet what it is to tell
	First      time.Time // when the starter was sent
	Due        time.Time // when what failed is to be tried again; zero: nothing is, by itself
	Tries      int       // that failed

	To    Address // filled in when it is read, as are the next two
	Voice Voice
	Body  Content // what the starter is to tell now: what Latest tells, unless one of them was withdrawn
}

// ThreadState is whether a story's further messages go into its thread.
type ThreadState string

const (
	ThreadOwed   ThreadState = "owed"   // not opened yet
	ThreadOpen   ThreadState = "open"   // there
	ThreadClosed ThreadState = "closed" // gone, or closed by a moderator: the story is told without it
)

// ThreadRetention is how long the thread of a story is remembered after its first message: as long as that message itself,
// and far longer than any story takes in further reports.
const ThreadRetention = ChannelRetention

// Threads keeps the threads of stories through restarts. They are not fenced by an epoch: of two owners that open the same
// one, the platform refuses the second.
type Threads interface {
	// SaveThread records t in the place of what was known of that subscriber and story. One whose subscriber has been
	// forgotten is not kept.
	SaveThread(ctx context.Context, t StoryThread) error
	// Thread answers the thread of a subscriber's story; false: there is none.
	Thread(ctx context.Context, of SubscriberID, story string) (StoryThread, bool, error)
	// ThreadOf answers the thread that one of a subscriber's messages began, or is the latest of; false: there is none.
	ThreadOf(ctx context.Context, of SubscriberID, message Key) (StoryThread, bool, error)
	// OwedThreads answers up to n threads of a lane with something to be tried again, the soonest first.
	OwedThreads(ctx context.Context, lane Lane, n int) ([]StoryThread, error)
}
