package discordtest_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/tenbells/tenbells/bots/discord/discordtest"
)

// on makes a channel of what the client's handler for an event gets.
func on[E any](s *discordgo.Session) <-chan E {
	events := make(chan E, 64)
	s.AddHandler(func(_ *discordgo.Session, e E) { events <- e })
	return events
}

// next is the next event, which must come.
func next[E any](t testing.TB, events <-chan E) E {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-soon(t).Done():
		t.Fatal("no event came")
		panic("unreachable")
	}
}

func TestABotHearsWhatIsWrittenToItAlone(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	s := client(t, w.srv)
	s.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsDirectMessages
	written := on[*discordgo.MessageCreate](s)
	open(t, s)
	w.text.Say(w.olga, "to all")
	w.olga.DM(nil).Say(w.olga, "to you")
	if m := next(t, written); m.Content != "to you" || m.GuildID != "" || m.Author.ID != w.olga.ID() || m.Author.Bot {
		t.Errorf("message create: %+v", m.Message)
	}
}

func TestTheRealClientHearsOfTheWorld(t *testing.T) {
	for _, compress := range []bool{true, false} {
		w := newTown(t, discordtest.Options{})
		s := client(t, w.srv)
		s.Identify.Compress = compress
		created, gone := on[*discordgo.GuildCreate](s), on[*discordgo.GuildDelete](s)
		channelGone, changed := on[*discordgo.ChannelDelete](s), on[*discordgo.ChannelUpdate](s)
		open(t, s)

		if g := next(t, created); g.ID != w.guild.ID() || len(g.Channels) != 3 || g.MemberCount != 3 {
			t.Errorf("guild create: %+v", g.Guild)
		}
		w.text.Deny(w.bot, discordtest.SendMessages)
		if c := next(t, changed); c.ID != w.text.ID() || len(c.PermissionOverwrites) != 1 {
			t.Errorf("channel update: %+v", c.Channel)
		}
		w.text.Delete()
		if c := next(t, channelGone); c.ID != w.text.ID() {
			t.Errorf("channel delete: %+v", c.Channel)
		}
		w.guild.Outage(true)
		if g := next(t, gone); !g.Unavailable {
			t.Errorf("an outage looks like a removal: %+v", g.Guild)
		}
		w.guild.Outage(false)
		next(t, created)
		w.guild.Kick(w.bot)
		if g := next(t, gone); g.ID != w.guild.ID() || g.Unavailable {
			t.Errorf("guild delete: %+v", g.Guild)
		}
		other := w.srv.NewGuild(w.olga, "Other")
		other.Install(w.bot, botRights)
		if g := next(t, created); g.ID != other.ID() {
			t.Errorf("guild create: %+v", g.Guild)
		}
	}
}

func TestACommandGoesThereAndItsAnswerComesBack(t *testing.T) {
	w := newTown(t, discordtest.Options{Contracts: needContracts(t)})
	s := client(t, w.srv)
	s.AddHandler(func(s *discordgo.Session, i *discordgo.InteractionCreate) {
		data := i.ApplicationCommandData()
		topic := data.Options[0].Options[0].StringValue()
		err := s.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Content: i.Member.User.GlobalName + " follows " + topic, Flags: discordgo.MessageFlagsEphemeral},
		})
		if err != nil {
			t.Error(err)
		}
		if _, err := s.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "For all"}); err != nil {
			t.Error(err)
		}
		text := "Changed"
		if _, err := s.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text}); err != nil {
			t.Error(err)
		}
	})
	open(t, s)
	if _, err := s.ApplicationCommandBulkOverwrite(w.bot.ID(), "", commands()); err != nil {
		t.Fatal(err)
	}
	in, err := w.text.Run(w.ann, "news follow", discordtest.Args{"topic": "Russia"})
	if err != nil {
		t.Fatal(err)
	}
	await(t, w.srv, "the answer is edited", func() bool {
		a, ok := in.Answer()
		return ok && a.Message.Text == "Changed"
	})
	a, _ := in.Answer()
	if a.Type != discordtest.Reply || len(a.Message.Edits) != 1 || a.Message.Edits[0].Text != "Ann follows Russia" {
		t.Errorf("answer: %+v", a)
	}
	await(t, w.srv, "all see the follow-up", func() bool { return len(w.text.Visible(w.olga)) == 1 })
	if mine := w.text.Visible(w.ann); len(mine) != 2 {
		t.Errorf("who asked sees %d messages, want the answer and the follow-up", len(mine))
	}
	if len(w.srv.Sends()) != 0 {
		t.Error("answers to interactions are no sends")
	}
}

func TestALostConnectionIsTakenUpWhereItStood(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	s := client(t, w.srv)
	s.ShouldReconnectOnError = true
	changed := on[*discordgo.ChannelUpdate](s)
	resumed := on[*discordgo.Resumed](s)
	open(t, s)
	ended := make(chan struct{})
	s.AddHandlerOnce(func(*discordgo.Session, *discordgo.Disconnect) { close(ended) })
	w.bot.Drop()
	<-ended
	w.text.Rename("missed")
	next(t, resumed)
	if c := next(t, changed); c.Name != "missed" {
		t.Errorf("replayed: %+v", c.Channel)
	}
	if got := w.srv.Stats(); got.Identifies != 1 || got.Resumes != 1 {
		t.Errorf("identifies %d, resumes %d", got.Identifies, got.Resumes)
	}
}

func TestTheGatewayRefusesAWrongToken(t *testing.T) {
	w := newTown(t, discordtest.Options{})
	s := client(t, w.srv)
	s.Identify.Token = "Bot wrong"
	s.Token = "Bot wrong"
	if err := s.Open(); err == nil {
		t.Fatal("a wrong token was let in")
	}
	if n := w.bot.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}
