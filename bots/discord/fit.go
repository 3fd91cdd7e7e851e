package discord

import (
	"sort"
	"strings"
	"unicode/utf16"
)

// What one message has room for (discord.com/developers/docs/resources/message#embed-object-embed-limits, and
// /components/reference for the rest).
const (
	maxContent     = 2000
	maxTitle       = 256
	maxDescription = 4096
	maxFooter      = 2048
	maxEmbeds      = 6000 // all text of all embeds together
	maxRows        = 5
	maxRowButtons  = 5
	maxLabel       = 80
	maxOptions     = 25
	maxOption      = 100 // label, value and description of an option
	maxPlaceholder = 150
	maxCustomID    = 100
)

// length counts as Discord's strictest parts do: UTF-16 units, never less than its characters.
func length(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// fit joins blocks while they fit into limit. Empty ones are passed over; the first that does not fit ends it, so that
// nothing is told out of order.
func fit(limit int, sep string, blocks ...string) string {
	var b strings.Builder
	used := 0
	for _, block := range blocks {
		if block == "" {
			continue
		}
		need := length(block)
		if used > 0 {
			need += length(sep)
		}
		if used+need > limit {
			break
		}
		if used > 0 {
			b.WriteString(sep)
		}
		b.WriteString(block)
		used += need
	}
	return b.String()
}

// clip cuts plain text at a word so that it fits into limit, for what cannot be left out. A mark shows the cut.
func clip(text string, limit int) string {
	return clipAs(text, limit, func(s string) string { return s })
}

// clipEscaped is text escaped, and cut so that it fits into limit.
func clipEscaped(text string, limit int) string { return escape(clipAs(text, limit, escape)) }

// clipAs cuts text so that what write makes of it fits. write must not make text shorter.
func clipAs(text string, limit int, write func(string) string) string {
	const mark = "…"
	if len(text) <= limit && length(write(text)) <= limit {
		return text
	}
	runes := []rune(text)
	runes = runes[:min(len(runes), max(limit, 0)+1)]
	if length(write(string(runes))) <= limit {
		return text // all of it is there
	}
	tooLong := func(n int) bool { return length(write(string(runes[:n])))+length(mark) > limit }
	fits := max(0, sort.Search(len(runes)+1, tooLong)-1)
	kept := string(runes[:fits])
	if cut := strings.LastIndexAny(kept, " \n"); cut > 0 && len(kept)-cut < longestWord {
		kept = kept[:cut]
	}
	return strings.TrimRight(kept, " \n,;:-") + mark
}

// longestWord is how many bytes of a broken word are given up for a cut between words.
const longestWord = 40
