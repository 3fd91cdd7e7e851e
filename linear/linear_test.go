package linear

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// kinds are small worlds of words from which texts are drawn.
var kinds = map[string]string{
	"sport":    "match goal team player coach league cup striker penalty referee",
	"economy":  "bank market shares profit inflation trade investor price currency debt",
	"weather":  "storm rain flood wind snow temperature forecast river heat drought",
	"politics": "parliament minister election vote president party opposition law coalition cabinet",
}

const filler = "the of and to in a for on with at by from that it was is as are has said after before over new two year people city"

// invent draws a text of the given kinds.
func invent(r *rand.Rand, n int, of ...string) Text {
	common := strings.Fields(filler)
	draw := func() string {
		if r.IntN(3) > 0 || len(of) == 0 {
			return common[r.IntN(len(common))]
		}
		words := strings.Fields(kinds[of[r.IntN(len(of))]])
		return words[r.IntN(len(words))]
	}
	var title, body []string
	for range 6 {
		title = append(title, draw())
	}
	for range n {
		body = append(body, draw())
	}
	return Text{Title: strings.Join(title, " "), Body: strings.Join(body, " ")}
}

// archive is n texts of one kind each.
func archive(n int, pairs bool) []Example {
	r := rand.New(rand.NewPCG(7, 7))
	names := []string{"economy", "politics", "sport", "weather"}
	var all []Example
	for i := range n {
		of := []string{names[i%4]}
		if pairs && i%3 == 0 {
			of = append(of, names[(i+1)%4])
		}
		all = append(all, Example{Text: invent(r, 60, of...), Labels: of})
	}
	return all
}

