package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/goccy/go-yaml"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles/topics"
	"github.com/tenbells/tenbells/delivery"
)

// Settings is all an operator can set. Every setting is a key of the file (--config, TOML or YAML) and an environment
// variable of the same name in capitals behind TENBELLS_, which wins. Secrets can also be given as the path of a file
// that holds them (…_FILE, in the file …_file).
type Settings struct {
	DatabaseURL string
	Listen      string
	PublicURL   string
	KeyFile     string
	WatchDir    string
	Feeds       []string
	FeedsRing   bool // feeds may ring on the newsroom's own mark
	Private     bool // feeds may live on private and loopback addresses
	Autosend    alerts.Autosend
	Approval    alerts.Approval
	Staff       []string // "telegram:123"
	Operator    string
	Canary      []string // hidden chats: "telegram:-100123", "discord/second:456"
	CanaryEvery time.Duration
	APIToken    string
	PushSecret  string
	Outlet      string
	Language    string
	Where       string // what /where answers
	LogLevel    string
	Window      int // messages of one bot in flight at once; 0: the default

	WebhookSecret string // Telegram's
	PublicKey     string // Discord's, hex

	Paid alerts.Tariff // of Telegram's paid broadcasts

	Bots   []BotSettings
	Topics []TopicSettings
}

// BotSettings is one bot: a lane.
type BotSettings struct {
	Platform delivery.Platform
	Name     string
	Token    string
	APIURL   string
	Rate     float64 // calls a second of the whole bot
}

// TopicSettings is a topic of the newsroom's own.
type TopicSettings struct {
	Slug     string            `toml:"slug" yaml:"slug"`
	Labels   map[string]string `toml:"labels" yaml:"labels"`
	Words    []string          `toml:"words" yaml:"words"`
	Exclude  []string          `toml:"exclude" yaml:"exclude"`
	Patterns []string          `toml:"patterns" yaml:"patterns"`
	Sections []string          `toml:"sections" yaml:"sections"`
	Subjects []string          `toml:"subjects" yaml:"subjects"`
	Places   []string          `toml:"places" yaml:"places"`
}

// setting is one key: what it means, and how its text becomes part of Settings.
type setting struct {
	name   string // as in the file; the variable is TENBELLS_ and the same in capitals
	secret bool   // may be given as name_file
	help   string
	set    func(*Settings, string) error
}

