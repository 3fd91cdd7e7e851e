package discordtest

import "encoding/json"

// callback is a first answer as it goes over the wire.
type callback struct {
	Type AnswerType      `json:"type"`
	Data json.RawMessage `json:"data"`
}

func (s *Server) respond(c *call) (any, *apiError) {
	var cb callback
	if err := c.decode(&cb); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in := s.world.interactions[c.named["interaction_token"]]
	if in == nil || in.id != c.named["interaction_id"] {
		return nil, errUnknownInteraction
	}
	if err := in.take(c, cb); err != nil {
		return nil, err
	}
	if c.query.Get("with_response") == "true" {
		return in.wireCallback(), nil
	}
	return nil, nil
}

// take notes the first answer of a bot. The caller holds the lock.
func (in *Interaction) take(c *call, cb callback) *apiError {
	switch {
	case in.answered:
		return errAlreadyAcknowledged
	case in.s.now().Sub(in.at) > in.s.opt.Answer:
		return errUnknownInteraction
	}
	if err := in.perform(c, cb); err != nil {
		return err
	}
	in.answered, in.answer.Type = true, cb.Type
	in.s.publish(Event{Kind: Answered, Channel: in.channel.id, Interaction: in})
	return nil
}

// perform does what the answer says.
func (in *Interaction) perform(c *call, cb callback) *apiError {
	wrong := invalidForm(fieldFault{"type", "BASE_TYPE_CHOICES", "This answer does not fit the interaction."})
	component := in.source != nil
	switch cb.Type {
	case Reply, DeferReply:
		if in.kind == typeAutocomplete {
			return wrong
		}
		return in.reply(c, cb)
	case DeferUpdate, Update:
		if !component {
			return wrong
		}
		in.original = in.source
		if cb.Type == DeferUpdate {
			return nil
		}
		return in.change(c, in.source, cb.Data, "data.")
	case Suggest:
		if in.kind != typeAutocomplete {
			return wrong
		}
		return in.suggest(cb.Data)
	case ShowForm:
		if in.kind == typeModal || json.Unmarshal(cb.Data, &in.answer.Form) != nil {
			return wrong
		}
		return nil
	default:
		return wrong
	}
}

// reply writes the message of an answer, or its place while the bot is thinking.
func (in *Interaction) reply(c *call, cb callback) *apiError {
	var body messageBody
	if len(cb.Data) > 0 && json.Unmarshal(cb.Data, &body) != nil {
		return errBadJSON
	}
	in.private = body.flags()&Ephemeral != 0
	if cb.Type == DeferReply {
		m := in.message(messageBody{})
		m.Flags |= Loading
		in.channel.write(m)
		in.original = m
		return nil
	}
	m, err := in.write(c, body, "data.", in.private)
	in.original = m
	return err
}

// write puts a message into the channel that answers the interaction.
func (in *Interaction) write(c *call, body messageBody, below string, private bool) (*Message, *apiError) {
	if err := in.s.checkForm(c, below, body); err != nil {
		return nil, err
	}
	m := in.message(body)
	m.For = ""
	if private {
		m.For = in.user.id
	}
	if m.Content.empty() {
		return nil, errEmptyMessage
	}
	m.Pinged, m.named = in.channel.pings(in.bot.id, m.Text, body.Allowed, nil)
	in.channel.write(m)
	return m, nil
}

// message is a message that answers the interaction.
func (in *Interaction) message(body messageBody) *Message {
	m := &Message{From: in.bot.id, Sender: in.bot.name, FromBot: true, author: in.bot.wire(), webhook: in.bot.id,
		Content: body.content(), Flags: body.flags(), Interaction: in.id}
	if in.private {
		m.For = in.user.id
		m.Flags |= Ephemeral
	}
	return m
}

