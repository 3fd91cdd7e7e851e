package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
	"github.com/tenbells/tenbells/delivery"
)

func TestAnAlertIsSentEditedAnsweredAndDeleted(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	announcements := w.guild.NewChannel("announcements", discordtest.Announcement)
	for name, to := range map[string]delivery.Address{
		"text channel": w.to(w.news), "announcement channel": w.to(announcements), "forum": w.to(forum), "direct message": w.toReader(),
	} {
		t.Run(name, func(t *testing.T) {
			p := w.parcel(to)
			p.Key = delivery.SendKey(p.Batch, delivery.SubscriberID(len(name)))
			id := w.deliver(p)

			newer := bulletin()
			newer.Headline = "Putin, Obama meet"
			w.deliver(follow(p, delivery.Edit, id, newer))

			correction := newer
			correction.Kind, correction.Note = delivery.CorrectionContent, "They spoke on the phone."
			if got := w.deliver(follow(p, delivery.Reply, id, correction)); got == "" || got == id {
				t.Errorf("the reply has the id %q", got)
			}

			var place *discordtest.Channel
			switch to.Kind {
			case delivery.DM:
				place = w.reader.DM(nil)
			case delivery.Forum:
				place = w.fake.Channel(id)
			default:
				place = w.fake.Channel(to.Chat)
			}
			told := place.Received()
			if len(told) != 2 || told[0].Embeds[0].Title != "Putin, Obama meet" || told[1].ReplyTo != told[0].ID {
				t.Errorf("the channel shows %v", titles(told))
			}
			if to.Kind == delivery.Announcement && !told[0].Published() {
				t.Error("the announcement was not published")
			}
			if to.Kind == delivery.Forum && place.Name() != "Putin, Obama meet" {
				t.Errorf("the forum post is called %q", place.Name())
			}
			w.deliver(follow(p, delivery.Delete, id, newer))
			if now, _ := place.Message(told[0].ID); !now.Deleted {
				t.Error("the message is still there")
			}
		})
	}
	w.sound()
}

func TestALostAnswerMakesNoSecondMessage(t *testing.T) {
	cases := map[string]struct {
		wait  time.Duration
		fault discordtest.Fault
	}{
		"within the nonce's window":        {0, discordtest.LoseAnswer()},
		"reset within the nonce's window":  {0, discordtest.ResetAfter()},
		"after the nonce's window":         {10 * time.Minute, discordtest.LoseAnswer()},
		"long after the nonce's window":    {5 * time.Hour, discordtest.LoseAnswer()},
		"in the first minute of the doubt": {nonceWindow - time.Minute, discordtest.LoseAnswer()},
	}
	for name, c := range cases {
		for _, kind := range []delivery.Kind{delivery.Channel, delivery.DM} {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				// The fake's own memory of nonces is as short as the case wants.
				window := 3 * time.Minute
				if c.wait > nonceWindow {
					window = time.Nanosecond
				}
				w := newWorld(t, discordtest.Options{NonceWindow: window})
				to, channel := w.to(w.news), w.news
				if kind == delivery.DM {
					to, channel = w.toReader(), w.reader.DM(nil)
				}
				w.fake.Inject(discordtest.Step{Method: "create_message", Fault: c.fault})
				p := w.parcel(to)
				if _, err := w.Deliver(context.Background(), p); err == nil || kindOfError(err) != "unknown" {
					t.Fatalf("the lost answer is %v", err)
				}
				w.later(c.wait)
				id := w.deliver(again(p))
				if got := channel.Received(); len(got) != 1 || got[0].ID != id {
					t.Errorf("told %d times: %s, the newest as %s", len(got), titles(got), id)
				}
				w.sound()
			})
		}
	}
}

// TestWhatWasWithdrawnIsFoundAgain is about an alert in doubt that editors recall meanwhile: what is told again is the
// notice, which has neither its words nor its buttons.
func TestWhatWasWithdrawnIsFoundAgain(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond})
	other := w.parcel(w.to(w.news))
	other.Batch, other.Key = "alert/a2", delivery.SendKey("alert/a2", 7)
	other.Body.Batch = other.Batch
	w.deliver(other)
	p := w.parcel(w.to(w.news))
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.LoseAnswer()})
	if _, err := w.Deliver(context.Background(), p); err == nil {
		t.Fatal("the answer was not lost")
	}
	w.later(3 * time.Minute)
	p.Body = withdrawn(p.Body)
	id := w.deliver(again(p))
	if got := w.news.Received(); len(got) != 2 || got[1].ID != id {
		t.Errorf("told %d times: %s, the newest as %s", len(got)-1, titles(got), id)
	}
	w.sound()
}

