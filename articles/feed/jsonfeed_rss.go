package feed

import (
	"encoding/json"
	"slices"
	"strings"
)

// fromJSON writes RSS in JSON (github.com/scripting/Scripting-News, rss-in-json) as the tree of the same in XML: a member
// is an element, a list several of one name, “#value” a text beside attributes. Nil: it is none.
func fromJSON(members map[string]json.RawMessage) *node {
	var channel struct {
		Version string          `json:"version"`
		Channel json.RawMessage `json:"channel"`
	}
	if raw, is := members["rss"]; !is || json.Unmarshal(raw, &channel) != nil || len(channel.Channel) == 0 {
		return nil
	}
	root := &node{name: "rss", attrs: []attr{{"version", channel.Version}}}
	left := maxNodes
	addJSON(root, "channel", channel.Channel, 0, &left)
	return root
}

// addJSON adds a value as an element of a name. left is how many more may be made.
func addJSON(into *node, name string, raw json.RawMessage, depth int, left *int) {
	if *left--; *left < 0 || depth > 20 || name == "" {
		return
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, one := range list {
			addJSON(into, name, one, depth+1, left)
		}
		return
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		into.add(element(name, jsonText(raw)))
		return
	}
	n := &node{name: name}
	into.add(n)
	for _, member := range sortedKeys(members) {
		switch text := jsonText(members[member]); {
		case member == "#value":
			n.add(&node{text: text})
		case text != "" && len(members) > 1 && !fields[strings.ToLower(member)]:
			n.attrs = append(n.attrs, attr{member, text})
		default:
			addJSON(n, member, members[member], depth+1, left)
		}
	}
}

func sortedKeys(members map[string]json.RawMessage) []string {
	var keys []string
	for key := range members {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
