package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
)

// reader is somebody who is owed everything, at a Telegram chat or a Discord channel.
type reader struct {
	chat    int64
	channel string
	left    bool // blocked the bot in the midst of it
	moved   bool // became a supergroup in the midst of it
}

// span is a time in which a process died.
type span struct{ from, to time.Time }

// mayLie is how long before its death a process may have left a send that it never put on record: one that is slow to
// be answered, and then a turn of a busy database.
const mayLie = 1500 * time.Millisecond

// mayLieLong is the same where so many are told that the machine is busy throughout: an attempt's whole time and the turn.
// What bounds it there is how many may have been in flight.
const mayLieLong = delivery.Attempt + mayLie

// news is an alert, and what is to be found of it in the end.
type news struct {
	id       string
	first    string // what it said at first
	newest   string // what every message must say in the end
	recalled bool   // who was not told by then need not be
	replies  bool   // its correction is told in a reply, too
	note     string // which says that
}

// copyOf is one message of an alert in a reader's chat.
type copyOf struct {
	at       time.Time
	answered bool // the answer was written; else nobody can know of it
	now      string
	was      []string // what it said before
	deleted  bool
}

// says whether any wording of the message is one of these.
func (c copyOf) says(words ...string) bool {
	return slices.ContainsFunc(append(c.was, c.now), func(text string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
	})
}

// audit compares what the platforms saw with what the program says of it. It holds for any way in which processes and
// platforms may have failed, as long as it is told when processes died.
type audit struct {
	w       *world
	t       testing.TB
	readers []reader
	deaths  []span

	sends   map[place]telegramtest.Send
	posts   map[string]discordtest.Send
	refused map[int64]bool
	closed  map[string]bool
	tried   map[int64]bool // chats where an edit found nothing to change

	told, untold, stale, twice, repeats int

	moved   int // readers who moved in the midst of it
	byDeath int // of those twice, where a process died
}

// place is where a Telegram message stands.
type place struct {
	chat    int64
	message int
}

func newAudit(w *world, readers []reader, deaths []span) *audit {
	a := &audit{w: w, t: w.t, readers: readers, deaths: deaths, sends: map[place]telegramtest.Send{},
		posts: map[string]discordtest.Send{}, refused: map[int64]bool{}, closed: map[string]bool{}, tried: map[int64]bool{}}
	for _, s := range w.telegram.Sends() {
		switch {
		case s.Accepted:
			a.sends[place{s.Chat, s.Message}] = s
		case s.Code == 403:
			a.refused[s.Chat] = true
		}
	}
	for _, r := range readers {
		if r.moved {
			a.moved++
		}
	}
	for _, s := range w.telegram.Edits() {
		switch s.Code {
		case 400:
			a.tried[s.Chat] = true
		case 403:
			a.refused[s.Chat] = true
		}
	}
	for _, s := range w.discord.Sends() {
		switch {
		case s.Accepted && !s.Repeated:
			a.posts[s.Message] = s
		case s.Accepted && s.Answered:
			first := a.posts[s.Message]
			first.Answered = true // this answer told of it
			a.posts[s.Message] = first
		case s.Status == 403 || s.Status == 404:
			a.closed[s.Channel] = true
		}
	}
	return a
}

// unreachable says whether the platform gave a reason not to tell a reader: it refused a call, or told of it by itself.
func (a *audit) unreachable(r reader) bool {
	if r.channel != "" {
		channel := a.w.discord.Channel(r.channel)
		return a.closed[r.channel] || channel.Gone() || channel.Permissions(a.w.discord.Bots()[0])&discordtest.SendMessages == 0
	}
	chat := a.w.telegram.Chat(r.chat)
	return r.left || a.refused[r.chat] || chat != nil && chat.Blocked()
}

// migrated says whether a group became a supergroup, by whatever cause.
func (a *audit) migrated(r reader) bool {
	chat := a.w.telegram.Chat(r.chat)
	return r.channel == "" && chat != nil && chat.MovedTo() != nil
}

// messages is all that bots said to a reader, wherever they moved.
func (a *audit) messages(r reader) (all []copyOf) {
	if r.channel != "" {
		for _, m := range a.w.discord.Channel(r.channel).Received() {
			c := copyOf{at: m.Date, answered: a.posts[m.ID].Answered, now: discordText(m.Content), deleted: m.Deleted}
			for _, e := range m.Edits {
				c.was = append(c.was, discordText(e.Content))
			}
			all = append(all, c)
		}
		return all
	}
	for chat := a.w.telegram.Chat(r.chat); chat != nil; chat = chat.MovedTo() {
		for _, m := range chat.Received() {
			c := copyOf{at: m.Date, answered: a.sends[place{m.Chat, m.ID}].Answered, now: m.Text, deleted: m.Deleted}
			for _, e := range m.Edits {
				c.was = append(c.was, e.Text)
			}
			all = append(all, c)
		}
	}
	return all
}

