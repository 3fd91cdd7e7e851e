package deliverytest

import (
	"context"
	"testing"
	"time"

	"github.com/tenbells/tenbells/delivery"
)

func testFollowUps(t *testing.T, open func(*testing.T) House) {
	for name, test := range map[string]func(*scene){
		"an edit goes to everyone told, in the class of what it changes": testEdit,
		"follow-ups asked for again are not owed again":                  testFollowUpTwice,
		"edits in a row end in the newest content, told once":            testEditsInARow,
		"whoever is told the new version already needs no edit":          testEditMoot,
		"an edit waits for the answer to the send":                       testEditWaits,
		"who may have got an old version by a lost answer is edited":     testEditOfDoubtful,
		"a send that failed after all needs no edit":                     testEditOfDropped,
		"a correction is told to whoever heard the mistake":              testReply,
		"what was deleted there stays deleted":                           testDeletedThere,
		"what we deleted is not edited":                                  testDelete,
		"what is too old to be changed is left":                          testTooOld,
		"a follow-up's own outcome is counted":                           testFollowUpCounts,
		"large batches are followed up in pages, each repeatable":        testFollowUpPages,
		"a claim and a new version at the same time leave nobody behind": testVersionRace,
	} {
		t.Run(name, func(t *testing.T) { test(begin(t, open)) })
	}
}

// told sends the batch to n readers, and saves version 2.
func (s *scene) told(n int) []delivery.Parcel {
	s.oweTo(batch, s.readers(n)...)
	ps := s.deliver()
	s.save(content, 2)
	return ps
}

