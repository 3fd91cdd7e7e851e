package telegramtest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
)

// The real client, every method the server has, every request and answer checked against the contract.
func TestTheRealClientSpeaksWithEveryMethod(t *testing.T) {
	srv := start(t, telegramtest.Options{Contracts: needContracts(t)})
	b, ctx := client(t, srv), soon(t)
	ann := reader(srv, "Ann")
	owner := srv.NewUser(telegramtest.Person{FirstName: "Olga", Username: "olga"})
	forum := srv.NewForum(owner, "Newsroom")
	me := srv.Bots()[0]
	forum.Add(owner, me)
	forum.Promote(owner, me, telegramtest.AllRights())
	topic := forum.NewTopic(owner, "Russia")

	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	keyboard := &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{
		{Text: "Follow", CallbackData: "follow"}, {Text: "Read", URL: "https://example.org/a"},
	}}}
	silent := &models.LinkPreviewOptions{IsDisabled: bot.True()}

	me2, err := b.GetMe(ctx)
	must(me2, err)
	if me2.Username != "tenbells_bot" || !me2.IsBot || me2.ID != me.ID() {
		t.Errorf("getMe: %+v", me2)
	}

	sent, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: ann.ID(), Text: "<b>Flash</b> & more", ParseMode: models.ParseModeHTML,
		ReplyMarkup: keyboard, LinkPreviewOptions: silent, DisableNotification: true, ProtectContent: true})
	must(sent, err)
	if sent.Text != "Flash & more" || sent.Entities[0].Type != models.MessageEntityTypeBold || sent.Entities[0].Length != 5 {
		t.Errorf("sendMessage: %+v", sent)
	}
	photo, err := b.SendPhoto(ctx, &bot.SendPhotoParams{ChatID: ann.ID(), Photo: &models.InputFileString{Data: "https://example.org/p.jpg"},
		Caption: "<i>Moscow</i>", ParseMode: models.ParseModeHTML})
	must(photo, err)
	upload, err := b.SendPhoto(ctx, &bot.SendPhotoParams{ChatID: ann.ID(), Photo: &models.InputFileUpload{Filename: "p.jpg", Data: strings.NewReader("JPEG")}})
	must(upload, err)
	inTopic, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: forum.ID(), MessageThreadID: topic, Text: "In the topic"})
	must(inTopic, err)
	if inTopic.MessageThreadID != topic || !inTopic.IsTopicMessage {
		t.Errorf("topic: %+v", inTopic)
	}
	must(b.SendMessage(ctx, &bot.SendMessageParams{ChatID: forum.ID(), Text: "Reply",
		ReplyParameters: &models.ReplyParameters{MessageID: inTopic.ID}}))
	must(b.CopyMessage(ctx, &bot.CopyMessageParams{ChatID: forum.ID(), FromChatID: forum.ID(), MessageID: inTopic.ID}))
	must(b.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: ann.ID(), MessageID: sent.ID, Text: "Update", ReplyMarkup: keyboard}))
	must(b.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{ChatID: ann.ID(), MessageID: sent.ID}))
	must(b.EditMessageCaption(ctx, &bot.EditMessageCaptionParams{ChatID: ann.ID(), MessageID: photo.ID, Caption: "Minsk"}))
	must(b.SendChatAction(ctx, &bot.SendChatActionParams{ChatID: ann.ID(), Action: models.ChatActionTyping}))

	withButton, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: ann.ID(), Text: "Choose", ReplyMarkup: keyboard})
	must(withButton, err)
	press, err := ann.Press(withButton.ID, "follow")
	must(press, err)
	must(b.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: press.ID, Text: "Done"}))
	if a, ok := press.Answer(); !ok || a.Text != "Done" {
		t.Errorf("answerCallbackQuery: %+v %v", a, ok)
	}
	must(b.DeleteMessage(ctx, &bot.DeleteMessageParams{ChatID: ann.ID(), MessageID: sent.ID}))
	must(b.DeleteMessages(ctx, &bot.DeleteMessagesParams{ChatID: ann.ID(), MessageIDs: []int{photo.ID, upload.ID, 999_999}}))

	must(b.GetChat(ctx, &bot.GetChatParams{ChatID: ann.ID()}))
	must(b.GetChat(ctx, &bot.GetChatParams{ChatID: forum.ID()}))
	must(b.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: forum.ID(), UserID: me.ID()}))
	if n, err := b.GetChatMemberCount(ctx, &bot.GetChatMemberCountParams{ChatID: forum.ID()}); err != nil || n != 2 {
		t.Errorf("getChatMemberCount: %d %v", n, err)
	}
	admins, err := b.GetChatAdministrators(ctx, &bot.GetChatAdministratorsParams{ChatID: forum.ID()})
	must(admins, err)
	if len(admins) != 2 || admins[0].Type != models.ChatMemberTypeOwner || admins[1].Type != models.ChatMemberTypeAdministrator {
		t.Errorf("getChatAdministrators: %+v", admins)
	}
	for _, who := range []telegramtest.Account{owner, ann} {
		must(b.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: forum.ID(), UserID: who.ID()}))
	}

	commands := []models.BotCommand{{Command: "follow", Description: "Follow a topic"}}
	must(b.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: commands}))
	must(b.SetMyCommands(ctx, &bot.SetMyCommandsParams{Commands: commands, LanguageCode: "ru", Scope: &models.BotCommandScopeChatMember{ChatID: forum.ID(), UserID: owner.ID()}}))
	if got, err := b.GetMyCommands(ctx, &bot.GetMyCommandsParams{}); err != nil || len(got) != 1 || got[0] != commands[0] {
		t.Errorf("getMyCommands: %+v %v", got, err)
	}
	must(b.DeleteMyCommands(ctx, &bot.DeleteMyCommandsParams{}))
	must(b.SetMyName(ctx, &bot.SetMyNameParams{Name: "Bell"}))
	must(b.GetMyName(ctx, &bot.GetMyNameParams{}))
	must(b.SetMyDescription(ctx, &bot.SetMyDescriptionParams{Description: "News, once."}))
	must(b.GetMyDescription(ctx, &bot.GetMyDescriptionParams{}))
	must(b.SetMyShortDescription(ctx, &bot.SetMyShortDescriptionParams{ShortDescription: "News"}))
	must(b.GetMyShortDescription(ctx, &bot.GetMyShortDescriptionParams{}))

	must(b.SetWebhook(ctx, &bot.SetWebhookParams{URL: "http://127.0.0.1:9/", SecretToken: "s-1", AllowedUpdates: bot.AllowedUpdates{"message"}}))
	must(b.GetWebhookInfo(ctx))
	must(b.DeleteWebhook(ctx, &bot.DeleteWebhookParams{DropPendingUpdates: true}))
	must(b.LeaveChat(ctx, &bot.LeaveChatParams{ChatID: forum.ID()}))

	for _, name := range srv.Methods() {
		if srv.Stats().Calls[name] == 0 && name != "getUpdates" { // polled in the next test
			t.Errorf("%s was never called", name)
		}
	}
}