// catalogue is every setting of one line, in the order the help shows them.
var catalogue = []setting{
	{"database_url", true, "sqlite:PATH or postgres://…; default sqlite:tenbells.db", func(s *Settings, v string) error {
		if !strings.HasPrefix(v, "sqlite:") && !strings.HasPrefix(v, "postgres://") && !strings.HasPrefix(v, "postgresql://") {
			return errors.New("must begin with sqlite: or postgres://")
		}
		s.DatabaseURL = v
		return nil
	}},
	{"listen", false, "address of console, API, webhooks, health and metrics; default 127.0.0.1:8080", func(s *Settings, v string) error {
		s.Listen = v
		if _, port, err := net.SplitHostPort(v); err != nil || port == "" {
			return fmt.Errorf("%q must look like 127.0.0.1:8080", v)
		}
		return nil
	}},
	{"public_url", false, "where the outside reaches us, https://…", link(func(s *Settings) *string { return &s.PublicURL })},
	{"key_file", false, "key of the readers' addresses; default beside the SQLite store", text(func(s *Settings) *string { return &s.KeyFile })},
	{"watch_dir", false, "folder watched for articles (.txt .html .json .xml)", text(func(s *Settings) *string { return &s.WatchDir })},
	{"feeds", false, "feed URLs, comma separated", func(s *Settings, v string) error {
		s.Feeds = list(v)
		for i, feed := range s.Feeds {
			if err := checkURL(feed); err != nil { // which may hold a password
				return fmt.Errorf("number %d of %d: %w", i+1, len(s.Feeds), err)
			}
		}
		return nil
	}},
	{"feeds_may_ring", false, "true: what a feed marks as breaking rings without an editor; default false", flag(func(s *Settings) *bool { return &s.FeedsRing })},
	{"feeds_allow_private", false, "true: feeds on private and loopback addresses may be fetched; default false", flag(func(s *Settings) *bool { return &s.Private })},
	{"autosend", false, "what rings without an editor: none, marked (default), judged", func(s *Settings, v string) error {
		s.Autosend = alerts.Autosend(v)
		return oneOf(v, "none", "marked", "judged")
	}},
	{"approval", false, "what needs a second person: none (default), flash, all", func(s *Settings, v string) error {
		s.Approval = alerts.Approval(v)
		return oneOf(v, "none", "flash", "all")
	}},
	{"staff", false, "who may send alerts from chat: telegram:123,discord:456", func(s *Settings, v string) error {
		s.Staff = list(v)
		for _, person := range s.Staff {
			if err := checkPerson(person); err != nil {
				return err
			}
		}
		return nil
	}},
	{"operator", false, "who is told of faults: telegram:123", func(s *Settings, v string) error {
		s.Operator = v
		return checkPerson(v)
	}},
	{"canary", false, "hidden chats that a test alert goes to from time to time: telegram:-100123,discord:456 (another bot: telegram/name:-100123)", func(s *Settings, v string) error {
		s.Canary = list(v)
		for _, chat := range s.Canary {
			if err := checkHidden(chat); err != nil {
				return err
			}
		}
		return nil
	}},
	{"canary_every", false, "how often the test alert goes out; default 15m", func(s *Settings, v string) (err error) {
		if s.CanaryEvery, err = time.ParseDuration(v); err != nil || s.CanaryEvery < time.Second {
			return fmt.Errorf("%q must be a time of one second at least, such as 15m", v)
		}
		return nil
	}},
	{"api_token", true, "bearer token of the HTTP API; unset: it answers 403 to all but health", text(func(s *Settings) *string { return &s.APIToken })},
	{"push_secret", true, "HMAC key of ninjs pushes; unset: pushes need the bearer token", text(func(s *Settings) *string { return &s.PushSecret })},
	{"outlet", false, "the newsroom's name as readers know it", text(func(s *Settings) *string { return &s.Outlet })},
	{"language", false, "language of our own words where nothing else is known; default en", func(s *Settings, v string) (err error) {
		s.Language, err = languageTag(v)
		return err
	}},
	{"where", false, "what /where answers: where to find us if this bot disappears", text(func(s *Settings) *string { return &s.Where })},
	{"log_level", false, "debug, info (default), warn, error", func(s *Settings, v string) error {
		s.LogLevel = v
		return oneOf(v, "debug", "info", "warn", "error")
	}},
	{"window", false, "messages of one bot in flight at once, which is what a crash leaves in doubt; 1 to 256, default 32. A paid broadcast needs what goes out while one answer is waited for", func(s *Settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxWindow {
			return fmt.Errorf("%q must be a number from 1 to %d", v, maxWindow)
		}
		s.Window = n
		return nil
	}},
	{"telegram_token", true, "bot token from @BotFather", text(func(s *Settings) *string { return &s.bot(delivery.Telegram).Token })},
	{"telegram_api_url", false, "default https://api.telegram.org", link(func(s *Settings) *string { return &s.bot(delivery.Telegram).APIURL })},
	{"telegram_rate", false, "calls a second of the whole bot; default 30", rate(delivery.Telegram)},
	{"telegram_paid_from", false, "flashes to so many Telegram chats or more are sent faster, for Stars (0.1 each message); unset: none is", positive("messages", func(s *Settings) *int { return &s.Paid.From })},
	{"telegram_paid_monthly", false, "Stars that may be spent on that in a calendar month; needed for it", positive("Stars", func(s *Settings) *int { return &s.Paid.Monthly })},
	{"telegram_paid_rate", false, "paid messages a second, beside the free ones: 1 to 970; default 500", func(s *Settings, v string) (err error) {
		if s.Paid.Rate, err = strconv.ParseFloat(v, 64); err != nil || !(s.Paid.Rate >= 1 && s.Paid.Rate <= maxPaidRate) {
			return fmt.Errorf("must be a number of messages a second from 1 to %d", maxPaidRate)
		}
		return nil
	}},
	{"telegram_webhook_secret", true, "set: webhook instead of long polling", text(func(s *Settings) *string { return &s.WebhookSecret })},
	{"discord_token", true, "bot token from the developer portal", text(func(s *Settings) *string { return &s.bot(delivery.Discord).Token })},
	{"discord_api_url", false, "default https://discord.com", link(func(s *Settings) *string { return &s.bot(delivery.Discord).APIURL })},
	{"discord_rate", false, "calls a second of the whole bot; default 50", rate(delivery.Discord)},
	{"discord_public_key", false, "set: interactions over signed HTTP instead of the gateway", func(s *Settings, v string) error {
		s.PublicKey = v
		if key, err := hex.DecodeString(v); err != nil || len(key) != ed25519.PublicKeySize {
			return errors.New("must be the 64 hexadecimal digits of the developer portal (General Information ▸ Public Key)")
		}
		return nil
	}},
}

