package deliverytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/delivery"
)

// TestLedger runs the suite for ledgers. open answers an empty house.
func TestLedger(t *testing.T, open func(*testing.T) House) {
	for name, test := range map[string]func(*scene){
		"a message comes with all that is needed to deliver it":  testParcel,
		"the most urgent goes first":                             testOrder,
		"what is owed already is left as it is":                  testOwedOnce,
		"a key that is not of its batch is refused":              testForeignKey,
		"what is not due waits, and the claim says until when":   testDue,
		"an urgent one that falls due passes a thousand others":  testDueTogether,
		"what surely did not arrive is sent again":               testRefused,
		"what may have arrived is sent again as doubtful":        testUnknown,
		"the pace costs no attempt":                              testDeferred,
		"a receipt counts once":                                  testReceiptTwice,
		"the next owner repeats what was in flight":              testRecover,
		"a former owner changes nothing":                         testFence,
		"a halt stops claims and not receipts":                   testHalt,
		"too late is dropped":                                    testExpired,
		"who wants nothing more gets nothing more":               testGone,
		"who stopped keeps no mistake unmarked":                  testStopped,
		"what the platform says of a reader is written down":     testStanding,
		"a moved chat is told at its new address":                testMoved,
		"whoever is not told yet is told the newest":             testNewestContent,
		"an older content changes nothing":                       testOlderContent,
		"what has waited too long is lifted, never past a flash": testLifted,
		"a role is pinged twice a day at most":                   testPing,
		"digest items told already stay left out":                testOmit,
		"counts are of messages as they stand":                   testCounts,
		"what is edited again and again is edited once":          testEditedOnce,
		"purging keeps the figures":                              testPurge,
		"a message without content is no obstacle":               testOrphan,
		"a claim of many is whole":                               testMany,
		"two lanes do not see each other":                        testLanes,
	} {
		t.Run(name, func(t *testing.T) { test(begin(t, open)) })
	}
	testBatches(t, open)
	testFollowUps(t, open)
}

func testParcel(s *scene) {
	to := s.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "42", Thread: "7", Kind: delivery.Group})
	m := s.message(batch, to)
	m.Silent, m.Rank = true, delivery.Rank(delivery.Group, m.Batch, m.Subscriber)
	s.owe(m)
	p := s.claim()
	if diff := cmp.Diff(m, p.Message); diff != "" {
		s.t.Error(diff)
	}
	if p.To.Chat != "42" || p.To.Thread != "7" || p.To.Kind != delivery.Group || p.Voice.Zone != "UTC" {
		s.t.Errorf("addressed to %+v in the voice %+v", p.To, p.Voice)
	}
	if p.Body.Headline != "alert/flood/en version 1" || p.Version != 1 || p.Attempts != 1 || p.Doubtful || !p.First.Equal(s.now) {
		s.t.Errorf("got %+v", p)
	}
	s.nothing()
}

func testOrder(s *scene) {
	const group, private = delivery.BeyondChannels, 2 * delivery.BeyondChannels
	places := []struct {
		class delivery.Class
		rank  int
		ago   time.Duration
	}{
		{delivery.Flash, private + 9, 0}, {delivery.Bulletin, 3, 0}, {delivery.Bulletin, group + 2, 0},
		{delivery.Bulletin, private + 2, time.Minute}, {delivery.Bulletin, private + 1, 0}, {delivery.Bulletin, private + 2, 0},
		{delivery.Urgent, 0, time.Minute}, {delivery.Digest, 0, 2 * time.Minute},
	}
	var want []delivery.Key
	var ms []delivery.Message
	for i, to := range s.readers(len(places)) {
		m := s.message(batch, to)
		m.Class, m.Rank, m.Due = places[i].class, places[i].rank, s.now.Add(-places[i].ago)
		want = append(want, m.Key)
		ms = append(ms, m)
	}
	slices.Reverse(ms)
	s.owe(ms...)
	if got := keys(s.turn(10).Parcels); !slices.Equal(got, want) {
		s.t.Errorf("claimed %v, want %v", got, want)
	}
}

