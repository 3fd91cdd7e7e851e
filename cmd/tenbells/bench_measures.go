package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots/telegram"
	"github.com/tenbells/tenbells/bots/telegram/telegramtest"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/subscriptions"
)

// measure is one thing that is measured, on a database of its own.
type measure struct {
	name   string
	help   string
	limits bool // Telegram's own limits are enforced
	run    func(ctx context.Context, r *rig, size sizes) ([]figure, error)
}

// figure is what was measured.
type figure struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	ToReach string  `json:"to_reach,omitempty"` // "" where nothing is asked
}

// sizes is how much is measured.
type sizes struct {
	rounds  int // articles of first
	chats   int // private chats of pace; a sixtieth as many groups and half as many channels come on top
	flood   int // readers of flood
	digests int
	flash   int // readers of a flash in the midst of the digests
	crowd   int // subscribers of crowd
}

var fullSizes = sizes{rounds: 100, chats: 3000, flood: 20_000, digests: 100_000, flash: 300, crowd: 1_000_000}

var measures = []measure{
	{"first", "from the acceptance of an article to the first request, on an idle system", true, measureFirst},
	{"pace", "3,000 chats, 50 groups and 25 channels at Telegram's own limits, while 200 people a minute are answered", true, measurePace},
	{"flood", "20,000 readers with no limits, beside what go-telegram/bot reaches alone", false, measureFlood},
	{"digests", "100,000 digests due in one minute, and a flash while they go out", true, measureDigests},
	{"crowd", "an alert to 1,000,000 subscribers with five subscriptions each, and a start on their store", true, measureCrowd},
}

func percentile(ds []time.Duration, p int) float64 {
	slices.Sort(ds)
	return ms(ds[min(len(ds)-1, len(ds)*p/100)])
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// everyone is n readers, chats from 1000000 on, each with what more says of its number.
func everyone(n int, more func(i int) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range n {
			if !yield(fmt.Sprintf(`{"platform":"telegram","chat":"%d"%s}`, 1_000_000+i, more(i))) {
				return
			}
		}
	}
}

func nothing(int) string { return "" }

// measureFirst pushes articles, each for one reader so that none waits for the pace of a chat.
func measureFirst(ctx context.Context, r *rig, size sizes) ([]figure, error) {
	err := r.readers(ctx, everyone(size.rounds, func(i int) string { return fmt.Sprintf(`,"follow":["word:%s"]`, oddWord(i)) }))
	if err != nil {
		return nil, err
	}
	if _, err := r.serve(ctx); err != nil {
		return nil, err
	}
	var waits []time.Duration
	for i := range size.rounds {
		wait, err := firstRequest(ctx, r, i)
		if err != nil {
			return nil, err
		}
		waits = append(waits, wait)
	}
	return []figure{
		{"article accepted → first request, p50", percentile(waits, 50), "ms", "≤ 25"},
		{"article accepted → first request, p99", percentile(waits, 99), "ms", "≤ 100"},
	}, nil
}

// firstRequest is how long the i-th article takes.
func firstRequest(ctx context.Context, r *rig, i int) (time.Duration, error) {
	select { // idle, and far below the platform's pace
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(100 * time.Millisecond):
	}
	err := r.call(ctx, http.MethodPost, "/v1/articles", fmt.Sprintf(
		`{"uri":"bench:%d","type":"text","versioncreated":%q,"urgency":2,"language":"en","headline":"Number %d: %s happened in place %d"}`,
		i, time.Now().UTC().Format(time.RFC3339), i, oddWord(i), i*31), nil)
	if err != nil {
		return 0, err
	}
	accepted := time.Now()
	if err := r.accepted(ctx, i+1, time.Minute); err != nil {
		return 0, fmt.Errorf("article %d: %w", i, err)
	}
	sends, err := r.sends(ctx, i)
	if err != nil {
		return 0, err
	}
	return max(0, sends[0].At.Sub(accepted)), nil
}