// bot is the main bot of a platform, made when it is first spoken of.
func (s *Settings) bot(p delivery.Platform) *BotSettings {
	for i := range s.Bots {
		if s.Bots[i].Platform == p && s.Bots[i].Name == mainBot {
			return &s.Bots[i]
		}
	}
	s.Bots = append(s.Bots, BotSettings{Platform: p, Name: mainBot})
	return &s.Bots[len(s.Bots)-1]
}

// mainBot is the name of a bot set by environment.
const mainBot = "main"

// maxWindow is the most messages in flight: as many connections a bot keeps open.
const maxWindow = 256

// defaultRate is what each platform allows one bot (core.telegram.org/bots/faq;
// discord.com/developers/docs/topics/rate-limits), in calls a second.
var defaultRate = map[delivery.Platform]float64{delivery.Telegram: 30, delivery.Discord: 50}

var defaultAPI = map[delivery.Platform]string{
	delivery.Telegram: "https://api.telegram.org", delivery.Discord: "https://discord.com",
}

// loadSettings reads the file (if path is not empty) and the environment. All faults come at once, each by the name the
// operator typed.
func loadSettings(path string, environ []string) (Settings, error) {
	s := Settings{
		DatabaseURL: "sqlite:tenbells.db", Listen: "127.0.0.1:8080", Autosend: alerts.AutosendMarked,
		Approval: alerts.ApproveNone, Language: "en", LogLevel: "info", CanaryEvery: 15 * time.Minute,
	}
	var faults []error
	if path != "" {
		faults = append(faults, s.fromFile(path)...)
	}
	faults = append(faults, s.fromEnvironment(environ)...)
	faults = append(faults, s.complete()...)
	return s, errors.Join(faults...)
}

// fromEnvironment applies TENBELLS_… variables. Unknown ones are left alone: they may be another program's.
func (s *Settings) fromEnvironment(environ []string) []error {
	values := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	return s.apply(func(set setting, suffix string) (string, string, bool) {
		name := "TENBELLS_" + strings.ToUpper(set.name+suffix)
		value, ok := values[name]
		return name, value, ok && value != ""
	})
}

// apply sets everything that find knows, under its own name or as a file of a secret.
func (s *Settings) apply(find func(set setting, suffix string) (name, value string, ok bool)) (faults []error) {
	for _, set := range catalogue {
		name, value, ok := find(set, "")
		if fileName, file, inFile := find(set, "_file"); set.secret && inFile {
			if ok {
				faults = append(faults, fmt.Errorf("%s: give either %s or %s, not both", fileName, name, fileName))
				continue
			}
			content, err := os.ReadFile(file)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", fileName, err))
				continue
			}
			name, value, ok = fileName, strings.TrimSpace(string(content)), true
		}
		if !ok {
			continue
		}
		if err := set.set(s, value); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
		}
	}
	return faults
}