// change edits a message that answers the interaction, or whose component was used.
func (in *Interaction) change(c *call, m *Message, text json.RawMessage, below string) *apiError {
	var body messageBody
	if json.Unmarshal(text, &body) != nil {
		return errBadJSON
	}
	if err := in.s.checkForm(c, below, body); err != nil {
		return err
	}
	next := body.over(m.Content, text)
	if next.empty() {
		return errEmptyMessage
	}
	if m.Flags&Loading != 0 { // the message itself, at last
		m.Flags &^= Loading
		m.Content = next
		m.Pinged, m.named = in.channel.pings(in.bot.id, next.Text, body.Allowed, nil)
		in.s.publishMessage(Edited, m)
		return nil
	}
	in.channel.edit(m, next)
	return nil
}

// maxSuggestions is how many choices an autocompletion shows.
const maxSuggestions = 25

func (in *Interaction) suggest(data json.RawMessage) *apiError {
	var body struct {
		Choices []Choice `json:"choices"`
	}
	if json.Unmarshal(data, &body) != nil {
		return errBadJSON
	}
	if len(body.Choices) > maxSuggestions {
		return invalidForm(fieldFault{"data.choices", "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 25 in length."})
	}
	in.answer.Choices = body.Choices
	return nil
}

// wireCallback is what with_response=true answers.
func (in *Interaction) wireCallback() any {
	type interaction struct {
		ID        string `json:"id"`
		Type      int    `json:"type"`
		MessageID string `json:"response_message_id,omitempty"`
		Loading   *bool  `json:"response_message_loading,omitempty"`
		Ephemeral *bool  `json:"response_message_ephemeral,omitempty"`
	}
	type resource struct {
		Type    AnswerType   `json:"type"`
		Message *wireMessage `json:"message"`
	}
	out := struct {
		Interaction interaction `json:"interaction"`
		Resource    *resource   `json:"resource,omitempty"`
	}{Interaction: interaction{ID: in.id, Type: in.kind}}
	if m := in.original; m != nil {
		loading, private := m.Flags&Loading != 0, m.For != ""
		out.Interaction.MessageID, out.Interaction.Loading, out.Interaction.Ephemeral = m.ID, &loading, &private
		if in.answer.Type == Reply || in.answer.Type == Update {
			out.Resource = &resource{in.answer.Type, m.wire(in.s)}
		}
	}
	return out
}

// answering is the interaction whose token a webhook call carries. The caller holds the lock.
func (s *Server) answering(c *call) (*Interaction, *apiError) {
	in := s.world.interactions[c.named["webhook_token"]]
	switch {
	case in == nil || in.bot.id != c.named["webhook_id"]:
		return nil, errUnknownWebhook
	case s.now().Sub(in.at) > tokenLife:
		return nil, errWebhookToken
	case !in.answered:
		return nil, errUnknownWebhook
	}
	return in, nil
}

func (s *Server) followUp(c *call) (any, *apiError) {
	var body messageBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.answering(c)
	if err != nil {
		return nil, err
	}
	m, err := in.write(c, body, "", body.flags()&Ephemeral != 0)
	if err != nil {
		return nil, err
	}
	return m.wire(s), nil
}

// response is the message a webhook call names. The caller holds the lock.
func (s *Server) response(c *call) (*Interaction, *Message, *apiError) {
	in, err := s.answering(c)
	if err != nil {
		return nil, nil, err
	}
	id, other := c.named["message_id"]
	if !other {
		if in.original == nil || in.original.Deleted {
			return nil, nil, errUnknownMessage
		}
		return in, in.original, nil
	}
	m := in.channel.find(id)
	if m == nil || m.webhook != in.bot.id {
		return nil, nil, errUnknownMessage
	}
	return in, m, nil
}

func (s *Server) getResponse(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, m, err := s.response(c)
	if err != nil {
		return nil, err
	}
	return m.wire(s), nil
}

func (s *Server) updateResponse(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, m, err := s.response(c)
	if err != nil {
		return nil, err
	}
	if err := in.change(c, m, c.body, ""); err != nil {
		return nil, err
	}
	return m.wire(s), nil
}

func (s *Server) deleteResponse(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, m, err := s.response(c)
	if err != nil {
		return nil, err
	}
	in.channel.remove(m)
	return nil, nil
}
