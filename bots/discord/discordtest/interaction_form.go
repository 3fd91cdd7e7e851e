package discordtest

import "errors"

// Submit sends a form the bot has shown, filled in by custom id. The error says that there is none.
func (in *Interaction) Submit(fields map[string]string) (*Interaction, error) {
	next, send, err := in.prepareSubmit(fields)
	if err != nil {
		return nil, err
	}
	send()
	return next, nil
}

func (in *Interaction) prepareSubmit(fields map[string]string) (*Interaction, func(), error) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	if in.answer.Type != ShowForm {
		return nil, nil, errors.New("discordtest: no form was shown")
	}
	type field struct {
		Type       ComponentType `json:"type"`
		CustomID   string        `json:"custom_id,omitempty"`
		Value      string        `json:"value"`
		Components []field       `json:"components,omitempty"`
	}
	var rows []field
	for _, row := range in.answer.Form.Components {
		filled := field{Type: row.Type}
		for _, c := range row.Components {
			filled.Components = append(filled.Components, field{Type: c.Type, CustomID: c.CustomID, Value: fields[c.CustomID]})
		}
		rows = append(rows, filled)
	}
	data := struct {
		CustomID   string  `json:"custom_id"`
		Components []field `json:"components"`
	}{in.answer.Form.CustomID, rows}
	next := in.channel.interact(in.bot, in.user, typeModal, in.source)
	return next, in.s.deliver(next, data), nil
}
