package alerts

import (
	"fmt"
	"maps"
)

// amend makes the next version. Nobody was told an alert that has not begun: its wording is simply another one. After
// that, one correction is carried at a time: its reply must speak of what it replaced.
func (al *Alert) amend(am Amendment, wordings map[string]Wording) error {
	if al.amending() && am.Kind != Recall {
		return fmt.Errorf("%w: the last correction is still being carried; try again in a moment", ErrConflict)
	}
	told := al.Versions
	al.Version++
	al.Versions = maps.Clone(told)
	maps.Copy(al.Versions, wordings)
	if !al.begun() && am.Kind != Recall {
		return nil
	}
	am.Version, am.Told = al.Version, told
	if am.Kind == Fact || am.Kind == Update {
		al.Updated, al.Noted = am.At, am.Note
	}
	al.Amendment = &am
	return nil
}

// amending says whether an amendment is still to be carried.
func (al Alert) amending() bool { return al.Amendment != nil && !al.Amendment.Carried }

// begun says whether somebody may have been told.
func (al Alert) begun() bool {
	switch al.Status {
	case Draft, AwaitingApproval, Scheduled:
		return false
	case Paused:
		return al.Was != Scheduled
	default:
		return true
	}
}
