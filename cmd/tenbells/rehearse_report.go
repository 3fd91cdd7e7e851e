package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// rehearsed is what a rehearsal found, as --json prints it.
type rehearsed struct {
	From       time.Time     `json:"from"`
	Until      time.Time     `json:"until"`
	Articles   int           `json:"articles"` // versions that came in that time
	Imports    int           `json:"imports"`  // of them, those that were imported as an archive
	Rules      []performance `json:"rules"`
	Difference *difference   `json:"difference,omitempty"`
}

// performance is how one set of rules did.
type performance struct {
	Name     string          `json:"name"`
	Autosend alerts.Autosend `json:"autosend"`
	Alerts   classes         `json:"alerts"`
	Offers   int             `json:"offers"` // to editors
	Told     reach           `json:"told"`   // messages of all alerts
	Days     []dayCount      `json:"days"`
	Topics   []topicCount    `json:"topics"`
	Hours    [24]int         `json:"messages_by_hour"` // UTC, in which they would have gone out
	List     []staged        `json:"list"`
	Reader   []heard         `json:"subscriber,omitempty"`
}

// classes is how many alerts there were of each class.
type classes struct {
	Flash    int `json:"flash"`
	Bulletin int `json:"bulletin"`
	Urgent   int `json:"urgent"`
	Routine  int `json:"routine"`
}

func (c *classes) add(class delivery.Class) {
	switch class {
	case delivery.Flash:
		c.Flash++
	case delivery.Bulletin:
		c.Bulletin++
	case delivery.Urgent:
		c.Urgent++
	default:
		c.Routine++
	}
}

func (c classes) sum() int { return c.Flash + c.Bulletin + c.Urgent + c.Routine }

// dayCount is a day, UTC.
type dayCount struct {
	Day    string  `json:"day"`
	Alerts classes `json:"alerts"`
	Offers int     `json:"offers"`
	Told   int     `json:"told"`
}

// topicCount is something that readers follow.
type topicCount struct {
	Key    subscriptions.Key `json:"key"`
	Name   string            `json:"name"`
	Alerts classes           `json:"alerts"`
}

// staged is an alert of the rehearsal.
type staged struct {
	At       time.Time        `json:"at"`
	Class    delivery.Class   `json:"class"`
	Headline string           `json:"headline"`
	Article  articles.ID      `json:"article"`
	Story    articles.StoryID `json:"story,omitempty"`
	Offer    bool             `json:"offer"` // editors would have been asked
	Reasons  []string         `json:"reasons"`
	Told     reach            `json:"told"`
}

// heard is what one subscriber would have been told.
type heard struct {
	At       time.Time      `json:"at"`
	Class    delivery.Class `json:"class"`
	Headline string         `json:"headline"`
}

// difference is what two sets of rules do not share. Alerts are the same where they tell one article, or one story.
type difference struct {
	Only    map[string][]staged `json:"only"` // by the rules' name
	Changed []changed           `json:"changed"`
}

// changed is an alert that both rules ring, in other classes or at other times.
type changed struct {
	Was staged `json:"was"`
	Now staged `json:"now"`
}

// perform sums up what was rung.
func (r replay) perform(ctx context.Context, re *rehearsal, all []alerts.Alert) (performance, error) {
	p := performance{Name: r.rules.name, Autosend: r.rules.autosend, Hours: re.hall.hours, List: []staged{}, Days: []dayCount{}, Topics: []topicCount{}}
	for day := r.from; day.Before(r.end); day = day.AddDate(0, 0, 1) {
		p.Days = append(p.Days, dayCount{Day: day.Format(time.DateOnly)})
	}
	about := map[subscriptions.Key]*classes{}
	for _, al := range all {
		s := staged{
			At: al.Created.UTC(), Class: al.Class, Headline: al.Headline(), Article: al.Article, Story: al.Story, Offer: al.Untold(), Reasons: al.Reasons,
		}
		day := &p.Days[int(al.Created.Sub(r.from)/(24*time.Hour))]
		if s.Offer {
			p.Offers++
			day.Offers++
			p.List = append(p.List, s)
			continue
		}
		var err error
		if s.Told, err = r.reached(ctx, re, al); err != nil {
			return p, err
		}
		p.Alerts.add(al.Class)
		day.Alerts.add(al.Class)
		day.Told += s.Told.AtOnce + s.Told.Held
		p.Told = p.Told.plus(s.Told)
		for _, key := range al.Follow {
			if strings.HasPrefix(string(key), "story:") {
				continue // each has its own
			}
			if about[key] == nil {
				about[key] = &classes{}
			}
			about[key].add(al.Class)
		}
		p.List = append(p.List, s)
	}
	p.Topics = r.topicsOf(about)
	p.Reader = heardOf(re.hall.heard, all)
	return p, nil
}