// TestADigestIsFoundAgainAlthoughOneOfItsStoriesIsNot is about a digest in doubt of which something is withdrawn meanwhile:
// its button to the rest leads to another place.
func TestADigestIsFoundAgainAlthoughOneOfItsStoriesIsNot(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond})
	p := w.parcel(w.to(w.news))
	p.Body, p.Batch, p.Content, p.Key = edition(14), "edition/e1", "edition/e1", delivery.SendKey("edition/e1", 7)
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.LoseAnswer()})
	if _, err := w.Deliver(context.Background(), p); err == nil {
		t.Fatal("the answer was not lost")
	}
	w.later(3 * time.Minute)
	p.Omit = []int{2}
	id := w.deliver(again(p))
	if got := w.news.Received(); len(got) != 1 || got[0].ID != id {
		t.Errorf("told %d times: %s, the newest as %s", len(got), titles(got), id)
	}
	w.sound()
}

// TestAWithdrawnCorrectionIsFoundAgain is about the reply that an alert's recall takes along.
func TestAWithdrawnCorrectionIsFoundAgain(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond})
	p := w.parcel(w.to(w.news))
	id := w.deliver(p)
	correction := bulletin()
	correction.Kind, correction.Note, correction.Told = delivery.CorrectionContent, "The ministry says twelve.", "Nine died"
	reply := follow(p, delivery.Reply, id, correction)
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.LoseAnswer()})
	if _, err := w.Deliver(context.Background(), reply); err == nil {
		t.Fatal("the answer was not lost")
	}
	w.later(3 * time.Minute)
	reply.Body = withdrawn(reply.Body)
	w.deliver(again(reply))
	if got := w.news.Received(); len(got) != 2 {
		t.Errorf("the correction was told %d times", len(got)-1)
	}
	w.sound()
}

// withdrawn is the notice that stands in the place of what was told.
func withdrawn(c delivery.Content) delivery.Content {
	return delivery.Content{
		Kind: delivery.RecallContent, Batch: c.Batch, Class: c.Class, Language: c.Language,
		Updated: c.Published.Add(time.Hour), Note: "Nobody could confirm it.",
	}
}

// TestALostForumPostIsFoundAgain stands before the fake with the one list it does not have.
func TestALostForumPostIsFoundAgain(t *testing.T) {
	for name, change := range map[string]func(*delivery.Content){
		"as it was":    func(*delivery.Content) {},
		"reworded":     func(c *delivery.Content) { c.Headline = "Putin and Obama discuss security" },
		"and recalled": func(c *delivery.Content) { *c = withdrawn(*c) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordtest.Options{})
			forum := w.guild.NewChannel("stories", discordtest.Forum)
			b := w.bot(Config{APIURL: w.withThreads(forum)})
			forum.OpenThread(w.owner, "Putin, Obama discuss something else")
			other := w.parcel(w.to(forum))
			other.Batch, other.Key, other.Body.Batch = "alert/a2", delivery.SendKey("alert/a2", 7), "alert/a2"
			other.Body.Headline = "Another alert"
			if _, err := b.Deliver(context.Background(), other); err != nil {
				t.Fatal(err)
			}
			w.fake.Inject(discordtest.Step{Method: "create_thread", Fault: discordtest.LoseAnswer()})
			p := w.parcel(w.to(forum))
			if _, err := b.Deliver(context.Background(), p); kindOfError(err) != "unknown" {
				t.Fatalf("the lost answer is %v", err)
			}
			change(&p.Body)
			id, err := b.Deliver(context.Background(), again(p))
			if posts := forum.Threads(); err != nil || len(posts) != 3 || posts[2].ID() != id {
				t.Errorf("%d posts, told as %s, %v", len(posts), id, err)
			}
		})
	}
}

// withThreads stands before the fake with a forum's list of threads, and answers its address.
func (w *world) withThreads(forum *discordtest.Channel) string {
	before := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/guilds/"+w.guild.ID()+"/threads/active") {
			w.fake.ServeHTTP(rw, r)
			return
		}
		var list struct {
			Threads []thread `json:"threads"`
		}
		for _, c := range forum.Threads() {
			list.Threads = append(list.Threads, thread{ID: c.ID(), Parent: forum.ID(), Owner: w.account.ID(), Name: c.Name()})
		}
		if err := json.NewEncoder(rw).Encode(list); err != nil {
			w.t.Error(err)
		}
	}))
	w.t.Cleanup(before.Close)
	return before.URL
}

