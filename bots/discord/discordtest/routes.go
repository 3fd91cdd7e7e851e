package discordtest

import (
	"net/http"
	"strings"
)

// kind says how a call counts.
type kind int

const (
	kindRead   kind = iota
	kindSend        // makes a message in a channel
	kindEdit        // changes one
	kindDelete      // deletes one
	kindAnswer      // answers an interaction: outside the bot's rate limit
	kindOther       // changes something else
)

// writes says that a call sends, edits or deletes a message.
func (k kind) writes() bool { return k == kindSend || k == kindEdit || k == kindDelete }

// route is one call of the API. Its name is the operationId of Discord's OpenAPI, its path the same template.
type route struct {
	name   string
	method string
	path   string
	parts  []string
	kind   kind
	status int  // of a success
	open   bool // needs no token
	run    func(*Server, *call) (any, *apiError)
}

// allRoutes are the calls the server has.
func allRoutes() []*route {
	const (
		get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

		message  = "/channels/{channel_id}/messages/{message_id}"
		commands = "/applications/{application_id}/commands"
		inGuild  = "/applications/{application_id}/guilds/{guild_id}/commands"
		webhook  = "/webhooks/{webhook_id}/{webhook_token}"
	)
	all := []*route{
		{name: "get_gateway", method: get, path: "/gateway", open: true, run: (*Server).getGateway},
		{name: "get_bot_gateway", method: get, path: "/gateway/bot", run: (*Server).getBotGateway},
		{name: "get_my_user", method: get, path: "/users/@me", run: (*Server).getMe},
		{name: "get_my_application", method: get, path: "/applications/@me", run: (*Server).getApplication},
		{name: "get_my_oauth2_application", method: get, path: "/oauth2/applications/@me", run: (*Server).getApplication},
		{name: "list_my_guilds", method: get, path: "/users/@me/guilds", run: (*Server).listMyGuilds},
		{name: "leave_guild", method: del, path: "/users/@me/guilds/{guild_id}", kind: kindOther, status: 204, run: (*Server).leaveGuild},
		{name: "create_dm", method: post, path: "/users/@me/channels", kind: kindOther, run: (*Server).createDM},
		{name: "get_guild", method: get, path: "/guilds/{guild_id}", run: (*Server).getGuild},
		{name: "list_guild_channels", method: get, path: "/guilds/{guild_id}/channels", run: (*Server).listGuildChannels},
		{name: "list_guild_roles", method: get, path: "/guilds/{guild_id}/roles", run: (*Server).listGuildRoles},
		{name: "get_guild_member", method: get, path: "/guilds/{guild_id}/members/{user_id}", run: (*Server).getGuildMember},
		{name: "get_channel", method: get, path: "/channels/{channel_id}", run: (*Server).getChannel},
		{name: "update_channel", method: patch, path: "/channels/{channel_id}", kind: kindOther, run: (*Server).updateChannel},
		{name: "list_messages", method: get, path: "/channels/{channel_id}/messages", run: (*Server).listMessages},
		{name: "create_message", method: post, path: "/channels/{channel_id}/messages", kind: kindSend, run: (*Server).createMessage},
		{name: "get_message", method: get, path: message, run: (*Server).getMessage},
		{name: "update_message", method: patch, path: message, kind: kindEdit, run: (*Server).updateMessage},
		{name: "delete_message", method: del, path: message, kind: kindDelete, status: 204, run: (*Server).deleteMessage},
		{name: "crosspost_message", method: post, path: message + "/crosspost", kind: kindOther, run: (*Server).crosspostMessage},
		{name: "create_thread_from_message", method: post, path: message + "/threads", kind: kindOther, status: 201, run: (*Server).startThread},
		{name: "create_thread", method: post, path: "/channels/{channel_id}/threads", kind: kindSend, status: 201, run: (*Server).createThread},
		{name: "list_application_commands", method: get, path: commands, run: (*Server).listCommands},
		{name: "bulk_set_application_commands", method: put, path: commands, kind: kindOther, run: (*Server).setCommands},
		{name: "list_guild_application_commands", method: get, path: inGuild, run: (*Server).listCommands},
		{name: "bulk_set_guild_application_commands", method: put, path: inGuild, kind: kindOther, run: (*Server).setCommands},
		{name: "create_interaction_response", method: post, path: "/interactions/{interaction_id}/{interaction_token}/callback",
			kind: kindAnswer, status: 204, open: true, run: (*Server).respond},
		{name: "execute_webhook", method: post, path: webhook, kind: kindAnswer, open: true, run: (*Server).followUp},
		{name: "get_original_webhook_message", method: get, path: webhook + "/messages/@original", kind: kindAnswer, open: true, run: (*Server).getResponse},
		{name: "update_original_webhook_message", method: patch, path: webhook + "/messages/@original", kind: kindAnswer, open: true, run: (*Server).updateResponse},
		{name: "delete_original_webhook_message", method: del, path: webhook + "/messages/@original", kind: kindAnswer, status: 204, open: true, run: (*Server).deleteResponse},
		{name: "get_webhook_message", method: get, path: webhook + "/messages/{message_id}", kind: kindAnswer, open: true, run: (*Server).getResponse},
		{name: "update_webhook_message", method: patch, path: webhook + "/messages/{message_id}", kind: kindAnswer, open: true, run: (*Server).updateResponse},
		{name: "delete_webhook_message", method: del, path: webhook + "/messages/{message_id}", kind: kindAnswer, status: 204, open: true, run: (*Server).deleteResponse},
	}
	for _, r := range all {
		r.parts = strings.Split(r.path, "/")[1:]
		if r.status == 0 {
			r.status = http.StatusOK
		}
	}
	return all
}

// Methods are the calls the server has, by the operationId of Discord's OpenAPI.
func (s *Server) Methods() []string {
	names := make([]string, len(s.routes))
	for i, r := range s.routes {
		names[i] = r.name
	}
	return names
}

// find is the route of a request and what its path names. exists: the path is there, with another method.
func (s *Server) find(method, path string) (found *route, named map[string]string, exists bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for _, r := range s.routes {
		if !r.match(parts) {
			continue
		}
		if r.method == method {
			return r, r.values(parts), true
		}
		exists = true
	}
	return nil, nil, exists
}

// match compares a path with the template.
func (r *route) match(parts []string) bool {
	if len(parts) != len(r.parts) {
		return false
	}
	for i, part := range r.parts {
		if part[0] != '{' && part != parts[i] {
			return false
		}
	}
	return true
}

// values are what a path names where the template has braces.
func (r *route) values(parts []string) map[string]string {
	named := map[string]string{}
	for i, part := range r.parts {
		if part[0] == '{' {
			named[part[1:len(part)-1]] = parts[i]
		}
	}
	return named
}

// cutVersion takes "/api/v10" off a path, with any version or none.
func cutVersion(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/api/")
	if !ok {
		return "", false
	}
	version, tail, cut := strings.Cut(rest, "/")
	if cut && len(version) > 1 && version[0] == 'v' && strings.Trim(version[1:], "0123456789") == "" {
		rest = tail
	}
	return "/" + rest, true
}
