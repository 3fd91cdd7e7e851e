package discord

import "sync"

// roster remembers which servers a shard is in, and their channels, so that what happened while nobody listened can be
// told afterwards. It is in memory: what happened while the process was down is learnt from refused sends.
type roster struct {
	mu     sync.Mutex
	listed map[string]bool               // in the newest READY
	guilds map[string]map[string]channel // channels by id, by server
}

// departed is a server that is gone, with the channels we knew.
type departed struct {
	id       string
	channels []channel
}

func newRoster() *roster { return &roster{guilds: map[string]map[string]channel{}} }

// ready takes in the servers we are in; it answers those we were in before and are no more.
func (r *roster) ready(guilds []guild) []departed {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listed = map[string]bool{}
	for _, g := range guilds {
		r.listed[g.ID] = true
	}
	var gone []departed
	for id, channels := range r.guilds {
		if !r.listed[id] {
			gone = append(gone, departed{id, values(channels)})
			delete(r.guilds, id)
		}
	}
	return gone
}

// arrived takes in a server. It answers whether we are new there, and which channels are there no more.
func (r *roster) arrived(g guild) (isNew bool, gone []channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before, known := r.guilds[g.ID]
	now := make(map[string]channel, len(g.Channels))
	for _, c := range g.Channels {
		now[c.ID] = channel{ID: c.ID, Type: c.Type}
	}
	for id, c := range before {
		if _, there := now[id]; !there {
			gone = append(gone, c)
		}
	}
	r.guilds[g.ID] = now
	return !known && !r.listed[g.ID], gone
}

// gone forgets a server; it answers the channels we knew there.
func (r *roster) gone(guild string) []channel {
	r.mu.Lock()
	defer r.mu.Unlock()
	channels := values(r.guilds[guild])
	delete(r.guilds, guild)
	delete(r.listed, guild)
	return channels
}

// found adds a channel to a server we know.
func (r *roster) found(c channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if channels, known := r.guilds[c.Guild]; known {
		channels[c.ID] = channel{ID: c.ID, Type: c.Type}
	}
}

// lost forgets a channel.
func (r *roster) lost(c channel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.guilds[c.Guild], c.ID)
}

func values(channels map[string]channel) []channel {
	all := make([]channel, 0, len(channels))
	for _, c := range channels {
		all = append(all, c)
	}
	return all
}