func discordText(c discordtest.Content) string {
	text := c.Text
	for _, e := range c.Embeds {
		text += e.Title + "\n" + e.Description
	}
	return text
}

// inDoubt says whether nobody can know that a message arrived, and whether it is because a process died.
func (a *audit) inDoubt(c copyOf) (doubt, death bool) {
	lies := mayLie
	if len(a.readers) > 1000 {
		lies = mayLieLong
	}
	for _, d := range a.deaths {
		if c.at.After(d.from.Add(-lies)) && c.at.Before(d.to) {
			return true, true
		}
	}
	return !c.answered, false
}

// diedAfter is how long after an instant a process died.
func (a *audit) diedAfter(at time.Time) time.Duration {
	for _, d := range a.deaths {
		if d.to.After(at) {
			return d.from.Sub(at)
		}
	}
	return -1
}

// check compares one alert with what alert show prints of it.
func (n *news) check(a *audit) {
	a.t.Helper()
	var al standing
	decode(a.t, a.w.must("alert", "show", "--json", n.id), &al)
	told, doubted, stale, parted, twice, again := 0, 0, 0, 0, 0, 0
	edited := bounds{}
	for _, r := range a.readers {
		all, noticed := n.copies(a, r)
		if len(all) == 0 {
			a.untold++
			if !n.recalled && !a.unreachable(r) {
				a.t.Errorf("%+v was never told %q, and could be", r, n.first)
			}
			continue
		}
		told++
		if !slices.ContainsFunc(all, func(c copyOf) bool { doubt, _ := a.inDoubt(c); return !doubt }) {
			doubted++
		}
		if !noticed && n.isStale(a, r, all) {
			stale++
		} else if r.left || r.moved || a.unreachable(r) || a.migrated(r) {
			parted++
		}
		edited.add(a.edited(r, all, noticed))
		twice += len(all) - 1
		again += n.repeated(a, r, all)
	}
	a.told, a.stale, a.twice = a.told+told, a.stale+stale, a.twice+twice
	a.repeats += al.Repeats
	n.compare(a, al, told, doubted, stale, parted)
	if a.t.Failed() {
		a.tellOfRefusals(n)
	}
	if most := delivery.Window * len(a.deaths); again > most {
		a.t.Errorf("%d were told %q twice where a process died; at most %d were in flight then", again, n.first, most)
	}
	if got := al.Counts.Edited; got < edited.least || got > edited.most {
		a.t.Errorf("%q: %d to %d messages stand edited, the alert counts %d", n.first, edited.least, edited.most, got)
	}
	if al.Repeats < twice {
		a.t.Errorf("%q: %d repeats are counted, and %d were told twice", n.first, al.Repeats, twice)
	}
	a.t.Logf("%q: %d told, %d twice, %d left with an old wording; counts %+v of %d, %d repeats", n.first, told, twice, stale, al.Counts, al.Audience, al.Repeats)
}

// tellOfRefusals logs what became of those whom some call found gone, moved or without the message: from them come the
// program's dropped messages.
func (a *audit) tellOfRefusals(n *news) {
	for _, r := range a.readers {
		all, noticed := n.copies(a, r)
		var edits []telegramtest.Send
		for _, s := range a.w.telegram.Edits() {
			if chat := a.w.telegram.Chat(r.chat); (s.Code == 400 || s.Code == 403) && (s.Chat == r.chat || chat != nil && chat.MovedTo() != nil && s.Chat == chat.MovedTo().ID()) {
				edits = append(edits, s)
			}
		}
		if len(edits) > 0 || len(all) == 0 || r.left || r.moved || a.unreachable(r) || a.migrated(r) {
			a.t.Logf("%q, %+v: unreachable %v, migrated %v, noticed %v, copies %+v, edits refused %+v", n.first, r, a.unreachable(r), a.migrated(r), noticed, all, edits)
		}
	}
}

// copies is what a reader has of it. What was left behind in a group that has moved is withdrawn by a notice of its own:
// noticed says that there is one.
func (n *news) copies(a *audit, r reader) (all []copyOf, noticed bool) {
	all = slices.DeleteFunc(a.messages(r), func(c copyOf) bool {
		return !c.says(n.first, n.newest) || n.replies && c.says(n.note)
	})
	told := slices.DeleteFunc(slices.Clone(all), func(c copyOf) bool { return !c.says(n.first) })
	if r.moved && len(told) > 0 && len(told) < len(all) {
		return told, true
	}
	return all, false
}

// bounds is how many there are at least and at most, where nobody can know.
type bounds struct{ least, most int }

func (b *bounds) add(one bounds) { b.least, b.most = b.least+one.least, b.most+one.most }

