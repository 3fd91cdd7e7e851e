package discordtest

// wireInteraction is an interaction as a bot gets it, over the gateway or by HTTP.
type wireInteraction struct {
	ID            string            `json:"id"`
	ApplicationID string            `json:"application_id"`
	Type          int               `json:"type"`
	Data          any               `json:"data,omitempty"`
	GuildID       string            `json:"guild_id,omitempty"`
	GuildLocale   string            `json:"guild_locale,omitempty"`
	ChannelID     string            `json:"channel_id,omitempty"`
	Channel       *wireChannel      `json:"channel,omitempty"`
	Member        *wireMember       `json:"member,omitempty"` // in servers
	User          *wireUser         `json:"user,omitempty"`   // in dialogs
	Token         string            `json:"token"`
	Version       int               `json:"version"`
	Message       *wireMessage      `json:"message,omitempty"`
	Permissions   string            `json:"app_permissions,omitempty"`
	Locale        string            `json:"locale,omitempty"`
	Entitlements  []noValue         `json:"entitlements"`
	Owners        map[string]string `json:"authorizing_integration_owners"`
	Context       int               `json:"context"`
	SizeLimit     int               `json:"attachment_size_limit"`
}

// attachmentLimit is how many bytes an upload may have; told with each interaction.
const attachmentLimit = 10 << 20

// wire is the interaction as a bot gets it. The caller holds the lock.
func (in *Interaction) wire(data any) wireInteraction {
	c := in.channel
	w := wireInteraction{ID: in.id, ApplicationID: in.bot.id, Type: in.kind, Data: data, ChannelID: c.id, Token: in.token,
		Version: 1, Permissions: c.permissions(in.bot.id).String(), Locale: in.user.person.Locale, Entitlements: []noValue{},
		SizeLimit: attachmentLimit, Channel: c.wire()}
	w.Channel.Permissions = c.permissions(in.user.id).String()
	if in.source != nil {
		w.Message = in.source.wire(in.s)
		if in.source.For != "" {
			w.Message.Flags |= Ephemeral
		}
	}
	if c.kind == DM {
		user := in.user.wire()
		w.User, w.Context, w.Owners = &user, 1, map[string]string{"0": "0"}
		return w
	}
	w.GuildID, w.GuildLocale, w.Owners = c.guild.id, "en-US", map[string]string{"0": c.guild.id}
	if m := c.guild.members[in.user.id]; m != nil {
		member := m.wire()
		member.Permissions = w.Channel.Permissions
		w.Member = &member
	}
	return w
}

// resolved are the objects that the values of options name.
type resolved struct {
	Users    map[string]wireUser     `json:"users,omitempty"`
	Members  map[string]wireMember   `json:"members,omitempty"`
	Roles    map[string]wireRole     `json:"roles,omitempty"`
	Channels map[string]*wireChannel `json:"channels,omitempty"`
}

// resolve looks up all arguments that are an id of something here. The caller holds the lock.
func (c *Channel) resolve(args Args) *resolved {
	r := resolved{Users: map[string]wireUser{}, Members: map[string]wireMember{}, Roles: map[string]wireRole{},
		Channels: map[string]*wireChannel{}}
	for _, value := range args {
		id, ok := value.(string)
		if !ok {
			continue
		}
		if a := c.s.account(id); a != nil {
			r.Users[id] = a.wire()
		}
		if c.guild == nil {
			continue
		}
		if m := c.guild.members[id]; m != nil {
			member := m.wire()
			member.User = nil // it stands among the users
			r.Members[id] = member
		}
		if role := c.guild.roles[id]; role != nil {
			r.Roles[id] = role.wire()
		}
		if ch := c.s.world.channels[id]; ch != nil && ch.guild == c.guild {
			w := ch.wire()
			w.Permissions = ch.permissions(c.guild.owner.id).String()
			r.Channels[id] = w
		}
	}
	if len(r.Users)+len(r.Roles)+len(r.Channels) == 0 {
		return nil
	}
	return &r
}
