package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/store"
	"github.com/tenbells/tenbells/store/storetest"
	"github.com/tenbells/tenbells/subscriptions"
	"github.com/tenbells/tenbells/subscriptions/subscriptionstest"
)

// followedByAll is a word that must be found: it proves that we look at the right bytes.
const followedByAll = "word:kilimanjaro"

func TestNoByteOfTheSQLiteFilesTellsAChat(t *testing.T) {
	url := storetest.SQLiteURL(t)
	h := newHunt(t, followedByAll, live(t, storetest.Open(t, url)))
	folder := filepath.Dir(strings.TrimPrefix(url, "sqlite:")) // the file with its free pages, and the log beside it
	if err := h.lookInFiles(folder, time.Time{}); err != nil {
		t.Fatal(err)
	}
	h.end(t, followedByAll)
}

func TestNoRowOfPostgresTellsAChat(t *testing.T) {
	url := storetest.PostgresURL(t)
	h := newHunt(t, followedByAll, live(t, storetest.Open(t, url)))
	h.look(rowsAsText(t, open(t, url)))
	h.end(t, followedByAll)
}

func TestNoByteOfThePostgresFilesTellsAChat(t *testing.T) {
	began := time.Now().Add(-time.Second)
	url := storetest.PostgresURL(t)
	h := newHunt(t, followedByAll, live(t, storetest.Open(t, url)))
	db := open(t, url)
	if _, err := db.Exec(`CHECKPOINT`); err != nil {
		t.Fatal(err)
	}
	data := one(t, db, `SHOW data_directory`)
	if _, err := os.ReadDir(data); errors.Is(err, fs.ErrPermission) {
		t.Skip("the server's files are not ours to read")
	}
	own := one(t, db, `SELECT oid::text FROM pg_database WHERE datname = current_database()`)
	if err := h.lookInFiles(filepath.Join(data, "base", own), began); err != nil {
		t.Fatal(err)
	}
	h.end(t, followedByAll)
	log := newHunt(t, followedByAll, nil)
	log.needles = h.needles
	if err := log.lookInFiles(filepath.Join(data, "pg_wal"), began); err != nil {
		t.Fatal(err)
	}
	log.end(t, followedByAll)
}

// open opens a database past the store.
func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// live lets 100 chats live through all that a store keeps of them, and answers their numbers, and those of their servers
// and roles.
func live(t *testing.T, s *store.Store) (secrets []string) {
	o := newOffice(t, s)
	var ids []subscriptions.ID
	var updates []bots.Update
	for i := range 100 {
		sub := subscriptionstest.Reader(71_234_500_000+i, followedByAll)
		if i%5 == 0 {
			sub.Address = delivery.Address{
				Platform: delivery.Discord, Bot: "main", Chat: strconv.Itoa(1_187_654_321_000_000 + i), Thread: strconv.Itoa(1_287_654_321_000_000 + i),
				Guild: strconv.Itoa(1_387_654_321_000_000 + i), Kind: delivery.Channel,
			}
			sub.Ping = subscriptions.Ping{Role: strconv.Itoa(1_487_654_321_000_000 + i), Least: delivery.Flash}
			secrets = append(secrets, sub.Address.Thread, sub.Address.Guild, sub.Ping.Role)
		}
		secrets = append(secrets, sub.Address.Chat)
		ids = append(ids, o.save(sub).ID)
		updates = append(updates, bots.Update{Lane: mainLane, ID: int64(i + 1), Payload: fmt.Appendf(nil, `{"chat":%s}`, sub.Address.Chat)})
	}
	if err := s.Accept(ctx, updates); err != nil {
		t.Fatal(err)
	}
	o.owe("alert/x", delivery.Flash, noon, ids...)
	o.deliver(arrived)
	for _, id := range ids[:10] {
		p := delivery.Publication{Key: delivery.SendKey("alert/x", id), Subscriber: id, MessageID: secrets[0] + "/1", First: noon, Due: noon}
		if err := s.SavePublication(ctx, mainLane, p); err != nil {
			t.Fatal(err)
		}
		thread := delivery.StoryThread{Subscriber: id, Story: "s1", Starter: p.Key, StarterID: secrets[0], LatestID: secrets[0] + "/1",
			State: delivery.ThreadOpen, First: noon}
		if err := s.SaveThread(ctx, thread); err != nil {
			t.Fatal(err)
		}
	}
	o.owe("alert/y", delivery.Flash, noon, ids...)
	to := delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: "-1009876543210", Kind: delivery.Group}
	secrets = append(secrets, "1009876543210")
	o.deliver(func(p delivery.Parcel) delivery.Receipt {
		if p.Subscriber == ids[1] {
			return moved(to)(p)
		}
		return refused(delivery.StandingBlocked)(p)
	})
	for _, u := range updates[:90] {
		if err := s.Done(ctx, u.Lane, u.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Book().Update(ctx, ids[3], func(s *subscriptions.Subscriber) error { s.Status = subscriptions.Stopped; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, id := range []subscriptions.ID{ids[2], ids[5]} {
		if err := s.Book().Forget(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Alerts().Record(ctx, alerts.Act{At: noon, By: "telegram:0f3a", What: "halt"}); err != nil {
		t.Fatal(err)
	}
	return secrets
}

// rowsAsText is every row of every table, as a dump would have them.
func rowsAsText(t *testing.T, db *sql.DB) (dump []byte) {
	t.Helper()
	tables := strings.Fields(one(t, db, `SELECT string_agg(quote_ident(tablename), ' ') FROM pg_tables WHERE schemaname = 'public'`))
	if len(tables) < 10 {
		t.Fatalf("only the tables %v", tables)
	}
	for _, table := range tables {
		dump = append(dump, one(t, db, `SELECT coalesce(string_agg(t::text, ' '), '') FROM `+table+` t`)...)
	}
	return dump
}

func one(t *testing.T, db *sql.DB, query string) (text string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
