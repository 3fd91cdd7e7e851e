package alerts

import (
	"context"
	"errors"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Role is what a member of the staff may do; "" is nobody of it.
type Role string

const (
	Editor    Role = "editor"    // writes, sends, corrects, recalls; does not release what needs a second person
	Publisher Role = "publisher" // that, too
)

// Member is somebody who may work on alerts from chat.
type Member struct {
	Platform delivery.Platform
	Person   string // the platform's id of them
	Role     Role
	Added    time.Time
}

// ErrNoMember says that nobody of the staff has that address.
var ErrNoMember = errors.New("no such member of the staff")

// ErrNoCode says that a code lets nobody in: there is none such, it was used, or its time has passed.
var ErrNoCode = errors.New("no such code")

// Staff is the list of those who were added, beside whom the settings name.
type Staff interface {
	// Hire adds a member, or gives them another role, together with an act.
	Hire(ctx context.Context, m Member, act Act) error
	// Invite makes a code good, until an instant, for one person to join in a role, together with an act. Codes that are
	// no longer good are forgotten.
	Invite(ctx context.Context, code string, role Role, until time.Time, act Act) error
	// Enlist makes somebody a member by a code, which is good no more then, together with an act, to which it adds the role
	// and who invited them; ErrNoCode where it is not good at m.Added. m.Role is not looked at.
	Enlist(ctx context.Context, code string, m Member, act Act) (Role, error)
	// Dismiss removes a member, together with an act; ErrNoMember where there is none.
	Dismiss(ctx context.Context, p delivery.Platform, person string, act Act) error
	// Members are all of them, the longest there first.
	Members(ctx context.Context) ([]Member, error)
	// Role is what somebody may do; "" where they are no member.
	Role(ctx context.Context, p delivery.Platform, person string) (Role, error)
}