// file is what a settings file adds to the keys of one line.
type file struct {
	Bots []struct {
		Platform  string  `toml:"platform" yaml:"platform"`
		Name      string  `toml:"name" yaml:"name"`
		Token     string  `toml:"token" yaml:"token"`
		TokenFile string  `toml:"token_file" yaml:"token_file"`
		APIURL    string  `toml:"api_url" yaml:"api_url"`
		Rate      float64 `toml:"rate" yaml:"rate"`
	} `toml:"bots" yaml:"bots"`
	Topics []TopicSettings `toml:"topics" yaml:"topics"`
}

func (s *Settings) fromFile(path string) []error {
	content, err := os.ReadFile(path)
	if err != nil {
		return []error{fmt.Errorf("--config: %w", err)}
	}
	return s.fromContent(path, content)
}

// fromContent reads what is in a file; the end of its name says how.
func (s *Settings) fromContent(path string, content []byte) []error {
	decode := toml.Unmarshal
	switch filepath.Ext(path) {
	case ".yaml", ".yml":
		decode = func(data []byte, v any) error { return yaml.Unmarshal(data, v) }
	case ".toml":
	default:
		return []error{fmt.Errorf("--config %s: must end in .toml, .yaml or .yml", path)}
	}
	var keys map[string]any
	var rest file
	err := decode(content, &keys)
	if err == nil {
		err = decode(content, &rest)
	}
	if err != nil {
		return []error{fmt.Errorf("%s: %w", path, err)}
	}
	faults := s.fromKeys(path, string(content), keys)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		for _, key := range strangers(keys[table], tables[table]) {
			faults = append(faults, fmt.Errorf("%s:%d: %s.%s: no such setting%s", path, lineOf(string(content), key), table, key, meant(key, tables[table])))
		}
	}
	return append(faults, s.fromRest(path, rest)...)
}

// tables are the keys of what takes more than a line.
var tables = map[string][]string{
	"bots":   {"platform", "name", "token", "token_file", "api_url", "rate"},
	"topics": {"slug", "labels", "words", "exclude", "patterns", "sections", "subjects", "places"},
}

// names are all keys of one line.
func names() (all []string) {
	for _, set := range catalogue {
		if all = append(all, set.name); set.secret {
			all = append(all, set.name+"_file")
		}
	}
	return all
}

// meant asks whether the nearest key was meant; empty where none is near.
func meant(key string, known []string) string {
	if name := nearest(strings.ToLower(key), known); name != "" {
		return "; was " + name + " meant?"
	}
	return ""
}

// nearest is the word that key is most likely a slip for; empty where none is near.
func nearest(key string, known []string) (best string) {
	least := max(2, len(key)/3) + 1
	for _, name := range known {
		if max(len(key)-len(name), len(name)-len(key)) >= least { // so many letters too many: no slip, and no need to count
			continue
		}
		if slips := slipsBetween(key, name); slips < least {
			best, least = name, slips
		}
	}
	return best
}

// slipsBetween counts the letters to add, leave out, change or swap with the next one that lie between two words.
func slipsBetween(a, b string) int {
	var before, last []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// strangers are the keys of a list of tables that are not known.
func strangers(list any, known []string) (strange []string) {
	var rows []map[string]any
	switch list := list.(type) {
	case []map[string]any: // TOML
		rows = list
	case []any: // YAML
		for _, item := range list {
			if row, ok := item.(map[string]any); ok {
				rows = append(rows, row)
			}
		}
	}
	for _, row := range rows {
		for _, key := range slices.Sorted(maps.Keys(row)) {
			if !slices.Contains(known, key) {
				strange = append(strange, key)
			}
		}
	}
	return strange
}

// fromKeys applies the one-line settings of a file, and finds keys that do not exist.
func (s *Settings) fromKeys(path, content string, keys map[string]any) []error {
	values := map[string]string{}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if tables[key] != nil {
			continue
		}
		if !known(key) {
			faults = append(faults, fmt.Errorf("%s:%d: %s: no such setting%s", path, lineOf(content, key), key, meant(key, names())))
			continue
		}
		values[key] = plain(keys[key])
	}
	return append(faults, s.apply(func(set setting, suffix string) (string, string, bool) {
		key := set.name + suffix
		value, ok := values[key]
		return fmt.Sprintf("%s:%d: %s", path, lineOf(content, key), key), value, ok
	})...)
}

