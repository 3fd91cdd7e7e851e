package feed

import (
	"net/url"
	"strings"
)

// name gives every item what it is known by: its guid, else its address, else its headline. Never its date, which
// changes with every edit in many feeds. Some feeds call several items the same: there the address is added, or the
// headline where that is the same, too.
func name(items []Item) {
	for i := range items {
		items[i].Name = firstOf(guidName(items[i].guid), items[i].link, items[i].Headline)
	}
	for _, more := range []func(Item) string{
		func(i Item) string { return i.link },
		func(i Item) string { return i.Headline },
	} {
		shared := sharedNames(items, more)
		for i := range items {
			if shared[items[i].Name] {
				items[i].Name += " " + more(items[i])
			}
		}
	}
}

// sharedNames are the names of items that differ in something else.
func sharedNames(items []Item, something func(Item) string) map[string]bool {
	first, shared := map[string]string{}, map[string]bool{}
	for _, item := range items {
		if other, seen := first[item.Name]; !seen {
			first[item.Name] = something(item)
		} else if other != something(item) {
			shared[item.Name] = true
		}
	}
	return shared
}

// guidName is a guid without what only tracks, where it is an address.
func guidName(guid string) string { return firstOf(linked(nil, guid), strings.TrimSpace(guid)) }

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// tracking are the parameters of an address that say where a reader came from, and nothing of what is there.
var tracking = []string{"utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "at_medium", "at_campaign"}

// webAddress is an address in its canonical form: whole, without fragment and without what only tracks; "" when it is
// none of the web.
func webAddress(base *url.URL, ref string) string {
	address, _, _ := strings.Cut(linked(base, ref), "#")
	return address
}

// linked is webAddress with the fragment: some pages hold many items.
func linked(base *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	address, err := url.Parse(ref)
	if err != nil || ref == "" {
		return ""
	}
	if base != nil {
		address = base.ResolveReference(address)
	}
	address.Scheme, address.Host = strings.ToLower(address.Scheme), strings.ToLower(address.Host)
	if address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return ""
	}
	address.User = nil
	if address.RawQuery != "" {
		address.RawQuery = withoutTracking(address.RawQuery)
	}
	return address.String()
}

// withoutTracking leaves the other parameters as they were written, in their order.
func withoutTracking(query string) string {
	var kept []string
	for parameter := range strings.SplitSeq(query, "&") {
		if !isTracking(parameter) {
			kept = append(kept, parameter)
		}
	}
	return strings.Join(kept, "&")
}

func isTracking(parameter string) bool {
	for _, start := range tracking {
		if strings.HasPrefix(strings.ToLower(parameter), start) {
			return true
		}
	}
	return false
}
