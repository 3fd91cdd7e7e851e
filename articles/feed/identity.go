package feed

import (
	"net/url"
	"regexp"
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

// edition is the number of an edit, as some publishers hang it onto the address that is their guid: “…/c5yd#1”.
var edition = regexp.MustCompile(`#\d{0,3}$`)

// guidName is a guid without what only tracks or counts edits, where it is an address.
func guidName(guid string) string {
	return firstOf(edition.ReplaceAllString(linked(nil, guid), ""), strings.TrimSpace(guid))
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// tracking are the parameters of an address that say where a reader came from, and nothing of what is there; those that
// end in “_” stand for all that begin so. From what Firefox strips (firefox-source-docs.mozilla.org, Query Parameter
// Stripping, with its list query-stripping.json) and shares without (“Copy clean link”), and from the documentation of
// the tools that add them: Google Analytics (utm_), Matomo (pk_, mtm_, piwik_), Piano and AT Internet (at_, xtor),
// HubSpot (hsa_, _hs…), Mailchimp (mc_), Yandex (yclid, _openstat), Echobox, Comscore (ns_).
var tracking = []string{
	"utm_", "pk_", "mtm_", "piwik_", "hsa_", "ns_", "oft_", "at_", "stm_", "wt_", "guce_", "trk_",
	"fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid",
	"yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "epik", "wickedid", "srsltid",
	"mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking",
	"vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "__s", "rb_clickid", "s_cid", "s_kwcid", "ml_subscriber", "ml_subscriber_hash",
	"_ga", "_gl", "ref_src", "ref_url", "xtor", "xtref", "echobox", "cmpid", "icid", "ncid", "ocid", "spjobid", "spmailingid",
	"spreportid", "spuserid", "soc_src", "soc_trk", "sref", "smid", "smtyp", "ito", "cmp", "rss_id", "feedtype",
}

// senders are parameters that may say anything; they only track where they say that a reader came from a feed.
var senders = map[string]bool{"source": true, "src": true, "ref": true, "referrer": true, "from": true, "via": true, "medium": true, "campaign": true}

var tracks = func() map[string]bool {
	all := map[string]bool{}
	for _, parameter := range tracking {
		all[parameter] = true
	}
	return all
}()

// webAddress is an address in its canonical form: whole, without fragment and without what only tracks; "" when it is
// none of the web.
func webAddress(base *url.URL, ref string) string {
	address, _, _ := strings.Cut(linked(base, ref), "#")
	return address
}

// linked is webAddress with the fragment: some pages hold many items. A fragment that only tracks is none.
func linked(base *url.URL, ref string) string {
	address := onTheWeb(base, ref)
	if address == nil {
		return ""
	}
	address.User = nil
	if address.RawQuery = withoutTracking(address.RawQuery); address.RawQuery == "" {
		address.ForceQuery = false
	}
	if isTracking(address.Fragment) {
		address.Fragment, address.RawFragment = "", ""
	}
	return address.String()
}

// fileAddress is the address of a file, whole and as it was written; "" when it is none of the web.
func fileAddress(base *url.URL, ref string) string {
	if address := onTheWeb(base, ref); address != nil {
		return address.String()
	}
	return ""
}

// onTheWeb is a whole address of the web, its host in lower case and without a port that goes without saying; nil when it
// is none.
func onTheWeb(base *url.URL, ref string) *url.URL {
	ref = escapedBlanks(strings.TrimSpace(ref))
	address, err := url.Parse(ref)
	if err != nil {
		address, err = url.Parse(loosePercent.ReplaceAllString(ref, "%25$1"))
	}
	if err != nil || ref == "" {
		return nil
	}
	if base != nil {
		address = base.ResolveReference(address)
	}
	address.Scheme, address.Host = strings.ToLower(address.Scheme), strings.ToLower(address.Host)
	name := address.Hostname()
	if address.Scheme != "http" && address.Scheme != "https" || strings.Trim(name, ".") == "" || strings.Contains(name, ":") && address.Host[0] != '[' {
		return nil
	}
	if port := address.Port(); port == "" || port == "80" && address.Scheme == "http" || port == "443" && address.Scheme == "https" {
		address.Host = strings.TrimSuffix(strings.TrimSuffix(address.Host, port), ":")
	}
	address.Host = strings.TrimSuffix(address.Host, ".")
	if address.Path == "" {
		address.Path = "/"
	}
	return address
}

// loosePercent is a “%” that begins no escape.
var loosePercent = regexp.MustCompile(`%([^0-9a-fA-F]|[0-9a-fA-F][^0-9a-fA-F]|[0-9a-fA-F]?$)`)

// escapedBlanks escapes blanks, which may not stand in an address but do in some feeds, and leaves out the ends of lines.
func escapedBlanks(ref string) string {
	var b strings.Builder
	for _, c := range []byte(ref) {
		switch {
		case c == '\n' || c == '\r' || c == '\t':
		case c <= ' ' || c == 0x7f:
			b.WriteString("%20")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
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

// isTracking reports whether a parameter, “utm_source=rss”, only tracks.
func isTracking(parameter string) bool {
	name, value, _ := strings.Cut(strings.ToLower(parameter), "=")
	if name == "" {
		return false
	}
	if senders[name] && (strings.HasPrefix(value, "rss") || strings.HasPrefix(value, "feed")) {
		return true
	}
	start, _, divided := strings.Cut(strings.TrimLeft(name, "_"), "_")
	return tracks[name] || divided && tracks[start+"_"]
}
