package discordtest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rules are the lengths a message may have, as limits.json names them.
var rules = map[string]int{
	"content": 2000, "embeds_per_message": 10, "embed_total": 6000, "embed_title": 256, "embed_description": 4096,
	"embed_fields": 25, "embed_field_name": 256, "embed_field_value": 1024, "embed_footer_text": 2048,
	"embed_author_name": 256, "nonce": 25, "action_rows_legacy": 5, "buttons_per_row": 5, "custom_id": 100,
	"button_label": 80, "button_url": 512, "select_options": 25, "select_option_label_value_description": 100,
	"select_placeholder": 150, "components_v2_total": 40,
}

// formCheck gathers what is wrong with a body.
type formCheck struct{ faults []fieldFault }

func (f *formCheck) add(path, code, format string, args ...any) {
	f.faults = append(f.faults, fieldFault{path, code, fmt.Sprintf(format, args...)})
}

// length checks a text in characters.
func (f *formCheck) length(path, rule, text string) {
	if most := rules[rule]; utf8.RuneCountInString(text) > most {
		f.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	}
}

// count checks how many there are.
func (f *formCheck) count(path, rule string, n int) {
	if most := rules[rule]; n > most {
		f.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", most)
	}
}

func (f *formCheck) required(path, text string) {
	if text == "" {
		f.add(path, "BASE_TYPE_REQUIRED", "This field is required")
	}
}

// message checks a message as a request says it; below is where it stands in the body ("data.", "").
func (f *formCheck) message(below string, b messageBody) {
	c := b.content()
	f.length(below+"content", "content", c.Text)
	f.length(below+"nonce", "nonce", b.nonce())
	f.embeds(below+"embeds", c.Embeds)
	f.components(below+"components", c.Components, b.flags()&ComponentsV2 != 0)
	if b.flags()&ComponentsV2 != 0 && (c.Text != "" || len(c.Embeds) > 0) {
		f.add(below+"content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
			"The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	}
}

func (f *formCheck) embeds(path string, list []Embed) {
	f.count(path, "embeds_per_message", len(list))
	total := 0
	for i, e := range list {
		at := path + "." + strconv.Itoa(i) + "."
		f.embed(at, e)
		for _, text := range e.texts() {
			total += utf8.RuneCountInString(text)
		}
	}
	if total > rules["embed_total"] {
		f.add(path, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", rules["embed_total"])
	}
}

// texts are all that counts towards embed_total.
func (e Embed) texts() []string {
	all := []string{e.Title, e.Description}
	for _, field := range e.Fields {
		all = append(all, field.Name, field.Value)
	}
	if e.Footer != nil {
		all = append(all, e.Footer.Text)
	}
	if e.Author != nil {
		all = append(all, e.Author.Name)
	}
	return all
}

func (f *formCheck) embed(at string, e Embed) {
	f.length(at+"title", "embed_title", e.Title)
	f.length(at+"description", "embed_description", e.Description)
	f.count(at+"fields", "embed_fields", len(e.Fields))
	for i, field := range e.Fields {
		in := at + "fields." + strconv.Itoa(i) + "."
		f.required(in+"name", field.Name)
		f.required(in+"value", field.Value)
		f.length(in+"name", "embed_field_name", field.Name)
		f.length(in+"value", "embed_field_value", field.Value)
	}
	if e.Footer != nil {
		f.length(at+"footer.text", "embed_footer_text", e.Footer.Text)
	}
	if e.Author != nil {
		f.length(at+"author.name", "embed_author_name", e.Author.Name)
	}
	if e.URL != "" && !isWebURL(e.URL) {
		f.add(at+"url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
}

func isWebURL(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

func (f *formCheck) components(path string, list []Component, v2 bool) {
	total, seen := 0, map[string]bool{}
	if !v2 {
		f.count(path, "action_rows_legacy", len(list))
	}
	for i, c := range list {
		if !v2 && c.Type != ActionRow {
			f.add(path+"."+strconv.Itoa(i)+".type", "BASE_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
		}
		f.component(path+"."+strconv.Itoa(i)+".", c, seen, &total)
	}
	if v2 && total > rules["components_v2_total"] {
		f.add(path, "BASE_TYPE_BAD_LENGTH", "The total number of components must not exceed %d.", rules["components_v2_total"])
	}
}

// component checks one component and those inside it.
func (f *formCheck) component(at string, c Component, seen map[string]bool, total *int) {
	*total++
	if c.Type == ActionRow {
		f.count(at+"components", "buttons_per_row", len(c.Components))
		if len(c.Components) == 0 {
			f.add(at+"components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", rules["buttons_per_row"])
		}
		if len(c.Components) > 1 && c.Components[0].Type.selects() {
			f.add(at+"components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select menu fills its row")
		}
	}
	if c.Type == Button || c.Type.selects() {
		f.interactive(at, c, seen)
	}
	for i, inner := range c.Components {
		f.component(at+"components."+strconv.Itoa(i)+".", inner, seen, total)
	}
	if c.Accessory != nil {
		f.component(at+"accessory.", *c.Accessory, seen, total)
	}
}

// interactive checks a button or select.
func (f *formCheck) interactive(at string, c Component, seen map[string]bool) {
	if c.Type == Button && c.Style == LinkButton {
		f.required(at+"url", c.URL)
		f.length(at+"url", "button_url", c.URL)
		if c.URL != "" && !isWebURL(c.URL) && !strings.HasPrefix(c.URL, "discord://") {
			f.add(at+"url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').")
		}
	} else {
		f.required(at+"custom_id", c.CustomID)
		f.length(at+"custom_id", "custom_id", c.CustomID)
		if seen[c.CustomID] {
			f.add(at+"custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
		}
		seen[c.CustomID] = true
	}
	f.length(at+"label", "button_label", c.Label)
	f.length(at+"placeholder", "select_placeholder", c.Placeholder)
	f.options(at+"options", c)
}

func (f *formCheck) options(path string, c Component) {
	if c.Type != StringSelect {
		return
	}
	f.count(path, "select_options", len(c.Options))
	if len(c.Options) == 0 {
		f.required(path, "")
	}
	seen := map[string]bool{}
	for i, o := range c.Options {
		at := path + "." + strconv.Itoa(i) + "."
		for name, text := range map[string]string{"label": o.Label, "value": o.Value, "description": o.Description} {
			f.length(at+name, "select_option_label_value_description", text)
		}
		f.required(at+"label", o.Label)
		f.required(at+"value", o.Value)
		if seen[o.Value] {
			f.add(at+"value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[o.Value] = true
	}
	if c.MaxValues != nil && *c.MaxValues > len(c.Options) && len(c.Options) > 0 {
		f.add(strings.TrimSuffix(path, "options")+"max_values", "BASE_TYPE_MAX", "max_values is more than there are options")
	}
}

// addFault puts a fault into the tree of 50035.
func addFault(tree map[string]any, f fieldFault) {
	for _, part := range strings.Split(f.path, ".") {
		next, ok := tree[part].(map[string]any)
		if !ok {
			next = map[string]any{}
			tree[part] = next
		}
		tree = next
	}
	list, _ := tree["_errors"].([]any)
	tree["_errors"] = append(list, map[string]string{"code": f.code, "message": f.message})
}

// checkForm refuses a message that breaks a length or a rule of its components.
func (s *Server) checkForm(c *call, below string, b messageBody) *apiError {
	var f formCheck
	f.message(below, b)
	if len(f.faults) == 0 {
		return nil
	}
	for _, fault := range f.faults {
		s.violate("%s: %s: %s", c.route.name, fault.path, fault.message)
	}
	return invalidForm(f.faults...)
}
