package bots

import "github.com/tenbells/tenbells/alerts"

// staffCommandDeeds are what the staff can write. To everybody else none of it exists; resume is also a reader's word.
func staffCommandDeeds() map[string]deed {
	return map[string]deed{
		"alert": {staff, (*visit).compose}, "alerts": {staff, (*visit).alerts}, "halt": {staff, (*visit).halt},
		"resume": {admins, (*visit).resume},
	}
}

// staffButtonDeeds are behind the buttons of drafts and alerts.
func staffButtonDeeds() map[string]deed {
	return map[string]deed{
		"draft": {staff, (*visit).draft}, "edit": {staff, (*visit).edit}, "class": {staff, (*visit).draftClass}, "audience": {staff, (*visit).chooseAudience},
		"pick":     {staff, (*visit).pickAudience},
		"everyone": {staff, (*visit).toEveryone}, "send": {staff, (*visit).send}, "discard": {staff, (*visit).discard},
		"progress": {staff, (*visit).progress}, "approve": {staff, (*visit).approve},
		"pause": moved((*alerts.Editors).Pause), "goon": moved((*alerts.Editors).Resume), "cancel": moved((*alerts.Editors).Cancel),
		"correct": {staff, (*visit).correct}, "typo": correcting(alerts.Typo), "fact": correcting(alerts.Fact),
		"todigest": declining(alerts.OfferDigest), "decline": declining(alerts.OfferDeclined),
		"offer": {staff, (*visit).offer}, "sameas": {staff, (*visit).sameAs}, "same": {staff, (*visit).same}, "another": {staff, (*visit).another},
		"recall": {staff, (*visit).recall}, "confirm": {staff, (*visit).confirm},
	}
}

// staffCommands are offered to the staff in the platform's menu.
func staffCommands(lang string) []Command {
	var commands []Command
	for _, name := range []string{"alert", "alerts", "halt", "resume"} {
		commands = append(commands, Command{Name: name, Description: Say(lang, "command-"+name), Staff: true})
	}
	commands[0].Option, commands[0].Hint = "text", Say(lang, "hint-alert")
	return commands
}
