package stories

import (
	"slices"
	"strings"
)

// roles are what makes somebody an actor of an event, by the words of a headline that say so: in this order, with up to
// apart others between them. Who is arrested or charged is among the statuses.
var roles = rolesOf(map[string]string{
	"responsibility claimed": "claims responsibility; claimed responsibility; claim responsibility; " +
		"взял ответственность; взяла ответственность; взяли ответственность; взяло ответственность; " +
		"ответственность взял; ответственность взяла; ответственность взяли; ответственность взяло; " +
		"взяв відповідальність; взяла відповідальність; взяли відповідальність; взяло відповідальність; " +
		"bekennt sich zu; bekannte sich zu; bekennen sich zu; " +
		"revendique l'attentat; revendique l'attaque; revendique un attentat; revendique attentats; attentat revendiqué; attaque revendiquée; " +
		"reivindica atentado; reivindica ataque; atribuye atentado; atribuye ataque; asume responsabilidad; " +
		"مسئولیت عهده گرفت; مسئولیت عهده گرفتند; مسئولیت برعهده گرفت; مسئولیت پذیرفت; " +
		"تتبنى هجوم; يتبنى هجوم; تتبنى الهجوم; يتبنى الهجوم; تتبنى تفجير; يتبنى تفجير; تعلن مسؤوليتها; يعلن مسؤوليته; " +
		"saldırıyı üstlendi; saldırıları üstlendi; saldırısını üstlendi",
	"suspect identified": "suspect named; suspect identified; names suspect; named suspect; identifies suspect; identify suspect; " +
		"gunman named; gunman identified; identifies gunman; attacker named; attacker identified; identifies attacker; " +
		"bomber named; bomber identified; killer named; killer identified; " +
		"подозреваемый назван; подозреваемый установлен; установлен подозреваемый; назван подозреваемый; назвали подозреваемого; " +
		"личность стрелка установлена; установлена личность; личность нападавшего; " +
		"підозрюваного встановлено; встановили підозрюваного; назвали підозрюваного; особу підозрюваного; особу нападника; " +
		"verdächtiger identifiziert; tatverdächtiger identifiziert; täter identifiziert; attentäter identifiziert; " +
		"suspect identifié; auteur identifié; assaillant identifié; tireur identifié; " +
		"sospechoso identificado; identifican sospechoso; autor identificado; atacante identificado; identifican atacante",
})

// apart is how many words may stand between two that make a role.
const apart = 5

// rolesOf are the phrases of a table as stems, in a fixed order, so that the same headline always shows the same words.
func rolesOf(table map[string]string) (all []role) {
	for what, phrases := range table {
		for phrase := range strings.SplitSeq(phrases, ";") {
			r := role{what: what}
			for _, t := range terms(phrase, maxWords) {
				r.stems = append(r.stems, t.text)
			}
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b role) int {
		return strings.Compare(a.what+strings.Join(a.stems, " "), b.what+strings.Join(b.stems, " "))
	})
	return all
}

// role is one way to say what somebody is to an event.
type role struct {
	what  string
	stems []string
}

// in finds the role in a headline: the places of its first word and its last, or -1.
func (r role) in(ts []term) (first, last int) {
	for i := range ts {
		if ts[i].text != r.stems[0] {
			continue
		}
		if last := r.from(ts, i); last >= 0 {
			return i, last
		}
	}
	return -1, -1
}

// from is the place of the last word where the first stands at i, or -1.
func (r role) from(ts []term, i int) int {
	for _, stem := range r.stems[1:] {
		rest := ts[i+1 : min(len(ts), i+2+apart)]
		next := slices.IndexFunc(rest, func(t term) bool { return t.text == stem })
		if next < 0 {
			return -1
		}
		i += 1 + next
	}
	return i
}

// actor is somebody's part in an event, as a headline tells it.
type actor struct {
	what  string
	names []term // those beside it: who, or where
	words string
}

// actorsIn finds what a headline tells of who did it, each role once.
func actorsIn(headline string) []actor {
	ts := terms(headline, maxWords)
	var found []actor
	for _, r := range roles {
		if slices.ContainsFunc(found, func(a actor) bool { return a.what == r.what }) {
			continue
		}
		if first, last := r.in(ts); first >= 0 {
			a := actor{what: r.what, words: shownBetween(ts, first, last)}
			a.name(ts, first, last)
			found = append(found, a)
		}
	}
	return found
}

// name looks for names before the words of the role, then after them: “Red Dawn claims responsibility”, “suspect named as
// John Miller”. A claim is somebody's; a suspect is often named last.
func (a *actor) name(ts []term, first, last int) {
	before, after := ts[max(0, first-beside):first], ts[last+1:min(len(ts), last+1+beside)]
	if len(before) > 0 && first <= beside && !(len(before) > 1 && before[1].name) {
		before = before[1:] // the headline's first word has its capital for that: “Group claims …”
	}
	sides := [][]term{before, after}
	if a.what == "suspect identified" {
		slices.Reverse(sides)
	}
	for _, side := range sides {
		for _, t := range side {
			if t.name {
				a.names = append(a.names, t)
			}
		}
		if len(a.names) > 0 {
			return
		}
	}
}

// shown are its names as they stood.
func (a actor) shown() string {
	all := make([]string, len(a.names))
	for i, n := range a.names {
		all[i] = n.shown
	}
	return strings.Join(all, " ")
}

// isNew says whether none of before is the same actor. Where either side names nobody, it is taken to be.
func (a actor) isNew(before []actor) bool {
	told, named := false, false
	for _, b := range before {
		if b.what != a.what {
			continue
		}
		told, named = true, named || len(b.names) > 0
		if slices.ContainsFunc(a.names, func(n term) bool { return b.has(n.text) }) {
			return false
		}
	}
	return !told || named && len(a.names) > 0
}

func (a actor) has(name string) bool {
	return slices.ContainsFunc(a.names, func(n term) bool { return n.text == name })
}

// without is an actor without the names that stand in headlines which tell of no such one: they say where, and of what.
func (a actor) without(others []*report) actor {
	a.names = slices.DeleteFunc(slices.Clone(a.names), func(n term) bool {
		return slices.ContainsFunc(others, func(r *report) bool {
			return slices.ContainsFunc(r.words, func(w told) bool { return w.text == n.text })
		})
	})
	return a
}

// actorChanges are the actors that no recent headline of the story told of.
func actorChanges(r *report, s *story) []Change {
	now := actorsIn(r.shown)
	if len(now) == 0 {
		return nil
	}
	var before []actor
	var others []*report
	for _, other := range s.recent {
		if told := actorsIn(other.shown); len(told) > 0 {
			before = append(before, told...)
		} else {
			others = append(others, other)
		}
	}
	for i := range before {
		before[i] = before[i].without(others)
	}
	var found []Change
	for _, a := range now {
		if a = a.without(others); a.isNew(before) {
			found = append(found, a.change(before))
		}
	}
	return found
}

// change is that an actor is told of; before are those told of already, the newest last.
func (a actor) change(before []actor) Change {
	c := Change{Kind: "actors", What: a.what, After: a.shown(), Words: a.words}
	for _, b := range before {
		if b.what == a.what && len(b.names) > 0 {
			c.Before = b.shown()
		}
	}
	return c
}
