package discordtest

// wireGuild is a server as the API gives it.
type wireGuild struct {
	ID                   string     `json:"id"`
	Name                 string     `json:"name"`
	Icon                 *string    `json:"icon"`
	Description          *string    `json:"description"`
	HomeHeader           *string    `json:"home_header"`
	Splash               *string    `json:"splash"`
	DiscoverySplash      *string    `json:"discovery_splash"`
	Features             []string   `json:"features"`
	Banner               *string    `json:"banner"`
	OwnerID              string     `json:"owner_id"`
	ApplicationID        *string    `json:"application_id"`
	Region               string     `json:"region"`
	AFKChannelID         *string    `json:"afk_channel_id"`
	AFKTimeout           int        `json:"afk_timeout"`
	SystemChannelID      *string    `json:"system_channel_id"`
	SystemChannelFlags   int        `json:"system_channel_flags"`
	WidgetEnabled        bool       `json:"widget_enabled"`
	WidgetChannelID      *string    `json:"widget_channel_id"`
	VerificationLevel    int        `json:"verification_level"`
	Roles                []wireRole `json:"roles"`
	DefaultNotifications int        `json:"default_message_notifications"`
	MFALevel             int        `json:"mfa_level"`
	ExplicitFilter       int        `json:"explicit_content_filter"`
	MaxPresences         *int       `json:"max_presences"`
	MaxMembers           int        `json:"max_members"`
	MaxStageUsers        int        `json:"max_stage_video_channel_users"`
	MaxVideoUsers        int        `json:"max_video_channel_users"`
	VanityURL            *string    `json:"vanity_url_code"`
	PremiumTier          int        `json:"premium_tier"`
	PremiumCount         int        `json:"premium_subscription_count"`
	PreferredLocale      string     `json:"preferred_locale"`
	RulesChannelID       *string    `json:"rules_channel_id"`
	SafetyChannelID      *string    `json:"safety_alerts_channel_id"`
	UpdatesChannelID     *string    `json:"public_updates_channel_id"`
	PremiumBar           bool       `json:"premium_progress_bar_enabled"`
	NSFW                 bool       `json:"nsfw"`
	NSFWLevel            int        `json:"nsfw_level"`
	Emojis               []noValue  `json:"emojis"`
	Stickers             []noValue  `json:"stickers"`
	Incidents            *noValue   `json:"incidents_data"`
}

// wireGuildCreate is a server as the gateway gives it (discord.com/developers/docs/events/gateway-events#guild-create).
type wireGuildCreate struct {
	wireGuild
	JoinedAt       string         `json:"joined_at"`
	Large          bool           `json:"large"`
	Unavailable    bool           `json:"unavailable"`
	MemberCount    int            `json:"member_count"`
	Channels       []*wireChannel `json:"channels"`
	Threads        []*wireChannel `json:"threads"`
	Members        []wireMember   `json:"members"`
	VoiceStates    []noValue      `json:"voice_states"`
	Presences      []noValue      `json:"presences"`
	StageInstances []noValue      `json:"stage_instances"`
	Events         []noValue      `json:"guild_scheduled_events"`
	Sounds         []noValue      `json:"soundboard_sounds"`
}

// wire is the server as the API gives it. The caller holds the lock.
func (g *Guild) wire() wireGuild {
	w := wireGuild{ID: g.id, Name: g.name, OwnerID: g.owner.id, Region: "us-central", AFKTimeout: 300,
		MaxMembers: 25_000_000, MaxStageUsers: 50, MaxVideoUsers: 25, PreferredLocale: "en-US",
		Features: []string{"COMMUNITY", "NEWS"}, Emojis: []noValue{}, Stickers: []noValue{}, Roles: []wireRole{}}
	for _, r := range sorted(g.roles) {
		w.Roles = append(w.Roles, r.wire())
	}
	return w
}

// wireCreate is the server as a bot that is in it gets to know it. The caller holds the lock.
func (g *Guild) wireCreate(b *Bot) wireGuildCreate {
	w := wireGuildCreate{wireGuild: g.wire(), MemberCount: len(g.members), Channels: []*wireChannel{},
		Threads: []*wireChannel{}, Members: []wireMember{}, VoiceStates: []noValue{}, Presences: []noValue{},
		StageInstances: []noValue{}, Events: []noValue{}, Sounds: []noValue{}}
	if m := g.members[b.id]; m != nil {
		w.JoinedAt = stamp(m.joined)
		w.Members = append(w.Members, m.wire())
	}
	for _, c := range g.channels(func(*Channel) bool { return true }) {
		switch {
		case !c.thread():
			w.Channels = append(w.Channels, c.wire())
		case !c.archived && c.permissions(b.id).Has(ViewChannel):
			w.Threads = append(w.Threads, c.wire())
		}
	}
	return w
}

// myGuild is a server in the list of those the bot is in.
type myGuild struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Icon        *string  `json:"icon"`
	Banner      *string  `json:"banner"`
	Owner       bool     `json:"owner"`
	Permissions string   `json:"permissions"`
	Features    []string `json:"features"`
}
