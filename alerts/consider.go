package alerts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// cursor is the desk's name in the article store.
const cursor = "desk"

// reading is how many article versions are judged in one step at most. A step also ends at the first that rings, so that
// it does not wait for those behind it.
const reading = 20

// read judges new article versions in order and says whether there may be more. The cursor moves only after the verdict
// and the alert are stored.
func (d *Desk) read(ctx context.Context) (more bool, err error) {
	if _, err := d.Store.Adopt(ctx); err != nil {
		return false, fmt.Errorf("adopt articles: %w", err)
	}
	at, err := d.Store.Cursor(ctx, cursor)
	if err != nil {
		return false, fmt.Errorf("cursor: %w", err)
	}
	as, err := d.Store.After(ctx, at, reading)
	if err != nil {
		return false, fmt.Errorf("read articles: %w", err)
	}
	for _, a := range as {
		v, err := d.consider(ctx, a)
		if err != nil {
			return false, fmt.Errorf("article %s version %d: %w", a.ID, a.Version, err)
		}
		if err := d.Store.MoveCursor(ctx, cursor, a.Seq); err != nil {
			return false, fmt.Errorf("move cursor: %w", err)
		}
		if v.Rings {
			return true, nil
		}
	}
	return len(as) == reading, nil
}

// consider judges one article version and makes, changes or stops the alert it calls for.
func (d *Desk) consider(ctx context.Context, a articles.Article) (Verdict, error) {
	f, err := d.Analyse(ctx, a)
	if err != nil {
		return Verdict{}, fmt.Errorf("analyse: %w", err)
	}
	a.Language = cmp.Or(f.Language, a.Language)
	judge := d.Judge
	judge.Pace = paceOf(f)
	if d.Past != nil {
		judge.Past = d.Past()
	}
	v := judge.Judge(a, f, d.Now())
	told, err := d.File.Told(ctx, a.ID, f.Story)
	switch {
	case errors.Is(err, ErrNotFound):
		v, err = d.introduce(ctx, judge, a, v)
	case err != nil:
		return v, fmt.Errorf("look for its alert: %w", err)
	default:
		v, err = d.follow(ctx, a, v, told)
	}
	if err != nil {
		return v, err
	}
	if err := d.File.SaveVerdict(ctx, v); err != nil {
		return v, fmt.Errorf("save verdict: %w", err)
	}
	if takenBack(a) { // digests that are made from now on go by the verdict
		err = d.leaveOut(ctx, a.ID)
	}
	return v, err
}

// takenBack says whether the newsroom does not give an article out any more.
func takenBack(a articles.Article) bool {
	return a.Status == articles.Withheld || a.Status == articles.Cancelled
}

// leaveOut keeps digests that are still to be sent from telling an article.
func (d *Desk) leaveOut(ctx context.Context, article articles.ID) error {
	if d.Editions == nil || article == "" {
		return nil
	}
	if err := d.Editions.Withdraw(ctx, article); err != nil {
		return fmt.Errorf("leave it out of digests: %w", err)
	}
	return nil
}

// introduce is for an article of a story that nobody was told.
func (d *Desk) introduce(ctx context.Context, judge Judge, a articles.Article, v Verdict) (Verdict, error) {
	v, err := d.listen(ctx, judge, a, v)
	switch {
	case err != nil:
		return v, err
	case v.Rings:
		return d.ring(ctx, a, v, storyAlert(v.Story, v.Class))
	case v.big.Key != "":
		return v, d.offerBig(ctx, a, v)
	case v.Ask:
		return v, d.ask(ctx, a, v, storyAlert(v.Story, v.Class))
	}
	return v, d.unoffer(ctx, a, v)
}

// ask offers an article to editors, if it is worth that. What they were asked before costs no further question.
func (d *Desk) ask(ctx context.Context, a articles.Article, v Verdict, id ID) error {
	_, err := d.File.Get(ctx, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("look for an offer: %w", err)
	}
	if err == nil || d.worthAsking(a, v) {
		return d.offer(ctx, a, v, id)
	}
	return d.unoffer(ctx, a, v)
}

// urgentAnHour is how many articles that the judge alone finds urgent are shown to editors within an hour: on a busy day
// every fifth headline looks so to it, and who is asked too often stops looking.
const urgentAnHour = 6

