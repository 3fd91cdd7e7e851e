package sandbox

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// telegram is the Telegram half of the demo: its world, and what a visitor sees and does in it.
type telegram struct {
	server  *telegramtest.Server
	visitor *telegramtest.User
	order   []chat
	chats   map[string]*telegramtest.Chat // by the page's name of them
}

// TelegramToken is the demo bot's token on the demo's own Telegram. It opens nothing else.
const TelegramToken = "1000000010:DemoDemoDemoDemoDemoDemoDemoDemoDem"

// visitorName is what both worlds call whoever looks at the page.
const visitorName = "Mira"

func newTelegram() (*telegram, error) {
	server := telegramtest.New(telegramtest.Options{
		Bots:   []telegramtest.BotAccount{{Token: TelegramToken, Username: "lantern_bot", Name: Outlet}},
		Limits: telegramtest.RealLimits(),
	})
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	t := &telegram{server: server, chats: map[string]*telegramtest.Chat{}}
	t.visitor = server.NewUser(telegramtest.Person{FirstName: visitorName, Username: "mira", Language: "en"})
	t.seed()
	return t, nil
}

// seed makes the chats: one of each kind a reader can be told in.
func (t *telegram) seed() {
	bot := t.server.Bots()[0]
	group := t.server.NewSupergroup(t.visitor, "Harbour Street")
	group.Add(t.visitor, bot)
	channel := t.server.NewChannel(t.visitor, Outlet+", all news", "lantern_news")
	channel.Promote(t.visitor, bot, telegramtest.AllRights())

	t.add(t.visitor.Private(bot), chat{
		Title: Outlet, Sort: "private chat", Sign: "L", Start: true, Write: "Write to the bot, or type /",
		Empty: "Press Start, and the bot says what it will send here and when.",
	})
	t.add(group, chat{
		Title: "Harbour Street", Sort: "group, follows Norway and Chile", Sign: "H", Write: "Message, or /",
		Empty: "Bulletins and flashes about Norway and Chile will appear here. The first one is due after 13 seconds.",
	})
	t.add(channel, chat{
		Title: Outlet + ", all news", Sort: "channel, follows everything", Sign: "N", Write: "Post as the channel, or /",
		Empty: "Everything the newsroom publishes will appear here, most of it without a sound. The first is due after 2 seconds.",
	})
}

func (t *telegram) add(c *telegramtest.Chat, as chat) {
	as.ID, as.Client = telegramChat(c.ID()), telegramClient
	t.order = append(t.order, as)
	t.chats[as.ID] = c
}

func telegramChat(id int64) string { return telegramClient + ":" + strconv.FormatInt(id, 10) }

func (t *telegram) list() []chat { return t.order }

func (t *telegram) close() { t.server.Close() }

// messages are all messages of a chat as they stand now.
func (t *telegram) messages(id string) []shown {
	c := t.chats[id]
	var all []shown
	for _, m := range c.Messages() {
		if !m.Deleted && m.Service == "" {
			all = append(all, t.show(c, m, false))
		}
	}
	return all
}

// watch begins to watch at once. What it returns tells the pages what changes until ctx ends.
func (t *telegram) watch(ctx context.Context) func(notice) {
	events := t.server.Watch(ctx)
	return func(out notice) {
		for e := range events {
			t.tell(out, e)
		}
	}
}

func (t *telegram) tell(out notice, e telegramtest.Event) {
	id := telegramChat(e.Chat)
	c, ours := t.chats[id]
	switch {
	case e.Kind == telegramtest.Answered && e.Answer != nil && e.Answer.Text != "":
		out.toast(toast{telegramClient, e.Answer.Text, e.Answer.Alert})
	case !ours || e.Message.Service != "":
	case e.Kind == telegramtest.Written, e.Kind == telegramtest.Edited:
		if e.Message.FromBot {
			out.arrived(telegramClient, id, e.Message.Text)
		}
		out.message(t.show(c, e.Message, e.Kind == telegramtest.Written))
	case e.Kind == telegramtest.Deleted:
		out.gone(gone{id, telegramElement(e.Chat, e.Message.ID)})
	}
}

