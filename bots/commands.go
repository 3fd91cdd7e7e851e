package bots

import (
	"maps"

	"github.com/tenbells/tenbells/delivery"
)

// commandDeeds are the deeds of readers, admins and staff, by the command they write.
func commandDeeds() map[string]deed {
	deeds := map[string]deed{
		"start": {admins, (*visit).start}, "stop": {admins, (*visit).stop}, "forget": {admins, (*visit).forget},
		"topics": {admins, (*visit).topics}, "settings": {admins, (*visit).settings}, "discreet": {admins, (*visit).discreet},
		"zone": {admins, (*visit).zone}, "threads": {admins, (*visit).threads},
		"latest": {anyone, (*visit).latest}, "why": {anyone, (*visit).why},
		"help": {anyone, (*visit).help}, "where": {anyone, (*visit).where}, "privacy": {anyone, (*visit).privacy},
	}
	for _, verb := range []verb{following, unfollowing, muting, unmuting} {
		deeds[verb.name] = verb.deed()
	}
	for name, c := range choices() {
		deeds[name] = c.deed(name)
	}
	maps.Copy(deeds, staffCommandDeeds())
	return deeds
}

// buttonDeeds are the deeds behind buttons: all that can be written, and what only buttons do.
func buttonDeeds() map[string]deed {
	deeds := commandDeeds()
	maps.Copy(deeds, staffButtonDeeds())
	maps.Copy(deeds, map[string]deed{
		"close": {anyone, (*visit).shut}, "forgetting": {admins, (*visit).forgetting}, topicsMenu: {admins, (*visit).choose},
		"muted": {admins, (*visit).muted}, "more": {anyone, (*visit).more}, "story": {admins, (*visit).followAlert},
		"open": {anyone, (*visit).open}, "rest": {anyone, (*visit).rest}, "page": {anyone, (*visit).page},
		"item": {anyone, (*visit).item}, "keep": {admins, (*visit).followItem},
		SettingsData: {admins, (*visit).openSettings},
	})
	return deeds
}

// Commands are those offered in the platform's own menu, in the order they are shown.
func (r *Reception) Commands(lang string) []Command {
	command := func(name string, shared bool) Command {
		return Command{Name: name, Description: Say(lang, "command-"+name), Shared: shared}
	}
	with := func(c Command, option string, required bool) Command {
		c.Option, c.Hint, c.Required = option, Say(lang, "hint-"+c.Name), required
		return c
	}
	commands := []Command{
		with(command("start", true), "code", false), command("latest", true), command("topics", true),
		with(command("follow", true), "what", true), with(command("unfollow", true), "what", false),
		with(command("mute", true), "what", false), command("why", true), command("settings", true),
		with(command("rings", true), "least", false), with(command("digest", true), "when", false),
		with(command("quiet", true), "hours", false), with(command("zone", true), "city", false),
		with(command("language", true), "language", false), with(command("reads", true), "languages", false),
		with(Command{Name: "ping", Description: Say(lang, "command-ping"), Shared: true, Only: delivery.Discord}, "role", false),
		command("stop", true), command("forget", true),
		command("help", true), command("where", true), command("privacy", true),
	}
	return append(commands, staffCommands(lang)...)
}