// The library's own poller gets what people do, each kind of update, in the contract's form.
func TestTheRealClientPollsWhatPeopleDo(t *testing.T) {
	srv := start(t, telegramtest.Options{Contracts: contracts(t)})
	got := make(chan *models.Update, 100)
	b, err := bot.New(telegramtest.DefaultToken, bot.WithServerURL(srv.URL()), bot.WithNotAsyncHandlers(),
		bot.WithHTTPClient(10*time.Second, &http.Client{}),
		bot.WithDefaultHandler(func(_ context.Context, _ *bot.Bot, u *models.Update) { got <- u }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(soon(t))
	done := make(chan struct{})
	go func() { defer close(done); b.Start(ctx) }()
	defer func() { stop(); <-done }()
	next := func() *models.Update {
		t.Helper()
		select {
		case u := <-got:
			return u
		case <-ctx.Done():
			t.Fatal("no update came")
			return nil
		}
	}

	ann := srv.NewUser(telegramtest.Person{FirstName: "Ann", Username: "ann", Language: "ru"})
	ann.Start("topic_russia")
	u := next()
	if u.Message.Text != "/start topic_russia" || u.Message.From.LanguageCode != "ru" || u.Message.Chat.ID != ann.ID() ||
		len(u.Message.Entities) != 1 || u.Message.Entities[0].Length != len("/start") {
		t.Errorf("start: %+v", u.Message)
	}

	if _, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: ann.ID(), Text: "x", ReplyMarkup: &models.InlineKeyboardMarkup{
		InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "B", CallbackData: "b:1"}}}}}); err != nil {
		t.Fatal(err)
	}
	last, _ := ann.Private(nil).Last()
	if _, err := ann.Press(last.ID, "b:1"); err != nil {
		t.Fatal(err)
	}
	if u := next(); u.CallbackQuery == nil || u.CallbackQuery.Data != "b:1" || u.CallbackQuery.Message.Message.ID != last.ID {
		t.Errorf("press: %+v", u)
	}

	ann.Block()
	if u := next(); u.MyChatMember == nil || u.MyChatMember.NewChatMember.Type != models.ChatMemberTypeBanned {
		t.Errorf("block: %+v", u)
	}
	if _, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: ann.ID(), Text: "x"}); !errors.Is(err, bot.ErrorForbidden) {
		t.Errorf("to a blocker: %v", err)
	}
	ann.Unblock()
	if u := next(); u.MyChatMember == nil || u.MyChatMember.NewChatMember.Type != models.ChatMemberTypeMember {
		t.Errorf("unblock: %+v", u)
	}

	group := srv.NewGroup(ann, "Family")
	group.Add(ann, srv.Bots()[0])
	if u := next(); u.MyChatMember == nil || u.MyChatMember.Chat.ID != group.ID() {
		t.Errorf("added: %+v", u)
	}
	if u := next(); u.Message == nil || u.Message.NewChatMembers[0].ID != srv.Bots()[0].ID() {
		t.Errorf("joined: %+v", u)
	}
	super := group.Migrate()
	if u := next(); u.Message == nil || u.Message.MigrateToChatID != super.ID() {
		t.Errorf("migrated: %+v", u)
	}
	if u := next(); u.Message == nil || u.Message.MigrateFromChatID != group.ID() || u.Message.Chat.ID != super.ID() {
		t.Errorf("migrated from: %+v", u)
	}
	var moved *bot.MigrateError
	if _, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: group.ID(), Text: "x"}); !errors.As(err, &moved) || int64(moved.MigrateToChatID) != super.ID() {
		t.Errorf("to the old id: %v", err)
	}
}