func testEdit(s *scene) {
	ps := s.told(2)
	if n := s.follow(delivery.Edit, 2); n != 2 {
		s.t.Errorf("%d edits are owed, want 2", n)
	}
	for i, p := range s.deliver() {
		if p.Op != delivery.Edit || p.Version != 2 || p.Target != ps[i].Key || p.Class != delivery.Bulletin || p.Batch != batch {
			s.t.Errorf("got %+v", p.Message)
		}
		if p.Original.MessageID != "id of "+string(p.Target) || p.Original.Version != 1 || p.Original.State != delivery.Sent || !p.Original.At.Equal(s.now) {
			s.t.Errorf("the original is %+v", p.Original)
		}
	}
	if c := s.counts(batch); c.Sent != 2 || c.Edited != 2 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testFollowUpTwice(s *scene) {
	s.told(2)
	s.follow(delivery.Edit, 2)
	if n := s.follow(delivery.Edit, 2); n != 0 {
		s.t.Errorf("%d edits more", n)
	}
	s.deliver()
	if n := s.follow(delivery.Edit, 2); n != 0 {
		s.t.Errorf("%d edits more after they were done", n)
	}
}

func testEditsInARow(s *scene) {
	s.told(2)
	s.follow(delivery.Edit, 2)
	s.save(content, 3)
	s.follow(delivery.Edit, 3)
	all := s.deliver()
	s.now = s.now.Add(time.Minute)
	all = append(all, s.deliver()...)
	if len(all) != 2 || all[0].Version != 3 || all[1].Version != 3 {
		s.t.Errorf("%d edits, want each of 2 readers brought to version 3 at once", len(all))
	}
	if c := s.counts(batch); c.Edited != 2 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testEditMoot(s *scene) {
	to := s.readers(2)
	s.oweTo(batch, to...)
	first := s.claim()
	s.save(content, 2)
	second := s.claim() // tells version 2
	if n := s.follow(delivery.Edit, 2); n != 1 {
		s.t.Errorf("%d edits are owed, want that of the first reader", n)
	}
	s.turn(0, s.sent(first), s.sent(second))
	if all := s.deliver(); len(all) != 1 || all[0].Target != first.Key {
		s.t.Errorf("edited %v", keys(all))
	}
}

func testEditWaits(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	p := s.claim()
	s.save(content, 2)
	s.follow(delivery.Edit, 2)
	if c := s.turn(10); len(c.Parcels) != 0 || c.Next.IsZero() || c.Next.After(s.now.Add(time.Minute)) {
		s.t.Errorf("claimed %v, next at %s; want it to wait a moment", keys(c.Parcels), c.Next)
	}
	s.turn(0, s.sent(p))
	s.now = s.now.Add(time.Minute)
	if all := s.deliver(); len(all) != 1 || all[0].Op != delivery.Edit {
		s.t.Errorf("delivered %v", keys(all))
	}
}

func testEditOfDoubtful(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	s.turn(0, s.lost(s.claim(), 0))
	s.save(content, 2)
	if n := s.follow(delivery.Edit, 2); n != 1 {
		s.t.Errorf("%d edits are owed, want 1", n)
	}
	p := s.claim()
	if p.Op != delivery.Send || p.Version != 2 || !p.Doubtful {
		s.t.Fatalf("claimed %+v", p.Message)
	}
	s.turn(0, s.sent(p)) // Discord may have answered with the message of the first attempt
	s.now = s.now.Add(time.Minute)
	if all := s.deliver(); len(all) != 1 || all[0].Op != delivery.Edit {
		s.t.Errorf("delivered %v, want an edit to be sure", keys(all))
	}
	if n := s.follow(delivery.Reply, 2); n != 1 {
		s.t.Errorf("%d corrections are owed, want 1: the first attempt may have told the mistake", n)
	}
}

func testEditOfDropped(s *scene) {
	s.oweTo(batch, s.readers(1)...)
	p := s.claim()
	s.save(content, 2)
	s.follow(delivery.Edit, 2)
	s.turn(0, delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Dropped, Reason: delivery.Rejected, At: s.now})
	s.nothing()
	if c := s.counts(batch); c.Open() || c.Edited != 0 {
		s.t.Errorf("got %+v", c)
	}
}

func testReply(s *scene) {
	s.told(1)
	s.save(content+"/correction/2", 2)
	s.follow(delivery.Edit, 2)
	s.deliver() // edited before the replies are owed
	late := s.message(batch, s.Subscribe(delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "7", Kind: delivery.Private}))
	s.owe(late)
	s.deliver() // told the right thing at once
	correction := func(id delivery.ContentID) delivery.ContentID { return id + "/correction/2" }
	n, err := followUp(s.Store, delivery.FollowUp{Batch: batch, Op: delivery.Reply, Version: 2, Content: correction, Due: s.now})
	if err != nil || n != 1 {
		s.t.Fatalf("%d replies are owed, %v; want one", n, err)
	}
	all := s.deliver()
	if len(all) != 1 || all[0].Op != delivery.Reply || all[0].Body.Headline != "alert/flood/en/correction/2 version 2" ||
		all[0].Original.MessageID != "id of "+string(all[0].Target) {
		s.t.Errorf("delivered %+v", all)
	}
}

func testDeletedThere(s *scene) {
	s.told(1)
	s.follow(delivery.Edit, 2)
	s.follow(delivery.Reply, 2)
	p := s.claim()
	s.turn(0, delivery.Receipt{Key: p.Key, Subscriber: p.Subscriber, State: delivery.Dropped, Reason: delivery.DeletedThere, At: s.now})
	s.now = s.now.Add(time.Minute)
	s.nothing()
	s.save(content, 3)
	if n := s.follow(delivery.Edit, 3); n != 0 {
		s.t.Errorf("%d more edits are owed", n)
	}
	if c := s.counts(batch); c.Dropped[delivery.DeletedThere] != 2 || c.Sent != 1 {
		s.t.Errorf("got %+v", c)
	}
}

func testDelete(s *scene) {
	s.told(2)
	s.follow(delivery.Edit, 2)
	s.deliver()
	s.save(content, 3)
	if n := s.follow(delivery.Delete, 3); n != 2 {
		s.t.Errorf("%d deletes are owed, want 2", n)
	}
	for _, p := range s.deliver() {
		if p.Op != delivery.Delete || p.Original.MessageID == "" {
			s.t.Errorf("got %+v", p)
		}
	}
	s.save(content, 4)
	if n := s.follow(delivery.Edit, 4); n != 0 {
		s.t.Errorf("%d edits of deleted messages are owed", n)
	}
	if c := s.counts(batch); c.Deleted != 2 || c.Edited != 0 {
		s.t.Errorf("got %+v", c)
	}
}

