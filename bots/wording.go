package bots

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/subscriptions"
)

//go:embed words/*.toml
var wordFiles embed.FS

// English is the language of every message that another language lacks.
const English = "en"

// catalogues is our own words by language.
var catalogues = loadCatalogues()

// loadCatalogues reads the embedded catalogues, and what reasons say in English. They are part of the program and tested: one that cannot be read is a
// broken build, and there is nothing to say without it.
func loadCatalogues() map[string]*i18n.Localizer {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for key, text := range alerts.Sentences() {
		if err := bundle.AddMessages(language.English, &i18n.Message{ID: reasonID(key), Other: text}); err != nil {
			panic("bots: reason " + key + ": " + err.Error())
		}
	}
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		panic("bots: " + err.Error())
	}
	localizers := map[string]*i18n.Localizer{}
	for _, file := range files {
		if _, err := bundle.LoadMessageFileFS(wordFiles, path.Join("words", file.Name())); err != nil {
			panic("bots: " + file.Name() + ": " + err.Error())
		}
		lang := strings.TrimSuffix(file.Name(), ".toml")
		localizers[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return localizers
}

// Languages are those we speak ourselves, by their BCP 47 codes, in a fixed order.
func Languages() []string {
	langs := make([]string, 0, len(catalogues))
	for lang := range catalogues {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	return langs
}

// Spoken is the language we answer in to somebody whose language is tag: its own where we speak it, else English.
func Spoken(tag string) string {
	if lang := subscriptions.BaseLanguage(tag); catalogues[lang] != nil {
		return lang
	}
	return English
}

// Say is the message id in a language, with values filled in: args are names and values in turn. The value named "count"
// chooses the plural form; from "number" the catalogue may make "ordinal". What a catalogue lacks is said in English.
func Say(lang, id string, args ...any) string {
	said, err := catalogues[Spoken(lang)].Localize(config(lang, id, args))
	if said == "" && err != nil {
		return id // no catalogue has it; a test sees to it that ours all do
	}
	return said
}

func config(lang, id string, args []any) *i18n.LocalizeConfig {
	values := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		values[fmt.Sprint(args[i])] = args[i+1]
	}
	c := &i18n.LocalizeConfig{MessageID: id, TemplateData: values, PluralCount: values["count"]}
	if n, ok := values["number"].(int); ok {
		values["ordinal"] = ordinal(n)
	}
	for name, value := range values {
		if n, ok := value.(int); ok && n >= 1000 {
			values[name] = grouped(n, Say(lang, "thousands"))
		}
	}
	return c
}

// grouped writes a large number in groups of three digits: "38,210".
func grouped(n int, comma string) string {
	digits := strconv.Itoa(n)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), comma)
}

// ordinal is 1st, 2nd, 3rd, 4th, 11th, 21st. Other languages make theirs of the bare number.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}
