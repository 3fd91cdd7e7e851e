package feed

import (
	"net/url"
	"strings"
	"sync"
)

// Renamed keeps the names of items whose feed calls them something else at each reading, so that what is known is not
// told as new: by the address an item has alone, and where a feed renamed most of what it holds, by the headline. The
// zero Renamed is ready for use, by many at a time. It holds one reading of each feed, and nothing beyond the process:
// after a restart such a feed's items are new once, as old as it says they are.
type Renamed struct {
	mu    sync.Mutex
	feeds map[string]register
}

// register is what the items of a feed were called when it was last read.
type register struct {
	names      map[string]bool
	byAddress  map[string]string
	byHeadline map[string]string
}

// fewItems is how many items of a feed must be unknown before all of them can be a feed's new way of naming.
const fewItems = 5

// Settle gives items, in place, the names they had when the feed was last read.
func (r *Renamed) Settle(feed string, items []Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.feeds[feed]
	taken, unknown := map[string]bool{}, []int{}
	for i, item := range items {
		if taken[item.Name] = true; !known.names[item.Name] {
			unknown = append(unknown, i)
		}
	}
	rename := func(i int, name string) bool {
		if name == "" || taken[name] {
			return false
		}
		items[i].Name = name
		taken[name] = true
		return true
	}
	alone := byMark(items, func(i Item) string { return ownAddress(i.link) })
	var still []int
	for _, i := range unknown {
		address := ownAddress(items[i].link)
		if alone[address] == "" || !rename(i, known.byAddress[address]) {
			still = append(still, i)
		}
	}
	if len(still) >= fewItems && 2*len(still) > len(items) {
		for _, i := range still {
			rename(i, known.byHeadline[items[i].Headline])
		}
	}
	r.remember(feed, items)
}

func (r *Renamed) remember(feed string, items []Item) {
	if r.feeds == nil {
		r.feeds = map[string]register{}
	}
	now := register{
		names:      map[string]bool{},
		byAddress:  byMark(items, func(i Item) string { return ownAddress(i.link) }),
		byHeadline: byMark(items, func(i Item) string { return i.Headline }),
	}
	for _, item := range items {
		now.names[item.Name] = true
	}
	r.feeds[feed] = now
}

// byMark are the names of the items by something that no two of them share.
func byMark(items []Item, mark func(Item) string) map[string]string {
	all, shared := map[string]string{}, map[string]bool{}
	for _, item := range items {
		m := mark(item)
		if _, twice := all[m]; twice {
			shared[m] = true
		}
		all[m] = item.Name
	}
	for m := range shared {
		delete(all, m)
	}
	delete(all, "")
	return all
}

// ownAddress is an address that can be that of one article, without http or https; "" for a site's front page.
func ownAddress(link string) string {
	address, err := url.Parse(link)
	if err != nil || strings.Trim(address.Path, "/") == "" && address.RawQuery == "" && address.Fragment == "" {
		return ""
	}
	address.Scheme = ""
	return strings.TrimPrefix(address.String(), "//")
}