// TestACorrectionIsFoundAgain is about messages without buttons: they are known by what they answer and say.
func TestACorrectionIsFoundAgain(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond})
	p := w.parcel(w.to(w.news))
	id := w.deliver(p)
	correction := bulletin()
	correction.Kind, correction.Note, correction.Told = delivery.CorrectionContent, "The ministry says twelve.", "Nine died"
	reply := follow(p, delivery.Reply, id, correction)
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.LoseAnswer()})
	if _, err := w.Deliver(context.Background(), reply); err == nil {
		t.Fatal("the answer was not lost")
	}
	w.later(3 * time.Minute)
	w.deliver(again(reply))
	if got := w.news.Received(); len(got) != 2 {
		t.Errorf("the correction was told %d times", len(got)-1)
	}
	w.sound()
}

func TestAnotherBotsMessageIsNotTakenForOurs(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond, Bots: []discordtest.BotAccount{
		{Token: discordtest.DefaultToken}, {Token: "another", Name: "another"}}})
	other := w.fake.Bots()[1]
	w.guild.Install(other, needs)
	theirs, err := New(Config{Token: other.Token(), APIURL: w.fake.URL(), Pacer: w.pacer})
	if err != nil {
		t.Fatal(err)
	}
	p := w.parcel(w.to(w.news))
	if _, err := theirs.Deliver(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	w.later(3 * time.Minute)
	w.deliver(again(p))
	if got := w.news.Received(); len(got) != 2 || got[1].From != w.account.ID() {
		t.Errorf("the channel shows %+v", got)
	}
}

func TestOnlyWhatDiscordCountsIsCounted(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	counted := func(fault discordtest.Fault) int {
		before := w.door.brake.minutes
		w.fake.Inject(discordtest.Step{Method: "create_message", Fault: fault})
		if _, err := w.Deliver(t.Context(), w.parcel(w.to(w.news))); err == nil {
			t.Fatal("there was no fault")
		}
		n := 0
		for i, m := range w.door.brake.minutes {
			n += max(0, m-before[i])
		}
		return n
	}
	for _, c := range []struct {
		what  string
		fault discordtest.Fault
		want  int
	}{
		{"everybody's limit", discordtest.TooManyShared(0), 0}, {"an outage", discordtest.ServerError(502), 0},
		{"no permission", discordtest.Refuse(50013), 1}, {"our limit", discordtest.TooMany(0), 1},
	} {
		if got := counted(c.fault); got != c.want {
			t.Errorf("%s counts %d, not %d", c.what, got, c.want)
		}
	}
}

func TestWithoutLeaveToReadAMessageIsSentAgainAndCounted(t *testing.T) {
	w := newWorld(t, discordtest.Options{NonceWindow: time.Nanosecond})
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.ServerError(502)},
		discordtest.Step{Method: "list_messages", Fault: discordtest.Refuse(50001)})
	p := w.parcel(w.to(w.news))
	if _, err := w.Deliver(context.Background(), p); kindOfError(err) != "unknown" {
		t.Fatalf("a 502 is %v", err)
	}
	w.later(3 * time.Minute)
	w.deliver(again(p))
	if got := w.news.Received(); len(got) != 1 || !w.log.has("so_far=1") {
		t.Errorf("told %d times, log: %s", len(got), w.log)
	}
}

// kindOfError names an outcome as the dispatcher tells them apart.
func kindOfError(err error) string {
	var retry *delivery.RetryError
	var standing *delivery.StandingError
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &retry):
		return "retry " + string(retry.Scope)
	case errors.As(err, &standing):
		return string(standing.Standing)
	case errors.Is(err, delivery.ErrDeletedThere):
		return "deleted there"
	case errors.Is(err, delivery.ErrRejected):
		return "rejected"
	case errors.Is(err, delivery.ErrLaneDead):
		return "dead"
	case errors.Is(err, delivery.ErrNotSent):
		return "not sent"
	default:
		return "unknown"
	}
}