func (r reach) plus(o reach) reach {
	return reach{AtOnce: r.AtOnce + o.AtOnce, Held: r.Held + o.Held, Folded: r.Folded + o.Folded}
}

// reached is whom an alert would have reached. Who is of its audience and was owed nothing finds it in a digest.
func (r replay) reached(ctx context.Context, re *rehearsal, al alerts.Alert) (reach, error) {
	to := reach{}
	if told := re.hall.told[al.ID.Batch()]; told != nil {
		to = *told
	}
	lanes, err := r.book.Count(ctx, al.Query())
	if err != nil {
		return to, err
	}
	audience := 0
	for _, n := range lanes {
		audience += n
	}
	to.Folded = max(0, audience-to.AtOnce-to.Held)
	return to, nil
}

// topicsOf are those of which something rang, the loudest first.
func (r replay) topicsOf(about map[subscriptions.Key]*classes) []topicCount {
	all := []topicCount{}
	for key, c := range about {
		all = append(all, topicCount{key, r.rules.topics.Label(string(key), "en"), *c})
	}
	slices.SortFunc(all, func(a, b topicCount) int {
		return cmp.Or(b.Alerts.sum()-a.Alerts.sum(), strings.Compare(string(a.Key), string(b.Key)))
	})
	return all
}

func heardOf(ms []delivery.Message, all []alerts.Alert) (hs []heard) {
	for _, m := range ms {
		for _, al := range all {
			if al.ID.Batch() == m.Batch {
				hs = append(hs, heard{later(m.Due, al.Created).UTC(), al.Class, al.Headline()})
			}
		}
	}
	slices.SortStableFunc(hs, func(a, b heard) int { return a.At.Compare(b.At) })
	return hs
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// compare finds what the two sets of rules do not share.
func (r *rehearsed) compare() {
	if len(r.Rules) < 2 {
		return
	}
	was, now := r.Rules[0], r.Rules[1]
	d := &difference{Only: map[string][]staged{was.Name: {}, now.Name: {}}, Changed: []changed{}}
	rung := map[int]bool{} // of now's, that was's have found
	for _, a := range was.List {
		if a.Offer {
			continue
		}
		i := now.like(a, rung)
		if i < 0 {
			d.Only[was.Name] = append(d.Only[was.Name], a)
			continue
		}
		rung[i] = true
		if b := now.List[i]; a.Class != b.Class || !a.At.Equal(b.At) {
			d.Changed = append(d.Changed, changed{a, b})
		}
	}
	for i, b := range now.List {
		if !b.Offer && !rung[i] {
			d.Only[now.Name] = append(d.Only[now.Name], b)
		}
	}
	r.Difference = d
}

// like is the alert that tells the article of a, else its story, and has not been found yet; -1: none.
func (p performance) like(a staged, found map[int]bool) int {
	for _, same := range []func(b staged) bool{
		func(b staged) bool { return b.Article == a.Article && b.Class == a.Class },
		func(b staged) bool { return b.Article == a.Article },
		func(b staged) bool { return b.Story == a.Story && a.Story != "" },
	} {
		for i, b := range p.List {
			if !b.Offer && !found[i] && same(b) {
				return i
			}
		}
	}
	return -1
}

// shownTopics is how many topics are printed; --json has all.
const shownTopics = 25

func (r rehearsed) print(w io.Writer) error {
	days := int(r.Until.Sub(r.From) / (24 * time.Hour))
	fmt.Fprintf(w, "Rehearsed %s to %s, UTC: %d days, %d versions of articles.\n", r.From.Format(time.DateOnly),
		r.Until.AddDate(0, 0, -1).Format(time.DateOnly), days, r.Articles)
	if r.Imports > 0 {
		fmt.Fprintf(w, "%d of them were imported as an archive: they tell which stories there were, and never ring.\n", r.Imports)
	}
	for _, p := range r.Rules {
		if err := p.print(w, days, len(r.Rules) > 1); err != nil {
			return err
		}
	}
	if r.Difference == nil {
		return nil
	}
	return r.Difference.print(w, r.Rules)
}

func (p performance) print(w io.Writer, days int, named bool) error {
	if named {
		fmt.Fprintf(w, "\n=== By the rules %s (autosend %s)\n", p.Name, p.Autosend)
	}
	fmt.Fprintf(w, "\n%.1f alerts a day, and %.1f offers to editors. Messages: %d at once, %d held until the reader's morning or next day, %d left to digests.\n",
		float64(p.Alerts.sum())/float64(days), float64(p.Offers)/float64(days), p.Told.AtOnce, p.Told.Held, p.Told.Folded)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nDAY\tFLASH\tBULLETIN\tURGENT\tROUTINE\tOFFERED\tTOLD")
	for _, d := range p.Days {
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\n", d.Day, d.Alerts.cells(), d.Offers, d.Told)
	}
	if len(p.Topics) > 0 {
		fmt.Fprintln(table, "\nTOPIC\tFLASH\tBULLETIN\tURGENT\tROUTINE\tA DAY\tNAME")
	}
	for _, t := range p.Topics[:min(len(p.Topics), shownTopics)] {
		fmt.Fprintf(table, "%s\t%s\t%.1f\t%s\n", t.Key, t.Alerts.cells(), float64(t.Alerts.sum())/float64(days), t.Name)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if more := len(p.Topics) - shownTopics; more > 0 {
		fmt.Fprintf(w, "and %d more (--json)\n", more)
	}
	p.printHours(w)
	return p.printList(w)
}

func (c classes) cells() string {
	return fmt.Sprintf("%d\t%d\t%d\t%d", c.Flash, c.Bulletin, c.Urgent, c.Routine)
}

// printHours shows when readers would have been told.
func (p performance) printHours(w io.Writer) {
	most := slices.Max(p.Hours[:])
	if most == 0 {
		return
	}
	fmt.Fprintln(w, "\nHOUR (UTC)  MESSAGES")
	for hour, n := range p.Hours {
		if n > 0 {
			fmt.Fprintf(w, "%02d          %-8d %s\n", hour, n, strings.Repeat("▪", max(1, n*40/most)))
		}
	}
}

func (p performance) printList(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(p.List) == 0 {
		fmt.Fprintln(table, "\nNothing would have rung, and nothing would have been offered to editors.")
	} else {
		fmt.Fprintln(table, "\nWHEN (UTC)\tCLASS\tAT ONCE\tHELD\tDIGEST\tHEADLINE")
	}
	for _, s := range p.List {
		fmt.Fprintln(table, s.line())
	}
	if len(p.Reader) > 0 {
		fmt.Fprintln(table, "\nTHE SUBSCRIBER, UTC\tCLASS\tHEADLINE")
	}
	for _, h := range p.Reader {
		fmt.Fprintf(table, "%s\t%s\t%s\n", h.At.Format("2006-01-02 15:04"), h.Class, h.Headline)
	}
	return table.Flush()
}

func (s staged) line() string {
	if s.Offer {
		return fmt.Sprintf("%s\t%s\toffered\t\t\t%s", s.At.Format("2006-01-02 15:04"), s.Class, s.Headline)
	}
	return fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%s", s.At.Format("2006-01-02 15:04"), s.Class, s.Told.AtOnce, s.Told.Held, s.Told.Folded, s.Headline)
}

func (d difference) print(w io.Writer, sets []performance) error {
	was, now := sets[0], sets[1]
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\n=== The difference\n\t%s\t%s\n", strings.ToUpper(was.Name), strings.ToUpper(now.Name))
	for _, row := range []struct {
		what   string
		of, to int
	}{
		{"flashes", was.Alerts.Flash, now.Alerts.Flash}, {"bulletins", was.Alerts.Bulletin, now.Alerts.Bulletin},
		{"urgent", was.Alerts.Urgent, now.Alerts.Urgent}, {"routine", was.Alerts.Routine, now.Alerts.Routine},
		{"offers to editors", was.Offers, now.Offers}, {"told at once", was.Told.AtOnce, now.Told.AtOnce},
		{"held", was.Told.Held, now.Told.Held}, {"left to digests", was.Told.Folded, now.Told.Folded},
	} {
		fmt.Fprintf(table, "%s\t%d\t%d\t%+d\n", row.what, row.of, row.to, row.to-row.of)
	}
	for _, p := range sets {
		if only := d.Only[p.Name]; len(only) > 0 {
			fmt.Fprintf(table, "\nOnly by the rules %s\n", p.Name)
			for _, s := range only {
				fmt.Fprintln(table, s.line())
			}
		}
	}
	if len(d.Changed) > 0 {
		fmt.Fprintln(table, "\nIn another class, or at another time")
	}
	for _, c := range d.Changed {
		fmt.Fprintf(table, "%s\t%s → %s %s\t%s\n", c.Was.At.Format("2006-01-02 15:04"), c.Was.Class, c.Now.Class, c.Now.At.Format("15:04"), c.Was.Headline)
	}
	if len(d.Only[was.Name])+len(d.Only[now.Name])+len(d.Changed) == 0 {
		fmt.Fprintln(table, "\nBoth ring for the same.")
	}
	return table.Flush()
}
