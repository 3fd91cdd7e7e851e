package discordtest

import (
	"slices"
	"unicode/utf8"
)

// maxThreadName is how long a thread's name may be (discord.com/developers/docs/resources/channel#start-thread-from-message).
const maxThreadName = 100

// archiveDurations are the minutes after which a thread may be put away
// (discord.com/developers/docs/resources/channel#thread-metadata-object).
var archiveDurations = []int{60, 1440, 4320, 10080}

func checkThreadName(name string) *apiError {
	if n := utf8.RuneCountInString(name); n < 1 || n > maxThreadName {
		return invalidForm(fieldFault{"name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."})
	}
	return nil
}

func (s *Server) startThread(c *call) (any, *apiError) {
	var body struct {
		Name  string `json:"name"`
		After *int   `json:"auto_archive_duration"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := checkThreadName(body.Name); err != nil {
		return nil, err
	}
	if body.After != nil && !slices.Contains(archiveDurations, *body.After) {
		return nil, invalidForm(fieldFault{"auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080)."})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := s.message(c)
	switch {
	case err != nil:
		return nil, err
	case ch.kind != Text && ch.kind != Announcement:
		return nil, errWrongChannelType
	case m.Thread != "":
		return nil, errHasThread
	case !ch.permissions(c.bot.id).Has(CreatePublicThreads):
		return nil, errMissingPermissions
	}
	kind := Thread
	if ch.kind == Announcement {
		kind = AnnouncementThread
	}
	t := ch.openThread(m.ID, body.Name, kind, c.bot.id) // a thread has the id of the message it hangs on
	if body.After != nil {
		t.archiveAfter = *body.After
	}
	m.Thread = t.id
	m.Flags |= HasThread
	s.publishMessage(Edited, m)
	return t.wire(), nil
}

// createThread starts a forum post with its first message, or a thread of its own in a text channel.
func (s *Server) createThread(c *call) (any, *apiError) {
	var body struct {
		Name    string      `json:"name"`
		Type    *Kind       `json:"type"`
		Message messageBody `json:"message"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := checkThreadName(body.Name); err != nil {
		return nil, err
	}
	if err := s.checkForm(c, "message.", body.Message); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.visible(c)
	switch {
	case err != nil:
		return nil, err
	case ch.kind == Forum:
		return s.createPost(c, ch, body.Name, body.Message)
	case ch.kind != Text && ch.kind != Announcement:
		return nil, errWrongChannelType
	case !ch.permissions(c.bot.id).Has(CreatePublicThreads):
		return nil, errMissingPermissions
	}
	t := ch.openThread(s.newID(), body.Name, Thread, c.bot.id)
	return t.wire(), nil
}

// createPost makes a forum post: a thread whose first message has its id.
func (s *Server) createPost(c *call, forum *Channel, name string, body messageBody) (any, *apiError) {
	if !forum.permissions(c.bot.id).Has(SendMessages) {
		return nil, errMissingPermissions
	}
	m, err := forum.compose(c.bot, body)
	if err != nil {
		return nil, err
	}
	t := forum.openThread(s.newID(), name, Thread, c.bot.id)
	m.ID = t.id
	t.write(m)
	c.made = m.ID
	w := t.wire()
	w.Message = m.wire(s)
	return w, nil
}

// openThread makes a thread. Bots get THREAD_CREATE. The caller holds the lock.
func (c *Channel) openThread(id, name string, kind Kind, starter string) *Channel {
	t := &Channel{s: c.s, id: id, kind: kind, guild: c.guild, name: name, parent: c, starter: starter, archiveAfter: archiveAfter}
	c.s.world.channels[id] = t
	c.guild.tell("THREAD_CREATE", t.wire())
	c.s.publish(Event{Kind: Changed, Channel: t.id, Guild: c.guild.id})
	return t
}

// Threads are the channel's threads that are not deleted, by age.
func (c *Channel) Threads() []*Channel {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.guild == nil {
		return nil
	}
	return c.guild.channels(func(t *Channel) bool { return t.parent == c })
}

// OpenThread makes a thread as a person would: a post in a forum, a thread in any other channel.
func (c *Channel) OpenThread(u *User, name string) *Channel {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.openThread(c.s.newID(), name, Thread, u.id)
}