func TestWhatDiscordMeansByItsAnswers(t *testing.T) {
	cases := map[string]struct {
		fault discordtest.Fault
		op    delivery.Op
		want  string
	}{
		"too fast in this channel":        {discordtest.TooMany(2 * time.Second), delivery.Send, "retry chat"},
		"too fast altogether":             {discordtest.TooManyBot(2 * time.Second), delivery.Send, "retry lane"},
		"everybody too fast in a channel": {discordtest.TooManyShared(2 * time.Second), delivery.Send, "retry chat"},
		"barred by Cloudflare":            {discordtest.Banned(), delivery.Send, "retry lane"},
		"slow mode":                       {discordtest.Refuse(20016), delivery.Send, "retry chat"},
		"overloaded":                      {discordtest.Refuse(130000), delivery.Send, "retry chat"},
		"token revoked":                   {discordtest.Unauthorized(), delivery.Send, "dead"},
		"channel gone":                    {discordtest.Refuse(10003), delivery.Send, "gone"},
		"no access":                       {discordtest.Refuse(50001), delivery.Send, "no_rights"},
		"no permission":                   {discordtest.Refuse(50013), delivery.Send, "no_rights"},
		"thread locked":                   {discordtest.Refuse(160005), delivery.Send, "no_rights"},
		"DMs closed":                      {discordtest.Refuse(50007), delivery.Send, "blocked"},
		"no server in common":             {discordtest.Refuse(50278), delivery.Send, "blocked"},
		"user gone":                       {discordtest.Refuse(10013), delivery.Send, "gone"},
		"our bug":                         {discordtest.Refuse(50035), delivery.Send, "rejected"},
		"AutoMod":                         {discordtest.Refuse(200000), delivery.Send, "rejected"},
		"harmful link":                    {discordtest.Refuse(240000), delivery.Send, "rejected"},
		"deleted there":                   {discordtest.Refuse(10008), delivery.Edit, "deleted there"},
		"published too often edited":      {discordtest.Refuse(20022), delivery.Edit, "retry message"},
		"so, as a limit":                  {discordtest.Fault{Status: http.StatusTooManyRequests, Code: 20022}, delivery.Edit, "retry message"},
		"old and too often edited":        {discordtest.Refuse(30046), delivery.Edit, "retry message"},
		"an outage":                       {discordtest.ServerError(503), delivery.Send, "unknown"},
		"an internal error":               {discordtest.Fault{Status: 500, Message: "Internal"}, delivery.Send, "unknown"},
		"reset before it was done":        {discordtest.Reset(), delivery.Send, "unknown"},
		"something in between":            {discordtest.ServerError(http.StatusNotFound), delivery.Send, "not sent"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordtest.Options{})
			p := w.parcel(w.to(w.news))
			if c.op == delivery.Edit {
				p = follow(p, delivery.Edit, w.deliver(p), bulletin())
			}
			w.fake.Inject(discordtest.Step{Channel: w.news.ID(), Times: discordtest.Always, Fault: c.fault})
			_, err := w.Deliver(context.Background(), p)
			if got := kindOfError(err); got != c.want {
				t.Errorf("it is %s, not %s: %v", got, c.want, err)
			}
			if text := err.Error(); strings.Contains(text, w.account.Token()) || strings.Contains(text, w.news.ID()) {
				t.Errorf("the error gives away too much: %s", text)
			}
		})
	}
}

func TestHowLongToWaitIsHeeded(t *testing.T) {
	for name, c := range map[string]struct {
		fault discordtest.Fault
		least time.Duration
	}{
		"a channel's limit": {discordtest.TooMany(90500 * time.Millisecond), 90500 * time.Millisecond},
		"the bot's limit":   {discordtest.TooManyBot(90500 * time.Millisecond), 90500 * time.Millisecond},
		"a ban":             {discordtest.Banned(), time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, discordtest.Options{})
			w.fake.Inject(discordtest.Step{Method: "create_message", Fault: c.fault})
			_, err := w.Deliver(context.Background(), w.parcel(w.to(w.news)))
			var retry *delivery.RetryError
			if !errors.As(err, &retry) || retry.After < c.least || retry.After > time.Hour {
				t.Fatalf("it is %v", err)
			}
			if ok, _ := w.pacer.Take(w.news.ID(), delivery.Channel); ok {
				t.Error("the pacer lets the next one go")
			}
		})
	}
}