func testOwedOnce(s *scene) {
	to := s.readers(3)
	s.oweTo(batch, to[0])
	m := s.message(batch, to[0])
	m.Class = delivery.Flash
	if n := s.owe(m, s.message(batch, to[1]), s.message(batch, to[2])); n != 2 {
		s.t.Errorf("%d were new, want 2", n)
	}
	for _, p := range s.deliver() {
		if p.Class != delivery.Bulletin {
			s.t.Errorf("%s is a %s now", p.Key, p.Class)
		}
	}
	if n := s.owe(s.message(batch, to[0])); n != 0 {
		s.t.Error("a message that was sent is owed again")
	}
	s.nothing()
}

func testForeignKey(s *scene) {
	m := s.message(batch, s.readers(1)[0])
	m.Key = "elsewhere/1"
	if _, err := s.Store.Owe(context.Background(), []delivery.Message{m}); err == nil {
		s.t.Error("it was accepted")
	}
}

func testDue(s *scene) {
	to := s.readers(2)
	early, late := s.message(batch, to[0]), s.message(batch, to[1])
	early.Due, late.Due = s.now.Add(time.Hour), s.now.Add(2*time.Hour)
	s.owe(late, early)
	if c := s.turn(10); len(c.Parcels) != 0 || !c.Next.Equal(early.Due) {
		s.t.Errorf("claimed %d, next at %s; want none before %s", len(c.Parcels), c.Next, early.Due)
	}
	s.now = early.Due
	if c := s.turn(10); !slices.Equal(keys(c.Parcels), []delivery.Key{early.Key}) || !c.Next.Equal(late.Due) {
		s.t.Errorf("claimed %v, next at %s; want %s and then %s", keys(c.Parcels), c.Next, early.Key, late.Due)
	}
	s.now = late.Due
	if c := s.turn(10); len(c.Parcels) != 1 || !c.Next.IsZero() {
		s.t.Errorf("claimed %v, next at %s; want the last one", keys(c.Parcels), c.Next)
	}
}

func testDueTogether(s *scene) {
	ms := s.crowd(batch, 1201)
	for i := range ms {
		ms[i].Due = s.now.Add(time.Hour)
	}
	ms[1200].Class = delivery.Flash
	s.owe(ms...)
	s.now = s.now.Add(time.Hour)
	if p := s.claim(); p.Class != delivery.Flash {
		s.t.Errorf("the first claimed is a %s", p.Class)
	}
	if all := s.deliver(); len(all) != 1200 {
		s.t.Errorf("%d others were delivered, want 1200", len(all))
	}
}

func testRefused(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	c := s.turn(0, s.refused(s.claim(), time.Minute))
	if c = s.turn(1); len(c.Parcels) != 0 || !c.Next.Equal(s.now.Add(time.Minute)) {
		s.t.Errorf("claimed %d, next at %s; want it in a minute", len(c.Parcels), c.Next)
	}
	first := s.now
	s.now = s.now.Add(time.Minute)
	if p := s.claim(); p.Attempts != 2 || p.Doubtful || !p.First.Equal(first) {
		s.t.Errorf("got attempt %d, doubtful %v, first at %s", p.Attempts, p.Doubtful, p.First)
	}
	if c := s.counts(batch); c.Repeats != 0 {
		s.t.Errorf("%d repeats, want none", c.Repeats)
	}
}

func testUnknown(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	s.turn(0, s.lost(s.claim(), time.Minute))
	if c := s.counts(batch); c.Unknown != 1 || !c.Open() {
		s.t.Errorf("got %+v", c)
	}
	s.nothing()
	s.now = s.now.Add(time.Minute)
	p := s.claim()
	if p.Attempts != 2 || !p.Doubtful {
		s.t.Errorf("got attempt %d, doubtful %v", p.Attempts, p.Doubtful)
	}
	again := s.lost(p, time.Minute)
	again.Deferred = true // the pace held it back, so it was no repeat
	s.turn(0, again)
	if c := s.counts(batch); c.Repeats != 0 {
		s.t.Errorf("%d repeats, want none", c.Repeats)
	}
	s.now = s.now.Add(time.Minute)
	if p = s.claim(); p.Attempts != 2 || !p.Doubtful {
		s.t.Errorf("got attempt %d, doubtful %v", p.Attempts, p.Doubtful)
	}
	s.turn(0, s.sent(p))
	if c := s.counts(batch); c.Sent != 1 || c.Repeats != 1 || c.Open() {
		s.t.Errorf("got %+v, want it sent, one repeat", c)
	}
}

