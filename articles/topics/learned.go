package topics

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// Learned is what was learned from a newsroom's archive. It is safe for concurrent use.
type Learned struct {
	model *linear.Model
	used  map[string]bool // the topics that it knows better than the lists do
}

// NewLearned puts a written model and the report of its training together again. The error says what is damaged.
func NewLearned(model []byte, report Report) (*Learned, error) {
	l := &Learned{model: &linear.Model{}, used: map[string]bool{}}
	if err := l.model.UnmarshalBinary(model); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	for _, t := range report.Topics {
		l.used[string(t.Topic)] = t.Used
	}
	return l, nil
}

// Bytes is the model as it is written.
func (l *Learned) Bytes() ([]byte, error) {
	if l == nil {
		return nil, errors.New("topics: nothing was learned")
	}
	return l.model.MarshalBinary()
}

// Use lets a catalogue judge by what was learned from now on; nil: by its lists alone.
func (c *Catalogue) Use(l *Learned) { c.learned.Store(l) }

// maxBody is how many bytes of an article's body are learned from and judged by.
const maxBody = 6000

// learnedText is an article as the model reads it.
func (c *Catalogue) learnedText(a articles.Article) linear.Text {
	body := strings.Join(append([]string{a.Standfirst}, a.Body...), "\n")
	return linear.Text{Title: a.Headline, Body: body[:min(len(body), maxBody)]}
}

// shownWords is how many words are named as the reason for a topic.
const shownWords = 3

// byLearned asks the model. What the newsroom marked it did not leave to be guessed.
func (c *Catalogue) byLearned(a articles.Article, f *findings) {
	l := c.learned.Load()
	if l == nil {
		return
	}
	text := c.learnedText(a)
	for _, s := range l.model.Predict(text) {
		if s.Holds && l.used[s.Label] && c.Valid(s.Label) {
			f.topic(articles.Topic(s.Label), "as in the archive, "+because(l.words(text, s.Label)...))
		}
	}
}

// words are what spoke most for a topic in a text.
func (l *Learned) words(text linear.Text, topic string) []string {
	var words []string
	for _, r := range l.model.Evidence(text, topic, shownWords) {
		words = append(words, r.Text)
	}
	return words
}

// knows reports whether a topic is left to what was learned.
func (l *Learned) knows(topic string) bool { return l != nil && l.used[topic] }
