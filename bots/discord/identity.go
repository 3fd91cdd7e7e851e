package discord

import (
	"context"
	"net/http"
)

// identity is who the bot is.
type identity struct {
	User        string // the bot's user id
	Application string
}

// application is what Discord knows of the bot's application.
type application struct {
	ID              string   `json:"id"`
	Name            string   `json:"name"`
	VerifyKey       string   `json:"verify_key"`
	InteractionsURL string   `json:"interactions_endpoint_url"`
	Bot             *account `json:"bot"`
}

// identity asks who the bot is, once.
func (b *Bot) identity(ctx context.Context) (identity, error) {
	b.mu.Lock()
	known := b.self
	b.mu.Unlock()
	if known.User != "" {
		return known, nil
	}
	me, err := b.me(ctx)
	if err != nil {
		return identity{}, err
	}
	app, err := b.application(ctx)
	if err != nil {
		return identity{}, err
	}
	known = identity{User: me.ID, Application: app.ID}
	b.mu.Lock()
	b.self = known
	b.mu.Unlock()
	return known, nil
}

func (b *Bot) me(ctx context.Context) (account, error) {
	var me account
	err := b.ask(ctx, "ask who we are", "/users/@me", &me)
	return me, err
}

func (b *Bot) application(ctx context.Context) (application, error) {
	var app application
	err := b.ask(ctx, "ask for our application", "/applications/@me", &app)
	return app, err
}

// ask is a paced GET.
func (b *Bot) ask(ctx context.Context, doing, path string, answer any) error {
	return b.inSlot(ctx, call{doing: doing, method: http.MethodGet, path: path}, answer)
}