func TestWhatSurelyDidNotArriveIsKnown(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	p := w.parcel(w.to(w.news))
	w.fake.Close()
	if _, err := w.Deliver(context.Background(), p); kindOfError(err) != "not sent" {
		t.Errorf("nobody listened, and it is %v", err)
	}
}

func TestAnAnswerThatNeverComesIsUnknown(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.Hang()})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := w.parcel(w.to(w.news))
	ended := make(chan error, 1)
	go func() {
		_, err := w.Deliver(ctx, p)
		ended <- err
	}()
	w.await("it has left us", func() bool { return w.fake.Stats().Calls["create_message"] == 1 })
	cancel()
	if err := <-ended; kindOfError(err) != "unknown" {
		t.Errorf("it is %v", err)
	}
	w.deliver(again(p))
	if got := w.news.Received(); len(got) != 1 {
		t.Errorf("told %d times", len(got))
	}
}

func TestPeopleAndServersThatAreGone(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	ctx := context.Background()
	w.reader.CloseDMs()
	if _, err := w.Deliver(ctx, w.parcel(w.toReader())); kindOfError(err) != "blocked" {
		t.Errorf("DMs are closed, and it is %v", err)
	}
	p := w.parcel(w.to(w.news))
	id := w.deliver(p)
	if err := w.news.DeleteMessage(id); err != nil {
		t.Fatal(err)
	}
	for _, op := range []delivery.Op{delivery.Edit, delivery.Delete, delivery.Reply} {
		if _, err := w.Deliver(ctx, follow(p, op, id, bulletin())); kindOfError(err) != "deleted there" {
			t.Errorf("%s of a deleted message is %v", op, err)
		}
	}
	gone := w.guild.NewChannel("gone", discordtest.Text)
	to := w.to(gone)
	gone.Delete()
	if _, err := w.Deliver(ctx, w.parcel(to)); kindOfError(err) != "gone" {
		t.Errorf("the channel is deleted, and it is %v", err)
	}
	w.guild.Kick(w.account)
	if _, err := w.Deliver(ctx, w.parcel(w.to(w.news))); kindOfError(err) != "no_rights" {
		t.Errorf("the bot is thrown out, and it is %v", err)
	}
	w.sound()
}

func TestADeletedForumPostIsNotTheEndOfTheForum(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	p := w.parcel(w.to(forum))
	id := w.deliver(p)
	w.fake.Channel(id).Delete()
	for _, op := range []delivery.Op{delivery.Edit, delivery.Reply, delivery.Delete} {
		for _, id := range []string{id, id + "/1"} { // the post's first message, and a correction below it
			if _, err := w.Deliver(t.Context(), follow(p, op, id, bulletin())); kindOfError(err) != "deleted there" {
				t.Errorf("%s in a deleted post is %v", op, err)
			}
		}
	}
	forum.Delete()
	p.Key = "another"
	if _, err := w.Deliver(t.Context(), p); kindOfError(err) != "gone" {
		t.Errorf("the forum is deleted, and it is %v", err)
	}
}

func TestAnArchivedForumPostIsOpenedAndALockedOneBarsNobody(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	p := w.parcel(w.to(forum))
	id := w.deliver(p)
	post := w.fake.Channel(id)
	newer := follow(p, delivery.Edit, id, bulletin())
	newer.Body.Headline = "Putin, Obama meet"
	post.SetArchived(true, false)
	w.deliver(newer)
	if told := post.Received(); len(told) != 1 || told[0].Embeds[0].Title != "Putin, Obama meet" {
		t.Errorf("the post shows %s", titles(told))
	}
	post.SetArchived(true, true)
	for _, op := range []delivery.Op{delivery.Edit, delivery.Reply} {
		if _, err := w.Deliver(t.Context(), follow(p, op, id, bulletin())); kindOfError(err) != "rejected" {
			t.Errorf("%s in a locked post is %v", op, err)
		}
	}
	w.guild.Permit(w.account, needs|discordtest.ManageThreads) // it may open the post, which stays locked
	if _, err := w.Deliver(t.Context(), follow(p, delivery.Edit, id, bulletin())); kindOfError(err) != "rejected" {
		t.Errorf("an edit in a post that stays locked is %v", err)
	}
	if n := w.fake.Stats().Calls["update_channel"]; n != 5 { // one of them named it anew
		t.Errorf("the post was opened %d times", n)
	}
	p.Key = "another"
	w.deliver(p)
	w.sound()
}

