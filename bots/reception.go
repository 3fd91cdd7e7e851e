package bots

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

// Topics knows what can be followed, and what it is called; see articles/topics.
type Topics interface {
	Valid(key string) bool
	Label(key, language string) string
	Top() []string                         // the keys offered first
	Search(text, language string) []string // keys that text may mean, the likeliest first
}

// ErrNoContent says that what was sent is not kept any more.
var ErrNoContent = errors.New("no such content")

// Library holds what was sent, by name; the int is its version. What is not kept is ErrNoContent.
type Library interface {
	Content(ctx context.Context, id delivery.ContentID) (delivery.Content, int, error)
	// Withdrawn answers which of the articles the newsroom took back by now, or an editor recalled.
	Withdrawn(ctx context.Context, ids []articles.ID) (map[articles.ID]bool, error)
}

// Book is the book of subscribers, which can also forget all those of a server the bot is no longer on.
type Book interface {
	subscriptions.Book
	LeaveGuild(ctx context.Context, platform delivery.Platform, bot, guild string) (int, error)
}

// Told knows who was told what; see digest.Rounds.
type Told interface {
	Told(ctx context.Context, batches []delivery.BatchID, subscribers []subscriptions.ID) (map[subscriptions.ID][]delivery.BatchID, error)
}

// Config is what a Reception works with. All of it is needed.
type Config struct {
	Book    Book
	Editors *alerts.Editors
	Archive digest.Archive
	Library Library
	Told    Told
	Topics  Topics

	// Staff says what a person may do with alerts; Signature is their name on the record, which is not their id.
	Staff     func(ctx context.Context, p delivery.Platform, person string) alerts.Role
	Signature func(p delivery.Platform, person string) string

	// Enlist lets a person join the staff by a code that they were given; alerts.ErrNoCode where it is none.
	Enlist func(ctx context.Context, p delivery.Platform, person, code string) error

	Outlet   string // the newsroom's name as readers know it
	Where    string // where to find us if this bot disappears; "" is said honestly
	Language string // of those whose language we do not know; "" means English

	Log *slog.Logger
	Now func() time.Time
}

// Reception answers what chats say. It keeps nothing of what readers say. What a member of the staff is in the middle
// of (the next text is the reason of a recall) is held in memory for a quarter of an hour: a restart costs having to
// press that button again, and nothing else, since drafts and alerts themselves are in the file.
type Reception struct {
	Config
	notes    notes
	commands map[string]deed
	buttons  map[string]deed
}

var _ Front = (*Reception)(nil)

// NewReception opens the reception.
func NewReception(c Config) *Reception {
	return &Reception{Config: c, notes: notes{now: c.Now}, commands: commandDeeds(), buttons: buttonDeeds()}
}

// who may do something in a chat.
type who int

const (
	anyone who = iota
	admins     // those who may change the chat's settings; in private everybody
	staff      // those who may send alerts, in private; to all others it does not exist
)

// deed is what is done about a command or a button; arg is what stood behind its name.
type deed struct {
	who who
	do  func(v *visit, ctx context.Context, arg string) (Answer, error)
}

// Answer says what to do about a request. Faults of ours are logged, and the person gets a sentence; the only error is
// that of a ctx that has ended, after which the request is to be handled again.
func (r *Reception) Answer(ctx context.Context, q Request) (Answer, error) {
	v, err := r.receive(ctx, q)
	if err == nil {
		var a Answer
		if a, err = r.perform(ctx, v); err == nil {
			return v.voiced(a), nil
		}
		if v.asked.deed.do != nil { // what was written for it will not do: the next text is for it again
			r.notes.keep(noteKey{chat: q.Chat}, v.asked)
		}
	}
	a, err := r.excuse(ctx, v, err)
	return v.voiced(a), err
}

// perform finds the deed that is asked for and does it, if this person may.
func (r *Reception) perform(ctx context.Context, v *visit) (Answer, error) {
	d, arg := r.find(v)
	switch {
	case d.do == nil, d.who == staff && !v.staff:
		return v.tell("unknown", "command", v.command("help")), nil
	case d.who == admins && !v.q.Admin:
		return v.tell("only-admins"), nil
	case v.returns(d):
		return v.show(v.returnedCard()), nil
	}
	return d.do(v, ctx, arg)
}

func (r *Reception) find(v *visit) (deed, string) {
	q := v.q
	switch {
	case q.Button != "":
		name, arg, _ := strings.Cut(q.Button, ":")
		return r.buttons[name], arg
	case q.Command != "":
		if asked, ok := r.notes.take(noteKey{chat: q.Chat}, q.Command); ok && strings.TrimSpace(q.Args) != "" {
			v.asked = asked
			return asked.deed, q.Args
		}
		return r.commands[q.Command], strings.TrimSpace(q.Args)
	default:
		if asked, ok := r.notes.take(noteKey{chat: q.Chat}, ""); ok {
			v.asked = asked
			return asked.deed, q.Text
		}
		return deed{admins, (*visit).search}, strings.TrimSpace(q.Text)
	}
}

// excuse turns what went wrong into a sentence. A plea and what editors asked in vain are the person's own to mend.
func (r *Reception) excuse(ctx context.Context, v *visit, err error) (Answer, error) {
	var plea *plea
	var invalid *alerts.InvalidError
	switch {
	case ctx.Err() != nil:
		return Answer{}, ctx.Err()
	case errors.As(err, &plea):
		return v.tell(plea.id, plea.args...), nil
	case errors.As(err, &invalid):
		return v.tell("alert-invalid", "field", invalid.Field, "problem", invalid.Problem), nil
	case errors.Is(err, subscriptions.ErrUnknown): // forgotten meanwhile
		return v.tell("not-subscribed", "command", v.command("start")), nil
	case errors.Is(err, ErrNoContent):
		return v.tell("story-gone"), nil
	case errors.Is(err, alerts.ErrNotFound):
		return v.tell("alert-unknown"), nil
	case errors.Is(err, alerts.ErrConflict), errors.Is(err, stories.ErrOne), errors.Is(err, stories.ErrUnknown):
		return v.tell("alert-conflict"), nil
	}
	r.Log.Error("cannot answer a chat", "platform", v.q.Chat.Platform, "command", v.q.Command, "err", err)
	return v.tell("sorry"), nil
}

// plea is an error the person can mend: it is answered with a message of the catalogue.
type plea struct {
	id   string
	args []any
}

func (p *plea) Error() string { return "asked for something else: " + p.id }

func please(id string, args ...any) error { return &plea{id, args} }
