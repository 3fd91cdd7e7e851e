package discord

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

// announce sends an announcement of a class, whose key is name.
func (w *world) announce(to *discordtest.Channel, class delivery.Class, name string) (id string) {
	w.t.Helper()
	p := w.parcel(w.to(to))
	p.Key, p.Class, p.Body.Class = delivery.Key(name), class, class
	return w.deliver(p)
}

// published says how many messages of a channel were published.
func published(c *discordtest.Channel) (n int) {
	for _, m := range c.Received() {
		if m.Published() {
			n++
		}
	}
	return n
}

func TestThreeOfTheTenPublishedInAnHourAreKeptForFlashes(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	for i := range 9 {
		w.announce(channel, delivery.Bulletin, fmt.Sprint("bulletin", i))
	}
	if calls := w.fake.Stats().Calls["crosspost_message"]; published(channel) != 7 || calls != 7 {
		t.Errorf("%d bulletins published in %d calls", published(channel), calls)
	}
	for i := range 4 {
		w.announce(channel, delivery.Flash, fmt.Sprint("flash", i))
	}
	if calls := w.fake.Stats().Calls["crosspost_message"]; published(channel) != 10 || calls != 10 {
		t.Errorf("with flashes, %d published in %d calls", published(channel), calls)
	}
	if n := strings.Count(w.log.String(), errHourKept.Error()); n != 2 {
		t.Errorf("the log tells %d times of bulletins that are not published", n)
	}
	if n := strings.Count(w.log.String(), errHourUsedUp.Error()); n != 1 {
		t.Errorf("the log tells %d times of flashes that are not published", n)
	}
	w.later(time.Hour)
	w.announce(channel, delivery.Bulletin, "another")
	if published(channel) != 11 {
		t.Error("an hour later nothing is published either")
	}
}

func TestPublishingIsTriedAgain(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"after an outage":      discordtest.ServerError(502),
		"after a lost answer":  discordtest.LoseAnswer(),
		"after a reset":        discordtest.Reset(),
		"after being too fast": discordtest.TooMany(time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Options{})
			channel := w.guild.NewChannel("announcements", discordtest.Announcement)
			w.run(w.Bot)
			w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: fault})
			w.announce(channel, delivery.Bulletin, "a")
			w.await("it is published", func() bool { return published(channel) == 1 && w.fake.Stats().Calls["crosspost_message"] == 2 })
			if got := channel.Received(); len(got) != 1 || w.log.has("not published") {
				t.Errorf("told %d times, log: %s", len(got), w.log)
			}
		})
	}
}

func TestWhatIsNotPublishedIsToldOnceWithTheReason(t *testing.T) {
	cases := map[string]struct {
		fault discordtest.Fault
		want  string
	}{
		"no right":              {discordtest.Refuse(50013), "50013"},
		"no place for too long": {discordtest.TooMany(2 * time.Hour), "given up after 1 tries"},
		"the end":               {discordtest.ServerError(502), "the bot stops"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordtest.Options{})
			channel := w.guild.NewChannel("announcements", discordtest.Announcement)
			stop := w.run(w.Bot)
			w.fake.Inject(discordtest.Step{Method: "crosspost_message", Times: discordtest.Always, Fault: c.fault})
			w.announce(channel, delivery.Bulletin, "a")
			stop()
			if n := strings.Count(w.log.String(), "not published"); n != 1 || !w.log.has(c.want) {
				t.Errorf("told %d times: %s", n, w.log)
			}
		})
	}
}

func TestTheBacklogHasAnEndAndAnOrder(t *testing.T) {
	l, why := newBacklog(), errors.New("an outage")
	for i := range mostUnpublished {
		p, err := publication{spot: spot{"1", fmt.Sprint(i)}, flash: i == 7, first: noon}.again(why, noon)
		if err := errors.Join(err, l.putBack(p)); err != nil {
			t.Fatal(err)
		}
	}
	if l.putBack(publication{first: noon}) == nil {
		t.Error("one too many is taken in")
	}
	if _, wait, ok := l.next(noon); ok || wait != firstPublishWait {
		t.Errorf("tried again at once, or after %v", wait)
	}
	first, _, _ := l.next(noon.Add(time.Minute))
	second, _, _ := l.next(noon.Add(time.Minute))
	if first.message != "7" || second.message != "0" {
		t.Errorf("%s goes first, then %s", first.message, second.message)
	}
	if wait := publishWait(why, 40); wait != longestPublishWait {
		t.Errorf("the longest wait is %v", wait)
	}
}
