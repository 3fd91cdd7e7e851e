package topics

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
	"github.com/tenbells/tenbells/linear"
)

// Learned is what was learned from a newsroom's archive. It is safe for concurrent use.
type Learned struct {
	model  *linear.Model   // of topics; nil where too few are marked
	places *linear.Model   // of places and own topics that are sets of them; nil where too few are marked
	used   map[string]bool // the topics and places that they know better than the lists do
}

// NewLearned puts a written model and the report of its training together again. The error says what is damaged.
func NewLearned(model []byte, report Report) (*Learned, error) {
	l := &Learned{used: map[string]bool{}}
	if err := l.read(model); err != nil {
		return nil, fmt.Errorf("topics: %w", err)
	}
	for _, t := range report.Topics {
		l.used[string(t.Topic)] = t.Used
	}
	return l, nil
}

// twoModels begins what is written of two models: then comes the length of the first in four bytes, the first, and the
// second. Without it there is one of topics alone.
const twoModels = "topics+places\n"

// read reads what Bytes wrote.
func (l *Learned) read(written []byte) error {
	rest, both := bytes.CutPrefix(written, []byte(twoModels))
	if !both {
		l.model = &linear.Model{}
		return l.model.UnmarshalBinary(written)
	}
	if len(rest) < 4 || uint64(binary.BigEndian.Uint32(rest)) > uint64(len(rest)-4) {
		return errors.New("what was learned is cut short")
	}
	n, rest := binary.BigEndian.Uint32(rest), rest[4:]
	if n > 0 {
		l.model = &linear.Model{}
		if err := l.model.UnmarshalBinary(rest[:n]); err != nil {
			return err
		}
	}
	l.places = &linear.Model{}
	return l.places.UnmarshalBinary(rest[n:])
}

// Bytes is what was learned as it is written.
func (l *Learned) Bytes() ([]byte, error) {
	if l == nil {
		return nil, errors.New("topics: nothing was learned")
	}
	if l.places == nil {
		return l.model.MarshalBinary()
	}
	var first []byte
	if l.model != nil {
		var err error
		if first, err = l.model.MarshalBinary(); err != nil {
			return nil, err
		}
	}
	second, err := l.places.MarshalBinary()
	if err != nil {
		return nil, err
	}
	head := binary.BigEndian.AppendUint32([]byte(twoModels), uint32(len(first)))
	return slices.Concat(head, first, second), nil
}

// Use lets a catalogue judge by what was learned from now on; nil: by its lists alone.
func (c *Catalogue) Use(l *Learned) { c.learned.Store(l) }

// maxBody is how many bytes of an article's body are learned from and judged by.
const maxBody = 4000

// maxMarked is how many passages of an article are looked through for concepts and countries.
const maxMarked = 40

// learnedText is an article as the model reads it: its words, and what they stand for in any language.
func (c *Catalogue) learnedText(a articles.Article, parts parts, how reading) linear.Text {
	body := strings.Join(append([]string{a.Standfirst}, a.Body...), "\n")
	t := linear.Text{Title: a.Headline, Body: body[:min(len(body), maxBody)]}
	concepts, places := c.concepts.of(how), c.places.list(how)
	passages := slices.Concat(parts[:]...)
	for _, p := range passages[:min(len(passages), maxMarked)] {
		t.Marks = append(t.Marks, concepts.marks(p.words)...)
		for _, hit := range places.find(p) {
			t.Marks = append(t.Marks, hit.key, placePrefix)
		}
	}
	return t
}

// shownWords is how many words are named as the reason for a topic.
const shownWords = 3

// byLearned asks the model. What the newsroom marked it did not leave to be guessed.
func (c *Catalogue) byLearned(a articles.Article, parts parts, how reading, f *findings) {
	l := c.learned.Load()
	if l == nil || l.model == nil {
		return
	}
	text := l.model.Read(c.learnedText(a, parts, how))
	defer text.Close()
	for _, s := range text.Scores() {
		if s.Holds && l.used[s.Label] && c.Valid(s.Label) {
			f.topic(articles.Topic(s.Label), "as in the archive, "+because(spoke(text, s.Label)...))
		}
	}
}

// spoke are the words that spoke most for a topic in a text.
func spoke(text *linear.Reading, topic string) []string {
	var words []string
	for _, r := range text.Evidence(topic, 3*shownWords) {
		if isMark := strings.HasPrefix(r.Text, conceptMark) || strings.HasPrefix(r.Text, placePrefix); !isMark && len(words) < shownWords {
			words = append(words, r.Text)
		}
	}
	return words
}

// knows reports whether a topic is left to what was learned.
func (l *Learned) knows(topic string) bool { return l != nil && l.used[topic] }
