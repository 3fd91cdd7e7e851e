package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenbells/tenbells/subscriptions"
)

// Why says in a sentence why a subscriber was told an alert or was not, from their wishes as they are now. told is whether
// they were.
func (al Alert) Why(s subscriptions.Subscriber, told bool) string {
	if told {
		return "Told: " + al.whyWanted(s)
	}
	if reason := al.whyNot(s); reason != "" {
		return "Not told: " + reason
	}
	return "Not told, though by their wishes as they are now they would be: they may have changed since, or it waits (queued, quiet hours, the day's budget)."
}

// whyWanted says which of their wishes the alert answers.
func (al Alert) whyWanted(s subscriptions.Subscriber) string {
	switch {
	case al.Everyone:
		return "it was sent to everyone."
	case len(s.Follow) == 0:
		return "they follow everything."
	}
	if matching := shared(s.Follow, al.Follow); len(matching) > 0 {
		return "they follow " + matching + "."
	}
	return "they follow nothing of it any more."
}

// whyNot is the first wish that keeps an alert away, or "".
func (al Alert) whyNot(s subscriptions.Subscriber) string {
	_, reads := al.languageFor(subscriptions.Recipient{Language: s.Language, Reads: s.Reads})
	switch excluded := shared(s.Exclude, al.Follow); {
	case al.Untold():
		return "editors were asked, and have not sent it."
	case s.Status != subscriptions.Active:
		return fmt.Sprintf("their subscription is %s.", s.Status)
	case s.Created.After(al.SendAt):
		return "they came after it was sent."
	case s.Least < al.Class:
		return fmt.Sprintf("it is of class %s, and only %s and above rings for them.", al.Class, s.Least)
	case excluded != "" && !al.Everyone:
		return "they exclude " + excluded + "."
	case !al.Everyone && len(s.Follow) > 0 && shared(s.Follow, al.Follow) == "":
		return "they follow nothing that it is about: " + keyList(al.Follow) + "."
	case !reads:
		return fmt.Sprintf("it is in %s, and they read %s.", strings.Join(al.languages(), ", "), strings.Join(s.Reads, ", "))
	case al.Status == CancelledStatus || al.Status == Recalled:
		return fmt.Sprintf("it was %s before their turn came.", al.Status)
	}
	return ""
}

func shared(theirs, its []subscriptions.Key) string {
	return keyList(slices.DeleteFunc(slices.Clone(theirs), func(k subscriptions.Key) bool { return !slices.Contains(its, k) }))
}

func keyList(keys []subscriptions.Key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// Asked is the act of asking what a subscriber was told: who asked is on the record, whom they asked about is not.
func Asked(by string, about string, at time.Time) Act {
	return Act{At: at, By: by, What: "why", Subject: about, Detail: "what one subscriber was told"}
}