func (s *Settings) fromRest(path string, rest file) (faults []error) {
	s.Topics = rest.Topics
	for i, b := range rest.Bots {
		where := fmt.Sprintf("%s: bots[%d]", path, i)
		if err := oneOf(b.Platform, "telegram", "discord"); err != nil {
			faults = append(faults, fmt.Errorf("%s.platform: %w", where, err))
			continue
		}
		if b.Name == "" {
			b.Name = mainBot
		}
		if b.TokenFile != "" {
			token, err := os.ReadFile(b.TokenFile)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s.token_file: %w", where, err))
				continue
			}
			b.Token = strings.TrimSpace(string(token))
		}
		if b.Token == "" {
			faults = append(faults, fmt.Errorf("%s.token: is missing; or give token_file", where))
			continue
		}
		if b.Rate < 0 {
			faults = append(faults, fmt.Errorf("%s.rate: must be a number of calls a second greater than 0", where))
		}
		if b.APIURL = strings.TrimRight(b.APIURL, "/"); b.APIURL != "" && checkURL(b.APIURL) != nil {
			faults = append(faults, fmt.Errorf("%s.api_url: %w", where, checkURL(b.APIURL)))
		}
		if strings.ContainsAny(b.Name, "/ \t\n") {
			faults = append(faults, fmt.Errorf("%s.name: must be one word without a slash", where))
		}
		s.Bots = append(s.Bots, BotSettings{delivery.Platform(b.Platform), b.Name, b.Token, b.APIURL, b.Rate})
	}
	return faults
}