func testTooOld(s *scene) {
	s.told(1)
	s.follow(delivery.Edit, 2)
	s.now = s.now.Add(73 * time.Hour)
	if _, err := s.Store.PurgeMessages(context.Background(), s.now); err != nil {
		s.t.Fatal(err)
	}
	s.nothing()
	if c := s.counts(batch); c.Dropped[delivery.Expired] != 1 || c.Sent != 1 || c.Open() {
		s.t.Errorf("got %+v", c)
	}
}

func testFollowUpCounts(s *scene) {
	s.told(3)
	s.follow(delivery.Edit, 2)
	c := s.counts(batch)
	if c.Queued != 3 || !c.Open() {
		s.t.Errorf("got %+v, want three edits waiting", c)
	}
	ps := s.turn(3).Parcels
	s.turn(0, s.sent(ps[0]), s.refused(ps[1], time.Second), s.lost(ps[2], time.Second))
	if c := s.counts(batch); c.Edited != 1 || c.Queued != 1 || c.Unknown != 1 {
		s.t.Errorf("got %+v", c)
	}
	s.now = s.now.Add(time.Minute)
	s.deliver()
	if c := s.counts(batch); c.Edited != 3 || c.Repeats != 0 || c.Open() {
		s.t.Errorf("got %+v; an edit repeated tells nobody twice", c)
	}
}

func testFollowUpPages(s *scene) {
	if testing.Short() {
		s.t.Skip("needs some thousand readers")
	}
	s.told(4500)
	f := delivery.FollowUp{Batch: batch, Op: delivery.Edit, Version: 2, Due: s.now}
	total := 0
	for pages := 1; ; pages++ {
		n, next, err := s.Store.FollowUp(context.Background(), f)
		if err != nil {
			s.t.Fatal(err)
		}
		again, same, err := s.Store.FollowUp(context.Background(), f) // a crash before the next page was noted
		if n == 0 || n > 2500 || again != 0 || err != nil || same != next {
			s.t.Errorf("page %d owes %d up to %q, then %d more up to %q (%v)", pages, n, next, again, same, err)
		}
		if total += n; next == "" {
			break
		}
		f.After = next
	}
	if total != 4500 {
		s.t.Errorf("%d edits are owed, want 4500", total)
	}
	if n := s.follow(delivery.Edit, 2); n != 0 {
		s.t.Errorf("%d edits more", n)
	}
}

// testVersionRace saves a version and follows it up while the batch is being claimed: everyone is told version 2 or is
// owed an edit.
func testVersionRace(s *scene) {
	s.oweTo(batch, s.readers(100)...)
	carried := make(chan error)
	go func() {
		c := delivery.Content{Headline: "the second"}
		err := s.Store.SaveContent(context.Background(), content, 2, c)
		if err == nil {
			_, err = followUp(s.Store, delivery.FollowUp{Batch: batch, Op: delivery.Edit, Version: 2, Due: s.now})
		}
		carried <- err
	}()
	newest := map[delivery.Key]int{}
	note := func(ps []delivery.Parcel) {
		for _, p := range ps {
			about := p.Key
			if p.Op == delivery.Edit {
				about = p.Target
			}
			newest[about] = p.Version
		}
	}
	for receipts, again := []delivery.Receipt(nil), true; again; {
		ps := s.turn(5, receipts...).Parcels
		note(ps)
		receipts = nil
		for _, p := range ps {
			receipts = append(receipts, s.sent(p))
		}
		again = len(ps) > 0
	}
	if err := <-carried; err != nil {
		s.t.Fatal(err)
	}
	s.now = s.now.Add(time.Minute)
	note(s.deliver())
	for key, version := range newest {
		if version != 2 {
			s.t.Errorf("%s was left at version %d", key, version)
		}
	}
	if len(newest) != 100 {
		s.t.Errorf("%d were told, want 100", len(newest))
	}
}
