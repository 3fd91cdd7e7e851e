package alerts

import (
	"time"

	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

// Shelf is how long a message of a class may go out as new: an article from when it was seen here, an editor's own alert
// from when it was to be sent.
func Shelf(c delivery.Class) time.Duration {
	switch c {
	case delivery.Flash:
		return 6 * time.Hour
	case delivery.Bulletin:
		return 12 * time.Hour
	default:
		return 24 * time.Hour
	}
}

// Query names whom al is for.
func (al Alert) Query() subscriptions.Query {
	return subscriptions.Query{Keys: al.Follow, Everyone: al.Everyone, Only: al.Test, Class: al.Class}
}

// content is what the ledger holds for one language: the alert in its newest wording, or the notice in its place.
func (al Alert) content(lang string) delivery.Content {
	w := al.Versions[lang]
	c := delivery.Content{
		Kind: delivery.AlertContent, Batch: al.ID.Batch(), Class: al.Class, Language: lang,
		Headline: w.Headline, Standfirst: w.Text, Body: w.Body, URL: w.URL, Image: w.Image,
		Credit: al.Credit, Published: al.Published, Story: string(al.Story), Test: al.Test,
	}
	c.Updated, c.Note = al.Updated, al.Noted
	if am := al.Amendment; am != nil && am.Kind == Recall {
		c.Kind, c.Updated, c.Note = delivery.RecallContent, am.At, am.Note
		c.Body, c.Image = nil, ""
	}
	return c
}

// correction is the short reply to those an alert reached with a wrong fact.
func (al Alert) correction(lang string) delivery.Content {
	c := al.content(lang)
	c.Kind, c.Body, c.Image, c.Standfirst = delivery.CorrectionContent, nil, "", ""
	c.Told, c.ToldAt = al.Amendment.Told[lang].Headline, al.SendAt
	return c
}