// worthAsking says whether editors are shown an article that does not ring by itself: what a newsroom marked, what the
// judge alone finds a bulletin or a flash, and some of what it finds urgent.
func (d *Desk) worthAsking(a articles.Article, v Verdict) bool {
	if _, _, marked := mark(a); marked || v.Class <= delivery.Bulletin {
		return true
	}
	now := d.Now()
	d.urgent = within(time.Hour, d.urgent, now)
	if len(d.urgent) >= urgentAnHour {
		return false
	}
	d.urgent = append(d.urgent, now)
	return true
}

// follow is for an article whose story was told. It rings again only where it is more urgent than what was told: a flash
// must not be lost because a routine line went before it.
func (d *Desk) follow(ctx context.Context, a articles.Article, v Verdict, told Alert) (Verdict, error) {
	own, err := d.File.Of(ctx, a.ID)
	if err != nil {
		return v, fmt.Errorf("look for its alerts: %w", err)
	}
	for _, al := range own {
		if err := d.revise(ctx, al, a); err != nil {
			return v, err
		}
	}
	louder, err := d.louder(ctx, v, told)
	switch {
	case err != nil:
		return v, err
	case v.Rings && louder:
		if v, err = d.ring(ctx, a, v, storyAlert(v.Story, v.Class)); err != nil {
			return v, err
		}
	case v.Ask && louder:
		v = v.toldBy(told)
		return v, d.ask(ctx, a, v, storyAlert(v.Story, v.Class))
	case told.Article != a.ID:
		return d.again(ctx, a, v, told)
	}
	return v, d.overtake(ctx, a.ID)
}

// louder says whether a verdict is more urgent than all that was told of its story.
func (d *Desk) louder(ctx context.Context, v Verdict, told Alert) (bool, error) {
	if v.Class >= told.Class || !v.Rings && !v.Ask {
		return false, nil
	}
	before, err := d.File.Get(ctx, storyAlert(v.Story, v.Class))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, fmt.Errorf("look for a more urgent alert: %w", err)
	}
	return err != nil || before.Untold() || before.Story != v.Story || before.Article == v.Article, nil
}

// storyPause is how long a story that has rung does not ring again, whatever turn it takes: twice an hour at most.
const storyPause = 30 * time.Minute

// again is for another article of a story that was told. What the newsroom marked rings again where the state of things
// has changed and the story has not just rung; where it says something else, editors are asked: the same event told by
// two is silent, but two events taken for one must not be.
func (d *Desk) again(ctx context.Context, a articles.Article, v Verdict, told Alert) (Verdict, error) {
	id := turnAlert(v.Story, v.Class, a.ID)
	turn := v.Brings == articles.Turn
	switch {
	case v.Rings && turn && d.Now().Sub(told.Created) >= storyPause:
		v.give(turning(v.Turns))
		return d.ring(ctx, a, v, id)
	case v.Rings && (turn || v.Brings == articles.Update || v.Brings == articles.Correction):
		v = v.toldBy(told)
		return v, d.offer(ctx, a, v, id)
	case v.Rings && (told.Status == Recalled || told.Status == CancelledStatus):
		return d.afterRecall(ctx, a, v.toldBy(told), id)
	case v.Ask && d.mayTurn(a, v, told):
		v = v.toldBy(told)
		return v, d.ask(ctx, a, v, id)
	}
	return v.toldBy(told), d.unoffer(ctx, a, v)
}

// mayTurn says whether editors are asked about another article of a told story that does not ring by itself: what the
// newsroom marked, where it says something else, and a turn that the judge finds, where the story has not just rung.
func (d *Desk) mayTurn(a articles.Article, v Verdict, told Alert) bool {
	turn := v.Brings == articles.Turn
	if _, _, marked := mark(a); marked {
		return turn || v.Brings == articles.Update || v.Brings == articles.Correction
	}
	return turn && d.Now().Sub(told.Created) >= storyPause
}

// afterRecall offers what the newsroom marked of a story whose alert was taken back: nothing stands that it repeats. One at
// a time is enough.
func (d *Desk) afterRecall(ctx context.Context, a articles.Article, v Verdict, id ID) (Verdict, error) {
	offers, err := d.offers(ctx)
	if err != nil {
		return v, err
	}
	if slices.ContainsFunc(offers, func(al Alert) bool { return al.Story == v.Story && al.Article != a.ID }) {
		return v, nil
	}
	return v, d.offer(ctx, a, v, id)
}

