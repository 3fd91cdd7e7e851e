package main

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tenbells/tenbells/delivery"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsDefaults(t *testing.T) {
	s, err := loadSettings("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.DatabaseURL != "sqlite:tenbells.db" || s.KeyFile != "tenbells.db.key" || s.Listen != "127.0.0.1:8080" || s.Autosend != "marked" || len(s.Bots) != 0 {
		t.Errorf("got %+v", s)
	}
}

func TestSettingsFromFileAndEnvironment(t *testing.T) {
	secret := write(t, "token", "123:abc\n")
	toml := write(t, "tenbells.toml", `
listen = "127.0.0.1:9000"
feeds = ["https://example.org/a.xml", "https://example.org/b.xml"]
telegram_token_file = "`+secret+`"
telegram_rate = 25

[[bots]]
platform = "discord"
name = "second"
token = "xyz"
rate = 5

[[topics]]
slug = "visas"
words = ["visa"]
`)
	s, err := loadSettings(toml, []string{"TENBELLS_LISTEN=127.0.0.1:9999", "TENBELLS_STAFF=telegram:1, discord:2", "TENBELLS_SHARED=/elsewhere"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "127.0.0.1:9999" {
		t.Errorf("the environment should win: %q", s.Listen)
	}
	if len(s.Feeds) != 2 || len(s.Staff) != 2 || len(s.Topics) != 1 || s.Topics[0].Slug != "visas" {
		t.Errorf("got %+v", s)
	}
	if second := s.Bots[len(s.Bots)-1]; len(s.Bots) != 2 || second.Name != "second" || second.Rate != 5 {
		t.Errorf("bots: %+v", s.Bots)
	}
	main := *s.bot(delivery.Telegram)
	if main.Token != "123:abc" || main.Rate != 25 || main.APIURL != "https://api.telegram.org" {
		t.Errorf("main bot: %+v", main)
	}
	yaml := write(t, "tenbells.yaml", "listen: 127.0.0.1:9000\nbots:\n  - platform: discord\n    name: second\n    token: xyz\n")
	s, err = loadSettings(yaml, nil)
	if err != nil || s.Listen != "127.0.0.1:9000" || len(s.Bots) != 1 || s.Bots[0].Rate != 50 {
		t.Errorf("yaml: %+v, %v", s, err)
	}
}

func TestSettingsFaultsComeAllAtOnceByName(t *testing.T) {
	path := write(t, "bad.toml", "lissten = \"x\"\nautosend = \"always\"\n\n[[bots]]\nplatform = \"irc\"\n")
	_, err := loadSettings(path, []string{
		"TENBELLS_DATABASE_URL=mysql://x", "TENBELLS_TELEGRAM_RATE=fast", "TENBELLS_STAFF=bob",
		"TENBELLS_API_TOKEN=a", "TENBELLS_API_TOKEN_FILE=/nowhere", "TENBELLS_DISCORD_TOKEN_FILE=/nowhere",
		"TENBELLS_TELEGRAM_WEBHOOK_SECRET=s",
	})
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		"bad.toml:1: lissten", "bad.toml:2: autosend", "bots[0].platform", "TENBELLS_DATABASE_URL", "TENBELLS_TELEGRAM_RATE",
		"TENBELLS_STAFF", "TENBELLS_API_TOKEN_FILE", "TENBELLS_DISCORD_TOKEN_FILE", "TENBELLS_PUBLIC_URL",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("fault %s is not named in:\n%v", want, err)
		}
	}
}

func TestAKeyThatDoesNotExistIsAskedAfter(t *testing.T) {
	path := write(t, "slips.toml", `outlet_name = "x"
fedes = "https://example.org/rss"
colour = "red"

[[bots]]
platform = "telegram"
token = "1:a"
nmae = "second"

[[topics]]
slug = "gas"
words = ["gas"]
word = ["oil"]
places = ["NO"]
`)
	_, err := loadSettings(path, nil)
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		"slips.toml:2: fedes: no such setting; was feeds meant?", "slips.toml:3: colour: no such setting\n",
		"slips.toml:8: bots.nmae: no such setting; was name meant?", "slips.toml:13: topics.word: no such setting; was words meant?",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "places") {
		t.Errorf("a key that exists is a fault:\n%v", err)
	}
}

// What a table's type can hold may be set in a file.
func TestEveryFieldOfATableIsAKeyOfIt(t *testing.T) {
	for table, row := range map[string]reflect.Type{
		"bots": reflect.TypeFor[file]().Field(0).Type.Elem(), "topics": reflect.TypeFor[TopicSettings](),
	} {
		for i := range row.NumField() {
			if key := row.Field(i).Tag.Get("toml"); !slices.Contains(tables[table], key) || row.Field(i).Tag.Get("yaml") != key {
				t.Errorf("%s: %q is no key of it", table, key)
			}
		}
	}
}

func TestAFaultyFeedIsNamedWithoutItsAddress(t *testing.T) {
	_, err := loadSettings("", []string{"TENBELLS_FEEDS=https://example.org/rss,htps://reader:hunter2@example.org/rss?token=s3cr3t"})
	if err == nil || !strings.Contains(err.Error(), "TENBELLS_FEEDS: number 2 of 2") {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("the fault gives secrets away: %v", err)
	}
}

func TestFaultsOfTopicsNameTheirPlaceInTheFile(t *testing.T) {
	path := write(t, "topics.toml", "[[topics]]\nslug = \"laws\"\nexclude = [\"draft\"]\npatterns = ['bill \\d+', '(']\n")
	_, err := loadSettings(path, nil)
	if err == nil || !strings.Contains(err.Error(), "topics[0].patterns[1]: error parsing regexp") || strings.Contains(err.Error(), "no such setting") {
		t.Errorf("got %v", err)
	}
	path = write(t, "topics.yaml", "topics:\n  - slug: laws\n    exclude: [draft]\n    patterns: ['bill \\d+']\n")
	s, err := loadSettings(path, nil)
	if err != nil || len(s.Topics) != 1 || len(s.Topics[0].Patterns) != 1 || len(s.Topics[0].Exclude) != 1 {
		t.Errorf("got %+v, %v", s.Topics, err)
	}
}

// Whatever stands in a settings file, it is taken or its faults are told; where there are none, the settings are whole.
func FuzzSettings(f *testing.F) {
	f.Add("autosend = \"always\"\n[[bots]]\nplatform = \"irc\"\n", true)
	f.Add("listen: 127.0.0.1:9000\nbots:\n  - platform: discord\n    name: second\n    token: xyz\n", false)
	f.Add("[[topics]]\nslug = \"a\"\nlabels = {en = \"A\"}\nwords = [\"b\"]\npatterns = [\"c(\"]\n", true)
	f.Add("a: &a [*a, *a]\nfeeds: [1, {2: 3}]\ntelegram_rate: .inf\n", false)
	f.Fuzz(func(t *testing.T, content string, toml bool) {
		if strings.Contains(content, "_file") {
			return // it would be read
		}
		name := "x.yaml"
		if toml {
			name = "x.toml"
		}
		var s Settings
		if faults := s.fromContent(name, []byte(content)); len(faults) > 0 {
			if errors.Join(faults...).Error() == "" {
				t.Errorf("%q has faults that say nothing", content)
			}
			return
		}
		for _, b := range s.Bots {
			if b.Platform != delivery.Telegram && b.Platform != delivery.Discord || b.Rate < 0 {
				t.Errorf("%q gives %+v", content, b)
			}
		}
	})
}
