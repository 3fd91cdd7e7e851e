package telegramtest

// Member statuses, as the wire has them.
const (
	creator       = "creator"
	administrator = "administrator"
	member        = "member"
	restricted    = "restricted"
	left          = "left"
	kicked        = "kicked"
)

// Rights are what an administrator may do (core.telegram.org/bots/api#chatadministratorrights).
type Rights struct {
	Anonymous      bool
	ManageChat     bool
	DeleteMessages bool
	Restrict       bool
	Promote        bool
	ChangeInfo     bool
	Invite         bool
	Post           bool // channels: post messages
	Edit           bool // channels: edit messages of others and pin
	Pin            bool // groups and supergroups
	ManageTopics   bool // forums
}

// AllRights are all rights an administrator can be given, save to be anonymous.
func AllRights() Rights {
	return Rights{ManageChat: true, DeleteMessages: true, Restrict: true, Promote: true, ChangeInfo: true,
		Invite: true, Post: true, Edit: true, Pin: true, ManageTopics: true}
}

// status is what somebody is in a chat.
type status struct {
	kind   string
	rights Rights
	mute   bool // restricted: may not send messages
}

// membership is somebody's place in a chat; also of those who left.
type membership struct {
	account Account
	status  status
}

func (st status) present() bool {
	return st.kind != left && st.kind != kicked && st.kind != ""
}

func (st status) admin() bool { return st.kind == creator || st.kind == administrator }

// wireMember are the fields of ChatMemberMember and ChatMemberLeft, and the first two of all others.
type wireMember struct {
	Status string   `json:"status"`
	User   wireUser `json:"user"`
}

type wireOwner struct {
	wireMember
	Anonymous bool `json:"is_anonymous"`
}

type wireBanned struct {
	wireMember
	Until int64 `json:"until_date"` // 0: for ever
}

type wireAdmin struct {
	wireMember
	CanBeEdited   bool  `json:"can_be_edited"`
	Anonymous     bool  `json:"is_anonymous"`
	ManageChat    bool  `json:"can_manage_chat"`
	Delete        bool  `json:"can_delete_messages"`
	VideoChats    bool  `json:"can_manage_video_chats"`
	Restrict      bool  `json:"can_restrict_members"`
	Promote       bool  `json:"can_promote_members"`
	ChangeInfo    bool  `json:"can_change_info"`
	Invite        bool  `json:"can_invite_users"`
	PostStories   bool  `json:"can_post_stories"`
	EditStories   bool  `json:"can_edit_stories"`
	DeleteStories bool  `json:"can_delete_stories"`
	Post          *bool `json:"can_post_messages,omitempty"` // channels only
	Edit          *bool `json:"can_edit_messages,omitempty"` // channels only
	Pin           *bool `json:"can_pin_messages,omitempty"`  // groups and supergroups only
	Topics        *bool `json:"can_manage_topics,omitempty"` // supergroups only
}

type wireRestricted struct {
	wireMember
	IsMember   bool  `json:"is_member"`
	Messages   bool  `json:"can_send_messages"`
	Audios     bool  `json:"can_send_audios"`
	Documents  bool  `json:"can_send_documents"`
	Photos     bool  `json:"can_send_photos"`
	Videos     bool  `json:"can_send_videos"`
	VideoNotes bool  `json:"can_send_video_notes"`
	VoiceNotes bool  `json:"can_send_voice_notes"`
	Polls      bool  `json:"can_send_polls"`
	Other      bool  `json:"can_send_other_messages"`
	Previews   bool  `json:"can_add_web_page_previews"`
	React      bool  `json:"can_react_to_messages"`
	EditTag    bool  `json:"can_edit_tag"`
	ChangeInfo bool  `json:"can_change_info"`
	Invite     bool  `json:"can_invite_users"`
	Pin        bool  `json:"can_pin_messages"`
	Topics     bool  `json:"can_manage_topics"`
	Until      int64 `json:"until_date"`
}

// wireStatus is st of an account in a chat of that kind, as one of the six ChatMember types.
func wireStatus(kind Kind, of Account, st status) any {
	m := wireMember{Status: st.kind, User: of.wire()}
	switch st.kind {
	case creator:
		return wireOwner{wireMember: m, Anonymous: st.rights.Anonymous}
	case administrator:
		return adminOnWire(kind, m, st.rights)
	case restricted:
		may := !st.mute
		return wireRestricted{wireMember: m, IsMember: true, Messages: may, Audios: may, Documents: may, Photos: may,
			Videos: may, VideoNotes: may, VoiceNotes: may, Polls: may, Other: may, Previews: may, React: true}
	case kicked:
		return wireBanned{wireMember: m}
	default:
		return m
	}
}

func adminOnWire(kind Kind, m wireMember, r Rights) wireAdmin {
	a := wireAdmin{wireMember: m, Anonymous: r.Anonymous, ManageChat: r.ManageChat, Delete: r.DeleteMessages,
		Restrict: r.Restrict, Promote: r.Promote, ChangeInfo: r.ChangeInfo, Invite: r.Invite}
	if kind == Channel {
		a.Post, a.Edit = &r.Post, &r.Edit
		return a
	}
	a.Pin = &r.Pin
	if kind == Supergroup {
		a.Topics = &r.ManageTopics
	}
	return a
}
