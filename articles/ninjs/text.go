package ninjs

import (
	"slices"
	"strings"
)

// value is one of several texts for the same place: headline_main and headline_seo, or two of bodies[].
type value struct {
	role string // the name behind the underscore, or role
	kind string // contenttype
	text string
}

// values are the texts of a place: body, body_… of ninjs 1, or bodies[] of 2 and later.
func (r *reader) values(o object, name, list string) []value {
	all := r.starting(o, name)
	for _, item := range r.list(o, list) {
		role, kind := r.text(item, "role"), r.text(item, "contenttype")
		raw, _ := item.fields["value"].value.(string)
		if raw == "" {
			r.text(item, "value") // says what is wrong with it
		}
		all = append(all, value{strings.ToLower(role), strings.ToLower(kind), raw})
	}
	return all
}

// choose takes the value whose role comes first in roles; one of another role only if others is set.
func choose(all []value, others bool, roles ...string) string {
	rank := func(v value) int {
		if i := slices.Index(roles, v.role); i >= 0 {
			return i
		}
		return len(roles)
	}
	all = slices.DeleteFunc(all, func(v value) bool {
		return plain(v.text) == "" || !others && rank(v) == len(roles)
	})
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(v, w value) int { return rank(v) - rank(w) }).text
}

func (r *reader) headline(o object) string {
	told := choose(r.values(o, "headline", "headlines"), true, "", "main", "text", "simple")
	if told = plain(told); told != "" {
		return told
	}
	return r.text(o, "title")
}

// standfirst is the description; one that is the writer's note or a picture's caption is not.
func (r *reader) standfirst(o object) string {
	return plain(choose(r.values(o, "description", "descriptions"), false,
		"standfirst", "summary", "abstract", "", "text", "main", "html", "richtext", "xhtml"))
}

// body prefers what has markup: in it paragraphs are sure, where body_text is often the same in one piece.
func (r *reader) body(o object) []string {
	all := r.values(o, "body", "bodies")
	isMarked := func(v value) bool { return markup.MatchString(v.text) }
	if slices.ContainsFunc(all, isMarked) {
		all = slices.DeleteFunc(all, func(v value) bool { return !isMarked(v) })
	}
	return paragraphs(choose(all, true, "", "main", "html", "xhtml", "richtext", "text"))
}
