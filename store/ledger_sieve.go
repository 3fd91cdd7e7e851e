package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// sieve parts due messages into those that may go out now and those that may not, by reason.
type sieve struct {
	*claiming
	n      int // how many may go out
	states map[delivery.BatchID]delivery.BatchState

	ready     []delivery.Parcel
	parked    []delivery.Key // the batch is paused
	postponed []delivery.Key // the message it follows is not back yet
	moot      []delivery.Key // it brings nothing new
	dropped   map[delivery.Reason][]delivery.Key
	orphaned  []delivery.Key               // its content is not there
	shut      []delivery.Key               // its address does not open
	emptied   []delivery.Key               // all that it told was withdrawn
	held      map[time.Time][]delivery.Key // until quiet hours end that began while it waited
	folded    []delivery.Key               // quiet hours have begun that leave it to the digest
}

// sift parts what was found. Once n may go out, the rest is left as it is.
func (s *sieve) sift(ctx context.Context, found []candidate) (err error) {
	var b bundle
	s.states = askStates(&b, s.dialect, found, func(m candidate) delivery.BatchID { return m.Batch })
	first := min(len(found), s.n) // nearly always all that may go out
	at := s.askAddresses(&b, found[:first])
	if err := s.pose(ctx, s.tx, b); err != nil {
		return err
	}
	s.dropped = map[delivery.Reason][]delivery.Key{}
	var rest []candidate
	asked := 0
	for i, m := range found {
		if i == first {
			asked = len(rest)
		}
		switch {
		case s.cancelled(m) && !m.Doubtful:
			s.drop(delivery.Cancelled, m)
		case m.Op == delivery.Send && s.states[m.Batch] == delivery.BatchPaused:
			s.parked = append(s.parked, m.Key)
		case !m.Expires.IsZero() && m.Expires.Before(s.now):
			s.drop(delivery.Expired, m)
		default:
			rest = append(rest, m)
		}
	}
	if len(found) == first {
		asked = len(rest)
	}
	rest = rest[:min(len(rest), s.n)]
	if asked < len(rest) {
		if err := s.askMore(ctx, at, rest[asked:]); err != nil {
			return err
		}
	}
	return s.address(ctx, rest, at)
}

// addresses is what is known of those whom messages go to, and of what they say.
type addresses struct {
	to     map[delivery.SubscriberID]envelope
	newest map[delivery.ContentID]int
}

func (s *sieve) askAddresses(b *bundle, ms []candidate) addresses {
	return addresses{
		s.askEnvelopes(b, distinct(ms, func(m candidate) delivery.SubscriberID { return m.Subscriber })),
		askVersions(b, s.dialect, distinct(ms, func(m candidate) delivery.ContentID { return m.Content })),
	}
}

// askMore adds the addresses of other messages.
func (s *sieve) askMore(ctx context.Context, at addresses, ms []candidate) error {
	var b bundle
	more := s.askAddresses(&b, ms)
	err := s.pose(ctx, s.tx, b)
	maps.Copy(at.to, more.to)
	maps.Copy(at.newest, more.newest)
	return err
}

// cancelled says whether a message's batch is, and takes it along.
func (s *sieve) cancelled(m candidate) bool {
	return m.Op == delivery.Send && s.states[m.Batch] == delivery.BatchCancelled
}

// hears says whether a message may go to a reader of this status. Who read a mistake and then stopped hears nothing new
// from us, but the mistake does not stay on their screen unmarked.
func hears(op delivery.Op, status subscriptions.Status) bool {
	switch status {
	case subscriptions.Active:
		return true
	case subscriptions.Stopped:
		return op == delivery.Edit || op == delivery.Delete
	default:
		return false
	}
}

func (s *sieve) drop(why delivery.Reason, m candidate) {
	s.dropped[why] = append(s.dropped[why], m.Key)
}

