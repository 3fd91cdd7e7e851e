package ngram

// lanes are rows of small numbers, from -most to most, that are added up eight at a time: each is a byte, of which the
// zero is most, in a row of whole words of the machine.
type lanes struct {
	width int // words of a row
	words []uint64
}

// perWord is how many lanes one addition takes.
const perWord = 8

func newLanes(rows, columns int) lanes {
	width := (columns + perWord - 1) / perWord
	return lanes{width, make([]uint64, rows*width)}
}

// set sets a number that was not set before.
func (l lanes) set(row, column int, n int8) {
	l.words[row*l.width+column/perWord] |= uint64(n+most) << (8 * (column % perWord))
}

func (l lanes) at(row, column int) int8 { return int8(lane(l.row(row), column)) - most }

func (l lanes) row(row int) []uint64 { return l.words[row*l.width:][:l.width] }

// lane is one byte of a row.
func lane(row []uint64, column int) byte {
	return byte(row[column/perWord] >> (8 * (column % perWord)))
}

// sums add up rows.
type sums struct {
	lanes []uint64
	added int // rows in lanes
	whole []int
}

// full is how many rows the lanes hold before one may overflow.
const full = 255 / (2 * most)

func (l lanes) zero(columns int) *sums {
	return &sums{lanes: make([]uint64, l.width), whole: make([]int, columns)}
}

func (s *sums) add(row []uint64) {
	lanes := s.lanes[:len(row)]
	for i, eight := range row {
		lanes[i] += eight
	}
	if s.added++; s.added == full {
		s.settle()
	}
}

// settle takes what is in the lanes out of them.
func (s *sums) settle() {
	for i := range s.whole {
		s.whole[i] += int(lane(s.lanes, i)) - s.added*most
	}
	clear(s.lanes)
	s.added = 0
}

func (s *sums) total() []int {
	s.settle()
	return s.whole
}
