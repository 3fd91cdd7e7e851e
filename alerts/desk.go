package alerts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// cursor is the desk's name in the article store.
const cursor = "desk"

// page is how many recipients are owed in one transaction: large enough to be fast, small enough that a lane waiting
// for the database waits a few milliseconds at most.
const page = 1000

// Analyst says what an article is about and which story it belongs to.
type Analyst func(context.Context, articles.Article) (articles.Findings, error)

// Store is the part of the article store that the desk reads.
type Store interface {
	articles.Reader
	articles.Cursors
	// Adopt numbers the articles other programs inserted themselves; it answers how many.
	Adopt(ctx context.Context) (int, error)
}

// Desk reads the article store in order, judges each version, and owes alerts to their audience. One process owns the
// desk at a time. Every step can be repeated: an alert's ID and its messages' keys are derived, so a crash between two
// steps costs nothing but doing the first one again.
type Desk struct {
	Store    Store
	Analyse  Analyst
	Judge    Judge
	File     File
	Audience subscriptions.Audience
	Outbox   delivery.Outbox
	Record   delivery.Record
	Wake     func() <-chan struct{} // a channel that is closed when articles or alerts have changed
	Log      *slog.Logger
	Now      func() time.Time

	look map[ID]time.Time // when to look again whether an alert has reached everyone
}

// Run works until ctx ends. The caller owns the desk's lease; guard is asked before each step and ends Run by its error.
func (d *Desk) Run(ctx context.Context, guard func() error) error {
	d.look = map[ID]time.Time{}
	for ctx.Err() == nil {
		wake := d.Wake()
		if err := guard(); err != nil {
			return err
		}
		next, err := d.Step(ctx)
		if err != nil && ctx.Err() == nil {
			d.Log.Error("desk: step failed, will be repeated", "err", err)
			next = d.Now().Add(time.Second)
		}
		d.rest(ctx, wake, next)
	}
	return nil
}

// rest waits for a change, the next instant something falls due, or a second: the net under lost wake-ups.
func (d *Desk) rest(ctx context.Context, wake <-chan struct{}, next time.Time) {
	wait := time.Second
	if !next.IsZero() {
		wait = max(0, min(wait, next.Sub(d.Now())))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

// Step judges what is new and moves every open alert on. next is when something more falls due; zero: nothing does.
func (d *Desk) Step(ctx context.Context) (next time.Time, err error) {
	if err := d.read(ctx); err != nil {
		return next, err
	}
	open, next, err := d.File.Open(ctx, d.Now())
	if err != nil {
		return next, fmt.Errorf("open alerts: %w", err)
	}
	for _, al := range open {
		if err := d.advance(ctx, al); err != nil {
			return next, fmt.Errorf("alert %s: %w", al.ID, err)
		}
	}
	return next, nil
}

// read judges new article versions in order. The cursor moves only after the verdict and the alert are stored.
func (d *Desk) read(ctx context.Context) error {
	if _, err := d.Store.Adopt(ctx); err != nil {
		return fmt.Errorf("adopt articles: %w", err)
	}
	for {
		at, err := d.Store.Cursor(ctx, cursor)
		if err != nil {
			return fmt.Errorf("cursor: %w", err)
		}
		as, err := d.Store.After(ctx, at, 100)
		if err != nil {
			return fmt.Errorf("read articles: %w", err)
		}
		for _, a := range as {
			if err := d.consider(ctx, a); err != nil {
				return fmt.Errorf("article %s version %d: %w", a.ID, a.Version, err)
			}
			if err := d.Store.MoveCursor(ctx, cursor, a.Seq); err != nil {
				return fmt.Errorf("move cursor: %w", err)
			}
		}
		if len(as) < 100 {
			return nil
		}
	}
}

// consider judges one article version and makes, changes or stops the alert it calls for.
func (d *Desk) consider(ctx context.Context, a articles.Article) error {
	f, err := d.Analyse(ctx, a)
	if err != nil {
		return fmt.Errorf("analyse: %w", err)
	}
	v := d.Judge.Judge(a, f, d.Now())
	told, err := d.File.Told(ctx, a.ID, f.Story)
	switch {
	case errors.Is(err, ErrNotFound):
		if v.Rings {
			err = d.ring(ctx, a, v)
		} else {
			err = nil
		}
	case err != nil:
		return fmt.Errorf("look for its alert: %w", err)
	case told.Article == a.ID:
		err = d.revise(ctx, told, a)
	default:
		v.Rings = false
		v.Reasons = append(v.Reasons, "Not sent: alert "+string(told.ID)+" tells this story already.")
	}
	if err != nil {
		return err
	}
	return d.File.SaveVerdict(ctx, v)
}

// ring makes the article's alert. Its ID is derived from the story: judged again, it is the same alert.
func (d *Desk) ring(ctx context.Context, a articles.Article, v Verdict) error {
	keys, err := d.keys(ctx, a, v.Findings)
	if err != nil {
		return err
	}
	now := d.Now()
	al := Alert{
		ID: storyAlert(v.Story), Status: Scheduled, Class: v.Class, Version: 1,
		Versions: map[string]Wording{a.Language: wording(a)}, Credit: credit(a), Published: a.Published,
		Article: a.ID, Revision: a.Version, Story: v.Story, Reasons: v.Reasons, Follow: keys,
		By: "newsroom", Created: now, SendAt: now, Expires: now.Add(Shelf(v.Class)),
	}
	_, created, err := d.File.Create(ctx, al)
	if err != nil {
		return fmt.Errorf("create alert: %w", err)
	}
	if created {
		d.Log.Info("alert", "id", al.ID, "class", al.Class, "article", a.ID, "reasons", strings.Join(v.Reasons, " "))
	}
	return nil
}

func storyAlert(story articles.StoryID) ID {
	sum := sha256.Sum256([]byte("story\x00" + string(story)))
	return ID("n" + hex.EncodeToString(sum[:8]))
}

// keys is what the article is about, as things that can be followed.
func (d *Desk) keys(ctx context.Context, a articles.Article, f articles.Findings) ([]subscriptions.Key, error) {
	var keys []subscriptions.Key
	for _, topic := range f.Topics {
		keys = append(keys, subscriptions.Key(topic))
	}
	for _, place := range f.Places {
		keys = append(keys, subscriptions.Key("place:"+place))
	}
	keys = append(keys, subscriptions.Key("source:"+a.Source), subscriptions.Key("story:"+string(f.Story)))
	words, err := d.Audience.Followed(ctx, subscriptions.Words(a.Text()))
	if err != nil {
		return nil, fmt.Errorf("look for followed words: %w", err)
	}
	return append(keys, words...), nil
}

// revise carries a new version of an alerted article to those who were told, or stops the alert where the newsroom
// has taken the article back.
func (d *Desk) revise(ctx context.Context, al Alert, a articles.Article) error {
	if al.Revision >= a.Version || al.Status == Recalled || al.Status == CancelledStatus {
		return nil
	}
	if a.Status == articles.Withheld || a.Status == articles.Cancelled {
		return d.suspend(ctx, al, a)
	}
	if al.Amendment != nil && !al.Amendment.Carried {
		if err := d.carry(ctx, al); err != nil {
			return err
		}
	}
	lang := a.Language
	if _, ok := al.Versions[lang]; !ok {
		for only := range al.Versions {
			lang = only
		}
	}
	_, err := d.File.Update(ctx, al.ID, nil, func(al *Alert) error {
		al.Revision = a.Version
		if !worthTelling(al.Versions[lang], wording(a)) {
			return nil
		}
		return al.amend(Amendment{Kind: Update, By: "newsroom", At: d.Now()}, map[string]Wording{lang: wording(a)})
	})
	return err
}

// suspend stops what is not yet sent of an alert whose article the newsroom took back; recalling it is for an editor.
func (d *Desk) suspend(ctx context.Context, al Alert, a articles.Article) error {
	act := Act{At: d.Now(), By: "newsroom", What: "suspend", Subject: string(al.ID),
		Detail: "the newsroom has the article " + string(a.Status) + ": recall the alert, or resume it"}
	_, err := d.File.Update(ctx, al.ID, &act, func(al *Alert) error {
		al.Revision = a.Version
		if al.Status == Scheduled || al.Status == Sending {
			al.Was, al.Status = al.Status, Paused
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Log.Warn("article taken back after its alert: recall it", "alert", al.ID, "article", a.ID, "status", a.Status)
	return d.Record.SetBatch(ctx, al.ID.Batch(), delivery.BatchPaused)
}

// worthTelling says whether a reader would see the difference: words of headline or standfirst, or any figure.
func worthTelling(old, new Wording) bool {
	return seen(old) != seen(new)
}

func seen(w Wording) string {
	fields := func(s string, keep func(rune) bool) string {
		return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !keep(r) }), " "))
	}
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	return fields(w.Headline, word) + "\n" + fields(w.Text, word) + "\n" + fields(strings.Join(w.Body, "\n"), unicode.IsNumber)
}

// wording is an article as an alert says it.
func wording(a articles.Article) Wording {
	w := Wording{Headline: a.Headline, Text: a.Standfirst, URL: a.URL, Body: a.Body}
	if a.Excerpt {
		w.Body = nil
	}
	if w.Text == "" && len(w.Body) > 0 {
		w.Text, w.Body = w.Body[0], w.Body[1:]
	}
	if len(a.Images) > 0 {
		w.Image = a.Images[0].URL
	}
	return w
}

// credit names the outlet and whoever else the newsroom thanks: “RFE/RL, with reporting by AP and Reuters”.
func credit(a articles.Article) string {
	if a.Outlet == "" || a.Credit == "" || strings.Contains(a.Credit, a.Outlet) {
		return orWord(a.Credit, a.Outlet)
	}
	first := []rune(a.Credit)
	if strings.HasPrefix(a.Credit, "With ") {
		first[0] = unicode.ToLower(first[0])
	}
	return a.Outlet + ", " + string(first)
}

// advance moves one open alert on: owes it, carries its amendment, and sees whether it has reached everyone.
func (d *Desk) advance(ctx context.Context, al Alert) error {
	if al.Status == Scheduled {
		var err error
		if al, err = d.begin(ctx, al.ID); err != nil || al.Status != Sending {
			return err
		}
	}
	if al.Status == Sending && !al.AllOwed {
		if err := d.owe(ctx, al); err != nil {
			return err
		}
	}
	if al.Amendment != nil && !al.Amendment.Carried {
		if err := d.carry(ctx, al); err != nil {
			return err
		}
	}
	return d.finish(ctx, al.ID)
}

// begin turns a scheduled alert whose hold has passed into one that is being sent.
func (d *Desk) begin(ctx context.Context, id ID) (Alert, error) {
	return d.File.Update(ctx, id, nil, func(al *Alert) error {
		if al.Status == Scheduled && !al.SendAt.After(d.Now()) {
			al.Status = Sending
		}
		return nil
	})
}

// owe writes a message for everyone in the audience, a page at a time. Where it stops, the next call goes on.
func (d *Desk) owe(ctx context.Context, al Alert) error {
	if err := d.saveContents(ctx, al); err != nil {
		return err
	}
	for {
		rs, err := d.Audience.Page(ctx, al.query(), d.Now(), al.OwedTo, page)
		if err != nil {
			return fmt.Errorf("audience after %d: %w", al.OwedTo, err)
		}
		ms := d.messages(al, rs)
		if _, err := d.Outbox.Owe(ctx, ms); err != nil {
			return fmt.Errorf("owe %d messages: %w", len(ms), err)
		}
		last := len(rs) < page
		if al, err = d.owed(ctx, al.ID, rs, len(ms), last); err != nil || last || al.Status != Sending {
			return err
		}
	}
}

// owed notes how far the audience has been told. Repeating a page after a crash counts it once: OwedTo has not moved.
func (d *Desk) owed(ctx context.Context, id ID, rs []subscriptions.Recipient, n int, last bool) (Alert, error) {
	return d.File.Update(ctx, id, nil, func(al *Alert) error {
		if len(rs) > 0 {
			al.OwedTo = max(al.OwedTo, rs[len(rs)-1].ID)
		}
		al.Owed += n
		al.AllOwed = last
		if last || al.Audience < al.Owed {
			al.Audience = al.Owed
		}
		return nil
	})
}

// messages is what a page of recipients is owed, each at their own hour and in their own language.
func (d *Desk) messages(al Alert, rs []subscriptions.Recipient) []delivery.Message {
	ms := make([]delivery.Message, 0, len(rs))
	for _, r := range rs {
		lang, ok := al.languageFor(r)
		if !ok {
			continue
		}
		due, ok := subscriptions.Plan(r, al.Class, d.Now())
		if !ok {
			continue // it waits in the digest instead
		}
		key := delivery.SendKey(al.ID.Batch(), r.ID)
		ms = append(ms, delivery.Message{
			Key: key, Batch: al.ID.Batch(), Lane: r.Lane, Subscriber: r.ID, Op: delivery.Send, Class: al.Class,
			Rank: delivery.Rank(r.Kind, key), Due: due, Expires: later(al.Expires, due.Add(time.Hour)),
			Content: al.ID.Content(lang), Silent: al.Class == delivery.Routine,
		})
	}
	return ms
}

// languageFor picks the version a recipient reads: one they asked for, else that of our own words to them, else any,
// where they read all languages.
func (al Alert) languageFor(r subscriptions.Recipient) (string, bool) {
	for _, want := range append(slices.Clone(r.Reads), r.Language) {
		for _, lang := range al.languages() {
			if lang != "" && base(lang) == base(want) && (len(r.Reads) == 0 || slices.ContainsFunc(r.Reads, same(lang))) {
				return lang, true
			}
		}
	}
	langs := al.languages()
	if _, unmarked := al.Versions[""]; unmarked {
		return "", true
	}
	if len(r.Reads) > 0 || len(langs) == 0 {
		return "", false
	}
	if slices.Contains(langs, "en") {
		return "en", true
	}
	return langs[0], true
}

func same(lang string) func(string) bool {
	return func(other string) bool { return base(lang) == base(other) }
}

// base is the language without script or region: "en" of "en-US".
func base(lang string) string {
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	return lang
}

func (d *Desk) saveContents(ctx context.Context, al Alert) error {
	for _, lang := range al.languages() {
		if err := d.Outbox.SaveContent(ctx, al.ID.Content(lang), al.Version, al.content(lang)); err != nil {
			return fmt.Errorf("save content: %w", err)
		}
	}
	return nil
}

// carry brings an amendment to everyone the alert reached. Saving the content first means that whoever is told from
// now on is told the newest; whoever was told before, or is being told now, is owed a follow-up.
func (d *Desk) carry(ctx context.Context, al Alert) error {
	am := *al.Amendment
	if err := d.saveContents(ctx, al); err != nil {
		return err
	}
	op := delivery.Edit
	if am.Delete {
		op = delivery.Delete
	}
	own := func(id delivery.ContentID) delivery.ContentID { return id }
	if _, err := d.Record.FollowUp(ctx, al.ID.Batch(), op, am.Version, own, d.Now()); err != nil {
		return fmt.Errorf("owe edits: %w", err)
	}
	if am.Kind == Fact {
		if err := d.reply(ctx, al); err != nil {
			return err
		}
	}
	_, err := d.File.Update(ctx, al.ID, nil, func(now *Alert) error {
		if now.Amendment != nil && now.Amendment.Version == am.Version {
			now.Amendment.Carried = true
		}
		return nil
	})
	return err
}

// reply owes a short correction, with the sound the original had, to those who were told the wrong fact.
func (d *Desk) reply(ctx context.Context, al Alert) error {
	content := func(id delivery.ContentID) delivery.ContentID {
		return id + delivery.ContentID(fmt.Sprintf("/correction/%d", al.Amendment.Version))
	}
	for _, lang := range al.languages() {
		err := d.Outbox.SaveContent(ctx, content(al.ID.Content(lang)), al.Version, al.correction(lang))
		if err != nil {
			return fmt.Errorf("save correction: %w", err)
		}
	}
	if _, err := d.Record.FollowUp(ctx, al.ID.Batch(), delivery.Reply, al.Amendment.Version, content, d.Now()); err != nil {
		return fmt.Errorf("owe corrections: %w", err)
	}
	return nil
}

// finish marks an alert as sent (or corrected) once nothing of it is waiting. Counting a large batch costs time, so
// large ones are looked at less often.
func (d *Desk) finish(ctx context.Context, id ID) error {
	now := d.Now()
	if now.Before(d.look[id]) {
		return nil
	}
	counts, err := d.Record.Counts(ctx, id.Batch())
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if counts.Open() {
		d.look[id] = now.Add(min(30*time.Second, max(time.Second, time.Duration(counts.Queued+counts.Sent)*100*time.Microsecond)))
		return nil
	}
	delete(d.look, id)
	_, err = d.File.Update(ctx, id, nil, func(al *Alert) error {
		switch {
		case al.Status == Sending && al.AllOwed && al.corrected():
			al.Status = Corrected
		case al.Status == Sending && al.AllOwed:
			al.Status = Sent
		case al.Status == Sent && al.corrected():
			al.Status = Corrected
		}
		return nil
	})
	return err
}

func (al Alert) corrected() bool {
	return al.Amendment != nil && al.Amendment.Carried && al.Amendment.Kind != Recall
}
