package discordtest

import (
	"context"
	"time"
)

// Types of interactions (discord.com/developers/docs/interactions/receiving-and-responding).
const (
	typePing         = 1
	typeCommand      = 2
	typeComponent    = 3
	typeAutocomplete = 4
	typeModal        = 5
)

// tokenLife is how long an interaction's token is good for.
const tokenLife = 15 * time.Minute

// Interaction is something a person did with a bot's command, button, select or form, and the bot's answer to it.
type Interaction struct {
	s       *Server
	id      string
	token   string
	kind    int
	bot     *Bot
	user    *User
	channel *Channel
	source  *Message // whose component was used
	at      time.Time
	private bool // the first answer is for the user's eyes only

	answered bool
	answer   Answer
	original *Message // what @original means
	status   int      // of the bot's endpoint, where interactions go over HTTP
}

// Answer is what a bot first answered.
type Answer struct {
	Type    AnswerType
	Message Message  // as it stands now; of Reply and Update
	Choices []Choice // of Suggest
	Form    Form     // of ShowForm
}

// AnswerType is the kind of a first answer
// (discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type).
type AnswerType int

// The answers there are.
const (
	Pong        AnswerType = 1
	Reply       AnswerType = 4 // a message
	DeferReply  AnswerType = 5 // "thinking …"; the message follows
	DeferUpdate AnswerType = 6 // the message whose button was pressed will change, or not
	Update      AnswerType = 7 // it changes now
	Suggest     AnswerType = 8 // choices of an autocompletion
	ShowForm    AnswerType = 9 // a modal
)

// Form is a modal a bot shows.
type Form struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// ID is the interaction's id.
func (in *Interaction) ID() string { return in.id }

// Answer is what the bot first answered; false while it has not.
func (in *Interaction) Answer() (Answer, bool) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	a := in.answer
	if in.original != nil {
		a.Message = in.original.clone()
	}
	return a, in.answered
}

// Await waits for the bot's answer, and where it is deferred for the message that follows. The error is ctx's.
func (in *Interaction) Await(ctx context.Context) (Answer, error) {
	err := in.s.Await(ctx, func() bool {
		a, ok := in.Answer()
		return ok && (a.Type != DeferReply || a.Message.Flags&Loading == 0)
	})
	a, _ := in.Answer()
	return a, err
}

// Status is the HTTP status the bot's endpoint answered a signed call with; 0 over the gateway, or where none came.
func (in *Interaction) Status() int {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	return in.status
}

// interact makes an interaction. The caller holds the lock.
func (c *Channel) interact(b *Bot, u *User, kind int, source *Message) *Interaction {
	in := &Interaction{s: c.s, id: c.s.newID(), kind: kind, bot: b, user: u, channel: c, source: source, at: c.s.now()}
	in.token = "aW50ZXJhY3Rpb246" + in.id
	c.s.world.interactions[in.token] = in
	return in
}
