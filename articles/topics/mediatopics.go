package topics

import (
	"slices"
	"strings"

	"github.com/tenbells/tenbells/articles"
)

// mediaTopics is IPTC's tree of Media Topics by key, “medtop:16000000”.
type mediaTopics map[articles.Topic]mediaTopic

type mediaTopic struct {
	above   articles.Topic // "" at the top
	retired bool           // IPTC gives it to no new article
	labels  map[string]string
	also    []string // other words for it
}

func readMediaTopics() mediaTopics {
	tree := mediaTopics{}
	for _, row := range rows("data/mediatopics.tsv") {
		topic := mediaTopic{retired: row[2] != "", labels: map[string]string{}}
		if row[1] != "" {
			topic.above = articles.Topic(medtopPrefix + row[1])
		}
		for _, column := range row[3:] {
			language, label, _ := strings.Cut(column, "=")
			topic.labels[language] = label
		}
		tree[articles.Topic(medtopPrefix+row[0])] = topic
	}
	for _, row := range rows("data/names.tsv") {
		key := articles.Topic(medtopPrefix + row[0])
		topic := tree[key]
		for _, column := range row[1:] {
			language, label, _ := strings.Cut(column, "=")
			if language == "also" {
				topic.also = list(label)
			} else if topic.labels[language] == "" {
				topic.labels[language] = label
			}
		}
		tree[key] = topic
	}
	return tree
}

// has reports whether a topic is one of IPTC's. A retired one is: older subjects and wishes still name it.
func (m mediaTopics) has(topic articles.Topic) bool {
	_, ok := m[topic]
	return ok
}

// withAncestors is a topic and all above it, itself first.
func (m mediaTopics) withAncestors(topic articles.Topic) []articles.Topic {
	var all []articles.Topic
	for ; topic != "" && !slices.Contains(all, topic); topic = m[topic].above {
		all = append(all, topic)
	}
	return all
}

// upper are the topics of the two top levels that are not retired, in order.
func (m mediaTopics) upper() []articles.Topic {
	var all []articles.Topic
	for topic, t := range m {
		if !t.retired && (t.above == "" || m[t.above].above == "") {
			all = append(all, topic)
		}
	}
	slices.Sort(all) // those of the top level have the smaller numbers
	return all
}

// names is everything that a topic is called, in any language.
func (m mediaTopics) names(topic articles.Topic) []string {
	t := m[topic]
	var all []string
	for _, language := range sortedKeys(t.labels) {
		all = append(all, t.labels[language])
	}
	return append(all, t.also...)
}

func (m mediaTopics) label(topic articles.Topic, language string) string {
	labels := m[topic].labels
	for _, tag := range []string{language, base(language), "en"} {
		if label := labels[tag]; label != "" {
			return label
		}
	}
	return ""
}