// edited is whether a reader has a message that stands edited, as the program must count it. An edit that found nothing to
// change is counted, too, and so is a notice in the place of an edit; whether one arrived whose answer was lost, and could
// not be repeated, is known to nobody.
func (a *audit) edited(r reader, all []copyOf, noticed bool) bounds {
	stands := slices.ContainsFunc(all, func(c copyOf) bool { return len(c.was) > 0 })
	doubt, _ := a.inDoubt(all[0])
	switch {
	case stands && len(all) == 1 && !doubt && !r.left && !r.moved:
		return bounds{1, 1}
	case stands, noticed, a.tried[r.chat], doubt, len(all) > 1:
		return bounds{0, 1}
	default:
		return bounds{}
	}
}

// repeated sees that each message too many has its excuse, and answers how many have that a process died.
func (n *news) repeated(a *audit, r reader, all []copyOf) (byDeath int) {
	sure := 0
	for _, c := range all {
		doubt, death := a.inDoubt(c)
		if death {
			byDeath++
		}
		if !doubt {
			sure++
		}
	}
	if sure > 1 || len(all) > 1 && r.channel != "" {
		a.t.Errorf("%+v was told %q %d times: %+v; the first death after the first is %s later", r, n.first, len(all), all, a.diedAfter(all[0].at))
	}
	byDeath = min(byDeath, len(all)-1)
	a.byDeath += byDeath
	return byDeath
}

// isStale says whether a reader has been left without the newest wording, and sees that there is a reason: they are gone,
// or the message is left behind in a group that is another now. A message nobody can know of may say anything.
func (n *news) isStale(a *audit, r reader, all []copyOf) bool {
	old := 0
	for _, c := range all {
		if doubt, _ := a.inDoubt(c); !strings.Contains(c.now, n.newest) && !(doubt && len(all) > 1) {
			old++
		}
	}
	if old == 0 && slices.ContainsFunc(all, func(c copyOf) bool { return strings.Contains(c.now, n.newest) }) {
		return false
	}
	if !r.left && !r.moved && !a.unreachable(r) {
		a.t.Errorf("%+v is left with an old wording of %q: %+v", r, n.first, all)
	}
	return true
}

// compare sees that the program's figures are those of the platforms. doubted is how many of those told nobody can be
// sure of: the ledger may have given them up. parted is how many have the newest wording and cannot be reached any more:
// where the answer to an edit was lost, its repeat may have found them gone.
func (n *news) compare(a *audit, al standing, told, doubted, stale, parted int) {
	a.t.Helper()
	c := al.Counts
	if c.Queued+c.Sending+c.Unknown > 0 {
		a.t.Errorf("%q: something is still owed: %+v", n.first, c)
	}
	if c.Sent > told || c.Sent < told-doubted {
		a.t.Errorf("%q: the platforms told %d (%d of them unsure), the alert counts %+v", n.first, told, doubted, c)
	}
	dropped := 0
	for reason, count := range c.Dropped {
		dropped += count
		switch {
		case count == 0, reason == "gone", reason == "deleted_there", reason == "cancelled" && n.recalled:
		case reason == "rejected" && count <= a.moved: // edits of what groups left behind
		default:
			a.t.Errorf("%q: %d were dropped as %s", n.first, count, reason)
		}
	}
	followUps := stale + parted // what could not be done about those told
	if n.replies {
		followUps *= 2
	}
	if untold := al.Audience - c.Sent; dropped < untold+stale-doubted && !n.recalled || dropped > untold+followUps {
		a.t.Errorf("%q: of %d %d were told, %d of them cannot be reached any more; the alert counts %+v", n.first, al.Audience, told, stale, c)
	}
}

// report sees that no message says what another one should, and logs the sum.
func (a *audit) report() {
	a.t.Helper()
	lost := a.w.telegram.Stats().Lost + a.w.discord.Stats().Lost
	a.t.Logf("%d told, %d not, %d twice (%d of them by a death), %d left with an old wording; %d answers were lost; %d repeats; telegram's answers %v, discord's %v, %d by nonce",
		a.told, a.untold, a.twice, a.byDeath, a.stale, lost, a.repeats, a.w.telegram.Stats().Refused, a.w.discord.Stats().Refused, a.w.discord.Stats().Repeated)
}

// unmixed sees that no message of one alert was overwritten with the words of another.
func (a *audit) unmixed(all []*news) {
	a.t.Helper()
	for _, r := range a.readers {
		for _, c := range a.messages(r) {
			of := 0
			for _, n := range all {
				if c.says(n.first, n.newest) {
					of++
				}
			}
			if of > 1 {
				a.t.Errorf("%+v: a message was overwritten with another alert: %+v", r, c)
			}
		}
	}
}