// oddWord is a word that the i-th article has and no other.
func oddWord(i int) string { return "quux" + strconv.FormatInt(int64(i)*7919+46656, 36) }

// mixed is private chats, and groups and channels beside them.
func mixed(chats int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range everyone(chats, nothing) {
			if !yield(line) {
				return
			}
		}
		for i := range chats / 60 {
			if !yield(fmt.Sprintf(`{"platform":"telegram","kind":"group","chat":"-%d"}`, 5000+i)) {
				return
			}
		}
		for i := range chats / 120 {
			if !yield(fmt.Sprintf(`{"platform":"telegram","kind":"channel","chat":"-100%d"}`, 1_000_000_000+i)) {
				return
			}
		}
	}
}

func measurePace(ctx context.Context, r *rig, size sizes) ([]figure, error) {
	if err := r.readers(ctx, mixed(size.chats)); err != nil {
		return nil, err
	}
	if _, err := r.serve(ctx); err != nil {
		return nil, err
	}
	if err := r.ask(ctx, http.MethodPost, "/ask?every=300ms", nil); err != nil {
		return nil, err
	}
	select { // those who ask have said hello by then
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(5 * time.Second):
	}
	before, err := r.stats(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	al, err := r.alert(ctx, "Everyone is told", "bulletin", "")
	if err != nil {
		return nil, err
	}
	n := size.chats + size.chats/60 + size.chats/120
	err = await(ctx, time.Duration(n)*100*time.Millisecond+time.Minute, func() (bool, error) {
		err := r.call(ctx, http.MethodGet, "/v1/alerts/"+al.ID, "", &al)
		return al.Counts.Sent >= n, err
	})
	if err != nil {
		return nil, fmt.Errorf("%d of %d were told: %w", al.Counts.Sent, n, err)
	}
	took := time.Since(began)
	after, err := r.stats(ctx)
	if err != nil {
		return nil, err
	}
	var answers []time.Duration
	if err := r.ask(ctx, http.MethodGet, "/answers", &answers); err != nil {
		return nil, err
	}
	calls := callsOf(after) - callsOf(before)
	return []figure{
		{"chats at real limits: time ÷ (all calls ÷ 30 a second)", took.Seconds() / (float64(calls) / 30), "", "≤ 1.02"},
		{"chats at real limits: 429s", float64(after.TooMany), "", "0"},
		{"chats at real limits: most calls in any second", float64(after.PeakCalls), "", "≤ 30"},
		{"answers meanwhile, p95", percentile(answers, 95), "ms", "≤ 150"},
	}, nil
}

// callsOf is how many calls count against the limit.
func callsOf(s telegramtest.Stats) (n int) {
	for method, calls := range s.Calls {
		if method != "getUpdates" {
			n += calls
		}
	}
	return n
}

// senders is how many senders the bare library is given.
const senders = 64

func measureFlood(ctx context.Context, r *rig, size sizes) ([]figure, error) {
	told := delivery.Content{Kind: delivery.AlertContent, Batch: "alert/bench", Class: delivery.Bulletin, Headline: "Everyone is told", Credit: "Bench", Published: time.Now()}
	half := size.flood / 2 // one before, one after: machines are not as quick at all times
	before, err := telegram.Bare(ctx, r.at.Telegram, telegramtest.DefaultToken, told, half, senders)
	if err != nil {
		return nil, err
	}
	if err := r.readers(ctx, everyone(size.flood, nothing)); err != nil {
		return nil, err
	}
	if _, err := r.serve(ctx); err != nil {
		return nil, err
	}
	idle := r.cpu()
	al, err := r.alert(ctx, "Everyone is told", "bulletin", "")
	if err != nil {
		return nil, err
	}
	if err := r.accepted(ctx, half+size.flood, 10*time.Minute); err != nil {
		return nil, err
	}
	used := r.cpu() - idle
	sends, err := r.sends(ctx, half)
	if err != nil {
		return nil, err
	}
	err = await(ctx, time.Minute, func() (bool, error) {
		err := r.call(ctx, http.MethodGet, "/v1/alerts/"+al.ID, "", &al)
		return al.Counts.Sent == size.flood, err
	})
	if err != nil {
		return nil, fmt.Errorf("the ledger counts %+v: %w", al.Counts, err)
	}
	after, err := telegram.Bare(ctx, r.at.Telegram, telegramtest.DefaultToken, told, half, senders)
	if err != nil {
		return nil, err
	}
	bare := 2 / (1/before + 1/after)
	n := float64(size.flood)
	rate := n / sends[len(sends)-1].At.Sub(sends[0].At).Seconds()
	unlimited := fmt.Sprintf("no limits, %d in flight: ", r.inFlight)
	return []figure{
		{unlimited + "messages a second", rate, "/s", ""},
		{"go-telegram/bot alone, 64 senders", bare, "/s", ""},
		{unlimited + "÷ the library alone", rate / bare, "", "≥ 1.0"},
		{unlimited + "processor time a message", float64(used.Microseconds()) / n, "µs", ""},
		{unlimited + "peak memory", r.peak(), "MB", ""},
		{unlimited + "memory a message", (r.peak() * 1e6) / n, "B", ""},
	}, nil
}

// measureDigests lets digests come due and sends a flash to others while they go out.
func measureDigests(ctx context.Context, r *rig, size sizes) ([]figure, error) {
	due := time.Now().UTC().Truncate(time.Minute).Add(time.Minute + time.Duration(size.digests/1000)*time.Second).Truncate(time.Minute).Add(time.Minute)
	digest := fmt.Sprintf(`"%d %d * * *"`, due.Minute(), due.Hour())
	lines := everyone(size.digests+size.flash, func(i int) string {
		if i >= size.digests {
			return `,"follow":["place:IS"],"least":"flash"`
		}
		return fmt.Sprintf(`,"follow":["place:%s"],"least":"flash","digest":[%s]`, []string{"NO", "CL", "PE"}[i%3], digest)
	})
	if err := r.readers(ctx, lines); err != nil {
		return nil, err
	}
	if _, err := r.serve(ctx); err != nil {
		return nil, err
	}
	for i, place := range []string{"Norway", "Chile", "Peru"} {
		err := r.call(ctx, http.MethodPost, "/v1/articles", fmt.Sprintf(
			`{"uri":"bench:%d","type":"text","versioncreated":%q,"urgency":5,"language":"en","headline":"Harvest begins in %s"}`,
			i, time.Now().UTC().Format(time.RFC3339), place), nil)
		if err != nil {
			return nil, err
		}
	}
	if time.Now().After(due) {
		return nil, errors.New("the digests fell due before they could be measured: this machine imports too slowly")
	}
	owed, err := allOwed(ctx, r, due)
	if err != nil {
		return nil, err
	}
	first, spread, err := flashAmidst(ctx, r, size)
	if err != nil {
		return nil, err
	}
	return []figure{
		{"digests due in one minute: all owed", owed.Seconds(), "s", "≤ 60"},
		{"a flash amidst them: first message", ms(first), "ms", "≤ 200"},
		{"a flash amidst them: time ÷ (messages ÷ 30 a second)", spread.Seconds() / (float64(size.flash-1) / 30), "", "≤ 1.02"},
		{"digests: peak memory", r.peak(), "MB", ""},
	}, nil
}

// allOwed is how long after their hour nobody's digest is due any more.
func allOwed(ctx context.Context, r *rig, due time.Time) (time.Duration, error) {
	s, err := r.open(ctx)
	if err != nil {
		return 0, err
	}
	err = await(ctx, time.Until(due)+10*time.Minute, func() (bool, error) {
		if time.Now().Before(due) {
			return false, nil
		}
		left, err := s.DueDigests(ctx, due, subscriptions.ID(0), 1)
		return len(left) == 0, err
	})
	return time.Since(due), errors.Join(err, s.Close())
}

// flashAmidst sends a flash to those who get no digest: how long the first waits, and the last after the first.
func flashAmidst(ctx context.Context, r *rig, size sizes) (first, spread time.Duration, err error) {
	from, err := r.sends(ctx, 0)
	if err != nil {
		return 0, 0, err
	}
	if _, err := r.alert(ctx, "Volcano erupts", "flash", "place:IS"); err != nil {
		return 0, 0, err
	}
	accepted := time.Now()
	var flash []arrival
	err = await(ctx, time.Duration(size.flash)*100*time.Millisecond+time.Minute, func() (bool, error) {
		all, err := r.sends(ctx, len(from))
		flash = slices.DeleteFunc(all, func(a arrival) bool { return a.Chat < int64(1_000_000+size.digests) })
		return len(flash) >= size.flash, err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("%d of %d heard the flash: %w", len(flash), size.flash, err)
	}
	return max(0, flash[0].At.Sub(accepted)), flash[len(flash)-1].At.Sub(flash[0].At), nil
}

func measureCrowd(ctx context.Context, r *rig, size sizes) ([]figure, error) {
	began := time.Now()
	if err := r.readers(ctx, everyone(size.crowd, fiveSubscriptions)); err != nil {
		return nil, err
	}
	imported := float64(size.crowd) / time.Since(began).Seconds()
	start, err := r.serve(ctx)
	if err != nil {
		return nil, err
	}
	sent := time.Now()
	al, err := r.alert(ctx, "All are told", "bulletin", "place:NO")
	if err != nil {
		return nil, err
	}
	accepted := time.Now()
	if err := r.accepted(ctx, 1, time.Minute); err != nil {
		return nil, err
	}
	sends, err := r.sends(ctx, 0)
	if err != nil {
		return nil, err
	}
	if err := r.owed(ctx, alerts.ID(al.ID)); err != nil {
		return nil, err
	}
	return []figure{
		{"a million: the call that sends returns after", accepted.Sub(sent).Seconds(), "s", ""},
		{"a million: accepted → first message", max(0, sends[0].At.Sub(accepted)).Seconds(), "s", "≤ 1"},
		{"a million: accepted → all owed", time.Since(accepted).Seconds(), "s", "≤ 30"},
		{"a million: peak memory", r.peak(), "MB", "≤ 400"},
		{"a million: start until ready", start.Seconds(), "s", "≤ 3"},
		{"a million: subscribers imported a second", imported, "/s", ""},
	}, nil
}

// owed waits until an alert is owed to all. It asks the store: to count a million messages costs what it would measure.
func (r *rig) owed(ctx context.Context, id alerts.ID) error {
	s, err := r.open(ctx)
	if err != nil {
		return err
	}
	file := s.Alerts()
	err = await(ctx, 10*time.Minute, func() (bool, error) {
		al, err := file.Get(ctx, id)
		return al.AllOwed, err
	})
	return errors.Join(err, s.Close())
}

// open opens the service's store beside it.
func (r *rig) open(ctx context.Context) (*store.Store, error) {
	return store.Open(ctx, r.database, store.Options{KeyFile: filepath.Join(r.dir, "key")})
}

// fiveSubscriptions: everybody follows Norway, and four other places.
func fiveSubscriptions(i int) string {
	places := []string{"CL", "PE", "PT", "GE", "PL", "FI", "EE", "IE", "FR", "DE", "RU", "SY", "US", "UA", "KZ"}
	follow := []string{`"place:NO"`}
	for j := range 4 {
		follow = append(follow, strconv.Quote("place:"+places[(i*7+j*3)%len(places)]))
	}
	return `,"follow":[` + strings.Join(follow, ",") + `]`
}

// scratch is an empty database of its own: on a PostgreSQL server, or a file in dir.
func scratch(ctx context.Context, server, dir string) (url string, drop func() error, err error) {
	if server != "" {
		return store.Scratch(ctx, server)
	}
	file, err := os.MkdirTemp(dir, "db")
	return "sqlite:" + file + "/tenbells.db", func() error { return os.RemoveAll(file) }, err
}