func testDeferred(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	r := s.refused(s.claim(), time.Second)
	r.Deferred = true
	s.turn(0, r)
	s.now = s.now.Add(time.Second)
	if p := s.claim(); p.Attempts != 1 || !p.First.Equal(s.now) {
		s.t.Errorf("attempt %d, first at %s; want the first, now", p.Attempts, p.First)
	}
}

func testReceiptTwice(s *scene) {
	to := s.readers(1)
	s.oweTo(batch, to...)
	p := s.claim()
	s.turn(0, s.sent(p))
	s.turn(0, s.refused(p, 0), delivery.Receipt{Key: "alert/other/1", State: delivery.Sent})
	gone := s.refused(p, 0)
	gone.State, gone.Reason, gone.Standing = delivery.Dropped, delivery.Gone, delivery.StandingGone
	s.turn(0, gone)
	if c := s.counts(batch); c.Sent != 1 || c.Open() {
		s.t.Errorf("got %+v, want it sent", c)
	}
	if s.Find(p.To) == 0 {
		s.t.Error("a receipt that does not count ended a subscription")
	}
	s.nothing()
}

func testRecover(s *scene) {
	ctx := context.Background()
	to := s.readers(5)
	s.oweTo(batch, to...)
	flying := s.turn(3).Parcels
	if n, err := s.Store.Recover(ctx, s.lease, lane, s.now); err != nil || n != 0 {
		s.t.Errorf("recovered %d of our own, %v", n, err)
	}
	s.hand("second")
	if n, err := s.Store.Recover(ctx, s.lease, lane, s.now); err != nil || n != 3 {
		s.t.Errorf("recovered %d, %v; want 3", n, err)
	}
	doubtful := map[delivery.Key]bool{}
	for _, p := range s.turn(10).Parcels {
		doubtful[p.Key] = p.Doubtful
	}
	if len(doubtful) != 5 {
		s.t.Errorf("claimed %d, want all 5", len(doubtful))
	}
	for _, p := range flying {
		if !doubtful[p.Key] {
			s.t.Errorf("%s is not doubtful", p.Key)
		}
		delete(doubtful, p.Key)
	}
	for key, is := range doubtful {
		if is {
			s.t.Errorf("%s is doubtful and never left us", key)
		}
	}
}

func testFence(s *scene) {
	ctx := context.Background()
	to := s.readers(2)
	s.oweTo(batch, to...)
	p := s.claim()
	former := s.hand("second")
	if _, err := s.Store.Turn(ctx, former, lane, s.now, []delivery.Receipt{s.sent(p)}, 1); !errors.Is(err, delivery.ErrLeaseLost) {
		s.t.Errorf("the former owner's turn: %v", err)
	}
	if _, err := s.Store.Recover(ctx, former, lane, s.now); !errors.Is(err, delivery.ErrLeaseLost) {
		s.t.Errorf("the former owner's recovery: %v", err)
	}
	if c := s.counts(batch); c.Sending != 1 || c.Queued != 1 {
		s.t.Errorf("got %+v, want what there was", c)
	}
	s.turn(0, s.sent(p)) // of a send under the former lease
	if c := s.counts(batch); c.Sending != 1 {
		s.t.Errorf("got %+v: a receipt of another epoch counted", c)
	}
}

func testHalt(s *scene) {
	ctx := context.Background()
	to := s.readers(2)
	s.oweTo(batch, to...)
	p := s.claim()
	if err := s.Store.Halt(ctx, true); err != nil {
		s.t.Fatal(err)
	}
	if c := s.turn(10, s.sent(p)); !c.Halted || len(c.Parcels) != 0 {
		s.t.Errorf("halted %v, claimed %d", c.Halted, len(c.Parcels))
	}
	if c := s.counts(batch); c.Sent != 1 {
		s.t.Errorf("got %+v, want the receipt settled", c)
	}
	if halted, err := s.Store.Halted(ctx); err != nil || !halted {
		s.t.Errorf("halted %v, %v", halted, err)
	}
	for range 2 { // again is nothing
		if err := s.Store.Halt(ctx, false); err != nil {
			s.t.Fatal(err)
		}
	}
	if c := s.turn(10); c.Halted || len(c.Parcels) != 1 {
		s.t.Errorf("halted %v, claimed %d", c.Halted, len(c.Parcels))
	}
}

