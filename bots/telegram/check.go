package telegram

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-telegram/bot/models"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Check asks Telegram how things stand with this bot. It changes nothing.
func (b *Bot) Check(ctx context.Context) []bots.Finding {
	b.me.Store(nil) // ask anew
	me, err := b.Me(ctx)
	if err != nil {
		return []bots.Finding{b.tokenFault(err)}
	}
	return []bots.Finding{
		{What: fmt.Sprintf("Telegram token of bot %q", b.Name), OK: true, Says: fmt.Sprintf("it is @%s, “%s”", me.Username, me.Name)},
		b.checkReceiving(ctx),
		b.checkPrivacy(me),
	}
}

func (b *Bot) tokenFault(err error) bots.Finding {
	f := bots.Finding{What: fmt.Sprintf("Telegram token of bot %q", b.Name), Says: err.Error(),
		Mend: "See whether TENBELLS_TELEGRAM_API_URL can be reached from this machine."}
	if errors.Is(err, delivery.ErrLaneDead) {
		f.Says = "Telegram refuses the token"
		f.Mend = "Take the token from @BotFather, put it in TENBELLS_TELEGRAM_TOKEN_FILE, run tenbells check."
	}
	return f
}

// checkReceiving finds a webhook where we poll, another's where we have one, and one that cannot reach us.
func (b *Bot) checkReceiving(ctx context.Context) bots.Finding {
	f := bots.Finding{What: fmt.Sprintf("Telegram updates of bot %q", b.Name)}
	info, err := b.webhookInfo(ctx)
	if err != nil {
		f.Says, f.Mend = err.Error(), "Run tenbells check again."
		return f
	}
	switch {
	case b.WebhookURL == "" && info.URL == "":
		f.OK, f.Says = true, "fetched by long polling"
	case b.WebhookURL == "":
		f.Says = "a webhook is set, and polling gets nothing while it is"
		f.Mend = "tenbells serve takes it back when it starts. If another program uses this bot, give one of them a bot of its own."
	case info.URL != b.WebhookURL:
		f.Says = "the webhook leads somewhere else, or is not set yet"
		f.Mend = "tenbells serve sets it when it starts; see that TENBELLS_PUBLIC_URL is right."
	default:
		return webhookHealth(f, info, b.Now())
	}
	return f
}

// faultIsOld is when an error of a webhook is history.
const faultIsOld = time.Hour

func webhookHealth(f bots.Finding, info *models.WebhookInfo, now time.Time) bots.Finding {
	if at := time.Unix(int64(info.LastErrorDate), 0); info.LastErrorMessage != "" && now.Sub(at) < faultIsOld {
		f.Says = fmt.Sprintf("Telegram could not post to the webhook at %s: %s; %d updates wait", at.UTC().Format(time.TimeOnly),
			info.LastErrorMessage, info.PendingUpdateCount)
		f.Mend = "See that TENBELLS_PUBLIC_URL leads here over https, on port 443, 80, 88 or 8443."
		return f
	}
	f.OK, f.Says = true, fmt.Sprintf("posted to the webhook; %d updates wait", info.PendingUpdateCount)
	return f
}

func (b *Bot) checkPrivacy(me Profile) bots.Finding {
	f := bots.Finding{What: fmt.Sprintf("Telegram groups of bot %q", b.Name), OK: true, Says: "it hears commands and nothing else"}
	switch {
	case me.ReadsAll:
		f.OK, f.Says = false, "privacy mode is off: it is sent everything that is said in its groups"
		f.Mend = "@BotFather, /setprivacy, Enable."
	case !me.Joins:
		f.OK, f.Says = false, "it cannot be added to groups"
		f.Mend = "@BotFather, /setjoingroups, Enable; or leave it so if it serves private chats and channels only."
	}
	return f
}