// turning is for editors: “A turn in its story: dead: 12, before 9, shown by “12 dead”.”
func turning(changes []articles.Change) Reason {
	var all []Reason
	for _, c := range changes {
		what := Reason{Key: whatKey(c.What)}
		if c.Before == "" {
			all = append(all, reason("turn-new").part("what", what).word("words", c.Words))
		} else {
			all = append(all, reason("turn-after").part("what", what).word("after", c.After).word("before", c.Before).word("words", c.Words))
		}
	}
	return reason("turn").part("turns", chain("turns", all))
}

// turnAlert is the alert of an article that tells a turn in a story.
func turnAlert(story articles.StoryID, c delivery.Class, article articles.ID) ID {
	sum := sha256.Sum256([]byte("turn\x00" + string(story) + "\x00" + c.String() + "\x00" + string(article)))
	return ID("n" + hex.EncodeToString(sum[:8]))
}

// toldBy notes that an alert tells the article's story already.
func (v Verdict) toldBy(al Alert) Verdict {
	v.Ask = v.Ask || v.Rings && (al.Status == Recalled || al.Status == CancelledStatus)
	v.Rings, v.after = false, al.ID
	v.give(reason("told").word("alert", string(al.ID)))
	return v
}

// ring makes the article's alert. Its ID is derived from story and class: judged again, it is the same alert.
func (d *Desk) ring(ctx context.Context, a articles.Article, v Verdict, id ID) (Verdict, error) {
	draft, err := d.draft(ctx, a, v, id)
	if err != nil {
		return v, err
	}
	err = d.closeOffers(ctx, a, v, OfferOvertook, func(al Alert) bool { return al.ID != id })
	if err != nil {
		return v, err
	}
	al, created, err := d.create(ctx, draft)
	if err == nil && !created && al.Untold() {
		al, created, err = d.promote(ctx, draft)
	}
	switch {
	case err != nil:
		return v, fmt.Errorf("create alert: %w", err)
	case created:
		d.Log.Info("alert", "id", al.ID, "class", al.Class, "article", a.ID, "reasons", strings.Join(v.Reasons, " "))
		return v, nil
	case al.Article != a.ID:
		return v.toldBy(al), nil
	default:
		return v, d.revise(ctx, al, a)
	}
}

// create stores an alert. Where the one of that story and class is another story's since an editor split them, it gets
// the ID of a turn.
func (d *Desk) create(ctx context.Context, al Alert) (there Alert, created bool, err error) {
	there, created, err = d.File.Create(ctx, al, nil)
	if err == nil && !created && there.Story != al.Story && !there.Untold() {
		al.ID = turnAlert(al.Story, al.Class, al.Article)
		return d.File.Create(ctx, al, nil)
	}
	return there, created, err
}

// draft is the alert that would tell an article.
func (d *Desk) draft(ctx context.Context, a articles.Article, v Verdict, id ID) (Alert, error) {
	keys, err := d.keys(ctx, a, v.Findings)
	now := d.Now()
	return Alert{
		ID: id, Status: Scheduled, Class: v.Class, Version: 1,
		Versions: map[string]Wording{a.Language: wording(a)}, Credit: credit(a), Published: a.Published,
		Article: a.ID, Revision: a.Version, First: a.Version, Pace: paceOf(v.Findings), Story: v.Story,
		Reasons: v.Reasons, Because: v.Because, Follow: keys,
		By: newsroomsWord, Created: now, SendAt: now, Expires: a.Seen.Add(Shelf(v.Class)),
	}, err
}

func storyAlert(story articles.StoryID, c delivery.Class) ID {
	sum := sha256.Sum256([]byte("story\x00" + string(story) + "\x00" + c.String()))
	return ID("n" + hex.EncodeToString(sum[:8]))
}

// keys is what the article is about, as things that somebody follows or excludes.
func (d *Desk) keys(ctx context.Context, a articles.Article, f articles.Findings) ([]subscriptions.Key, error) {
	words, err := d.Audience.Followed(ctx, subscriptions.Words(a.Text()))
	if err != nil {
		return nil, fmt.Errorf("look for followed words: %w", err)
	}
	return append(subscriptions.KeysOf(a, f), words...), nil
}