// address fills in all that is needed to deliver a message, and finds those that cannot or need not be.
func (s *sieve) address(ctx context.Context, ms []candidate, at addresses) error {
	contents, err := s.contents(ctx, s.tx, at.newest)
	if err != nil {
		return err
	}
	originals, err := s.originals(ctx, ms)
	if err != nil {
		return err
	}
	for _, m := range ms {
		envelope, known := at.to[m.Subscriber]
		content, kept := contents[m.Content]
		m.To, m.Voice, m.Body, m.Version = envelope.To, envelope.Voice, content.Content, content.version
		switch {
		case !known || !hears(m.Op, envelope.Status):
			s.drop(delivery.Gone, m)
			continue
		case envelope.Shut:
			s.shut = append(s.shut, m.Key)
			continue
		case !kept:
			s.orphaned = append(s.orphaned, m.Key)
			continue
		case s.cancelled(m) && m.Body.Kind != delivery.RecallContent:
			s.drop(delivery.Cancelled, m) // it may have arrived, and may stand there
			continue
		case m.Op == delivery.Reply && m.Body.Kind == delivery.RecallContent:
			s.drop(delivery.Cancelled, m) // the notice stands in the place of what it would have corrected
			continue
		case m.Op != delivery.Send:
			if !s.follows(&m, originals) {
				continue
			}
		case !tellsStill(&m.Parcel):
			s.emptied = append(s.emptied, m.Key)
			continue
		case s.quiet(m, envelope):
			continue
		default:
			if m.Voice.PingRole, err = s.ping(ctx, m, envelope); err != nil {
				return err
			}
		}
		m.Attempts++
		if m.First.IsZero() {
			m.First = s.now
		}
		s.ready = append(s.ready, m.Parcel)
	}
	return nil
}

// quiet keeps what would ring from those whose quiet hours have begun while it waited: behind a million others, or for a
// platform that was down.
func (s *sieve) quiet(m candidate, e envelope) bool {
	if m.Class >= delivery.Digest {
		return false
	}
	r := subscriptions.Recipient{Zone: e.Voice.Zone, Quiet: e.Quiet, Digests: e.Digests}
	switch due, ok := subscriptions.Plan(r, m.Class, s.now); {
	case !ok:
		s.folded = append(s.folded, m.Key)
		return true
	case due.After(s.now):
		if s.held == nil {
			s.held = map[time.Time][]delivery.Key{}
		}
		s.held[due] = append(s.held[due], m.Key)
		return true
	}
	return false
}

// tellsStill leaves out of a digest what is withdrawn by now, and says whether anything is left to tell.
func tellsStill(p *delivery.Parcel) bool {
	return !leaveWithdrawn(p, p.Version) || len(p.Omit) < len(p.Body.Items)
}

// leaveWithdrawn leaves out of a digest what was withdrawn in a version or before, and says whether there was any.
func leaveWithdrawn(p *delivery.Parcel, version int) (found bool) {
	for i, item := range p.Body.Items {
		if 0 < item.Withdrawn && item.Withdrawn <= version && !slices.Contains(p.Omit, i) {
			p.Omit, found = append(p.Omit, i), true
		}
	}
	return found
}

// marks says whether the edit of a digest changes it for who was told a version of it: what was withdrawn before that, or
// left out for them, they have not seen.
func marks(p *delivery.Parcel, told int) bool {
	leaveWithdrawn(p, told)
	for i, item := range p.Body.Items {
		if item.Withdrawn > told && !slices.Contains(p.Omit, i) {
			return true
		}
	}
	return false
}

