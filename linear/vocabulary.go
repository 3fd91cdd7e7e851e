package linear

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// vocabulary is the features that a model knows, numbered in the order of their hashes.
type vocabulary struct {
	hashes []uint32
	idf    []float32
	spread []uint32 // spread[top bits] is the first feature with them; hashes lie even, so a search is a step or two
	shift  uint
}

// known makes the vocabulary of sorted hashes.
func known(hashes []uint32, idf []float32) vocabulary {
	v := vocabulary{hashes: hashes, idf: idf}
	width := bits.Len(uint(len(hashes)))
	v.shift = uint(32 - width)
	v.spread = make([]uint32, 1<<width+1)
	at := 0
	for top := range v.spread {
		for at < len(hashes) && uint64(hashes[at])>>v.shift < uint64(top) {
			at++
		}
		v.spread[top] = uint32(at)
	}
	return v
}

func (v *vocabulary) find(hash uint32) (feature uint32, known bool) {
	top := uint64(hash) >> v.shift
	for at := v.spread[top]; at < v.spread[top+1]; at++ {
		if v.hashes[at] >= hash {
			return at, v.hashes[at] == hash
		}
	}
	return 0, false
}

// tally counts in how many texts each feature is. It sorts what it collects from time to time, which takes a tenth of
// a map's memory.
type tally struct {
	pending []uint32
	counted []counted // by hash
}

type counted struct{ hash, texts uint32 }

// maxPending is how many hashes are collected between two sorts.
const maxPending = 1 << 22

func (t *tally) add(b *bag) {
	for _, at := range b.order {
		t.pending = append(t.pending, b.slots[at].hash)
	}
	if len(t.pending) > maxPending {
		t.settle()
	}
}

// settle merges what was collected into the counts.
func (t *tally) settle() {
	slices.Sort(t.pending)
	merged := make([]counted, 0, len(t.counted)+len(t.pending)/2)
	old := t.counted
	for i := 0; i < len(t.pending); {
		hash, texts := t.pending[i], uint32(0)
		for ; i < len(t.pending) && t.pending[i] == hash; i++ {
			texts++
		}
		for len(old) > 0 && old[0].hash < hash {
			merged, old = append(merged, old[0]), old[1:]
		}
		if len(old) > 0 && old[0].hash == hash {
			texts, old = texts+old[0].texts, old[1:]
		}
		merged = append(merged, counted{hash, texts})
	}
	t.counted, t.pending = append(merged, old...), t.pending[:0]
}

// vocabulary is the features that enough texts have, the most common limit of them.
func (t *tally) vocabulary(texts, rarest, limit int) vocabulary {
	t.settle()
	kept := slices.DeleteFunc(t.counted, func(c counted) bool { return int(c.texts) < rarest })
	t.counted = nil
	if len(kept) > limit {
		slices.SortFunc(kept, func(a, b counted) int { return cmp.Or(cmp.Compare(b.texts, a.texts), cmp.Compare(a.hash, b.hash)) })
		kept = kept[:limit]
		slices.SortFunc(kept, func(a, b counted) int { return cmp.Compare(a.hash, b.hash) })
	}
	hashes, idf := make([]uint32, len(kept)), make([]float32, len(kept))
	for i, c := range kept {
		hashes[i] = c.hash
		idf[i] = float32(1 + math.Log(float64(texts+1)/float64(c.texts+1)))
	}
	return known(hashes, idf)
}

func (v *vocabulary) size() int { return len(v.hashes) }
