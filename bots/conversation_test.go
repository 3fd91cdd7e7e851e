package bots_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenbells/tenbells/alerts"
	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/bots"
	"github.com/tenbells/tenbells/delivery"
	"github.com/tenbells/tenbells/subscriptions"
)

var update = flag.Bool("update", false, "write what was answered into testdata/*.talk")

// TestConversations plays testdata/*.talk. A line that begins with a name and ">" is said by that persona:
//
//	reader> /follow Russia     a command
//	reader> Prague             plain text
//	reader> [Send]             presses the button of the last card with this label
//	reader> {Syria}            presses a toggling option of its menu
//	reader> {Syria, Russia}!   chooses these options and no others
//	reader> ~joined            is an event
//
// A line that begins with "=" is done by the newsroom. All other lines are what is answered, and must match.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.talk")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations: ", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".talk"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("the conversation went otherwise:\n%s", difference(string(want), got))
			}
		})
	}
}

// replay speaks the lines of a script and writes it down again with the answers that came.
func replay(t *testing.T, script string) string {
	n, last, language := openNewsroom(t), map[string]*bots.Card{}, "en"
	var played []string
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		name, said, ok := strings.Cut(line, "> ")
		_, known := personas[name]
		switch {
		case strings.HasPrefix(line, "#"):
			played = append(paragraph(played), line)
		case strings.HasPrefix(line, "= language "):
			played, language = append(paragraph(played), line), strings.TrimPrefix(line, "= language ")
		case strings.HasPrefix(line, "= "):
			played = append(paragraph(played), line)
			n.happen(line[2:])
		case ok && known:
			a := n.hear(name, language, said, last)
			played = append(append(paragraph(played), line), written(a)...)
		case ok && !strings.HasPrefix(line, " "):
			t.Fatalf("nobody is called %q", name)
		}
	}
	return strings.Join(played, "\n") + "\n"
}

// paragraph begins a new one, unless what was last written belongs to what comes.
func paragraph(played []string) []string {
	if len(played) == 0 || strings.HasPrefix(played[len(played)-1], "#") || strings.HasPrefix(played[len(played)-1], "=") {
		return played
	}
	return append(played, "")
}

// happen is what the newsroom does.
func (n *newsroom) happen(deed string) {
	n.t.Helper()
	verb, rest, _ := strings.Cut(deed, " ")
	words := strings.Fields(rest)
	switch verb {
	case "alert": // about KEY: HEADLINE
		key, headline, _ := strings.Cut(rest, ": ")
		n.alert("n1", headline, subscriptions.Key(key)) // in the name of the story s1
	case "article":
		place, headline, _ := strings.Cut(rest, ": ")
		n.article(headline, articles.Place(place))
	case "story": // STORY: HEADLINE, which is told
		story, headline, _ := strings.Cut(rest, ": ")
		n.ofStory(articles.StoryID(story), headline, nil)
	case "offer": // STORY [after ALERT]: HEADLINE
		story, headline, _ := strings.Cut(rest, ": ")
		story, after, _ := strings.Cut(story, " after ")
		n.ofStory(articles.StoryID(story), headline, &alerts.Offer{Until: n.now.Add(time.Hour), After: alerts.ID(after)})
	case "judged": // LANGUAGE: HEADLINE
		language, headline, _ := strings.Cut(rest, ": ")
		n.judged(language, headline)
	case "tell": // WHOM ALERT
		n.tell(words[0], alerts.ID(words[1]))
	case "approval": // by whom alerts must be approved
		n.desk.Editors.Approval = alerts.Approval(words[0])
	case "edition":
		n.edition(delivery.ContentID(words[0]), strings.Split(strings.TrimPrefix(rest, words[0]+" "), "; ")...)
	case "later":
		wait, err := time.ParseDuration(rest)
		if err != nil {
			n.t.Fatal(err)
		}
		n.now = n.now.Add(wait)
	case "restart":
		n.desk = bots.NewReception(n.desk.Config)
	default:
		n.t.Fatalf("the newsroom cannot %q", deed)
	}
}

