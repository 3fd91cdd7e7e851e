package stories

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Development is what an article brings to its story.
type Development = articles.Development

const (
	First      = articles.First
	Repeat     = articles.Repeat
	Update     = articles.Update
	Correction = articles.Correction
	Turn       = articles.Turn
)

// Placement is what an Index says of an article version.
type Placement struct {
	Story    articles.StoryID
	Merged   []articles.StoryID // stories that editors merged into it
	Is       Development
	Of       articles.ID // the earlier article it is most like; "" where none is remembered
	Turns    []Change    // what changed, if it is a turn
	Evidence []string    // why, in words for an editor
	Heat     Heat        // how much comes of its event
}

// develop says what r brings to a story, of which near is the report it is most like, nil if that is forgotten.
func develop(r *report, s *story, near *report, why ...string) Placement {
	p := Placement{Story: s.id, Is: Update, Evidence: why}
	if near != nil {
		p.Of = near.article
	}
	turns := changes(r, s)
	switch {
	case r.sent.corrects:
		p.Is = Correction
		p.Evidence = append(p.Evidence, "the newsroom calls it a correction")
	case near != nil && near.article == r.article && near.headline == r.headline:
		p.Evidence = append(p.Evidence, "the headline is as it was")
	case r.sent.update > 0 && s.has(r.headline):
		p.Evidence = append(p.Evidence, fmt.Sprintf("the newsroom calls it update %d", r.sent.update))
	case r.sent.repeats, s.has(r.headline):
		p.Is = Repeat
	case len(turns) > 0:
		p.Is, p.Turns = Turn, turns
		for _, c := range turns {
			p.Evidence = append(p.Evidence, c.String())
		}
	}
	return p
}

// has says whether a story had a headline already.
func (s *story) has(headline string) bool {
	return slices.ContainsFunc(s.recent, func(r *report) bool { return r.headline == headline })
}

// why says what a bid rests on.
func (b *bid) why(r *report) []string {
	c := b.near
	said := []string{fmt.Sprintf("like %s, %s apart", quoted(c.shown), hours(gap(r.at, c.at)))}
	if names := c.list(func(w told) bool { return w.name }); names != "" {
		said = append(said, "shared names: "+names)
	}
	if numbers := c.list(func(w told) bool { return w.number }); numbers != "" {
		said = append(said, "shared numbers: "+numbers)
	}
	if words := c.list(func(w told) bool { return !w.name && !w.number }); words != "" {
		said = append(said, "shared words: "+words)
	}
	said = append(said, fmt.Sprintf("headlines %s alike (%.2f)", degree(c.cosine), c.cosine))
	if r.hasText() && c.hasText() {
		said = append(said, fmt.Sprintf("texts %s alike (%.2f)", degree(c.text), c.text))
		if c.named < halfNamed {
			said = append(said, "few names of either headline are in the other's text")
		}
	}
	if r.sent.follows() > 0 {
		said = append(said, "its marker says that something came before it")
	}
	if b.like > 1 {
		said = append(said, fmt.Sprintf("like %d of %d recent articles of the story", b.like, len(b.story.recent)))
	}
	if b.leads {
		said = append(said, "the story has most of what is told of this event")
	}
	return said
}

// list names up to six of the common words that are of one kind, the rarest first.
func (c *candidate) list(of func(told) bool) string {
	chosen := slices.DeleteFunc(slices.Clone(c.shared), func(w told) bool { return !of(w) })
	slices.SortStableFunc(chosen, func(a, b told) int { return cmp.Compare(a.heads, b.heads) })
	var names []string
	for _, w := range chosen[:min(len(chosen), 6)] {
		names = append(names, w.text)
	}
	return strings.Join(names, ", ")
}

func degree(likeness float64) string {
	switch {
	case likeness >= 0.8:
		return "nearly wholly"
	case likeness >= 0.5:
		return "very much"
	case likeness >= 0.25:
		return "somewhat"
	}
	return "hardly"
}

func quoted(headline string) string { return "“" + headline + "”" }

func hours(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Hours()))
}
