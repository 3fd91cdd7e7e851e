package sandbox

import (
	"time"

	"github.com/tenbells/tenbells/articles"
)

// Outlet is the newsroom of the demo. It does not exist, and neither does its news.
const Outlet = "The Lantern"

// source is the name its articles come in under.
const source = "demo"

// Mark is how the newsroom itself marked a piece of work.
type Mark string

const (
	Flash      Mark = "flash"
	Bulletin   Mark = "bulletin"
	Urgent     Mark = "urgent"
	Routine    Mark = "routine"
	Update     Mark = "update"     // a new version of an article that was told already
	Correction Mark = "correction" // an editor's act on an alert that went out wrong
)

// urgency is the mark as ninjs has it.
func (m Mark) urgency() int {
	switch m {
	case Flash:
		return 1
	case Bulletin:
		return 2
	case Urgent:
		return 3
	default:
		return 5
	}
}

// Beat is one thing the demo newsroom does.
type Beat struct {
	At    time.Duration // after the beginning
	Mark  Mark
	Slug  string // names the article; an update or correction names the one it is about
	Story articles.Article
	Note  string // of a correction: what was wrong
	Look  string // what a visitor is to look at
}

// Beats is a minute in the newsroom, in order: every kind of thing that can happen to an article.
func Beats() []Beat {
	return []Beat{
		{
			At: 2 * time.Second, Mark: Routine, Slug: "lisbon-tram",
			Look: "Arrives without a sound, and only where everything is followed.",
			Story: articles.Article{
				Headline:   "Lisbon extends its tram line 15 to the eastern riverside",
				Standfirst: "Six new stops open on Saturday; the city expects nine thousand passengers a day.",
				Body: []string{
					"The extension follows the old port railway and replaces two bus routes. Portugal's transport ministry paid for half of it.",
					"Residents had asked for the line since the warehouses there were turned into flats.",
				},
				Section: "Transport", Places: []articles.Place{"PT"}, Byline: "Inês Valadares",
			},
		},
		{
			At: 7 * time.Second, Mark: Routine, Slug: "kakheti-harvest",
			Look: "Also silent. Press More ▸ under a message to see what can be done with it.",
			Story: articles.Article{
				Headline:   "Winemakers in eastern Georgia bring in the earliest harvest in a decade",
				Standfirst: "A dry spring moved picking in Kakheti forward by almost three weeks.",
				Body: []string{
					"Growers near Telavi said the grapes were small but sound, and that the first must would be pressed before the end of the month.",
					"Georgia's national wine agency expects a smaller vintage than last year's.",
				},
				Section: "Economy", Places: []articles.Place{"GE"}, Byline: "Nino Arveladze",
			},
		},
		{
			At: 13 * time.Second, Mark: Bulletin, Slug: "norway-gas",
			Look: "Rings wherever Norway is followed. One wrong fact is in it; wait for the correction.",
			Story: articles.Article{
				Headline:   "Norway votes to close two Arctic gas fields by 2030",
				Standfirst: "Parliament in Oslo approved the plan by 88 votes to 81 after a night of debate.",
				Body: []string{
					"The two fields supply about four percent of Norway's gas exports. The government promised new work for the eleven hundred people employed there.",
					"Opposition parties said they would reverse the decision after the next election.",
				},
				Section: "Politics", Places: []articles.Place{"NO"}, Byline: "Sigrid Halvorsen", Credit: "With reporting by Nordlys Wire",
			},
		},
		{
			At: 20 * time.Second, Mark: Routine, Slug: "krakow-library",
			Look: "The stream goes on quietly.",
			Story: articles.Article{
				Headline:   "Kraków opens a public library in a former tram depot",
				Standfirst: "The reading room keeps the rails in its floor; it stays open until midnight.",
				Body:       []string{"The city of Kraków in southern Poland paid for the conversion with a tax on hotel stays."},
				Section:    "Culture", Places: []articles.Place{"PL"}, Byline: "Tomasz Wilk",
			},
		},
		{
			At: 26 * time.Second, Mark: Flash, Slug: "chile-quake",
			Look: "The flash. It overtakes everything and is at once in every chat that follows Chile.",
			Story: articles.Article{
				Headline:   "Strong earthquake off northern Chile; coast told to move to higher ground",
				Standfirst: "A magnitude 7.2 earthquake struck 60 km off Iquique. Sirens are sounding along the coast.",
				Section:    "World", Places: []articles.Place{"CL"}, Byline: "Marcela Rojas",
			},
		},
		{
			At: 36 * time.Second, Mark: Update, Slug: "chile-quake",
			Look: "No new message: the one delivered changes in place and says when.",
			Story: articles.Article{
				Headline:   "Chile lifts tsunami warning after magnitude 7.2 earthquake off Iquique",
				Standfirst: "The sea rose by 40 cm. People in Iquique and Arica may go home; no injuries have been reported.",
				Body: []string{
					"The navy's oceanographic service cancelled the warning for the whole coast of Chile. Schools in Iquique stay closed until buildings have been checked.",
					"Power was out in parts of the port for half an hour.",
				},
				Section: "World", Places: []articles.Place{"CL"}, Byline: "Marcela Rojas",
			},
		},
		{
			At: 42 * time.Second, Mark: Urgent, Slug: "baltic-cable",
			Look: "Rings where urgent news is asked for; the private chat keeps to flashes, as its reader chose.",
			Story: articles.Article{
				Headline:   "Finland and Estonia reconnect the Baltic power cable after five weeks",
				Standfirst: "Current flowed again at noon; investigators still do not know what damaged the line.",
				Body:       []string{"The operators of Finland and Estonia said full capacity would be back by the evening."},
				Section:    "World", Places: []articles.Place{"FI", "EE"}, Byline: "Kadri Lepik",
			},
		},
		{
			At: 50 * time.Second, Mark: Correction, Slug: "norway-gas",
			Look: "An editor corrects a fact: the message changes, and a short reply tells those it reached.",
			Note: "The fields close in 2035, not in 2030.",
			Story: articles.Article{
				Headline:   "Norway votes to close two Arctic gas fields by 2035",
				Standfirst: "Parliament in Oslo approved the plan by 88 votes to 81 after a night of debate.",
			},
		},
		{
			At: 58 * time.Second, Mark: Routine, Slug: "night-ferry",
			Look: "The minute is over. Type /latest, choose topics, or send an alert of your own.",
			Story: articles.Article{
				Headline:   "Night ferry between Ireland and France moves to the new terminal in Cork",
				Standfirst: "Foot passengers gain a covered walkway and lose twenty minutes of check-in.",
				Body:       []string{"The first crossing from the terminal sails for Roscoff on Friday."},
				Section:    "Transport", Places: []articles.Place{"IE", "FR"}, Byline: "Aoife Brennan",
			},
		},
	}
}

// article is a beat's article as the newsroom hands it in: complete, its own mark on it, published now.
func (b Beat) article(site string, now time.Time) articles.Article {
	a := b.Story
	a.ID, a.Source, a.Outlet = ArticleID(b.Slug), source, Outlet
	a.Way, a.MayRing, a.Status, a.Language = articles.ByAPI, true, articles.Usable, "en"
	a.Urgency = b.Mark.urgency()
	if b.Mark == Update {
		a.Urgency = Flash.urgency()
	}
	a.URL = site + "/articles/" + b.Slug
	a.Published, a.Modified, a.Seen = now, now, now
	return a
}

// ArticleID is the id of the script's article with that slug.
func ArticleID(slug string) articles.ID { return articles.DeriveID(source, slug) }