func testExpired(s *scene) {
	ms := s.crowd(batch, 700)
	fresh := &ms[699]
	fresh.Expires, fresh.Rank = time.Time{}, 1<<40 // behind the others
	s.owe(ms...)
	s.now = s.now.Add(13 * time.Hour)
	if all := s.deliver(); len(all) != 1 || all[0].Key != fresh.Key {
		s.t.Errorf("delivered %v", keys(all))
	}
	if c := s.counts(batch); c.Dropped[delivery.Expired] != 699 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

// testStopped corrects, with edit and reply, and then deletes what was told to one who stopped and one who blocked us.
func testStopped(s *scene) {
	to := s.readers(3)
	s.oweTo(batch, to[:2]...)
	s.deliver()
	s.oweTo("alert/other", to[1])
	s.Stop(to[0])
	p := s.claim()
	s.turn(0, delivery.Receipt{Key: p.Key, Subscriber: to[1], State: delivery.Dropped, Reason: delivery.Gone, At: s.now, Standing: delivery.StandingBlocked})
	s.oweTo("alert/new", to[0])
	s.save(content, 2)
	s.follow(delivery.Edit, 2)
	s.follow(delivery.Reply, 2)
	all := s.deliver()
	s.now = s.now.Add(time.Minute)
	all = append(all, s.deliver()...)
	s.save(content, 3)
	s.follow(delivery.Delete, 3)
	var heard []delivery.Op
	for _, p := range append(all, s.deliver()...) {
		heard = append(heard, p.Op)
		if p.Subscriber != to[0] {
			s.t.Errorf("%s goes to who blocked us", p.Op)
		}
	}
	if diff := cmp.Diff([]delivery.Op{delivery.Edit, delivery.Delete}, heard); diff != "" {
		s.t.Error(diff)
	}
}

func testGone(s *scene) {
	to := s.readers(2)
	s.oweTo(batch, to...)
	s.Stop(to[0])
	s.owe(s.message(batch, 999_999)) // forgotten
	if all := s.deliver(); len(all) != 1 || all[0].Subscriber != to[1] {
		s.t.Errorf("delivered %v", keys(all))
	}
	if c := s.counts(batch); c.Dropped[delivery.Gone] != 2 {
		s.t.Errorf("got %+v", c)
	}
}

func testStanding(s *scene) {
	standings := []delivery.Standing{delivery.StandingBlocked, delivery.StandingGone, delivery.StandingNoRights}
	to := s.readers(len(standings) + 1)
	s.oweTo(batch, to...)
	var receipts []delivery.Receipt
	for i, p := range s.turn(10).Parcels {
		if i < len(standings) {
			receipts = append(receipts, delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Dropped,
				Reason: delivery.Gone, At: s.now, Standing: standings[i]})
		}
	}
	s.turn(0, receipts...)
	s.oweTo("alert/next", to...)
	if all := s.deliver(); len(all) != 1 {
		s.t.Errorf("%d of them are told again, want the one who can be reached", len(all))
	}
}

func testMoved(s *scene) {
	old := delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "-5", Kind: delivery.Group}
	to := s.Subscribe(old)
	s.oweTo(batch, to)
	r := s.refused(s.claim(), 0)
	now := old
	now.Chat = "-1005"
	r.Moved = &now
	s.turn(0, r)
	if p := s.claim(); p.To.Chat != "-1005" || p.Key != delivery.SendKey(batch, to) {
		s.t.Errorf("%s goes to %s", p.Key, p.To.Chat)
	}
}

func testNewestContent(s *scene) {
	to := s.readers(2)
	s.oweTo(batch, to...)
	if p := s.claim(); p.Version != 1 {
		s.t.Errorf("the first is told version %d", p.Version)
	}
	s.save(content, 2)
	if p := s.claim(); p.Version != 2 || p.Body.Headline != "alert/flood/en version 2" {
		s.t.Errorf("the second is told version %d, %q", p.Version, p.Body.Headline)
	}
}

