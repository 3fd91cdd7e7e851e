package discordtest

import (
	"encoding/json"
	"time"
)

// The types of this file are Discord's own, as they go over the wire. A pointer or slice without omitempty is a member
// that is there as null when it has no value.

type wireUser struct {
	ID            string   `json:"id"`
	Username      string   `json:"username"`
	Avatar        *string  `json:"avatar"`
	Discriminator string   `json:"discriminator"`
	PublicFlags   int      `json:"public_flags"`
	Flags         int      `json:"flags"`
	Bot           bool     `json:"bot,omitempty"`
	GlobalName    *string  `json:"global_name"`
	PrimaryGuild  *noValue `json:"primary_guild"`
}

// noValue is what is always null here.
type noValue struct{}

// wireMe is the bot itself.
type wireMe struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	Avatar        *string `json:"avatar"`
	Discriminator string  `json:"discriminator"`
	PublicFlags   int     `json:"public_flags"`
	Flags         int     `json:"flags"`
	Bot           bool    `json:"bot"`
	GlobalName    *string `json:"global_name"`
	MFA           bool    `json:"mfa_enabled"`
	Locale        string  `json:"locale"`
	Verified      bool    `json:"verified"`
}

type wireRole struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Permissions  string     `json:"permissions"`
	Position     int        `json:"position"`
	Color        int        `json:"color"`
	Colors       wireColors `json:"colors"`
	Hoist        bool       `json:"hoist"`
	Managed      bool       `json:"managed"`
	Mentionable  bool       `json:"mentionable"`
	Icon         *string    `json:"icon"`
	UnicodeEmoji *string    `json:"unicode_emoji"`
	Flags        int        `json:"flags"`
}

type wireColors struct {
	Primary   int  `json:"primary_color"`
	Secondary *int `json:"secondary_color"`
	Tertiary  *int `json:"tertiary_color"`
}

type wireMember struct {
	User         *wireUser `json:"user,omitempty"`
	Nick         *string   `json:"nick"`
	Avatar       *string   `json:"avatar"`
	Banner       *string   `json:"banner"`
	Roles        []string  `json:"roles"`
	JoinedAt     string    `json:"joined_at"`
	PremiumSince *string   `json:"premium_since"`
	Silenced     *string   `json:"communication_disabled_until"`
	Flags        int       `json:"flags"`
	Pending      bool      `json:"pending"`
	Mute         bool      `json:"mute"`
	Deaf         bool      `json:"deaf"`
	Permissions  string    `json:"permissions,omitempty"` // in interactions only
}

type wireOverwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"` // 0 role, 1 member
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

// wireChannel is any channel; what a kind does not have is left out.
type wireChannel struct {
	ID            string          `json:"id"`
	Type          int             `json:"type"`
	Flags         int             `json:"flags"`
	GuildID       string          `json:"guild_id,omitempty"`
	Name          string          `json:"name,omitempty"`
	ParentID      *string         `json:"parent_id,omitempty"`
	Position      *int            `json:"position,omitempty"`
	Overwrites    []wireOverwrite `json:"permission_overwrites,omitempty"`
	LastMessageID *string         `json:"last_message_id,omitempty"`
	Recipients    []wireUser      `json:"recipients,omitempty"`
	OwnerID       string          `json:"owner_id,omitempty"`
	Thread        *wireThread     `json:"thread_metadata,omitempty"`
	MessageCount  *int            `json:"message_count,omitempty"`
	MemberCount   *int            `json:"member_count,omitempty"`
	TotalSent     *int            `json:"total_message_sent,omitempty"`
	Permissions   string          `json:"permissions,omitempty"` // in interactions only
	AppliedTags   []string        `json:"applied_tags,omitempty"`
	Message       *wireMessage    `json:"message,omitempty"` // of a forum post just made
}

type wireThread struct {
	Archived  bool   `json:"archived"`
	ArchiveAt string `json:"archive_timestamp"`
	After     int    `json:"auto_archive_duration"`
	Locked    bool   `json:"locked"`
}

type wireMessage struct {
	ID              string            `json:"id"`
	ChannelID       string            `json:"channel_id"`
	Type            int               `json:"type"`
	Content         string            `json:"content"`
	Author          wireUser          `json:"author"`
	Timestamp       string            `json:"timestamp"`
	EditedTimestamp *string           `json:"edited_timestamp"`
	TTS             bool              `json:"tts"`
	MentionEveryone bool              `json:"mention_everyone"`
	Mentions        []wireUser        `json:"mentions"`
	MentionRoles    []string          `json:"mention_roles"`
	Attachments     []json.RawMessage `json:"attachments"`
	Embeds          []Embed           `json:"embeds"`
	Components      []Component       `json:"components"`
	Pinned          bool              `json:"pinned"`
	Flags           Flags             `json:"flags"`
	Nonce           json.RawMessage   `json:"nonce,omitempty"`
	WebhookID       string            `json:"webhook_id,omitempty"`
	ApplicationID   string            `json:"application_id,omitempty"`
	Reference       *wireReference    `json:"message_reference,omitempty"`
	Referenced      *wireMessage      `json:"referenced_message,omitempty"`
	Thread          *wireChannel      `json:"thread,omitempty"`
}

type wireReference struct {
	Type      int    `json:"type"`
	ChannelID string `json:"channel_id"`
	MessageID string `json:"message_id,omitempty"`
	GuildID   string `json:"guild_id,omitempty"`
}

type wireSelf struct {
	ID                 string          `json:"id"`
	Name               string          `json:"name"`
	Icon               *string         `json:"icon"`
	Description        string          `json:"description"`
	Type               *int            `json:"type"`
	VerifyKey          string          `json:"verify_key"`
	Flags              int             `json:"flags"`
	FlagsNew           string          `json:"flags_new"`
	RedirectURIs       []string        `json:"redirect_uris"`
	InteractionsURL    *string         `json:"interactions_endpoint_url"`
	RoleConnectionsURL *string         `json:"role_connections_verification_url"`
	Owner              wireUser        `json:"owner"`
	GuildCount         int             `json:"approximate_guild_count"`
	InstallCount       int             `json:"approximate_user_install_count"`
	AuthorizationCount int             `json:"approximate_user_authorization_count"`
	Explicit           int             `json:"explicit_content_filter"`
	Team               *noValue        `json:"team"`
	Scopes             []string        `json:"eligible_oauth2_scopes"`
	BotPublic          bool            `json:"bot_public"`
	BotRequireCode     bool            `json:"bot_require_code_grant"`
	Bot                json.RawMessage `json:"bot,omitempty"`
}

// stamp is an instant as Discord writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }
