package digesttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/digest"
	"github.com/tenbells/tenbells/subscriptions"
)

// put shelves a version of the article called name, seen so many minutes after noon.
func (h House) put(t *testing.T, name string, minute int, change func(*articles.Article)) articles.Article {
	t.Helper()
	seen := noon.Add(time.Duration(minute) * time.Minute)
	a := articles.Article{
		ID: articles.ID(name), Source: "folder", Way: articles.ByFolder, Status: articles.Usable, Language: "en",
		Headline: fmt.Sprintf("%s at %d", name, minute), Body: []string{"One.", "Two."}, Published: seen, Seen: seen,
	}
	if change != nil {
		change(&a)
	}
	r, err := h.Shelf.Put(ctx, a)
	if err != nil || !r.New {
		t.Fatalf("put %s: %+v, %v", name, r, err)
	}
	a.Version, a.Seq = r.Version, r.Seq
	return a
}

func verdict(a articles.Article) alerts.Verdict {
	return alerts.Verdict{
		Article: a.ID, Version: a.Version, Seq: a.Seq, Class: delivery.Urgent, At: a.Seen,
		Findings: articles.Findings{
			Language: "en", Topics: []articles.Topic{"medtop:16000000"}, Places: []articles.Place{"RU"},
			Evidence: []string{"place:RU because of “Putin”"}, Story: "s1",
		},
	}
}

func (h House) judge(t *testing.T, a articles.Article) {
	t.Helper()
	if err := h.File.SaveVerdict(ctx, verdict(a)); err != nil {
		t.Fatal(err)
	}
}

// publish shelves and judges.
func (h House) publish(t *testing.T, name string, minute int) articles.Article {
	t.Helper()
	a := h.put(t, name, minute, nil)
	h.judge(t, a)
	return a
}

func (h House) alert(t *testing.T, a articles.Article, status alerts.Status) alerts.Alert {
	t.Helper()
	al, _, err := h.File.Create(ctx, alerts.Alert{ID: "of " + alerts.ID(a.ID), Status: status, Class: delivery.Urgent, Article: a.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return al
}

// between names what was first judged from noon to one o'clock.
func (h House) between(t *testing.T, limit int) (names []string) {
	t.Helper()
	js, err := h.Archive.Between(ctx, noon, noon.Add(time.Hour), limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range js {
		names = append(names, fmt.Sprintf("%s v%d", j.Article.ID, j.Article.Version))
	}
	return names
}

// reader saves a subscriber whose digest is due at noon.
func (h House) reader(t *testing.T, chat string, wish func(*subscriptions.Subscriber)) subscriptions.Subscriber {
	t.Helper()
	sub := subscriptions.Subscriber{
		Address: delivery.Address{Platform: delivery.Telegram, Bot: "main", Chat: chat, Kind: delivery.Private},
		Status:  subscriptions.Active, Language: "en", Zone: "UTC", Follow: []subscriptions.Key{"place:RU"}, Least: delivery.Flash,
		Digest: []string{"0 12 * * *"}, NextDigest: noon,
	}
	if wish != nil {
		wish(&sub)
	}
	sub, err := h.Book.Save(ctx, sub)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func (h House) update(t *testing.T, id subscriptions.ID, change func(*subscriptions.Subscriber)) {
	t.Helper()
	_, err := h.Book.Update(ctx, id, func(s *subscriptions.Subscriber) error { change(s); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// content is what all messages of the suite say.
const content delivery.ContentID = "edition/1/en"

// issue is a copy of the edition of noon; the next one is a day later.
func issue(sub subscriptions.Subscriber) digest.Issue {
	return digest.Issue{
		Message: &delivery.Message{
			Key: delivery.SendKey("edition/a", sub.ID), Batch: "edition/a", Lane: sub.Address.Lane(), Subscriber: sub.ID,
			Op: delivery.Send, Class: delivery.Digest, Due: noon, Content: content, Omit: []int{2},
		},
		Subscriber: sub.ID, Was: sub.NextDigest, Next: noon.Add(24 * time.Hour), Until: noon,
	}
}

func (h House) serve(t *testing.T, issues ...digest.Issue) {
	t.Helper()
	if err := h.Rounds.Serve(ctx, issues); err != nil {
		t.Fatal(err)
	}
}

func (h House) owe(t *testing.T, ms ...delivery.Message) {
	t.Helper()
	if _, err := h.Outbox.Owe(ctx, ms); err != nil {
		t.Fatal(err)
	}
}

// claim is what the lane gives out at noon.
func (h House) claim(t *testing.T) []delivery.Parcel {
	t.Helper()
	if err := h.Outbox.SaveContent(ctx, content, 1, delivery.Content{Kind: delivery.DigestContent, Headline: "News"}); err != nil {
		t.Fatal(err)
	}
	claim, err := h.Ledger.Turn(ctx, h.lease, "telegram/main", noon, nil, 100)
	if err != nil {
		t.Fatal(err)
	}
	return claim.Parcels
}

// settle claims what is owed and gives back what became of each.
func (h House) settle(t *testing.T, became func(delivery.Parcel) delivery.Receipt) {
	t.Helper()
	var receipts []delivery.Receipt
	for _, p := range h.claim(t) {
		receipts = append(receipts, became(p))
	}
	if _, err := h.Ledger.Turn(ctx, h.lease, "telegram/main", noon, receipts, 0); err != nil {
		t.Fatal(err)
	}
}