func TestACorrectionIsToldWhereTheBotMayNotReadToo(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	p := w.parcel(w.to(w.news))
	id := w.deliver(p)
	w.fake.Inject(discordtest.Step{Method: "create_message", Fault: discordtest.Refuse(160002)})
	correction := bulletin()
	correction.Kind, correction.Note = delivery.CorrectionContent, "The ministry says twelve."
	w.deliver(follow(p, delivery.Reply, id, correction))
	if got := w.news.Received(); len(got) != 2 || got[1].ReplyTo != "" {
		t.Errorf("the channel shows %v", got)
	}
}

func TestADialogIsOpenedOnce(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	for i := range 3 {
		p := w.parcel(w.toReader())
		p.Key = delivery.SendKey(p.Batch, delivery.SubscriberID(i))
		w.deliver(p)
	}
	if n := w.fake.Stats().Calls["create_dm"]; n != 1 {
		t.Errorf("the dialog was opened %d times", n)
	}
}

func TestOpeningDialogsTooFastHoldsUpNoChannel(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.fake.Inject(discordtest.Step{Method: "create_dm", Fault: discordtest.Refuse(40003)})
	for range 3 {
		if _, err := w.Deliver(context.Background(), w.parcel(w.toReader())); kindOfError(err) != "retry chat" {
			t.Errorf("it is %v", err)
		}
	}
	if n := w.fake.Stats().Calls["create_dm"]; n != 1 {
		t.Errorf("Discord was asked %d times", n)
	}
	w.deliver(w.parcel(w.to(w.news)))
	w.later(time.Minute)
	w.deliver(w.parcel(w.toReader()))
}

func TestAnAnnouncementThatCannotBePublishedIsSentAllTheSame(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	channel := w.guild.NewChannel("announcements", discordtest.Announcement)
	w.fake.Inject(discordtest.Step{Method: "crosspost_message", Fault: discordtest.TooMany(time.Hour)})
	w.deliver(w.parcel(w.to(channel)))
	if ok, _ := w.pacer.Take(channel.ID(), delivery.Announcement); !ok {
		t.Error("the channel must wait for what only publishing has used up")
	}
}

func TestALimitIsKnownBeforeItIsHit(t *testing.T) {
	w := newWorld(t, discordtest.Options{Limits: discordtest.Limits{Create: discordtest.Rate{Calls: 2, Per: time.Hour}}})
	for i := range 2 {
		if ok, _ := w.pacer.Take(w.news.ID(), delivery.Channel); !ok {
			t.Fatalf("message %d must wait", i)
		}
		p := w.parcel(w.to(w.news))
		p.Key = delivery.SendKey(p.Batch, delivery.SubscriberID(i))
		w.deliver(p)
	}
	ok, at := w.pacer.Take(w.news.ID(), delivery.Channel)
	if ok || time.Until(at) < 50*time.Minute {
		t.Errorf("the next may go: %v, at %v", ok, at)
	}
	if other, _ := w.pacer.Take("1", delivery.Channel); !other {
		t.Error("another channel must wait, too")
	}
}

func TestTellWritesToAUser(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	if err := w.Tell(context.Background(), w.reader.ID(), "Telegram *refuses* the token. @everyone"); err != nil {
		t.Fatal(err)
	}
	got := w.reader.DM(nil).Received()
	if len(got) != 1 || got[0].Text != `Telegram \*refuses\* the token. @everyone` || got[0].Pinged.Everyone {
		t.Errorf("told %+v", got)
	}
	w.sound()
}

func TestAPingIsTheRoleAloneAndNobodyElse(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	role := w.guild.NewRole("Alerts", 0, true)
	w.guild.Give(w.reader, role)
	p := w.parcel(w.to(w.news))
	p.Voice.PingRole = role.ID()
	p.Body.Headline = "@everyone look: <@" + w.owner.ID() + "> and <@&" + role.ID() + ">"
	p.Body.Standfirst = p.Body.Headline
	w.deliver(p)
	quiet := w.parcel(w.to(w.news))
	quiet.Key, quiet.Body = "quiet", p.Body
	w.deliver(quiet)
	got := w.news.Received()
	if len(got[0].Pinged.Roles) != 1 || len(got[0].Pinged.Users) != 0 || got[0].Pinged.Everyone || got[0].Text != "<@&"+role.ID()+">" {
		t.Errorf("with a ping: %+v %q", got[0].Pinged, got[0].Text)
	}
	if p := got[1].Pinged; len(p.Roles)+len(p.Users) != 0 || p.Everyone || got[1].Text != "" {
		t.Errorf("without: %+v %q", p, got[1].Text)
	}
}