// subscribers are the group and the channel.
func (t *telegram) subscribers() []subscriptions.Subscriber {
	var all []subscriptions.Subscriber
	for _, as := range t.order {
		c := t.chats[as.ID]
		a := delivery.Address{Platform: delivery.Telegram, Bot: mainBot, Chat: strconv.FormatInt(c.ID(), 10)}
		switch c.Kind() {
		case telegramtest.Channel:
			a.Kind = delivery.Channel
			all = append(all, subscriber(a, subscriptions.Everything))
		case telegramtest.Supergroup:
			a.Kind = delivery.Group
			s := subscriber(a, "place:NO", "place:CL")
			s.Least = delivery.Bulletin
			all = append(all, s)
		}
	}
	return all
}

// telegramElement is the id of the element that shows a message.
func telegramElement(chat int64, message int) string { return fmt.Sprintf("tg%d-%d", chat, message) }

// telegramMessage is a message as its template wants it.
type telegramMessage struct {
	telegramtest.Message
	Element string
	Mine    bool
	Named   bool // the sender's name is shown
	Body    template.HTML
	Answers *telegramQuote
	Sound   bool
}

// telegramQuote is the message another one answers.
type telegramQuote struct{ Element, Sender, Text string }

func (t *telegram) show(c *telegramtest.Chat, m telegramtest.Message, fresh bool) shown {
	v := telegramMessage{
		Message: m, Element: telegramElement(m.Chat, m.ID), Mine: m.From == t.visitor.ID(),
		Named: c.Kind() != telegramtest.Private && m.From != t.visitor.ID(),
		Body:  showEntities(m.Text, m.Entities), Sound: m.FromBot && !m.Silent,
	}
	if to, ok := c.Message(m.ReplyTo); ok && m.ReplyTo != 0 && !to.Deleted {
		v.Answers = &telegramQuote{telegramElement(m.Chat, to.ID), to.Sender, firstLine(to.Text)}
	}
	return shown{
		Chat: telegramChat(m.Chat), ID: v.Element, HTML: render("telegram", v), Preview: firstLine(m.Text),
		At: stamp(m.Date), Mine: v.Mine, Sound: v.Sound, New: fresh,
	}
}

// errNotThere says that a chat, message or button of the page is not there (any more).
var errNotThere = errors.New("it is not there any more")

// start presses Start in the private chat, so that whoever only watches sees what a reader is told in the first minute,
// and then the flash.
func (t *telegram) start() error { return t.say(t.order[0].ID, "/start") }

// say writes into a chat as the visitor.
func (t *telegram) say(id, text string) error {
	c, ok := t.chats[id]
	if !ok {
		return errNotThere
	}
	c.Say(t.visitor, text)
	return nil
}

// press presses a callback button as the visitor.
func (t *telegram) press(_ context.Context, p press) error {
	c, ok := t.chats[p.Chat]
	if !ok {
		return errNotThere
	}
	number, err := strconv.Atoi(p.Message[strings.LastIndexByte(p.Message, '-')+1:])
	if err != nil {
		return errNotThere
	}
	if _, err := c.Press(t.visitor, number, p.Button); err != nil {
		return fmt.Errorf("%w: %w", errNotThere, err)
	}
	return nil
}

// commands are what the client offers when a slash is typed.
func (t *telegram) commands(id string) []command {
	c, ok := t.chats[id]
	if !ok {
		return nil
	}
	var list []command
	for _, known := range t.server.Bots()[0].Commands(c, t.visitor) {
		list = append(list, command{Text: "/" + known.Command, Help: known.Description})
	}
	slices.SortFunc(list, func(a, b command) int { return strings.Compare(a.Text, b.Text) })
	return list
}
