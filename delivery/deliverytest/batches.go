package deliverytest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenbells/tenbells/delivery"
)

func testBatches(t *testing.T, open func(*testing.T) House) {
	for name, test := range map[string]func(*scene){
		"a paused batch waits and holds nobody up":                    testPause,
		"what was told stays told, the rest is told on resume, once":  testResume,
		"pausing and opening again and again loses nothing":           testPauseOften,
		"a cancelled batch is dropped, what is in doubt too":          testCancel,
		"what falls due of a cancelled batch is dropped":              testCancelHeld,
		"whoever may have been told hears of the recall":              testRecallInDoubt,
		"sends of a cancelled batch are not written":                  testOweCancelled,
		"follow-ups of a paused or cancelled batch go out":            testFollowUpOfCancelled,
		"a receipt that comes back to a stopped batch stays with it":  testReceiptOfStopped,
		"a batch whose name begins like another's is another's to it": testPrefix,
	} {
		t.Run(name, func(t *testing.T) { test(begin(t, open)) })
	}
}

func testPause(s *scene) {
	ms := s.crowd(batch, 6001)
	s.owe(ms[1:]...)
	other := s.message("alert/other", ms[0].Subscriber)
	other.Class = delivery.Digest
	s.owe(other)
	s.set(batch, delivery.BatchPaused)
	s.owe(ms[0]) // after the pause
	if all := s.deliver(); len(all) != 1 || all[0].Key != other.Key {
		s.t.Errorf("delivered %d, want only that of another batch", len(all))
	}
	if c := s.counts(batch); c.Queued != 6001 {
		s.t.Errorf("got %+v, want all waiting", c)
	}
}