func testOlderContent(s *scene) {
	s.save(content, 3)
	s.save(content, 2)
	err := s.Store.SaveContent(context.Background(), content, 3, delivery.Content{Headline: "another third"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.oweTo(batch, s.readers(1)...)
	if p := s.claim(); p.Version != 3 || p.Body.Headline != "alert/flood/en version 3" {
		s.t.Errorf("told version %d, %q", p.Version, p.Body.Headline)
	}
}

func testLifted(s *scene) {
	to := s.readers(4)
	s.owe(s.crowd(batch, 50)...)
	old := s.message("edition/a", to[0])
	old.Class, old.Due = delivery.Digest, s.now.Add(-time.Hour)
	s.owe(old)
	claimed := func() int {
		for i := 1; i <= 30; i++ {
			if p := s.claim(); p.Key == old.Key {
				return i
			}
		}
		return 0
	}
	if at := claimed(); at < 8 || at > 10 {
		s.t.Errorf("the digest that waited an hour was claim %d, want about the ninth", at)
	}
	young := s.message("edition/b", to[1])
	young.Class, young.Due = delivery.Digest, s.now.Add(-time.Minute)
	s.owe(young)
	if at := claimed(); at != 0 {
		s.t.Error("claimed twice")
	}
	old = s.message("edition/c", to[2])
	old.Class, old.Due = delivery.Digest, s.now.Add(-time.Hour)
	flash := s.message("alert/flash", to[3])
	flash.Class = delivery.Flash
	s.owe(old, flash)
	if p := s.claim(); p.Key != flash.Key {
		s.t.Errorf("%s went before the flash", p.Key)
	}
}

func testPing(s *scene) {
	to := s.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "9", Kind: delivery.Channel})
	s.PingRole(to, "77", delivery.Bulletin)
	for i, class := range []delivery.Class{delivery.Flash, delivery.Routine, delivery.Bulletin, delivery.Flash} {
		m := s.message(delivery.BatchID(fmt.Sprint("alert/ping-", i)), to)
		m.Class, m.Rank = class, i
		s.owe(m)
	}
	pinged := map[delivery.BatchID]bool{}
	for _, p := range s.deliver() {
		pinged[p.Batch] = p.Voice.PingRole == "77"
	}
	want := map[delivery.BatchID]bool{"alert/ping-0": true, "alert/ping-3": true, "alert/ping-2": false, "alert/ping-1": false}
	if diff := cmp.Diff(want, pinged); diff != "" {
		s.t.Error(diff)
	}
	s.now = s.now.Add(24 * time.Hour)
	m := s.message("alert/ping-tomorrow", to)
	s.owe(m)
	if p := s.claim(); p.Voice.PingRole != "77" {
		s.t.Error("the next day nobody is pinged")
	}
}

func testOmit(s *scene) {
	m := s.message("edition/a", s.readers(1)[0])
	m.Omit = []int{0, 3}
	s.owe(m)
	if p := s.claim(); !slices.Equal(p.Omit, []int{0, 3}) {
		s.t.Errorf("omits %v", p.Omit)
	}
}

func testOrphan(s *scene) {
	to := s.readers(2)
	m := s.message(batch, to[0])
	m.Content, m.Rank = "never saved", 0
	s.owe(m, s.message(batch, to[1]))
	if all := s.deliver(); len(all) != 1 {
		s.t.Errorf("delivered %v", keys(all))
	}
	if c := s.counts(batch); c.Dropped[delivery.Rejected] != 1 {
		s.t.Errorf("got %+v", c)
	}
}

func testMany(s *scene) {
	s.owe(s.crowd(batch, 700)...)
	ps := s.turn(600).Parcels
	if len(ps) != 600 {
		s.t.Fatalf("claimed %d, want 600", len(ps))
	}
	var receipts []delivery.Receipt
	seen := map[delivery.Key]bool{}
	for _, p := range ps {
		seen[p.Key] = true
		receipts = append(receipts, s.sent(p))
	}
	for _, p := range s.turn(600, receipts...).Parcels {
		seen[p.Key] = true
	}
	if c := s.counts(batch); c.Sent != 600 || c.Sending != 100 || len(seen) != 700 {
		s.t.Errorf("got %+v, %d different ones", c, len(seen))
	}
}

func testLanes(s *scene) {
	to := s.readers(2)
	other := s.message(batch, to[0])
	other.Lane = "discord/main"
	s.owe(other, s.message(batch, to[1]))
	if all := s.deliver(); len(all) != 1 || all[0].Subscriber != to[1] {
		s.t.Errorf("delivered %v", keys(all))
	}
	l, err := s.Store.Acquire(context.Background(), "lane/discord/main", "first", time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := s.Store.Turn(context.Background(), l, "discord/main", s.now, nil, 10)
	if err != nil || !slices.Equal(keys(c.Parcels), []delivery.Key{other.Key}) {
		s.t.Errorf("the other lane claimed %v, %v", keys(c.Parcels), err)
	}
}