func train(t testing.TB, examples []Example, o Options) *Model {
	t.Helper()
	m, err := Train(context.Background(), examples, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// holding is what holds of a text.
func holding(m *Model, text Text) []string {
	var all []string
	for _, s := range m.Predict(text) {
		if s.Holds {
			all = append(all, s.Label)
		}
	}
	return all
}

func TestOneLabelIsChosenWhereEveryExampleHasOne(t *testing.T) {
	all := archive(400, false)
	m := train(t, all[:300], Options{})
	if !m.Single() {
		t.Error("the model chooses several labels though each example has one")
	}
	wrong := 0
	for _, e := range all[300:] {
		if !slices.Equal(holding(m, e.Text), e.Labels) {
			wrong++
		}
	}
	if wrong > 2 {
		t.Errorf("%d of 100 unseen texts are judged wrong", wrong)
	}
}

func TestSeveralLabelsHold(t *testing.T) {
	all := archive(600, true)
	m := train(t, all[:450], Options{})
	if m.Single() {
		t.Error("the model chooses one label though examples have two")
	}
	right, wrong, missed := 0, 0, 0
	for _, e := range all[450:] {
		found := holding(m, e.Text)
		for _, l := range e.Labels {
			if slices.Contains(found, l) {
				right++
			} else {
				missed++
			}
		}
		for _, l := range found {
			if !slices.Contains(e.Labels, l) {
				wrong++
			}
		}
	}
	if f1 := 2 * float64(right) / float64(2*right+wrong+missed); f1 < 0.95 {
		t.Errorf("F1 %.3f of unseen texts is below 0.95 (right %d, wrong %d, missed %d)", f1, right, wrong, missed)
	}
}

func TestProbabilitiesMeanWhatTheySay(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var all []Example
	for i := range 2400 { // a label that its words show only three times in four
		e := Example{Text: invent(r, 40, "sport"), Labels: []string{"other"}}
		if i%2 == 0 {
			e.Text = invent(r, 40, "weather")
		}
		if (i%2 == 0) == (r.IntN(4) > 0) {
			e.Labels = []string{"storm"}
		}
		all = append(all, e)
	}
	m := train(t, all[:1600], Options{Cost: 0.1})
	said, was := 0.0, 0.0
	for _, e := range all[1600:] {
		s := m.Predict(e.Text)[1]
		if s.Probability > 0.5 {
			said += s.Probability
			if e.Labels[0] == "storm" {
				was++
			}
		}
	}
	if said < 200 || said/was < 0.9 || said/was > 1.1 {
		t.Errorf("probabilities add up to %.1f where %.0f were so", said, was)
	}
}

func TestTheSameExamplesGiveTheSameBytes(t *testing.T) {
	all := archive(200, true)
	o := Options{ShortRun: 2, LongRun: 4, Ratio: true}
	one, _ := train(t, all, o).MarshalBinary()
	two, _ := train(t, all, o).MarshalBinary()
	if !slices.Equal(one, two) {
		t.Error("two trainings on the same examples give different models")
	}
}

func TestTitlesAndMarksTell(t *testing.T) {
	var titled, marked []Example
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 120 { // the word in the title tells, the same word in the body does not
		words := []string{"harbour", "mountain"}
		text := invent(r, 20)
		body := text.Body + " " + words[r.IntN(2)]
		titled = append(titled, Example{Text: Text{Title: words[i%2], Body: body}, Labels: []string{words[i%2]}})
		marked = append(marked, Example{Text: Text{Body: body, Marks: []string{"section:" + words[i%2]}}, Labels: []string{words[i%2]}})
	}
	for name, all := range map[string][]Example{"title": titled, "mark": marked} {
		m := train(t, all[:100], Options{})
		for _, e := range all[100:] {
			if !slices.Equal(holding(m, e.Text), e.Labels) {
				t.Errorf("%s: %+v holds %v, want %v", name, e.Text, holding(m, e.Text), e.Labels)
			}
		}
	}
	m := train(t, marked, Options{})
	if holding(m, Text{Body: "section harbour mountain", Marks: []string{"section:mountain"}})[0] != "mountain" {
		t.Error("a mark is outweighed by a word that tells nothing")
	}
}

func TestRunsOfLettersFindInflectedWords(t *testing.T) {
	stems := map[string][]string{"court": {"судь", "прокурор", "адвокат"}, "sport": {"футбол", "турнир", "чемпион"}}
	endings := []string{"а", "у", "ом", "ами", "ах", "ов", "е", "ы"}
	var all []Example
	r := rand.New(rand.NewPCG(9, 9))
	for i := range 160 {
		label := []string{"court", "sport"}[i%2]
		var words []string
		for range 4 {
			words = append(words, stems[label][r.IntN(3)]+endings[r.IntN(6)], "городской", "вечером")
		}
		all = append(all, Example{Text: Text{Body: strings.Join(words, " ")}, Labels: []string{label}})
	}
	m := train(t, all, Options{ShortRun: 3, LongRun: 5})
	for text, want := range map[string]string{"прокурорский адвокаты": "court", "Футбольный ЧЕМПИОНАТ": "sport"} {
		if got := holding(m, Text{Body: text}); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is %v, want %s", text, got, want)
		}
	}
}

func TestNothingHoldsOfATextWithoutKnownWords(t *testing.T) {
	m := train(t, archive(200, false), Options{})
	for _, text := range []Text{{}, {Title: "zzz", Body: "qqq 🏳️‍🌈 ́́"}} {
		if got := holding(m, text); got != nil {
			t.Errorf("%q is %v, want nothing", text.Title, got)
		}
	}
}

func TestTooLittleToLearn(t *testing.T) {
	text := Text{Body: "one two three"}
	cases := map[string][]Example{
		"no examples":              nil,
		"no labels":                {{Text: text}, {Text: text}},
		"one label on all of them": {{Text: text, Labels: []string{"a"}}, {Text: text, Labels: []string{"a"}}},
		"no word twice":            {{Text: Text{Body: "one"}, Labels: []string{"a"}}, {Text: Text{Body: "two"}, Labels: []string{"b"}}},
	}
	for name, examples := range cases {
		if _, err := Train(context.Background(), examples, Options{}); !errors.Is(err, ErrTooLittle) {
			t.Errorf("%s: %v, want ErrTooLittle", name, err)
		}
	}
	if _, err := Train(context.Background(), archive(20, false), Options{ShortRun: 5, LongRun: 3}); err == nil || errors.Is(err, ErrTooLittle) {
		t.Errorf("runs of 5 to 3 letters: %v, want a fault of the options", err)
	}
}

func TestTrainingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, archive(100, false), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func TestProgressReachesItsEnd(t *testing.T) {
	var steps []string
	o := Options{Progress: func(done, of int) { steps = append(steps, fmt.Sprintf("%d/%d", done, of)) }}
	train(t, archive(100, false), o)
	if want := []string{"1/4", "2/4", "3/4", "4/4"}; !slices.Equal(steps, want) {
		t.Errorf("progress %v, want %v", steps, want)
	}
}

func TestExamplesOfOneGroupStayTogether(t *testing.T) {
	all := archive(100, false)
	for i := range all {
		all[i].Group = fmt.Sprint("story", i/5)
	}
	for _, folds := range []int{1, 5} {
		c := newClass(all, Options{Folds: folds}.withDefaults())
		left := map[int]int{}
		for i, fold := range c.folds {
			left[fold]++
			if fold != c.folds[i/5*5] {
				t.Fatalf("folds %d: examples %d and %d of one group are in folds %d and %d", folds, i, i/5*5, fold, c.folds[i/5*5])
			}
		}
		if len(left) < 2 {
			t.Errorf("folds %d: all examples are in one: %v", folds, left)
		}
	}
}

func BenchmarkPredict(b *testing.B) {
	all := archive(2000, true)
	text := invent(rand.New(rand.NewPCG(1, 1)), 500, "sport", "economy")
	for name, o := range map[string]Options{"words": {Folds: 1}, "words and runs": {ShortRun: 3, LongRun: 5, Folds: 1}} {
		m := train(b, all, o)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m.Predict(text)
			}
		})
	}
}