// follows says whether a follow-up may go out now, and fills in what it follows. Of two for one message only the first
// goes: when the other's turn comes, it may have nothing left to bring.
func (s *sieve) follows(m *candidate, originals map[delivery.Key]*original) bool {
	o, ok := originals[m.Target]
	switch {
	case !ok: // purged: too old to change
		s.drop(delivery.Expired, *m)
	case o.shut:
		s.shut = append(s.shut, m.Key)
	case o.removed:
		s.drop(delivery.DeletedThere, *m)
	case o.State == delivery.Dropped:
		s.moot = append(s.moot, m.Key)
	case o.State != delivery.Sent || o.busy:
		s.postponed = append(s.postponed, m.Key)
	case m.Op == delivery.Edit && o.Version >= m.Version, m.Op == delivery.Reply && m.brings > 0 && o.told >= m.brings:
		s.moot = append(s.moot, m.Key)
	case m.Op == delivery.Edit && m.Body.Kind == delivery.DigestContent && !marks(&m.Parcel, o.told):
		s.moot = append(s.moot, m.Key)
	default:
		m.Original, o.busy = o.Delivered, true
		return true
	}
	return false
}

// original is the message a follow-up is about.
type original struct {
	delivery.Delivered
	told    int  // the oldest version the reader may have been told
	removed bool // deleted there
	shut    bool // where it is does not open
	busy    bool // another follow-up of it is in flight
}

func (s *sieve) originals(ctx context.Context, ms []candidate) (map[delivery.Key]*original, error) {
	targets := distinct(ms, func(m candidate) delivery.Key { return m.Target })
	targets = slices.DeleteFunc(targets, func(k delivery.Key) bool { return k == "" })
	found := make(map[delivery.Key]*original, len(targets))
	if len(targets) == 0 {
		return found, nil
	}
	scan := func(rows *sql.Rows) (struct{}, error) {
		key, o, err := s.scanOriginal(rows)
		found[key] = &o
		return struct{}{}, err
	}
	_, err := collect(ctx, s.tx, scan, findOriginals(len(targets)), values(targets, one)...)
	return found, err
}

// findOriginals finds n messages, and whether a follow-up of each is in flight.
func findOriginals(n int) string {
	return `SELECT key, state, message, version, shown, removed, done,
			EXISTS (SELECT 1 FROM messages f WHERE f.lane = m.lane AND f.target = m.key AND f.stage = 3)
		FROM messages m WHERE key IN (` + placeholders(1, n) + `)`
}

func (s *sieve) scanOriginal(rows *sql.Rows) (key delivery.Key, o original, err error) {
	var sealed string
	var done int64
	if err := rows.Scan(&key, &o.State, &sealed, &o.told, &o.Version, &o.removed, &done, &o.busy); err != nil {
		return key, o, err
	}
	o.At = instant(done)
	o.MessageID, err = s.openMessageID(sealed)
	if errors.Is(err, errShut) {
		o.shut, err = true, nil
	}
	return key, o, err
}

// pingsADay is how often a role is pinged on one of its server's days.
const pingsADay = 2

const countPings = `SELECT count(*) FROM messages WHERE subscriber = $1 AND pinged AND first >= $2 AND key <> $3`

// ping is the role that a message pings, "" for none.
func (s *sieve) ping(ctx context.Context, m candidate, e envelope) (string, error) {
	if e.PingRole == "" || m.Class > e.PingLeast {
		return "", nil
	}
	var today int
	err := s.tx.QueryRowContext(ctx, countPings, m.Subscriber, millis(morning(s.now, e.Voice.Zone)), m.Key).Scan(&today)
	if err != nil || today >= pingsADay {
		return "", err
	}
	for _, p := range s.ready { // of this turn
		if p.Subscriber == m.Subscriber && p.Voice.PingRole != "" {
			today++
		}
	}
	if today >= pingsADay {
		return "", nil
	}
	return e.PingRole, nil
}

// morning is when the present day began in a zone.
func morning(now time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	local := now.In(loc)
	return time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, loc)
}

// distinct is the different values of of, in order of appearance.
func distinct[T any, V comparable](items []T, of func(T) V) []V {
	seen := make(map[V]bool, len(items))
	var all []V
	for _, item := range items {
		if v := of(item); !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}
