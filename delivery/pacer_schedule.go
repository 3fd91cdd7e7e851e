package delivery

import "time"

// schedule spreads calls evenly over time, with no more than its rate in any one second. The zero schedule has no limit.
type schedule struct {
	rate float64     // calls a second; 0: no limit
	next time.Time   // the next slot
	last []time.Time // ring of the newest calls, as many as fit into a second
	at   int         // where the oldest stands
}

func newSchedule(rate float64) schedule {
	if rate <= 0 {
		return schedule{}
	}
	return schedule{rate: rate, last: make([]time.Time, max(1, int(rate)))}
}

// slot is when the next call may go.
func (s *schedule) slot() time.Time {
	if s.rate <= 0 {
		return time.Time{}
	}
	if oldest := s.last[s.at]; !oldest.IsZero() {
		return later(s.next, oldest.Add(time.Duration(float64(len(s.last))*float64(s.interval()))-windowMargin/4))
	}
	return s.next
}

// taken notes that a call goes now.
func (s *schedule) taken(now time.Time) {
	if s.rate <= 0 {
		return
	}
	s.note(now)
	s.next = later(s.next, now.Add(-slack)).Add(s.interval())
}

// note keeps the instant of a call in place of the oldest.
func (s *schedule) note(at time.Time) {
	if len(s.last) > 0 {
		s.last[s.at] = at
		s.at = (s.at + 1) % len(s.last)
	}
}

// move counts a call that was taken at an instant from a later one; false where the call is not known.
func (s *schedule) move(taken, to time.Time) bool {
	n := len(s.last)
	for back := 1; back <= n; back++ {
		i := (s.at - back + n) % n
		if !s.last[i].Equal(taken) {
			continue
		}
		for next := (i + 1) % n; next != s.at && s.last[next].Before(to); i, next = next, (next+1)%n {
			s.last[i] = s.last[next]
		}
		s.last[i] = to
		return true
	}
	return false
}

// behind is how many calls may go at once at an instant that is not before the next slot.
func (s *schedule) behind(now time.Time) int {
	return 1 + int(now.Sub(later(s.next, now.Add(-slack)))/s.interval())
}

func (s *schedule) interval() time.Duration {
	return time.Duration(float64(time.Second+windowMargin) / s.rate)
}