// complete fills in what follows from the rest, and checks what only makes sense together.
func (s *Settings) complete() (faults []error) {
	seen := map[delivery.Lane]bool{}
	s.Bots = slices.DeleteFunc(s.Bots, func(b BotSettings) bool { return b.Token == "" }) // spoken of, by its URL or rate, but not set
	for i := range s.Bots {
		b := &s.Bots[i]
		lane := delivery.LaneOf(b.Platform, b.Name)
		if seen[lane] {
			faults = append(faults, fmt.Errorf("bot %s: is set twice", lane))
		}
		seen[lane] = true
		if b.Rate == 0 {
			b.Rate = defaultRate[b.Platform]
		}
		if b.APIURL == "" {
			b.APIURL = defaultAPI[b.Platform]
		}
	}
	for _, chat := range s.Canary {
		if lane, _ := hiddenChat(chat); len(seen) > 0 && !seen[lane] {
			faults = append(faults, fmt.Errorf("TENBELLS_CANARY: %s: there is no bot %s", chat, lane))
		}
	}
	faults = append(faults, s.completePaid()...)
	if s.KeyFile == "" {
		s.KeyFile = "tenbells.key"
		if path, ok := strings.CutPrefix(s.DatabaseURL, "sqlite:"); ok {
			s.KeyFile = path + ".key"
		}
	}
	if s.WebhookSecret != "" && s.PublicURL == "" {
		faults = append(faults, errors.New("TENBELLS_PUBLIC_URL: must be set, TENBELLS_TELEGRAM_WEBHOOK_SECRET asks for a webhook"))
	}
	if len(s.Topics) > 0 {
		if _, err := topics.New(ownTopics(s.Topics)); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

func known(key string) bool { return slices.Contains(names(), key) }

// plain is a file's value as one line: lists are joined by commas.
func plain(v any) string {
	if items, ok := v.([]any); ok {
		parts := make([]string, len(items))
		for i, item := range items {
			parts[i] = plain(item)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}

// lineOf is the line on which a key stands in a file, from 1.
func lineOf(content, key string) int {
	for i, line := range strings.Split(content, "\n") {
		rest, found := strings.CutPrefix(strings.TrimLeft(line, " \t\"'-"), key)
		if rest = strings.TrimLeft(rest, " \t\"'"); found && strings.IndexAny(rest, "=:") == 0 {
			return i + 1
		}
	}
	return 1
}

func text(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, v string) error { *field(s) = v; return nil }
}

func link(field func(*Settings) *string) func(*Settings, string) error {
	return func(s *Settings, v string) error { *field(s) = strings.TrimRight(v, "/"); return checkURL(v) }
}

func flag(field func(*Settings) *bool) func(*Settings, string) error {
	return func(s *Settings, v string) (err error) {
		if *field(s), err = strconv.ParseBool(v); err != nil {
			return errors.New("must be true or false")
		}
		return nil
	}
}

func rate(p delivery.Platform) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		n, err := strconv.ParseFloat(v, 64)
		if err != nil || n <= 0 {
			return errors.New("must be a number of calls a second greater than 0")
		}
		s.bot(p).Rate = n
		return nil
	}
}

// maxRate is how many messages a second Telegram takes of a bot that pays (core.telegram.org/bots/api#paid-broadcasts);
// maxPaidRate leaves room for what goes for nothing.
const (
	maxRate     = 1000
	maxPaidRate = 970
)

// defaultPaidRate is what a lane with its window of calls in flight reaches over an ordinary line.
const defaultPaidRate = 500

// positive is a whole number greater than 0.
func positive(what string, field func(*Settings) *int) func(*Settings, string) error {
	return func(s *Settings, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n <= 0 || n > math.MaxInt32 {
			return fmt.Errorf("must be a number of %s greater than 0", what)
		}
		*field(s) = n
		return nil
	}
}

// completePaid finds what paid broadcasts lack: nothing is ever paid without a limit.
func (s *Settings) completePaid() (faults []error) {
	switch {
	case s.Paid.From > 0 && s.Paid.Monthly == 0:
		faults = append(faults, errors.New("TENBELLS_TELEGRAM_PAID_MONTHLY: must be set, the most Stars a month may cost, where TENBELLS_TELEGRAM_PAID_FROM is"))
	case s.Paid.From == 0 && (s.Paid.Monthly > 0 || s.Paid.Rate > 0):
		faults = append(faults, errors.New("TENBELLS_TELEGRAM_PAID_FROM: must be set, from how many messages on a flash is paid for, or nothing ever is"))
	case s.Paid.From > 0 && s.Paid.Rate == 0:
		s.Paid.Rate = defaultPaidRate
	}
	for _, b := range s.Bots {
		if s.Paid.Pays() && b.Platform == delivery.Telegram && b.Rate+s.Paid.Rate > maxRate {
			faults = append(faults, fmt.Errorf("TENBELLS_TELEGRAM_PAID_RATE: with the %g calls a second of bot %s it is more than the %d that Telegram takes", b.Rate, b.Name, maxRate))
		}
	}
	return faults
}

func list(v string) (items []string) {
	for item := range strings.SplitSeq(v, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func oneOf(v string, words ...string) error {
	if !slices.Contains(words, v) {
		return fmt.Errorf("%q must be one of %s", v, strings.Join(words, ", "))
	}
	return nil
}

func checkURL(v string) error {
	u, err := url.Parse(v)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return errors.New("must be a URL that begins with http:// or https://")
	}
	return nil
}

// hiddenChat reads where a canary is to go: platform:chat, or platform/bot:chat.
func hiddenChat(v string) (lane delivery.Lane, chat string) {
	platform, chat, _ := strings.Cut(v, ":")
	platform, bot, named := strings.Cut(platform, "/")
	if !named {
		bot = mainBot
	}
	return delivery.LaneOf(delivery.Platform(platform), bot), chat
}

func checkHidden(v string) error {
	lane, chat := hiddenChat(v)
	digits := chat
	if lane.Platform() == delivery.Telegram {
		digits = strings.TrimPrefix(chat, "-")
	}
	if oneOf(string(lane.Platform()), "telegram", "discord") != nil || lane.Bot() == "" || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return fmt.Errorf("%q must look like telegram:-100123 or discord:456", v)
	}
	return nil
}

func checkPerson(v string) error {
	platform, id, _ := strings.Cut(v, ":")
	if oneOf(platform, "telegram", "discord") != nil || id == "" || strings.Trim(id, "0123456789") != "" {
		return fmt.Errorf("%q must look like telegram:123 or discord:456", v)
	}
	return nil
}
