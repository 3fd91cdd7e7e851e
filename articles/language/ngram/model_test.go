package ngram

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// toy tells two languages apart by a sentence of each.
func toy() *Table {
	var counts []Counts
	for _, text := range []string{"the end of the week and the end of the day", "das Ende der Woche und das Ende des Tages"} {
		c := Counts{}
		for range 100 {
			c.Add(text, unicode.Latin, 1)
		}
		counts = append(counts, c)
	}
	return NewTable("Latn", []string{"en", "de"}, counts, 60)
}

func TestWeigh(t *testing.T) {
	for text, want := range map[string]int{"the end": 0, "das ende": 1, "the other day": 0, "der andere": 1} {
		if sums := toy().Weigh(text, unicode.Latin); sums[want] <= sums[1-want] {
			t.Errorf("%q weighs %v", text, sums)
		}
	}
	if sums := toy().Weigh("день 12", unicode.Latin); !slices.Equal(sums, []int{0, 0}) {
		t.Errorf("a text in another script weighs %v", sums)
	}
}

func TestNewTableKeepsWhatTells(t *testing.T) {
	few := NewTable("Latn", []string{"en", "de"}, []Counts{{keyOf([]rune("th")): 50, keyOf([]rune("en")): 50}, {keyOf([]rune("en")): 100}}, 1)
	if !slices.Contains(few.keys, keyOf([]rune("th"))) {
		t.Errorf("keys %x are without the one that tells", few.keys)
	}
}

func TestNewTableLeavesOutChance(t *testing.T) {
	rare := NewTable("Latn", []string{"en"}, []Counts{{keyOf([]rune("zq")): seldom / 2.0, keyOf([]rune("th")): 100}}, 10)
	if !slices.Equal(rare.keys, []Key{keyOf([]rune("th"))}) {
		t.Errorf("keys %x", rare.keys)
	}
}

func TestWhole(t *testing.T) {
	for _, c := range []struct {
		weight float64
		order  int
		want   int8
	}{{0.4, 3, 0}, {0.6, 3, 1}, {-0.6, 0, -1}, {1.4, 1, 0}, {-1.4, 1, 0}, {1.6, 1, 2}, {1.4, 2, 1}, {9, 4, most}, {-9, 1, -most}} {
		if got := whole(c.weight, c.order); got != c.want {
			t.Errorf("%v of order %d is %d, want %d", c.weight, c.order, got, c.want)
		}
	}
}

// TestWeighEveryRun compares the sums with those of keys that are looked for one by one.
func TestWeighEveryRun(t *testing.T) {
	table, want := toy(), []int{0, 0}
	text := strings.Repeat("the end of the day und das Ende der Woche ", 20)
	for word := range Words(text, unicode.Latin) {
		for key := range Runs(word) {
			if row, ok := slices.BinarySearch(table.keys, key); ok {
				want[0], want[1] = want[0]+int(table.weights.at(row, 0)), want[1]+int(table.weights.at(row, 1))
			}
		}
	}
	if got := table.Weigh(text, unicode.Latin); !slices.Equal(got, want) || want[0] == 0 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLanesDoNotOverflow(t *testing.T) {
	l := newLanes(2, 11)
	for i := range 11 {
		l.set(0, i, int8(min(i, most)))
		l.set(1, i, int8(-min(i, most)))
	}
	sums := l.zero(11)
	for range 100 {
		sums.add(l.row(0))
	}
	for range 40 {
		sums.add(l.row(1))
	}
	if got, want := sums.total(), []int{0, 60, 120, 180, 240, 300, 360, 420, 420, 420, 420}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFileRoundTrip(t *testing.T) {
	tables := []*Table{toy(), NewTable("Cyrl", []string{"ru"}, []Counts{{keyOf([]rune("что")): 3}}, 5)}
	var file bytes.Buffer
	if err := Write(&file, tables); err != nil {
		t.Fatal(err)
	}
	got, err := Read(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tables, got, cmp.AllowUnexported(Table{}, lanes{})); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefusesOtherFiles(t *testing.T) {
	var file, long, heavy bytes.Buffer
	if err := Write(&file, []*Table{toy()}); err != nil {
		t.Fatal(err)
	}
	pack(t, &long, 4, 'L', 'a', 't', 'n', 0xFF, 0xFF, 0xFF, 0x7F)
	pack(t, &heavy, 4, 'L', 'a', 't', 'n', 1, 2, 'e', 'n', 1, 'x', most+1)
	good := file.Bytes()
	spoilt := slices.Clone(good)
	spoilt[len(spoilt)/2] ^= 0x55
	for name, broken := range map[string][]byte{
		"nothing": nil, "text": []byte("text"), "half": good[:len(good)/2], "without its sum": good[:len(good)-8],
		"spoilt": spoilt, "too many languages": long.Bytes(), "too much weight": heavy.Bytes(),
	} {
		if _, err := Read(broken); !errors.Is(err, errForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pack writes bytes as a file has them.
func pack(t *testing.T, to *bytes.Buffer, b ...byte) {
	t.Helper()
	zip := gzip.NewWriter(to)
	if _, err := zip.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
}
