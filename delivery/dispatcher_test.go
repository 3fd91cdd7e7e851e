package delivery

import (
	"errors"
	"log/slog"
	"testing"
	"time"
)

func TestAMessageThatMustWaitHoldsNoOtherBack(t *testing.T) {
	now := time.Date(2013, 4, 29, 18, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	d := &Dispatcher{Lane: "discord/main", Pacer: NewPacer(Pace{}, clock), Now: clock, Log: slog.New(slog.DiscardHandler)}
	p := Parcel{Message: Message{Key: "alert/1/7/edit"}, To: Address{Chat: "901", Kind: Announcement}, Attempts: 2}
	refused := &RetryError{Scope: ScopeMessage, Err: errors.New("edited too often")}
	for range 2 * breakAfter { // nor is the platform down, however many such edits there are
		if r := d.judge(p, refused, now); r.State != Queued || !r.Due.After(now) {
			t.Fatalf("it is not tried again later: %+v", r)
		}
	}
	if ok, at := d.Pacer.Take(p.To.Chat, p.To.Kind); !ok {
		t.Errorf("another to the same chat must wait until %s", at)
	}
	if n, _ := d.Pacer.Free(); n == 0 {
		t.Error("the whole lane must wait")
	}
}
