package bots

import (
	"maps"
	"slices"
	"sync"
)

// ButtonNames are the names of all that can be done by button.
func ButtonNames() []string { return slices.Sorted(maps.Keys(buttonDeeds())) }

// Messages are the ids of the English catalogue.
var Messages = sync.OnceValue(func() []string {
	text, err := wordFiles.ReadFile("words/en.toml")
	if err != nil {
		panic(err) // it is embedded
	}
	return idsIn(string(text))
})
