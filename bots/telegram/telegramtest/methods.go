package telegramtest

import (
	"slices"
	"strings"
)

// kind says what a method does to the chats, which is what limits and figures go by.
type kind int

const (
	kindOther kind = iota
	kindPoll
	kindSend
	kindEdit
	kindDelete
)

func (k kind) writes() bool { return k == kindSend || k == kindEdit || k == kindDelete }

// method is one method of the Bot API.
type method struct {
	name string // as the manual writes it
	kind kind
	run  func(*Server, *call) (any, *apiError)
}

// allMethods are the methods there are, by lower-case name: the Bot API does not mind the case.
func allMethods() map[string]*method {
	byName := map[string]*method{}
	for _, m := range []method{
		{"getMe", kindOther, (*Server).getMe},
		{"getUpdates", kindPoll, (*Server).getUpdates},
		{"setWebhook", kindOther, (*Server).setWebhook},
		{"deleteWebhook", kindOther, (*Server).deleteWebhook},
		{"getWebhookInfo", kindOther, (*Server).getWebhookInfo},

		{"sendMessage", kindSend, (*Server).sendMessage},
		{"sendPhoto", kindSend, (*Server).sendPhoto},
		{"copyMessage", kindSend, (*Server).copyMessage},
		{"editMessageText", kindEdit, (*Server).editMessageText},
		{"editMessageCaption", kindEdit, (*Server).editMessageCaption},
		{"editMessageReplyMarkup", kindEdit, (*Server).editMessageReplyMarkup},
		{"deleteMessage", kindDelete, (*Server).deleteMessage},
		{"deleteMessages", kindDelete, (*Server).deleteMessages},
		{"sendChatAction", kindOther, (*Server).sendChatAction},
		{"answerCallbackQuery", kindOther, (*Server).answerCallbackQuery},

		{"getChat", kindOther, (*Server).getChat},
		{"getChatMember", kindOther, (*Server).getChatMember},
		{"getChatMemberCount", kindOther, (*Server).getChatMemberCount},
		{"getChatAdministrators", kindOther, (*Server).getChatAdministrators},
		{"leaveChat", kindOther, (*Server).leaveChat},

		{"setMyCommands", kindOther, (*Server).setMyCommands},
		{"getMyCommands", kindOther, (*Server).getMyCommands},
		{"deleteMyCommands", kindOther, (*Server).deleteMyCommands},
		{"setMyName", kindOther, (*Server).setMyName},
		{"getMyName", kindOther, (*Server).getMyName},
		{"setMyDescription", kindOther, (*Server).setMyDescription},
		{"getMyDescription", kindOther, (*Server).getMyDescription},
		{"setMyShortDescription", kindOther, (*Server).setMyShortDescription},
		{"getMyShortDescription", kindOther, (*Server).getMyShortDescription},
	} {
		byName[strings.ToLower(m.name)] = &m
	}
	return byName
}

// Methods are the methods the server has, as the manual writes them.
func (s *Server) Methods() []string {
	var names []string
	for _, m := range s.methods {
		names = append(names, m.name)
	}
	slices.Sort(names)
	return names
}
