package ngram

import "encoding/binary"

// lanes are rows of small numbers, from -most to most, that are added up eight at a time: each is a byte, of which the
// zero is most, and a row is filled up to whole words of the machine.
type lanes struct {
	width int // bytes of a row
	bytes []byte
}

// perWord is how many lanes one addition takes.
const perWord = 8

func newLanes(rows, columns int) lanes {
	width := (columns + perWord - 1) / perWord * perWord
	return lanes{width, make([]byte, rows*width)}
}

func (l lanes) set(row, column int, n int8) { l.bytes[row*l.width+column] = byte(n + most) }

func (l lanes) at(row, column int) int8 { return int8(l.bytes[row*l.width+column]) - most }

func (l lanes) row(row int) []byte { return l.bytes[row*l.width:][:l.width] }

// sums add up rows.
type sums struct {
	lanes []uint64
	added int // rows in lanes
	whole []int
}

// full is how many rows the lanes hold before one may overflow.
const full = 255 / (2 * most)

func (l lanes) zero(columns int) *sums {
	return &sums{lanes: make([]uint64, l.width/perWord), whole: make([]int, columns)}
}

func (s *sums) add(row []byte) {
	for i := range s.lanes {
		s.lanes[i] += binary.LittleEndian.Uint64(row[i*perWord:])
	}
	if s.added++; s.added == full {
		s.settle()
	}
}

// settle takes what is in the lanes out of them.
func (s *sums) settle() {
	for i := range s.whole {
		lane := byte(s.lanes[i/perWord] >> (8 * (i % perWord)))
		s.whole[i] += int(lane) - s.added*most
	}
	clear(s.lanes)
	s.added = 0
}

func (s *sums) total() []int {
	s.settle()
	return s.whole
}