func testResume(s *scene) {
	s.owe(s.crowd(batch, 60)...)
	told := s.turn(20).Parcels
	var receipts []delivery.Receipt
	for _, p := range told {
		receipts = append(receipts, s.sent(p))
	}
	s.set(batch, delivery.BatchPaused)
	s.turn(0, receipts...)
	s.nothing()
	s.set(batch, delivery.BatchOpen)
	if rest := s.deliver(); len(rest) != 40 {
		s.t.Errorf("%d were told on resume, want 40", len(rest))
	}
	if c := s.counts(batch); c.Sent != 60 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testPauseOften(s *scene) {
	s.owe(s.crowd(batch, 30)...)
	seen := map[delivery.Key]int{}
	for range 10 {
		s.set(batch, delivery.BatchPaused)
		s.nothing()
		s.set(batch, delivery.BatchOpen)
		for _, p := range s.turn(3).Parcels {
			seen[p.Key]++
		}
	}
	for key, n := range seen {
		if n != 1 {
			s.t.Errorf("%s was claimed %d times", key, n)
		}
	}
	if len(seen) != 30 {
		s.t.Errorf("%d were claimed, want 30", len(seen))
	}
}

func testCancel(s *scene) {
	s.owe(s.crowd(batch, 20)...)
	ps := s.turn(4).Parcels
	s.turn(0, s.sent(ps[0]), s.lost(ps[1], 0), s.lost(ps[2], time.Minute)) // one is still in flight
	s.set(batch, delivery.BatchCancelled)
	s.nothing()
	c := s.counts(batch)
	if c.Sent != 1 || c.Sending != 1 || c.Dropped[delivery.Cancelled] != 18 {
		s.t.Errorf("got %+v", c)
	}
	s.turn(0, s.sent(ps[3]))
	if c := s.counts(batch); c.Sent != 2 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testCancelHeld(s *scene) {
	to := s.readers(3)
	held, lost := s.message(batch, to[0]), s.message(batch, to[1])
	held.Due = s.now.Add(time.Hour)
	s.owe(held, lost)
	p := s.claim()
	s.set(batch, delivery.BatchPaused)
	s.turn(0, s.lost(p, time.Minute))
	s.set(batch, delivery.BatchCancelled)
	s.now = s.now.Add(2 * time.Hour)
	s.nothing()
	if c := s.counts(batch); c.Dropped[delivery.Cancelled] != 2 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

// testRecallInDoubt withdraws a batch of which one message was told, one may have been, and one was not.
func testRecallInDoubt(s *scene) {
	to := s.readers(3)
	s.oweTo(batch, to...)
	ps := s.turn(2).Parcels
	s.turn(0, s.sent(ps[0]), s.lost(ps[1], time.Hour))
	s.set(batch, delivery.BatchPaused) // while the editors look into it
	notice := delivery.Content{Kind: delivery.RecallContent, Headline: "withdrawn"}
	if err := s.Store.SaveContent(context.Background(), content, 2, notice); err != nil {
		s.t.Fatal(err)
	}
	s.set(batch, delivery.BatchCancelled)
	s.follow(delivery.Edit, 2)
	all := s.deliver()
	s.now = s.now.Add(time.Minute)
	all = append(all, s.deliver()...) // to be sure, where the first attempt's message was found
	heard := map[delivery.Key][]delivery.Op{}
	for _, p := range all {
		key := p.Key
		if p.Op == delivery.Edit {
			key = p.Target
		}
		heard[key] = append(heard[key], p.Op)
		if p.Body.Kind != delivery.RecallContent || p.Doubtful != (p.Op == delivery.Send) {
			s.t.Errorf("%s of %s says %q", p.Op, p.Key, p.Body.Headline)
		}
	}
	want := map[delivery.Key][]delivery.Op{ps[0].Key: {delivery.Edit}, ps[1].Key: {delivery.Send, delivery.Edit}}
	if diff := cmp.Diff(want, heard); diff != "" {
		s.t.Error(diff)
	}
	if c := s.counts(batch); c.Sent != 2 || c.Dropped[delivery.Cancelled] != 1 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testOweCancelled(s *scene) {
	to := s.readers(2)
	s.set(batch, delivery.BatchCancelled)
	if n := s.owe(s.message(batch, to[0]), s.message("alert/other", to[1])); n != 1 {
		s.t.Errorf("%d were written, want that of another batch", n)
	}
}

func testFollowUpOfCancelled(s *scene) {
	to := s.readers(2)
	s.oweTo(batch, to...)
	s.deliver()
	for _, state := range []delivery.BatchState{delivery.BatchPaused, delivery.BatchCancelled} {
		s.set(batch, state)
		version := s.counts(batch).Edited/2 + 2
		s.save(content, version)
		s.follow(delivery.Edit, version)
		if all := s.deliver(); len(all) != 2 {
			s.t.Errorf("%d edits of a %s batch went out, want 2", len(all), state)
		}
	}
}

func testReceiptOfStopped(s *scene) {
	to := s.readers(2)
	s.oweTo(batch, to...)
	ps := s.turn(2).Parcels
	s.set(batch, delivery.BatchPaused)
	s.turn(0, s.refused(ps[0], 0), s.lost(ps[1], 0))
	s.nothing()
	s.set(batch, delivery.BatchOpen)
	if all := s.deliver(); len(all) != 2 {
		s.t.Errorf("%d went out on resume, want 2", len(all))
	}
}

func testPrefix(s *scene) {
	to := s.readers(1)
	names := []delivery.BatchID{"alert/a", "alert/a-b", "alert/ab", "alert/a/b"}
	for _, b := range names {
		s.oweTo(b, to...)
	}
	s.set("alert/a", delivery.BatchCancelled)
	got := map[delivery.BatchID]int{}
	for _, b := range names {
		got[b] = s.counts(b).Queued
	}
	want := map[delivery.BatchID]int{"alert/a": 0, "alert/a-b": 1, "alert/ab": 1, "alert/a/b": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Error(diff)
	}
}

func testCounts(s *scene) {
	ctx := context.Background()
	to := s.readers(8)
	s.oweTo(batch, to...)
	start := s.now
	ps := s.turn(7).Parcels
	s.now = s.now.Add(3 * time.Second)
	drop := func(p delivery.Parcel, why delivery.Reason) delivery.Receipt {
		return delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Dropped, Reason: why, At: s.now}
	}
	s.turn(0, s.sent(ps[0]), s.sent(ps[1]), drop(ps[2], delivery.Rejected), drop(ps[3], delivery.Expired), s.lost(ps[4], time.Hour))
	s.now = s.now.Add(17 * time.Second)
	s.turn(0, s.sent(ps[5]))
	got := s.counts(batch)
	want := delivery.Counts{Queued: 1, Sending: 1, Sent: 3, Unknown: 1, First: start.Add(3 * time.Second), Last: s.now,
		P50: 3 * time.Second, P90: 20 * time.Second, Dropped: map[delivery.Reason]int{
			delivery.Gone: 0, delivery.Rejected: 1, delivery.Expired: 1, delivery.Cancelled: 0, delivery.DeletedThere: 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Error(diff)
	}
	none, err := s.Store.Counts(ctx, "alert/none")
	if err != nil || none.Open() || len(none.Dropped) != 5 {
		s.t.Errorf("of nothing: %+v, %v", none, err)
	}
}

func testEditedOnce(s *scene) {
	ps := s.told(4)
	for version := 2; version <= 4; version++ {
		s.save(content, version)
		s.follow(delivery.Edit, version)
		s.deliver()
	}
	s.follow(delivery.Reply, 4)
	s.deliver()
	gone := s.message(batch, ps[0].Subscriber)
	gone.Key, gone.Op, gone.Target = delivery.FollowUpKey(batch, delivery.Delete, 5, ps[0].Subscriber), delivery.Delete, ps[0].Key
	s.owe(gone)
	s.deliver()
	for _, when := range []string{"at once", "after the purge"} {
		if c := s.counts(batch); c.Sent != 4 || c.Edited != 3 || c.Deleted != 1 || c.Open() {
			s.t.Errorf("%s it stands as %+v; want three edited, one deleted", when, c)
		}
		s.now = s.now.Add(73 * time.Hour)
		if _, err := s.Store.PurgeMessages(context.Background(), s.now); err != nil {
			s.t.Fatal(err)
		}
	}
}

func testPurge(s *scene) {
	ctx := context.Background()
	to := s.readers(3)
	channel := s.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "-1", Kind: delivery.Channel})
	public := s.message(batch, channel)
	public.Rank, public.Expires = delivery.Rank(delivery.Channel, batch, public.Subscriber), time.Time{}
	s.owe(public)
	s.oweTo(batch, to...)
	ps := s.turn(3).Parcels
	s.now = s.now.Add(time.Second)
	s.turn(0, s.sent(ps[0]), s.sent(ps[1]), s.lost(ps[2], time.Minute))
	before := s.counts(batch)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{71 * time.Hour, 0}, {2 * time.Hour, 1}, {26 * 24 * time.Hour, 0}, {2 * 24 * time.Hour, 1}} {
		s.now = s.now.Add(step.after)
		n, err := s.Store.PurgeMessages(ctx, s.now)
		if err != nil || n != step.want {
			s.t.Errorf("%s later %d were purged, %v; want %d", step.after, n, err, step.want)
		}
		if diff := cmp.Diff(before, s.counts(batch)); diff != "" {
			s.t.Error(diff)
		}
	}
}
