package stories

import (
	"fmt"
	"testing"
	"time"
)

// TestABurstIsHeardAtItsFourthArticle tells four articles of several stories after a day of other news. Each case but the
// first lacks one thing that makes a burst.
func TestABurstIsHeardAtItsFourthArticle(t *testing.T) {
	vote := []string{
		"Norland broadcaster sees Alba victory", "Alba claims victory as Norland leader concedes",
		"Neighbours alarmed by Alba victory over ruling party in Norland", "Crowds cheer Alba victory across Norland capital",
	}
	for _, tt := range []struct {
		name   string
		told   []string
		usual  []string // told one by one, every hour of the day before
		apart  time.Duration
		bursts bool
	}{
		{"an event", vote, nil, 10 * time.Minute, true},
		{"within two hours", vote, nil, 39 * time.Minute, true},
		{"over three hours", vote, nil, time.Hour, false},
		{"three articles", vote[:3], nil, 10 * time.Minute, false},
		{"two stories and their updates", []string{
			vote[0], vote[1], "UPDATE 1-Norland broadcaster sees Alba victory, high turnout", "UPDATE 1-Alba claims victory as Norland leader concedes defeat",
		}, nil, 10 * time.Minute, false},
		{"as much as on any day", vote, []string{"Alba and Norland argue over 1912 victory", "Norland, Alba mark victory of 1945"}, 10 * time.Minute, false},
		{"two events that meet in two words", []string{
			"Rain stops tennis at Sundby", "Tennis coach quits after quarrel",
			"Alba ferry sinks near Norland", "Poet of Alba wins prize in Norland", "Norland bans wine of Alba", "Norland hosts Alba tennis final",
		}, nil, 10 * time.Minute, false},
		{"without capitals", []string{
			"برد آلبا در نورلند", "نورلند جشن برد آلبا", "رهبر نورلند برد آلبا را پذیرفت", "همسایگان نورلند نگران برد حزب آلبا",
		}, nil, 10 * time.Minute, true},
		{"side by side without capitals", []string{
			"گردشگران کمتری به آفریقای جنوبی سفر میکنند", "خشکسالی دامداران شمال آفریقای جنوبی را نگران کرد",
			"وزیران درباره خشکسالی تازه در آفریقای جنوبی دیدار کردند", "نان گران شد، خشکسالی آفریقای جنوبی ادامه دارد",
		}, nil, 10 * time.Minute, false},
		{"a name of two words, and another word", []string{
			"Fewer tourists expected across South Norland", "Drought hits South Norland", "Ministers meet over drought in South Norland", "Bread dearer as South Norland drought lasts",
		}, nil, 10 * time.Minute, false},
		{"markets", []string{
			"Alba shares soar on Norland victory", "Norland bourse falls after Alba victory", "Alba stock hits high on victory in Norland market", "Norland bond prices jump, Alba victory cited",
		}, nil, 10 * time.Minute, false},
		{"a form", []string{
			"Ratex affirms Norbank at 'BBB'; outlook stable", "Ratex affirms Sundby Harbour at 'AA'; outlook stable",
			"Ratex affirms City of Ostby at 'A'; outlook stable", "Ratex affirms Eider Valley Power Company at 'BB'; outlook stable",
		}, nil, 10 * time.Minute, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ix := NewIndex()
			for i := range 300 { // so that it is known how rare words are
				ix.Take(article(fmt.Sprint("other", i), fmt.Sprintf("Harbour%d reopens with ferry%d and crew%d", i, i, i), time.Duration(i-300)*5*time.Minute), nil)
			}
			for i := range 24 * min(1, len(tt.usual)) {
				ix.Take(article(fmt.Sprint("usual", i), fmt.Sprint(tt.usual[i%len(tt.usual)], " at place", i), time.Duration(i-24)*time.Hour), nil)
			}
			for i, h := range tt.told {
				p := ix.Take(article(fmt.Sprint("told", i), h, time.Duration(i)*tt.apart), nil)
				if want := tt.bursts && i == 3; p.Heat.Big() != want {
					t.Errorf("after %d articles it is %v that it is big: %+v", i+1, !want, p.Heat)
				}
				if p.Heat.Big() && (p.Heat.Articles != 4 || p.Heat.Headlines != 4 || len(p.Heat.Kin) < burstStories || p.Heat.Kin[0] != p.Story || p.Heat.Span != 3*tt.apart) {
					t.Errorf("heat %+v of story %s", p.Heat, p.Story)
				}
			}
		})
	}
}

func TestAVersionOfAnArticleIsNoOther(t *testing.T) {
	ix := NewIndex()
	for i := range 300 {
		ix.Take(article(fmt.Sprint("other", i), fmt.Sprintf("Harbour%d reopens with ferry%d and crew%d", i, i, i), time.Duration(i-300)*5*time.Minute), nil)
	}
	ix.Take(article("one", "Norland broadcaster sees Alba victory", 0), nil)
	ix.Take(article("two", "Alba claims victory as Norland leader concedes", time.Minute), nil)
	ix.Take(article("three", "Crowds cheer Alba victory across Norland capital", 2*time.Minute), nil)
	p := ix.Take(article("three", "Dancing crowds cheer Alba victory across Norland capital", 3*time.Minute), nil)
	if p.Heat.Big() || p.Heat.Articles > 3 {
		t.Errorf("three articles and a version are %+v", p.Heat)
	}
}

func TestABurstLooksAtSoMuchAtMost(t *testing.T) {
	ix := NewIndex()
	for i := range 3 * maxLate {
		ix.Take(article(fmt.Sprint(i), fmt.Sprintf("Norland cheers Alba at place%d", i), time.Duration(i)*time.Second), nil)
	}
	last := ix.recent.queue[len(ix.recent.queue)-1]
	if late := (burst{report: last, words: last.words[:2]}).gather(); len(late) > 2*maxLate+1 || len(late) < maxLate {
		t.Errorf("%d articles are looked at for two words", len(late))
	}
}

func TestFewerThanUsualAreNotUnlikely(t *testing.T) {
	if less := unlikely(2, 20); less != 0 {
		t.Errorf("two where twenty are usual: %v", less)
	}
	if few, many := unlikely(4, 1), unlikely(8, 1); few <= 0 || many <= few {
		t.Errorf("four where one is usual: %v, eight: %v", few, many)
	}
}
