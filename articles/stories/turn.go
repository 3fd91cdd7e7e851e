package stories

import (
	"slices"
	"strconv"

	"github.com/tenbells/tenbells/articles"
)

// Change is one way in which the state of a story changed.
type Change = articles.Change

// Changing names all that a Change may be of: its What, each once, in a fixed order.
func Changing() []string {
	all := slices.Concat(slices.Collect(tolls.meanings()), slices.Collect(statuses.meanings()))
	for _, r := range roles {
		all = append(all, r.what)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// state is what a headline tells of how things stand.
type state struct {
	tolls    []toll
	statuses []standing
}

// standing is a word of status as a headline has it.
type standing struct{ status, words string }

// state is what a report's headline tells. It is read when it is first asked for.
func (r *report) state() *state {
	if r.tells == nil {
		ts := terms(r.shown, maxWords)
		small := smallOf(ts)
		r.tells = &state{tolls: tollsIn(r.shown, r.language.name()), statuses: statusesIn(ts, small, r.language.name())}
	}
	return r.tells
}

// statusesIn are the words of status in a headline.
func statusesIn(ts []term, small []string, lang string) (found []standing) {
	for i := range ts {
		if status, n := statuses.at(small, i, lang); status != "" {
			found = append(found, standing{status, shownBetween(ts, i, i+n-1)})
		}
	}
	return found
}

// changes are what r's headline tells of the state of things that no recent headline of the story did.
func changes(r *report, s *story) []Change {
	return slices.Concat(tollChanges(r, s), statusChanges(r, s), actorChanges(r, s))
}

func tollChanges(r *report, s *story) []Change {
	now := r.state().tolls
	if len(now) == 0 {
		return nil
	}
	before := map[string][]int{}
	for _, other := range s.recent {
		for _, t := range other.state().tolls {
			before[t.what] = append(before[t.what], t.many)
		}
	}
	var found []Change
	for _, t := range now {
		was := before[t.what]
		if slices.Contains(was, t.many) || slices.ContainsFunc(found, func(c Change) bool { return c.What == t.what && c.After == strconv.Itoa(t.many) }) {
			continue
		}
		c := Change{Kind: "casualties", What: t.what, After: strconv.Itoa(t.many), Words: t.words}
		if len(was) > 0 {
			c.Before = strconv.Itoa(was[len(was)-1])
		}
		found = append(found, c)
	}
	return found
}

func statusChanges(r *report, s *story) []Change {
	var found []Change
	for _, now := range r.state().statuses {
		if s.tells(now.status) || slices.ContainsFunc(found, func(c Change) bool { return c.What == now.status }) {
			continue
		}
		found = append(found, Change{Kind: "status", What: now.status, After: now.status, Words: now.words})
	}
	return found
}

// tells says whether a recent headline of the story told of a status.
func (s *story) tells(status string) bool {
	return slices.ContainsFunc(s.recent, func(r *report) bool {
		return slices.ContainsFunc(r.state().statuses, func(told standing) bool { return told.status == status })
	})
}