// hear hands what somebody says to the reception, and remembers the card that is then before them.
func (n *newsroom) hear(name, language, said string, last map[string]*bots.Card) bots.Answer {
	n.t.Helper()
	if kind, ok := strings.CutPrefix(said, "~"); ok {
		e := bots.Event{Kind: bots.EventKind(kind), Chat: personas[name].chat, Language: language}
		if kind == "moved" {
			e.To = group("-1001")
		}
		a, err := n.desk.Notice(context.Background(), e)
		if err != nil {
			n.t.Fatal(err)
		}
		remember(last, name, a)
		return a
	}
	q := personas[name].request(language)
	if err := say(&q, said, last[name]); err != nil {
		n.t.Fatalf("%s> %s: %v", name, said, err)
	}
	a, err := n.desk.Answer(context.Background(), q)
	if err != nil {
		n.t.Fatal(err)
	}
	remember(last, name, a)
	return a
}

func remember(last map[string]*bots.Card, name string, a bots.Answer) {
	if a.Card != nil {
		last[name] = a.Card
	}
}

// say fills in what is said.
func say(q *bots.Request, said string, before *bots.Card) error {
	switch {
	case strings.HasPrefix(said, "/"):
		command, args, _ := strings.Cut(said[1:], " ")
		q.Command, q.Args = command, strings.ReplaceAll(args, `\n`, "\n")
	case strings.HasPrefix(said, "("): // the button of an alert or a digest, by its data
		q.Button = strings.Trim(said, "()")
	case strings.HasPrefix(said, "["):
		b, ok := buttonOf(before, strings.Trim(said, "[]"))
		if !ok {
			return fmt.Errorf("there is no such button")
		}
		q.Button = b.Data
	case strings.HasPrefix(said, "{"):
		if before == nil || before.Menu == nil {
			return fmt.Errorf("there is no menu")
		}
		labels, all := strings.CutSuffix(strings.TrimPrefix(said, "{"), "}!")
		for label := range strings.SplitSeq(strings.TrimSuffix(labels, "}"), ", ") {
			i := slices.IndexFunc(before.Menu.Options, func(o bots.Option) bool { return o.Label == label })
			if i < 0 {
				return fmt.Errorf("there is no option %q", label)
			}
			q.Choices = append(q.Choices, before.Menu.Options[i].Value)
		}
		q.Button = before.Menu.Data
		if !all {
			q.Button, q.Choices = bots.ToggleData(before.Menu.Data, q.Choices[0]), nil
		}
	default:
		q.Text = strings.ReplaceAll(said, `\n`, "\n")
	}
	return nil
}

func buttonOf(c *bots.Card, label string) (bots.Button, bool) {
	if c == nil {
		return bots.Button{}, false
	}
	for _, b := range slices.Concat(c.Buttons...) {
		if b.Label == label {
			return b, true
		}
	}
	return bots.Button{}, false
}

// written is an answer as a script has it.
func written(a bots.Answer) []string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, "  "+fmt.Sprintf(format, args...)) }
	if a.Toast != "" {
		add("(%s)", a.Toast)
	}
	if a.Close {
		add("the card goes away")
	}
	if a.Card == nil {
		return lines
	}
	if a.Replace {
		add("in place:")
	}
	for _, line := range a.Card.Lines {
		text := line.Text
		switch {
		case line.Strong:
			text = "**" + text + "**"
		case line.Quiet:
			text = "~ " + text
		}
		add("%s", text)
	}
	for i, item := range a.Card.Items {
		add("%d. %s / %s / %s", i+1, item.Headline, item.Standfirst, item.Credit)
	}
	if m := a.Card.Menu; m != nil {
		for chunk := range slices.Chunk(m.Options, 6) {
			var options []string
			for _, o := range chunk {
				mark := ""
				if o.Chosen {
					mark = "✓ "
				}
				options = append(options, "{"+mark+o.Label+"}")
			}
			add("%s", strings.Join(options, " "))
		}
	}
	for _, row := range a.Card.Buttons {
		var labels []string
		for _, b := range row {
			labels = append(labels, "["+b.Label+"]")
		}
		add("%s", strings.Join(labels, " "))
	}
	return lines
}

// difference shows the first lines that differ.
func difference(want, got string) string {
	ws, gs := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(ws), len(gs)) {
		if i >= len(ws) || i >= len(gs) || ws[i] != gs[i] {
			from, show := max(0, i-4), func(lines []string) string { return strings.Join(lines[min(i, len(lines)):min(i+6, len(lines))], "\n") }
			return fmt.Sprintf("line %d, after\n%s\nwant\n%s\ngot\n%s", i+1, strings.Join(gs[from:min(i, len(gs))], "\n"), show(ws), show(gs))
		}
	}
	return ""
}
