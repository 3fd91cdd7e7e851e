package stories

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// Change is one way in which the state of a story changed.
type Change = articles.Change

// Changing names all that a Change may be of: its What, each once, in a fixed order.
func Changing() []string {
	all := slices.Concat(slices.Collect(maps.Values(tolls)), slices.Collect(maps.Values(statuses)))
	for _, r := range roles {
		all = append(all, r.what)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tolls are the words beside which a number counts people.
var tolls = stems(map[string]string{
	"dead": "dead dies died death deaths killed kills killing fatalities toll погибли погибших погиб погибло убиты убито жертв умерли загинули загинуло " +
		"загиблих убито tote toten getötet morts tués muertos mueren",
	"hurt":    "injured injures wounded hurt ранены раненых ранено пострадали пострадавших поранені поранено verletzt verletzte blessés heridos",
	"missing": "missing пропали пропавших зникли зниклих vermisst vermisste disparus desaparecidos",
})

// statuses are the words that say how things stand. Those of several languages have the same stem where they can.
var statuses = stems(map[string]string{
	"dead":      "dies dead killed погиб погибла умер умерла скончался скончалась загинув загинула помер starb gestorben décédé murió",
	"arrested":  "arrested arrests detained detains задержан задержали задержаны арестован арестовали затримано затримали заарештовано festgenommen verhaftet arrêté detenido",
	"charged":   "charged indicted обвинен обвинили обвинения звинувачено angeklagt inculpé imputado",
	"convicted": "convicted guilty sentenced jailed приговорен приговорили осужден засуджено вирок verurteilt condamné condenado",
	"freed":     "freed released acquitted освобожден освободили оправдан звільнено freigelassen freigesprochen libéré liberado",
	"resigned":  "resigns resigned resignation quits ousted sacked отставка отставку уволен відставка rücktritt zurückgetreten démissionne dimite",
	"elected":   "elected re-elected elects sworn избран избрали обрано обрали gewählt élu elegido",
	"agreed":    "agrees agreed signs signed ratified подписан подписали договорились підписано домовилися unterzeichnet einigen signé acuerdan",
	"approved":  "approves approved одобрил одобрили утвердил схвалив схвалили billigt genehmigt approuve aprueba",
	"rejected":  "rejects rejected vetoes отклонил отклонили отверг відхилив відхилили abgelehnt rejette rechaza",
	"collapsed": "collapses collapsed провалились сорваны gescheitert",
	"denied":    "denies denied опроверг опровергла опровергли спростував спростували dementiert dément desmiente",
	"confirmed": "confirms confirmed подтвердил подтвердили підтвердив підтвердили bestätigt confirme confirma",
	"ceasefire": "ceasefire truce перемирие перемир'я waffenruhe waffenstillstand",
	"rescued":   "rescued спасены спасен врятовано gerettet secourus rescatados",
	"postponed": "postpones postponed delays delayed отложен отложили перенесен відкладено verschoben reporté aplazado",
	"cancelled": "cancels cancelled canceled отменен отменили скасовано скасували abgesagt annulé cancelado",
	"launched":  "launches launched запустила запустили запуск",
})

// stems are the words of a table by their stems.
func stems(table map[string]string) map[string]string {
	all := map[string]string{}
	for what, words := range table {
		for _, t := range terms(words, len(words)) {
			all[t.text] = what
		}
	}
	return all
}

// counted are the numbers that headlines write in words.
var counted = stems(map[string]string{
	"1": "one один одна", "2": "two два две", "3": "three три", "4": "four четыре", "5": "five пять пяти п'ять", "6": "six шесть шестеро",
	"7": "seven семь сім", "8": "eight восемь вісім", "9": "nine девять", "10": "ten десять", "11": "eleven", "12": "twelve",
})

// toll is how many people a headline counts in one way.
type toll struct {
	what  string
	many  int
	words string
}

// beside is how many words may stand between a number and what it counts.
const beside = 5

// tollsIn finds the numbers of people in a headline: for each number the nearest word that counts people.
func tollsIn(headline string) []toll {
	ts := terms(headline, maxWords)
	var found []toll
	for i, t := range ts {
		many, ok := number(t)
		if !ok {
			continue
		}
		if j := nearest(ts, i); j >= 0 {
			found = append(found, toll{tolls[ts[j].text], many, shownBetween(ts, i, j)})
		}
	}
	return found
}

// nearest is the place of the word that counts people nearest to place i, or -1; among two the later one.
func nearest(ts []term, i int) int {
	for d := 1; d <= beside; d++ {
		for _, j := range []int{i + d, i - d} {
			if j >= 0 && j < len(ts) && tolls[ts[j].text] != "" {
				return j
			}
		}
	}
	return -1
}

func number(t term) (int, bool) {
	text := t.text
	if in, ok := counted[text]; ok {
		text = in
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && (n < 1900 || n > 2100) // years count nobody
}

func shownBetween(ts []term, i, j int) string {
	var words []string
	for _, t := range ts[min(i, j) : max(i, j)+1] {
		words = append(words, t.shown)
	}
	return strings.Join(words, " ")
}

// changes are what r's headline tells of the state of things that no recent headline of the story did.
func changes(r *report, s *story) []Change {
	return slices.Concat(tollChanges(r, s), statusChanges(r, s), actorChanges(r, s))
}

func tollChanges(r *report, s *story) []Change {
	now := tollsIn(r.shown)
	if len(now) == 0 {
		return nil
	}
	before := map[string][]int{}
	for _, other := range s.recent {
		for _, t := range tollsIn(other.shown) {
			before[t.what] = append(before[t.what], t.many)
		}
	}
	var found []Change
	for _, t := range now {
		was := before[t.what]
		if slices.Contains(was, t.many) {
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
	for _, t := range terms(r.shown, maxWords) {
		status := statuses[t.text]
		if status == "" || s.tells(status) || slices.ContainsFunc(found, func(c Change) bool { return c.What == status }) {
			continue
		}
		found = append(found, Change{Kind: "status", What: status, After: status, Words: t.shown})
	}
	return found
}

// tells says whether a recent headline of the story told of a status.
func (s *story) tells(status string) bool {
	return slices.ContainsFunc(s.recent, func(r *report) bool {
		return slices.ContainsFunc(r.words, func(w told) bool { return statuses[w.text] == status })
	})
}
