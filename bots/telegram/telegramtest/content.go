package telegramtest

import (
	"strings"
	"unicode/utf8"
)

// Lengths of texts (core.telegram.org/bots/api#sendmessage, #sendphoto; the raw text: tdlib/telegram-bot-api,
// get_formatted_text).
const (
	maxText    = 4096  // code points, entities parsed
	maxCaption = 1024  // code points, entities parsed
	maxRaw     = 32768 // bytes, markup included
)

// formatted reads a text argument with its parse_mode or its list of entities.
func (c *call) formatted(textArg, entitiesArg string) (string, []Entity, *apiError) {
	raw := c.get(textArg)
	if !utf8.ValidString(raw) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	if len(raw) > maxRaw {
		return "", nil, badRequest("text is too long")
	}
	var entities []Entity
	switch mode := strings.ToLower(c.get("parse_mode")); mode {
	case "html":
		text, found, err := parseHTML(raw)
		if err != nil {
			return "", nil, badRequest("can't parse entities: %v", err)
		}
		raw, entities = text, found
	case "", "none":
		if _, err := c.decode(entitiesArg, &entities); err != nil {
			return "", nil, badRequest("can't parse entities: %v", err)
		}
		if err := checkEntities(raw, entities); err != nil {
			return "", nil, err
		}
	default: // the Markdown modes are left out
		return "", nil, badRequest("unsupported parse_mode")
	}
	text, entities := trimmed(raw, entities)
	if len(entities) == 0 {
		entities = nil
	}
	return text, entities, nil
}

// textContent is what sendMessage and editMessageText carry.
func (c *call) textContent() (Content, *apiError) {
	var content Content
	var err *apiError
	if content.Text, content.Entities, err = c.formatted("text", "entities"); err != nil {
		return content, err
	}
	switch n := utf8.RuneCountInString(content.Text); {
	case n == 0:
		return content, badRequest("message text is empty")
	case n > maxText:
		return content, badRequest("message is too long")
	}
	if content.LinkPreview, err = c.linkPreview(); err != nil {
		return content, err
	}
	return content, c.markupInto(&content)
}

// captionContent is what sendPhoto and editMessageCaption carry.
func (c *call) captionContent() (Content, *apiError) {
	var content Content
	var err *apiError
	if content.Text, content.Entities, err = c.formatted("caption", "caption_entities"); err != nil {
		return content, err
	}
	if utf8.RuneCountInString(content.Text) > maxCaption {
		return content, badRequest("message caption is too long")
	}
	content.CaptionTop = c.boolean("show_caption_above_media")
	return content, c.markupInto(&content)
}

func (c *call) linkPreview() (*LinkPreview, *apiError) {
	var p LinkPreview
	given, err := c.decode("link_preview_options", &p)
	if err != nil {
		return nil, badRequest("can't parse link preview options JSON object")
	}
	if !given || p == (LinkPreview{}) {
		return nil, nil
	}
	return &p, nil
}

// photo is the picture argument: an uploaded file, or an http address.
func (c *call) photo() (string, *apiError) {
	if name, ok := c.file("photo"); ok {
		return "attach:" + name, nil
	}
	value := c.get("photo")
	if part, ok := strings.CutPrefix(value, "attach://"); ok {
		if name, ok := c.file(part); ok {
			return "attach:" + name, nil
		}
	}
	if value == "" {
		return "", badRequest("there is no photo in the request")
	}
	if link, ok := checkedURL(value); ok && strings.HasPrefix(value, "http") {
		return link, nil
	}
	return "", badRequest("wrong remote file identifier specified: Wrong string length")
}

// photoOnWire is a photo as the Bot API shows it; the fake has looked at no picture, so the size is a usual one.
func photoOnWire(source string) []wirePhoto {
	id := "AgAC" + hex(TextHash(source))
	return []wirePhoto{{FileID: id, FileUniqueID: "AQAD" + hex(TextHash(source)), Width: 1280, Height: 720}}
}

func hex(n uint64) string {
	const digits = "0123456789abcdef"
	var out [16]byte
	for i := range out {
		out[15-i] = digits[n>>(4*i)&15]
	}
	return string(out[:])
}
