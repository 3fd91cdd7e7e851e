// Package discord is tenbells on Discord. It is the only user of discordgo, and uses of it what can be trusted: its
// types, its names of codes and rights, its check of signatures. The rest is ours, because the library's limiter sleeps
// without end, its gateway session deadlocks on some packets, cannot stop on a fatal close and resumes at the wrong place,
// and its messages have no nonce.
//
// The parts meet like this. A Bot is one token. Deliver (deliver.go) renders a parcel (render.go, alert.go, digest.go,
// fit.go, markup.go) and sends it through the door (door.go), the one place that makes calls: it keeps the pace that
// Discord's headers ask for, counts invalid requests (brake.go), knows which message is barred on the way (barring.go) and says in the delivery package's kinds of error what
// an answer meant (outcome.go). Because a send carries a nonce derived from its key, one whose answer was lost may be
// repeated within the nonce's few minutes; after them lookup.go first looks for it among the bot's own last messages.
// Announcements are published, too (crosspost.go), again and again where that fails (backlog.go), even by another
// process (records.go). Of a channel that wants a thread for each story, threads.go knows what goes into which, and tend.go
// opens them and keeps their first messages up to date.
//
// What people do comes in over the gateway (gateway.go, shard.go, session.go, line.go, packet.go, events.go, roster.go): a
// shard's session goes on over one line after another, so that what happens while a connection is lost is heard
// afterwards, once. Or it comes as signed calls (signed.go). Both ways end in interaction.go, which asks the bots.Front,
// and respond.go, which answers with a card (card.go) within the three seconds Discord allows; renew.go keeps a card up
// to date that changes by itself. access.go notices from the gateway where the bot may post again, lookout.go where there
// is none. commands.go keeps the slash commands as the Front words them; doctor.go and permissions.go find what is wrong.
package discord

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
)

// Config says what a Bot is.
type Config struct {
	// Name is the bot's name in our settings; empty means "main".
	Name string
	// Token is the bot's token, without "Bot ". It is needed, and appears in no error and no log.
	Token string
	// APIURL stands for "https://discord.com", which is the default. Any scheme, host and path prefix will do; where
	// the path ends in a version ("/api/v10") that version is spoken, else version 10.
	APIURL string
	// PublicKey is the application's key in hexadecimal. Set: interactions come as signed HTTP calls to Interactions.
	// Empty: they come over the gateway.
	PublicKey string
	// Pacer is the bot's one budget. It is needed.
	Pacer *delivery.Pacer
	// Front answers people. Needed for Run and Interactions, not for Deliver.
	Front bots.Front
	// Barred finds the channels that bar the bot, to look at them now and then where no gateway tells that they are open
	// again: with a public key. Nil: nobody looks.
	Barred Barred
	// Publications keeps what is to be published through restarts; nil: a stop forgets it.
	Publications delivery.Publications
	// Threads keeps the threads of stories; nil: none are opened.
	Threads delivery.Threads
	// Log is where faults are told; nil means nowhere.
	Log *slog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Bot is one Discord bot: a delivery.Sender, a listener, and its own doctor. It is safe for use by many goroutines.
type Bot struct {
	name   string
	front  bots.Front
	barred Barred
	log    *slog.Logger
	now    func() time.Time
	key    ed25519.PublicKey // nil: interactions come over the gateway

	door       *door
	dialogs    *dialogs
	crossposts *crossposts
	backlog    *backlog
	records    records
	threads    delivery.Threads // nil: none are opened
	inTurn     inTurn
	unopenable unopenable
	access     *access
	reopening  sync.Mutex     // held by whoever tells of channels that are open again
	answering  sync.WaitGroup // people being answered
	crowd      chan struct{}  // a place each
	renewals   bots.Renewals

	identifyEvery time.Duration
	lookEvery     time.Duration
	tendEvery     time.Duration

	mu    sync.Mutex
	self  identity // learned once
	blind int      // repeats that could not be looked up
	ended string   // why the gateway is given up, "" it is not
}

// crowd is how many interactions are answered at once; more wait, and Discord tells those people after three seconds.
const crowd = 64

// New makes a Bot. It makes no call; the error names every fault of c.
func New(c Config) (*Bot, error) {
	if c.Name == "" {
		c.Name = "main"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	base, key, err := c.check()
	if err != nil {
		return nil, fmt.Errorf("discord bot %q: %w", c.Name, err)
	}
	return &Bot{
		name: c.Name, front: c.Front, barred: c.Barred, now: c.Now, key: key, log: c.Log.With("bot", c.Name, "platform", delivery.Discord),
		door:       newDoor(base, c.Token, c.Pacer, c.Now),
		dialogs:    newDialogs(),
		crossposts: newCrossposts(),
		backlog:    newBacklog(),
		records:    records{kept: c.Publications},
		threads:    c.Threads,
		access:     newAccess(),
		crowd:      make(chan struct{}, crowd),

		identifyEvery: identifyEvery,
		lookEvery:     lookEvery,
		tendEvery:     tendEvery,
	}, nil
}

// check finds all that is wrong at once.
func (c Config) check() (*url.URL, ed25519.PublicKey, error) {
	var faults []error
	if c.Token == "" {
		faults = append(faults, errors.New("there is no token"))
	}
	if c.Pacer == nil {
		faults = append(faults, errors.New("there is no pacer"))
	}
	base, err := apiBase(c.APIURL)
	if err != nil {
		faults = append(faults, err)
	}
	key, err := publicKey(c.PublicKey)
	if err != nil {
		faults = append(faults, err)
	}
	return base, key, errors.Join(faults...)
}

// publicKey reads a key in hexadecimal; empty is none.
func publicKey(text string) (ed25519.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("the public key is not %d hexadecimal digits", 2*ed25519.PublicKeySize)
	}
	return key, nil
}
