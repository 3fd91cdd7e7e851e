package discordtest

import "encoding/json"

// messageBody is what a request says of a message.
type messageBody struct {
	Content    *string          `json:"content"`
	Embeds     *[]Embed         `json:"embeds"`
	Components *[]Component     `json:"components"`
	Flags      *Flags           `json:"flags"`
	Allowed    *allowedMentions `json:"allowed_mentions"`
	Nonce      json.RawMessage  `json:"nonce"`
	Enforce    bool             `json:"enforce_nonce"`
	Reference  *struct {
		MessageID string `json:"message_id"`
		MustExist *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`
}

// nonce is the nonce as text, whether it came as text or number.
func (b messageBody) nonce() string {
	if len(b.Nonce) == 0 || string(b.Nonce) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(b.Nonce, &text) == nil {
		return text
	}
	return string(b.Nonce)
}

func (b messageBody) embeds() []Embed {
	if b.Embeds == nil {
		return nil
	}
	return *b.Embeds
}

func (b messageBody) flags() Flags {
	if b.Flags == nil {
		return 0
	}
	return *b.Flags & settable
}

// content is what the message then shows.
func (b messageBody) content() Content {
	var c Content
	if b.Content != nil {
		c.Text = *b.Content
	}
	c.Embeds = completeEmbeds(b.embeds())
	if b.Components != nil {
		c.Components = *b.Components
		completeComponents(c.Components, new(int))
	}
	return c
}

// completeEmbeds fills in what Discord fills in.
func completeEmbeds(list []Embed) []Embed {
	for i := range list {
		list[i].Type = "rich"
	}
	return list
}

// over is what an edit makes of a content: members that are not there stay, null clears.
func (b messageBody) over(old Content, body []byte) Content {
	var there map[string]json.RawMessage
	if json.Unmarshal(body, &there) != nil {
		return old // the body was decoded before
	}
	next := b.content()
	if _, ok := there["content"]; !ok {
		next.Text = old.Text
	}
	if _, ok := there["embeds"]; !ok {
		next.Embeds = old.Embeds
	}
	if _, ok := there["components"]; !ok {
		next.Components = old.Components
	}
	return next
}

// empty says that there is nothing to show.
func (c Content) empty() bool { return c.Text == "" && len(c.Embeds) == 0 && len(c.Components) == 0 }
