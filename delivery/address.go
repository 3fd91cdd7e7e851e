package delivery

// Platform is where a chat lives.
type Platform string

const (
	Telegram Platform = "telegram"
	Discord  Platform = "discord"
)

// Kind is what sort of chat an address is.
type Kind string

const (
	Private      Kind = "private"      // Telegram private chat
	Group        Kind = "group"        // Telegram group or supergroup
	Channel      Kind = "channel"      // Telegram channel, Discord text channel
	Announcement Kind = "announcement" // Discord announcement channel
	Forum        Kind = "forum"        // Discord forum channel
	DM           Kind = "dm"           // Discord direct message; Chat is the user's id
)

func (k Kind) order() int {
	switch k {
	case Channel, Announcement, Forum:
		return 0
	case Group:
		return 1
	default:
		return 2
	}
}

// Shared says whether several people read what is sent there.
func (k Kind) Shared() bool { return k.order() < 2 }

// Address is where a subscriber is reached. It is kept as ciphertext and keyed hash only.
type Address struct {
	Platform Platform `json:"platform"`
	Bot      string   `json:"bot"` // the bot's name in our settings, "main" unless there are several
	Chat     string   `json:"chat"`
	Thread   string   `json:"thread,omitempty"` // forum topic or thread
	Guild    string   `json:"guild,omitempty"`  // Discord server
	Kind     Kind     `json:"kind"`
}

// Lane is the lane this address is served by.
func (a Address) Lane() Lane { return LaneOf(a.Platform, a.Bot) }
