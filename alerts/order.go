package alerts

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Default holds before the first send, in which an alert can still be stopped without anybody having seen it.
const (
	DefaultHold = 10 * time.Second
	FlashHold   = 5 * time.Second
	MaxHold     = time.Hour // longer waits are said by SendAt
)

// Order is an alert as an editor asks for it.
type Order struct {
	Versions    map[string]Wording  // by language, "" where it is unknown; at least one
	Follow      []subscriptions.Key // empty means everyone
	Class       delivery.Class
	SendAt      time.Time      // zero means now
	Hold        *time.Duration // nil means DefaultHold, or FlashHold for a flash; 0 none
	Idempotency string         // the same key again is the same alert
	Credit      string
	By          string // who, for the record
	Draft       bool   // only write it down; Release sends it
}

// InvalidError says what is wrong with an order, by the name of the field.
type InvalidError struct{ Field, Problem string }

func (e *InvalidError) Error() string { return e.Field + ": " + e.Problem }

// IsInvalid says whether err is about the order itself, and about which field.
func IsInvalid(err error) (*InvalidError, bool) {
	var invalid *InvalidError
	ok := errors.As(err, &invalid)
	return invalid, ok
}

// MaxHeadline is the longest headline in characters: a Discord embed's title
// (discord.com/developers/docs/resources/message#embed-object-embed-limits).
const MaxHeadline = 256

// check answers o with its follow keys in their stored form, or an *InvalidError.
func (e *Editors) check(o Order) (Order, error) {
	if o.Class < delivery.Flash || o.Class > delivery.Routine {
		return o, &InvalidError{"urgency", "must be one of flash, bulletin, urgent, routine"}
	}
	if len(o.Versions) == 0 {
		return o, &InvalidError{"headline", "an alert needs a headline"}
	}
	if err := checkWordings(o.Versions); err != nil {
		return o, err
	}
	if o.Hold != nil && (*o.Hold < 0 || *o.Hold > MaxHold) {
		return o, &InvalidError{"hold_seconds", fmt.Sprintf("must be between 0 and %.0f", MaxHold.Seconds())}
	}
	if problem := faultOfKey(o.Idempotency); problem != "" {
		return o, &InvalidError{"idempotency_key", problem}
	}
	var follow []subscriptions.Key
	for i, name := range o.Follow {
		key, err := subscriptions.NormalKey(string(name), e.Topics.Valid)
		if err != nil {
			return o, &InvalidError{fmt.Sprintf("follow[%d]", i), err.Error()}
		}
		if !isText(string(key)) {
			return o, &InvalidError{fmt.Sprintf("follow[%d]", i), "must be text"}
		}
		if !slices.Contains(follow, key) {
			follow = append(follow, key)
		}
	}
	o.Follow = follow
	return o, nil
}

// MaxIdempotency is the longest idempotency key in bytes.
const MaxIdempotency = 200

// faultOfKey says what is wrong with an idempotency key, or "".
func faultOfKey(key string) string {
	switch {
	case len(key) > MaxIdempotency:
		return fmt.Sprintf("has %d bytes; at most %d are kept", len(key), MaxIdempotency)
	case !isText(key):
		return "must be text"
	}
	return ""
}

// isText says whether every database keeps s: PostgreSQL takes no NUL and nothing but UTF-8
// (postgresql.org/docs/current/datatype-character.html).
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func checkWordings(versions map[string]Wording) error {
	for _, lang := range slices.Sorted(maps.Keys(versions)) {
		field := "headline"
		if lang != "" {
			field = "versions." + lang + ".headline"
		}
		w := versions[lang]
		if strings.TrimSpace(w.Headline) == "" {
			return &InvalidError{field, "must not be empty"}
		}
		if n := len([]rune(w.Headline)); n > MaxHeadline {
			return &InvalidError{field, fmt.Sprintf("has %d characters; at most %d fit every platform", n, MaxHeadline)}
		}
		if w.URL != "" && !isLink(w.URL) {
			return &InvalidError{strings.TrimSuffix(field, "headline") + "url", "must be an address that begins with https://"}
		}
	}
	return nil
}

func isLink(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// alert is what an order asks for.
func (e *Editors) alert(o Order) Alert {
	now := e.Now()
	al := Alert{
		ID: orderID(o.Idempotency), Status: e.first(o.Class), Class: o.Class, Version: 1,
		Versions: maps.Clone(o.Versions), Credit: cmp.Or(o.Credit, e.Outlet), Published: now,
		Reasons: []string{"sent by an editor"}, Follow: o.Follow, Everyone: len(o.Follow) == 0,
		By: o.By, Idempotency: o.Idempotency, Created: now,
	}
	if o.Idempotency != "" {
		al.Asked = o.digest()
	}
	if o.Draft {
		al.Status = Draft
	}
	al.sendAt(later(o.SendAt, now.Add(holdFor(o.Class, o.Hold))))
	return al
}

// sendAt sets when an alert begins to go out, and from that until when it is new.
func (al *Alert) sendAt(t time.Time) { al.SendAt, al.Expires = t, t.Add(Shelf(al.Class)) }

func (e *Editors) first(c delivery.Class) Status {
	if e.NeedsApproval(c) {
		return AwaitingApproval
	}
	return Scheduled
}

// NeedsApproval says whether a second person must approve an alert of this class.
func (e *Editors) NeedsApproval(c delivery.Class) bool {
	return e.Approval == ApproveAll || e.Approval == ApproveFlash && c == delivery.Flash
}

// orderID is derived from the idempotency key, so that a repeated order is the same alert on any machine.
func orderID(idempotency string) ID {
	if idempotency == "" {
		return ID("e" + strings.ToLower(rand.Text()[:16]))
	}
	sum := sha256.Sum256([]byte("order\x00" + idempotency))
	return ID("e" + hex.EncodeToString(sum[:8]))
}

// digest tells orders apart by all they ask for, whoever asks and in whatever order the follow keys stand.
func (o Order) digest() string {
	at := int64(0)
	if !o.SendAt.IsZero() {
		at = o.SendAt.UnixMilli()
	}
	asked, err := json.Marshal([]any{
		o.Versions, slices.Sorted(slices.Values(o.Follow)), o.Class.String(), at, o.Hold, o.Credit, o.Draft,
	})
	if err != nil {
		panic(fmt.Sprintf("alerts: an order is no JSON: %v", err)) // text and numbers always are
	}
	sum := sha256.Sum256(asked)
	return hex.EncodeToString(sum[:16])
}

// repeats says whether al is what was made of the same order before.
func (al Alert) repeats(there Alert) bool { return there.Asked == "" || there.Asked == al.Asked }

func holdFor(c delivery.Class, hold *time.Duration) time.Duration {
	switch {
	case hold != nil:
		return *hold
	case c == delivery.Flash:
		return FlashHold
	default:
		return DefaultHold
	}
}
