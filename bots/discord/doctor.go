package discord

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Check says what is right and wrong with the bot itself: its token, its application, the way people reach it, and where
// it is. What depends on an answer that did not come is left out.
func (b *Bot) Check(ctx context.Context) []bots.Finding {
	what := fmt.Sprintf("Discord token of bot %s", b.name)
	me, err := b.me(ctx)
	if err != nil {
		return []bots.Finding{b.tokenFault(what, err)}
	}
	found := []bots.Finding{{What: what, OK: true, Says: "accepted"}}
	if me.ID == "" {
		return append(found, bots.Finding{What: what, Says: "the answer names no user", Mend: "check TENBELLS_DISCORD_API_URL"})
	}
	found = append(found, b.checkApplication(ctx), b.checkGuilds(ctx))
	if b.key == nil {
		found = append(found, b.checkGateway(ctx))
	}
	return found
}

func (b *Bot) tokenFault(what string, err error) bots.Finding {
	if errors.Is(err, delivery.ErrLaneDead) {
		return bots.Finding{What: what, Says: "refused (401)", Mend: "make a new token in the developer portal (Bot ▸ Reset Token), " +
			"put it in TENBELLS_DISCORD_TOKEN_FILE, run tenbells check"}
	}
	return bots.Finding{What: what, Says: err.Error(), Mend: "see whether this machine reaches TENBELLS_DISCORD_API_URL"}
}

// checkApplication sees that interactions come the way we listen.
func (b *Bot) checkApplication(ctx context.Context) bots.Finding {
	f := bots.Finding{What: "Discord application of bot " + b.name}
	app, err := b.application(ctx)
	switch {
	case err != nil:
		f.Says, f.Mend = err.Error(), "run tenbells check again"
	case b.key != nil && !strings.EqualFold(app.VerifyKey, hex.EncodeToString(b.key)):
		f.Says = "its public key is not TENBELLS_DISCORD_PUBLIC_KEY: no interaction will be believed"
		f.Mend = "copy the key from the developer portal (General Information ▸ Public Key)"
	case b.key != nil && app.InteractionsURL == "":
		f.Says = "it has no interactions endpoint: commands go over the gateway, where we do not listen"
		f.Mend = "enter the URL in the developer portal (General Information ▸ Interactions Endpoint URL)"
	case b.key == nil && app.InteractionsURL != "":
		f.Says = "it sends interactions to " + app.InteractionsURL + ", not over the gateway where we listen"
		f.Mend = "set TENBELLS_DISCORD_PUBLIC_KEY, or empty the Interactions Endpoint URL in the developer portal"
	default:
		f.OK, f.Says = true, "commands come the way we listen"
	}
	return f
}

func (b *Bot) checkGuilds(ctx context.Context) bots.Finding {
	f := bots.Finding{What: "Discord servers of bot " + b.name}
	var guilds []guild
	switch err := b.ask(ctx, "ask for our servers", "/users/@me/guilds", &guilds); {
	case err != nil:
		f.Says, f.Mend = err.Error(), "run tenbells check again"
	case len(guilds) == 0:
		f.Says = "it is in none"
		f.Mend = "invite it with the scopes bot and applications.commands (developer portal ▸ Installation)"
	default:
		f.OK, f.Says = true, fmt.Sprintf("it is in %d (the first 200 are counted)", len(guilds))
	}
	return f
}

func (b *Bot) checkGateway(ctx context.Context) bots.Finding {
	f := bots.Finding{What: "Discord gateway of bot " + b.name}
	b.mu.Lock()
	ended := b.ended
	b.mu.Unlock()
	g, err := b.gateway(ctx)
	switch {
	case ended != "":
		f.Says, f.Mend = ended, "check the token and the bot's intents in the developer portal, then start again"
	case err != nil:
		f.Says, f.Mend = err.Error(), "run tenbells check again"
	case g.Limit.Total > 0 && g.Limit.Remaining < g.Limit.Total/20:
		f.Says = fmt.Sprintf("only %d of %d sessions are left for today; Discord resets the token of who begins more", g.Limit.Remaining, g.Limit.Total)
		f.Mend = "find out why it begins so many: is another program using this token?"
	default:
		f.OK, f.Says = true, fmt.Sprintf("%d of %d sessions are left for today", g.Limit.Remaining, g.Limit.Total)
	}
	return f
}
