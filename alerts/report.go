package alerts

import (
	"time"

	"github.com/tenbells/tenbells/delivery"
)

// Report is an alert and how it stands.
type Report struct {
	Alert  Alert
	Counts delivery.Counts
	Paid   map[delivery.Lane]Payment // by bot, where it was to be sent faster
}

// Standing is a Report as the API and the command line print it; other programs rely on its form.
type Standing struct {
	ID          ID              `json:"id"`
	Status      Status          `json:"status"`
	Class       delivery.Class  `json:"class"`
	Version     int             `json:"version"`
	Headline    string          `json:"headline"`
	Audience    int             `json:"audience"`
	Counts      delivery.Counts `json:"counts"`
	Repeats     int             `json:"repeats"`
	CreatedAt   time.Time       `json:"created_at"`
	FirstSentAt *time.Time      `json:"first_sent_at"`
	LastSentAt  *time.Time      `json:"last_sent_at"`
	P50         int64           `json:"p50_ms"`
	P90         int64           `json:"p90_ms"`
	// Fares is what was set aside to send it faster, and what became of that, by bot.
	Fares map[delivery.Lane]Payment `json:"fares,omitempty"`
}

// JSON is the report in its public form.
func (r Report) JSON() Standing {
	al, n := r.Alert, r.Counts
	return Standing{
		ID: al.ID, Status: al.Status, Class: al.Class, Version: al.Version, Headline: al.Headline(), Audience: al.Audience,
		Counts: n, Repeats: n.Repeats, CreatedAt: al.Created.UTC(), FirstSentAt: instant(n.First), LastSentAt: instant(n.Last),
		P50: n.P50.Milliseconds(), P90: n.P90.Milliseconds(), Fares: r.Paid,
	}
}

// Headline is the alert's headline in the first of its languages.
func (al Alert) Headline() string {
	for _, lang := range al.languages() {
		return al.Versions[lang].Headline
	}
	return ""
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