// wide are n texts of a large vocabulary, in which a word is the rarer the later it comes, each of one of many kinds that
// shows in every third word.
func wide(n, words int) []Example {
	r := rand.New(rand.NewPCG(3, 3))
	zipf := rand.NewZipf(r, 1.2, 20, 40_000)
	word := func(n uint64) string {
		var letters []byte
		for n += 100; n > 0; n /= 15 {
			letters = append(letters, "bdfgklmnprstvzx"[n%15], "aeiou"[n%5])
		}
		return string(letters)
	}
	var all []Example
	for i := range n {
		var body []string
		for w := range words {
			drawn := zipf.Uint64()
			if w%3 == 0 {
				drawn = drawn*16 + uint64(i%16)
			}
			body = append(body, word(drawn))
		}
		all = append(all, Example{
			Text: Text{Title: strings.Join(body[:8], " "), Body: strings.Join(body[8:], " ")}, Labels: []string{fmt.Sprint("kind", i%16)},
		})
	}
	return all
}

// BenchmarkReading scores texts of a paragraph and of an article's length by a model as large as a newsroom's, and asks
// what spoke for their kind.
func BenchmarkReading(b *testing.B) {
	m := train(b, wide(2000, 200), Options{Folds: 1, Ratio: true, ShortRun: 3, LongRun: 5})
	for _, words := range []int{60, 450} {
		texts := wide(256, words)
		b.Run(fmt.Sprint(words, " words"), func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				text := texts[n%len(texts)]
				r := m.Read(text.Text)
				r.Scores()
				r.Evidence(text.Labels[0], 9)
				r.Close()
			}
		})
	}
	b.Logf("%d features, %d weights", m.Features(), len(m.weights))
}

func BenchmarkTrain(b *testing.B) {
	all := archive(15_000, true)
	for b.Loop() {
		train(b, all, Options{Folds: 1})
	}
}
