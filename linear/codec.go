package linear

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
)

// magic and version begin a written model. Another version is another format.
const (
	magic   = "tblm"
	version = 1
)

// ErrDamaged says that bytes are no model, or one that was cut, changed or written by another version.
var ErrDamaged = errors.New("linear: the model is damaged or of another version")

// crcTable is Castagnoli's, which processors compute.
var crcTable = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary writes the model: magic, version, shape, labels, then features by growing hash (as differences) with
// their weights, and a CRC-32C of all before it. The same model gives the same bytes. The error is always nil.
func (m *Model) MarshalBinary() ([]byte, error) {
	w := writer{bytes.NewBufferString(magic)}
	w.uint(version)
	m.writeHead(w)
	last := uint32(0)
	for f, hash := range m.words.hashes {
		w.uint(uint64(hash - last))
		last = hash
		w.float(m.words.idf[f])
		votes := m.votes(uint32(f))
		w.uint(uint64(len(votes)))
		label := uint16(0)
		for _, v := range votes {
			w.uint(uint64(v.label - label))
			label = v.label
			w.int(int64(v.steps))
		}
	}
	return binary.LittleEndian.AppendUint32(w.Bytes(), crc32.Checksum(w.Bytes(), crcTable)), nil
}

func (m *Model) writeHead(w writer) {
	w.uint(uint64(m.shape.shortRun))
	w.uint(uint64(m.shape.longRun))
	w.flag(m.shape.pairs)
	w.uint(uint64(m.shape.maxWords))
	for _, weight := range m.shape.weights {
		w.float(weight)
	}
	w.flag(m.single)
	w.uint(uint64(m.examples))
	w.uint(uint64(len(m.labels)))
	for _, l := range m.labels {
		w.text(l.name)
		for _, f := range []float32{l.scale, l.bias, l.slope, l.offset, l.threshold} {
			w.float(f)
		}
		w.uint(uint64(l.examples))
	}
	w.uint(uint64(len(m.words.hashes)))
	w.uint(uint64(len(m.weights)))
}

type writer struct{ *bytes.Buffer }

func (w writer) uint(v uint64) { w.Write(binary.AppendUvarint(w.AvailableBuffer(), v)) }
func (w writer) int(v int64)   { w.Write(binary.AppendVarint(w.AvailableBuffer(), v)) }
func (w writer) float(f float32) {
	w.Write(binary.LittleEndian.AppendUint32(w.AvailableBuffer(), math.Float32bits(f)))
}
func (w writer) text(s string) { w.uint(uint64(len(s))); w.WriteString(s) }

func (w writer) flag(b bool) {
	if b {
		w.WriteByte(1)
	} else {
		w.WriteByte(0)
	}
}

// UnmarshalBinary reads what MarshalBinary wrote. The error is ErrDamaged for anything else; memory stays within a
// small multiple of the bytes given.
func (m *Model) UnmarshalBinary(b []byte) error {
	end := len(b) - 4
	if end < 0 || binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], crcTable) {
		return ErrDamaged
	}
	r := &reader{rest: b[:end]}
	read, err := r.model()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	*m = *read
	return nil
}

// reader takes values off the front. After the first fault it answers zeros.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = errors.New(what)
	}
	r.rest = nil
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail("it ends early")
		return make([]byte, min(n, maxLabel))
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

// uint is a number that must not be above limit.
func (r *reader) uint(limit uint64) uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > limit {
		r.fail("a number is out of bounds")
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) weight() int16 {
	v, n := binary.Varint(r.rest)
	if n <= 0 || v < math.MinInt16 || v > math.MaxInt16 {
		r.fail("a weight is out of bounds")
		return 0
	}
	r.rest = r.rest[n:]
	return int16(v)
}

func (r *reader) float() float32 {
	f := math.Float32frombits(binary.LittleEndian.Uint32(r.take(4)))
	if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		r.fail("a number is none")
	}
	return f
}

func (r *reader) flag() bool { return r.uint(1) == 1 }

func (r *reader) model() (*Model, error) {
	if string(r.take(len(magic))) != magic || r.uint(version) != version {
		return nil, errors.New("it begins wrong")
	}
	m := &Model{}
	m.shape = r.shape()
	m.single = r.flag()
	m.examples = int(r.uint(maxExamples))
	r.labels(m)
	features, weights := int(r.uint(maxFeatures)), int(r.uint(maxFeatures*maxLabels))
	if len(r.rest) < 6*features || len(r.rest) < 2*weights { // the least that they take
		r.fail("it ends early")
	}
	if r.err == nil {
		r.features(m, features, weights)
	}
	if r.err == nil && len(r.rest) > 0 {
		r.fail("it goes on after its end")
	}
	return m, r.err
}

func (r *reader) shape() shape {
	s := shape{shortRun: int(r.uint(8)), longRun: int(r.uint(8)), pairs: r.flag(), maxWords: int(r.uint(maxTokens))}
	for b := range s.weights {
		s.weights[b] = r.float()
	}
	return s
}

func (r *reader) labels(m *Model) {
	n := int(r.uint(maxLabels))
	for i := 0; i < n && r.err == nil; i++ {
		l := label{name: string(r.take(int(r.uint(maxLabel))))}
		for _, f := range []*float32{&l.scale, &l.bias, &l.slope, &l.offset, &l.threshold} {
			*f = r.float()
		}
		l.examples = int(r.uint(maxExamples))
		if i > 0 && l.name <= m.labels[i-1].name {
			r.fail("its labels are out of order")
		}
		m.labels = append(m.labels, l)
	}
}

func (r *reader) features(m *Model, features, weights int) {
	hashes, idf := make([]uint32, 0, features), make([]float32, 0, features)
	m.starts = make([]uint32, 0, features+1)
	m.weights = make([]vote, 0, weights)
	last := uint64(0)
	for f := 0; f < features && r.err == nil; f++ {
		step := r.uint(math.MaxUint32)
		if last += step; last > math.MaxUint32 || step == 0 && f > 0 {
			r.fail("its features are out of order")
		}
		hashes, idf = append(hashes, uint32(last)), append(idf, r.float())
		m.starts = append(m.starts, uint32(len(m.weights)))
		r.weights(m, weights)
	}
	m.starts = append(m.starts, uint32(len(m.weights)))
	if len(m.weights) != weights {
		r.fail("its weights are not all there")
	}
	m.words = known(slices.Clip(hashes), slices.Clip(idf))
}

func (r *reader) weights(m *Model, limit int) {
	n := int(r.uint(uint64(len(m.labels))))
	label := uint64(0)
	for i := 0; i < n && r.err == nil; i++ {
		step := r.uint(maxLabels)
		label += step
		if i > 0 && step == 0 || label >= uint64(len(m.labels)) || len(m.weights) >= limit {
			r.fail("its weights are out of order")
			return
		}
		m.weights = append(m.weights, vote{uint16(label), r.weight()})
	}
}
