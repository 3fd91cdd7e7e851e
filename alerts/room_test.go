package alerts_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/articles/stories"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
)

var ctx = context.Background()

const lane = delivery.Lane("telegram/main")

// room is a newsroom on a real store, with a lane whose platform answers everything at once.
type room struct {
	t       *testing.T
	store   *store.Store
	desk    *alerts.Desk
	editors *alerts.Editors
	faults  *faults
	lease   delivery.Lease
	ahead   time.Duration // of the clock on the wall
	chats   map[subscriptions.ID]*chat
	ids     map[string]subscriptions.ID
	heat    articles.Findings // what the analyst says of every event
	ruled   []stories.Ruling  // what the analyst knows of
	leftOut []articles.ID     // of digests
}

// chat is what one subscriber has seen.
type chat struct {
	sends, replies int
	shows          delivery.Content // what stands there now
	reply          delivery.Content // the last reply
	mended         int              // replies that were edited or deleted
	deleted        bool
}

func eachRoom(t *testing.T, test func(t *testing.T, r *room)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, newRoom(t, s)) })
}

// newRoomOnSQLite is for what has nothing to do with the database.
func newRoomOnSQLite(t *testing.T) *room {
	t.Helper()
	return newRoom(t, storetest.SQLite(t))
}

func newRoom(t *testing.T, s *store.Store) *room {
	t.Helper()
	lease, err := s.Acquire(ctx, "lane/"+string(lane), "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	r := &room{t: t, store: s, faults: &faults{}, lease: lease, chats: map[subscriptions.ID]*chat{}, ids: map[string]subscriptions.ID{}}
	r.hire()
	return r
}

// now is time as the room knows it: it passes when settle says so, so that nothing has to be waited for.
func (r *room) now() time.Time { return time.Now().Add(r.ahead) }

// hire puts a new desk and new editors in, who remember nothing: what a restart does.
func (r *room) hire() {
	r.faults.in = 0
	file, record := faultyFile{r.store.Alerts(), r.faults}, faultyRecord{r.store, r.faults}
	r.desk = &alerts.Desk{
		Store: faultyStore{r.store, r.faults}, Analyse: r.analyse, Rulings: r.store.Rulings(), Heed: r.heed, Judge: alerts.Judge{Autosend: alerts.AutosendMarked}, File: file,
		Audience: r.store.Book(), Outbox: faultyOutbox{r.store, r.faults}, Record: record, Editions: editions{r},
		Wake: func() <-chan struct{} { return r.store.Changed(store.Articles, store.Alerts) }, Log: slog.New(slog.DiscardHandler), Now: r.now,
	}
	r.editors = &alerts.Editors{
		File: file, Audience: r.store.Book(), Record: record, Stories: r.store.Rulings(), Topics: world{}, Outlet: "RFE/RL",
		Rate: func(delivery.Lane) float64 { return 30 }, Now: r.now,
	}
}

// world knows a few topics and places.
type world struct{}

func (world) Valid(key string) bool {
	return slices.Contains([]string{"place:RU", "place:SY", "medtop:16000000", "topic:health"}, key)
}

// analyse takes what the newsroom marked for findings; the dateline names the story.
func analyse(_ context.Context, a articles.Article) (articles.Findings, error) {
	return articles.Findings{Language: a.Language, Topics: a.Subjects, Places: a.Places, Story: articles.StoryID(a.Dateline)}, nil
}

// analyse heeds editors' rulings, as an index does.
func (r *room) analyse(ctx context.Context, a articles.Article) (articles.Findings, error) {
	f, err := analyse(ctx, a)
	f.Lately, f.Headlines, f.Outlets, f.Span, f.Kin, f.Sudden = r.heat.Lately, r.heat.Headlines, r.heat.Outlets, r.heat.Span, r.heat.Kin, r.heat.Sudden
	for _, ruling := range r.ruled {
		switch {
		case slices.Contains(ruling.Split, a.ID):
			f.Story = ruling.Story()
		case ruling.From == f.Story && f.Story != "":
			f.Story = ruling.Into
			fallthrough
		case ruling.Into == f.Story && f.Story != "":
			f.Merged = append(f.Merged, ruling.From)
		}
	}
	if f.Kin == nil {
		f.Kin = []articles.StoryID{f.Story}
	}
	return f, err
}

func (r *room) heed(ctx context.Context) (err error) {
	r.ruled, err = r.store.Rulings().Ruled(ctx, 0)
	return err
}

// subscribe adds a subscriber for whom even routine rings.
func (r *room) subscribe(name string, follow ...subscriptions.Key) subscriptions.ID {
	r.t.Helper()
	s, err := r.store.Book().Save(ctx, subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: strconv.Itoa(1000 + len(r.ids)), Kind: delivery.Private},
		Status:  subscriptions.Active, Zone: "UTC", Least: delivery.Routine, Follow: follow,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.ids[name], r.chats[s.ID] = s.ID, &chat{}
	return s.ID
}

func (r *room) chat(name string) *chat { return r.chats[r.ids[name]] }

// publish puts a version of an article on the shelf, marked as a flash about Russia unless change says otherwise.
func (r *room) publish(name string, change func(*articles.Article)) {
	r.t.Helper()
	now := r.now().UTC()
	a := articles.Article{
		ID: articles.DeriveID("test", name), Source: "folder", Way: articles.ByFolder, MayRing: true, Status: articles.Usable, Language: "en",
		Headline: "Putin, Obama Discuss Security", Standfirst: "They agreed.", Dateline: "story-" + name, Urgency: 1,
		Places: []articles.Place{"RU"}, Published: now, Seen: now,
	}
	if change != nil {
		change(&a)
	}
	if _, err := r.store.Put(ctx, a); err != nil {
		r.t.Fatal(err)
	}
}

// work lets the desk step until nothing is left to do at once.
func (r *room) work() error {
	for range 50 {
		next, err := r.desk.Step(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(r.now()) {
			return nil
		}
	}
	return errors.New("the desk does not come to rest")
}

// step is one step of the desk; it answers when the next one is due.
func (r *room) step() time.Time {
	r.t.Helper()
	next, err := r.desk.Step(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return next
}

func (r *room) mustWork() {
	r.t.Helper()
	if err := r.work(); err != nil {
		r.t.Fatal(err)
	}
}

// deliver carries out all that the lane may send now.
func (r *room) deliver() {
	r.t.Helper()
	for r.deliverUpTo(1000) > 0 {
	}
}

// deliverUpTo carries out up to n of what the lane may send now, and answers how many there were.
func (r *room) deliverUpTo(n int) int {
	r.t.Helper()
	claim, err := r.store.Turn(ctx, r.lease, lane, r.now(), nil, n)
	if err != nil {
		r.t.Fatal(err)
	}
	var receipts []delivery.Receipt
	for _, p := range claim.Parcels {
		r.show(p)
		receipts = append(receipts, delivery.Receipt{
			Key: p.Key, Subscriber: p.Subscriber, State: delivery.Sent, MessageID: "m/" + string(p.Key), Version: p.Version, At: r.now(),
		})
	}
	if _, err := r.store.Turn(ctx, r.lease, lane, r.now(), receipts, 0); err != nil {
		r.t.Fatal(err)
	}
	return len(claim.Parcels)
}

func (r *room) show(p delivery.Parcel) {
	c := r.chats[p.Subscriber]
	switch p.Op {
	case delivery.Send:
		c.sends++
		c.shows = p.Body
	case delivery.Edit:
		if p.FollowsReply() {
			c.reply = p.Body
			c.mended++
			return
		}
		c.shows = p.Body
	case delivery.Reply:
		c.replies++
		c.reply = p.Body
	case delivery.Delete:
		if p.FollowsReply() {
			c.mended++
			return
		}
		c.deleted = true
	}
}

// settle lets desk and lane work until both are done.
func (r *room) settle() {
	r.t.Helper()
	for range 4 {
		r.mustWork()
		r.deliver()
		r.ahead += time.Minute // longer than desk and lane leave anything alone
	}
	r.mustWork()
	r.checkReasons()
}

// checkReasons sees that bots can say in other languages whatever an alert says of itself.
func (r *room) checkReasons() {
	r.t.Helper()
	all, err := r.editors.Recent(ctx, 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, al := range all {
		var said []string
		for _, because := range al.Because {
			said = append(said, because.String())
		}
		inWords := slices.DeleteFunc(slices.Clone(al.Reasons), func(s string) bool { return s == "sent by an editor" }) // which its card says
		if !slices.Equal(said, inWords) {
			r.t.Errorf("alert %s says in words %q, by keys %q", al.ID, inWords, said)
		}
	}
}

// only is the one alert there is.
func (r *room) only() alerts.Alert {
	r.t.Helper()
	all, err := r.editors.Recent(ctx, 10)
	if err != nil || len(all) != 1 {
		r.t.Fatalf("%d alerts, want one (%v)", len(all), err)
	}
	return all[0]
}

func (r *room) wantStatus(id alerts.ID, want alerts.Status) {
	r.t.Helper()
	if al, err := r.store.Alerts().Get(ctx, id); err != nil || al.Status != want {
		r.t.Errorf("alert is %q (%v), want %q", al.Status, err, want)
	}
}

// order is a flash about Russia without a hold.
func order(key string) alerts.Order {
	return alerts.Order{
		Versions: map[string]alerts.Wording{"en": {Headline: "Ceasefire announced", Text: "Nine are dead."}},
		Follow:   []subscriptions.Key{"place:RU"}, Class: delivery.Flash, Hold: new(time.Duration), Idempotency: key, By: "cli:anna",
	}
}

func (r *room) send(o alerts.Order) alerts.Alert {
	r.t.Helper()
	al, _, _, err := r.editors.Send(ctx, o)
	if err != nil {
		r.t.Fatal(err)
	}
	return al
}

// faults makes one write fail: before it is done, or after it, so that it has an effect but its answer is lost.
type faults struct {
	in    int // the write to fail, from 1; 0: none
	after bool
	seen  int
	fired bool
}

var errFault = errors.New("the plug was pulled")

func (f *faults) write(do func() error) error {
	f.seen++
	fails := f.seen == f.in
	f.fired = f.fired || fails
	if fails && !f.after {
		return errFault
	}
	if err := do(); err != nil {
		return err
	}
	if fails {
		return errFault
	}
	return nil
}

func (f *faults) set(n int, after bool) { *f = faults{in: n, after: after} }

type faultyStore struct {
	alerts.Store
	f *faults
}

func (s faultyStore) MoveCursor(ctx context.Context, name string, to articles.Seq) error {
	return s.f.write(func() error { return s.Store.MoveCursor(ctx, name, to) })
}

type faultyFile struct {
	alerts.File
	f *faults
}

func (s faultyFile) Create(ctx context.Context, al alerts.Alert, act *alerts.Act) (there alerts.Alert, created bool, err error) {
	err = s.f.write(func() (err error) { there, created, err = s.File.Create(ctx, al, act); return err })
	return there, created, err
}

func (s faultyFile) Update(ctx context.Context, id alerts.ID, act *alerts.Act, change func(*alerts.Alert) error) (al alerts.Alert, err error) {
	err = s.f.write(func() (err error) { al, err = s.File.Update(ctx, id, act, change); return err })
	return al, err
}

func (s faultyFile) SaveVerdict(ctx context.Context, v alerts.Verdict) error {
	return s.f.write(func() error { return s.File.SaveVerdict(ctx, v) })
}

type faultyOutbox struct {
	delivery.Outbox
	f *faults
}

func (s faultyOutbox) SaveContent(ctx context.Context, id delivery.ContentID, version int, c delivery.Content) error {
	return s.f.write(func() error { return s.Outbox.SaveContent(ctx, id, version, c) })
}

func (s faultyOutbox) Owe(ctx context.Context, ms []delivery.Message) (n int, err error) {
	err = s.f.write(func() (err error) { n, err = s.Outbox.Owe(ctx, ms); return err })
	return n, err
}

type faultyRecord struct {
	delivery.Record
	f *faults
}

func (s faultyRecord) SetBatch(ctx context.Context, b delivery.BatchID, state delivery.BatchState) error {
	return s.f.write(func() error { return s.Record.SetBatch(ctx, b, state) })
}

func (s faultyRecord) FollowUp(ctx context.Context, f delivery.FollowUp) (n int, next delivery.Key, err error) {
	err = s.f.write(func() (err error) { n, next, err = s.Record.FollowUp(ctx, f); return err })
	return n, next, err
}

// editions notes what is left out of digests.
type editions struct{ r *room }

func (e editions) Withdraw(_ context.Context, article articles.ID) error {
	return e.r.faults.write(func() error {
		if !slices.Contains(e.r.leftOut, article) {
			e.r.leftOut = append(e.r.leftOut, article)
		}
		return nil
	})
}

// pullingThePlug runs test with each write failing in turn, before and after it was done, until a run has no such write.
// With -short it is every third: so the race detector sees each of these tests, and the run without it sees each write.
func pullingThePlug(t *testing.T, test func(t *testing.T, r *room, pull func())) {
	t.Helper()
	step := 1
	if testing.Short() {
		step = 3
	}
	for _, after := range []bool{false, true} {
		for n := 1; ; n += step {
			reached := false
			name := fmt.Sprintf("write %d is not done", n)
			if after {
				name = fmt.Sprintf("the answer to write %d is lost", n)
			}
			t.Run(name, func(t *testing.T) {
				r := newRoomOnSQLite(t)
				test(t, r, func() { r.faults.set(n, after) })
				reached = r.faults.fired
			})
			if !reached || t.Failed() {
				break
			}
		}
	}
}
