package alerts

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// amend makes the next version. Nobody was told an alert that has not begun: its wording is simply another one. After
// that, one correction is carried at a time: its reply must speak of what it replaced.
func (al *Alert) amend(am Amendment, wordings map[string]Wording) error {
	gathered := al.gathering()
	if al.amending() && !gathered && am.Kind != Recall {
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
	if gathered { // nobody has seen it: this one replaces what stands there
		am.Told = al.Amendment.Told
	}
	if am.Kind == Update {
		al.gather(&am)
	}
	if am.Kind == Fact || am.Kind == Update {
		al.Updated, al.Noted = am.At, am.Note
	}
	if am.Kind == Fact {
		al.Facts = append(slices.Clone(al.Facts), am.Version)
	}
	al.Amendment = &am
	return nil
}

const (
	// gatherFor is how long after an edit the newsroom's further updates are gathered into the next.
	gatherFor = 10 * time.Minute

	// manyMessages is how many messages may be edited again without an editor's yes.
	manyMessages = 10_000
)

// gather lets the first update of an alert go at once, and the next ones together; where there are very many messages
// to edit again, an editor is asked.
func (al *Alert) gather(am *Amendment) {
	if al.Edited.IsZero() {
		return
	}
	if until := al.Edited.Add(gatherFor); until.After(am.At) {
		am.NotBefore = until
	}
	am.Asks = al.Owed > manyMessages
}

// gathering says whether an update waits for others to come, or for an editor's yes. What an editor says meanwhile takes
// its place.
func (al Alert) gathering() bool {
	if !al.amending() {
		return false
	}
	am := al.Amendment
	return am.Kind == Update && am.Carrying == "" && (am.Asks || !am.NotBefore.IsZero())
}

// Asking says whether an update of the newsroom waits for an editor's yes.
func (al Alert) Asking() bool { return al.Proposed() != nil || al.gathering() && al.Amendment.Asks }

// Proposed is the newsroom's version that readers are not told before an editor has seen it; nil: there is none.
func (al Alert) Proposed() *Renewal {
	if al.Renewal == nil || al.Renewal.Because == nil || al.Status == Recalled || al.Status == CancelledStatus {
		return nil
	}
	return al.Renewal
}

// allow lets the update go that an editor was asked about; resumed says that an alert which was suspended goes on with it.
func (al *Alert) allow(now time.Time) (resumed bool, err error) {
	if next := al.Proposed(); next != nil {
		seen := *next
		seen.Because, al.Renewal = nil, &seen
		if al.amending() && !al.gathering() {
			return false, nil // it follows what is being carried
		}
		return al.renew(now)
	}
	al.Amendment.Asks = false
	return false, nil
}

// waits says whether an update is not to be carried yet.
func (al Alert) waits(now time.Time) bool {
	return al.gathering() && (al.Amendment.Asks || now.Before(al.Amendment.NotBefore))
}

// amending says whether an amendment is still to be carried.
func (al Alert) amending() bool { return al.Amendment != nil && !al.Amendment.Carried }

// begun says whether somebody may have been told.
func (al Alert) begun() bool {
	switch al.Status {
	case Draft, AwaitingApproval, Scheduled:
		return false
	case Paused:
		return al.Was != Scheduled && al.Was != AwaitingApproval
	default:
		return true
	}
}