func TestAnEditLeavesTheRoleThatWasPingedAndPingsNobody(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	role := w.guild.NewRole("Flash", 0, true)
	p := w.parcel(w.to(w.news))
	p.Voice.PingRole = role.ID()
	id := w.deliver(p)
	newer := follow(p, delivery.Edit, id, bulletin())
	newer.Body.Headline, newer.Voice.PingRole = "Putin, Obama meet", "" // nobody is pinged by an edit
	w.deliver(newer)
	got, _ := w.news.Message(id)
	if got.Text != "<@&"+role.ID()+">" || got.Embeds[0].Title != "Putin, Obama meet" {
		t.Errorf("it now says %q, %s", got.Text, titles([]discordtest.Message{got}))
	}
	p = w.parcel(w.toReader())
	p.Key, p.Voice.Discreet = "covered", true
	id = w.deliver(p)
	open := follow(p, delivery.Edit, id, bulletin())
	open.Voice.Discreet = false
	w.deliver(open)
	if got, _ := w.reader.DM(nil).Message(id); got.Text != "" {
		t.Errorf("a message that is covered no longer still says %q", got.Text)
	}
	w.sound()
}

func TestTheCallBesideASendHasASlotOfItsOwn(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	w.pacer = delivery.NewPacer(delivery.Pace{PerSecond: 1.9}, time.Now) // one call every 533 ms
	w.Bot = w.bot(Config{})
	w.fake.Inject(discordtest.Step{Method: "create_dm", Fault: discordtest.Slow(300 * time.Millisecond)})
	p := w.parcel(w.toReader())
	began := time.Now()
	_, taken := w.pacer.Take(p.To.Chat, p.To.Kind)
	if _, err := w.Deliver(w.pacer.Ride(context.Background(), taken), p); err != nil {
		t.Fatal(err)
	}
	if _, next := w.pacer.Free(); next.Sub(began) < 1300*time.Millisecond {
		t.Errorf("the next call may go after %s: the send left 833 ms after the beginning", next.Sub(began))
	}
}

// In a forum the name of a post is all that most see of it.
func TestAForumPostIsCalledWhatItTellsByNow(t *testing.T) {
	w := newWorld(t, discordtest.Options{})
	forum := w.guild.NewChannel("stories", discordtest.Forum)
	p := w.parcel(w.to(forum))
	id := w.deliver(p)
	post := w.fake.Channel(id)
	newer := bulletin()
	newer.Headline = "Putin, Obama meet"
	for range 2 {
		w.deliver(follow(p, delivery.Edit, id, newer))
	}
	if n := w.fake.Stats().Calls["update_channel"]; post.Name() != "Putin, Obama meet" || n != 1 {
		t.Errorf("the corrected post is called %q, after %d calls", post.Name(), n)
	}
	recall := newer
	recall.Kind, recall.Note = delivery.RecallContent, "Nothing of it is true."
	w.deliver(follow(p, delivery.Edit, id, recall))
	if post.Name() != "Withdrawn" {
		t.Errorf("what was withdrawn is called %q", post.Name())
	}
	p.Key = "another"
	other := w.deliver(p)
	w.deliver(follow(p, delivery.Delete, other, recall))
	if name := w.fake.Channel(other).Name(); name != "Withdrawn" {
		t.Errorf("what was deleted is called %q", name)
	}
	w.fake.Inject(discordtest.Step{Method: "update_channel", Fault: discordtest.Refuse(50013)})
	w.deliver(follow(p, delivery.Edit, id, bulletin()))
	if told := post.Received(); len(told) != 1 || told[0].Embeds[0].Title != "Putin, Obama discuss security" {
		t.Errorf("a post that may not be named anew shows %s", titles(told))
	}
	again := newer
	again.Headline = "Putin, Obama talk"
	w.fake.Inject(discordtest.Step{Method: "update_channel", Fault: discordtest.TooMany(600 * time.Second)})
	_, err := w.Deliver(t.Context(), follow(p, delivery.Edit, id, again))
	var retry *delivery.RetryError
	if !errors.As(err, &retry) || retry.Scope != delivery.ScopeMessage || retry.After < 600*time.Second {
		t.Errorf("a name that was changed too often is %v", err)
	}
	w.sound()
}
