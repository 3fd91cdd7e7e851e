package store

import (
	"bytes"
	"context"
	"testing"

	"github.com/tenbells/tenbells/bots"
)

func TestADamagedUpdateStopsNoneBehindIt(t *testing.T) {
	ctx := context.Background()
	key, err := NewKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, "sqlite:"+t.TempDir()+"/tenbells.db", Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	lane := bots.Update{Lane: "telegram/main"}.Lane
	if err := s.Accept(ctx, []bots.Update{{Lane: lane, ID: 1, Payload: []byte("one")}, {Lane: lane, ID: 2, Payload: []byte("two")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(ctx, `UPDATE updates SET sealed = $1 WHERE number = 1`, []byte("rubbish")); err != nil {
		t.Fatal(err)
	}
	us, err := s.Pending(ctx, lane, 10)
	if err != nil || len(us) != 2 || us[0].Payload != nil || string(us[1].Payload) != "two" {
		t.Errorf("got %+v, %v; want the first empty and the second whole", us, err)
	}
}
