package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

// opening is how long discordgo may take to open a connection, and Discord to say READY after it.
const opening = 30 * time.Second

// line is one connection.
type line struct {
	*shard
	events chan *discordgo.Event
	ready  chan struct{} // gets a word at READY
	me     string        // the bot's user id, as READY says

	mu  sync.Mutex
	tap *tap
	why error // given up before there was a tap
}

// run opens the connection and hears what comes over it until it ends.
func (l *line) run(ctx context.Context, address string) error {
	session, err := l.session(ctx, address)
	if err != nil {
		return err
	}
	hearing, stop := context.WithCancel(ctx)
	var ears sync.WaitGroup
	ears.Go(func() { l.hear(hearing) })
	err = l.open(ctx, session)
	if err == nil {
		err = l.watch(ctx)
	}
	stop()
	ears.Wait()
	return err
}

// session is discordgo's, with all that it does by itself taken away but identifying and heartbeats.
func (l *line) session(ctx context.Context, address string) (*discordgo.Session, error) {
	session, err := discordgo.New("Bot " + l.b.door.token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	session.LogLevel = -1 // it would print what people say
	session.StateEnabled, session.SyncEvents = false, true
	session.ShouldReconnectOnError, session.ShouldReconnectVoiceOnSessionError = false, false
	session.Compress, session.Identify.Compress = false, false // the tap reads along
	session.ShardID, session.ShardCount = l.id, l.of
	session.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsDirectMessages
	session.Client = &http.Client{Transport: gatewayAddress(address)}
	session.Dialer = tapped(ctx, l.b.now, l.tapMade)
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		select {
		case l.events <- e:
		case <-ctx.Done():
		}
	})
	return session, nil
}

func (l *line) tapMade(t *tap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tap = t
	if l.why != nil {
		_ = t.end(l.why)
	}
}

// end gives the connection up, if there is one yet, and says why it has ended.
func (l *line) end(why error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		l.why = why
		return why
	}
	return l.tap.end(why)
}

// open opens the session. discordgo can hang there holding its lock, and takes no context: what takes too long loses
// its connection, and the session is dropped; a goroutine that hangs all the same ends with the process.
func (l *line) open(ctx context.Context, session *discordgo.Session) error {
	opened := make(chan error, 1)
	go func() { opened <- session.Open() }()
	late := time.NewTimer(opening)
	defer late.Stop()
	select {
	case err := <-opened:
		if err != nil {
			return l.end(err)
		}
		return nil
	case <-late.C:
		return l.end(errors.New("opening takes too long"))
	case <-ctx.Done():
		return l.end(ctx.Err())
	}
}

// watch waits for the end of the connection: Discord's, one that no READY or no acknowledgement comes over, or ours.
// discordgo's own goroutines then end by themselves within a second; the lane need not wait for that.
func (l *line) watch(ctx context.Context) error {
	late := time.NewTimer(opening)
	defer late.Stop()
	_, interval := l.tap.silent()
	beat := time.NewTicker(max(interval/2, 10*time.Millisecond))
	defer beat.Stop()
	for {
		select {
		case <-l.tap.over:
			return l.tap.reason()
		case <-ctx.Done():
			l.tap.leave()
			return ctx.Err()
		case <-l.ready:
			late.Stop()
		case <-late.C:
			return l.tap.end(errors.New("no READY came"))
		case <-beat.C:
			if silent, _ := l.tap.silent(); silent {
				return l.tap.end(errSilent)
			}
		}
	}
}

// gatewayAddress answers discordgo's question for the gateway with what the API told us already.
type gatewayAddress string

// RoundTrip is for discordgo's one call, GET /gateway; it makes no other.
func (a gatewayAddress) RoundTrip(r *http.Request) (*http.Response, error) {
	return answerWith(r, map[string]string{"url": string(a)})
}

// answerWith is a made-up answer of 200.
func answerWith(r *http.Request, body any) (*http.Response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("answer discordgo: %w", err)
	}
	return &http.Response{Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)), Request: r}, nil
}
