package feed

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
)

// Prints remember which items of a feed were stored, and what they said. Those that were stored last are at the end.
type Prints []Print

// Print is the fingerprint of an item: of its name, and of what it says.
type Print struct{ Name, Content uint64 }

// spare is how many items are remembered beyond those that a feed holds: some feeds let old items come back.
const spare = 100

func printOf(item Item) Print {
	content, err := json.Marshal(item) // the exported fields: what is stored
	if err != nil {
		content = nil // a year that JSON does not know: the store says whether it is new
	}
	return Print{fingerprint([]byte(item.Name)), fingerprint(content)}
}

// fingerprint is never 0, which is that of nothing read yet.
func fingerprint(text []byte) uint64 {
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:]) | 1
}

// memory of what was seen, while a feed is read.
type sight struct {
	content map[uint64]uint64 // by name
	order   []uint64          // names as they were stored; those stored again stand twice
}

func (p Prints) open() *sight {
	s := &sight{content: make(map[uint64]uint64, len(p))}
	for _, one := range p {
		s.content[one.Name] = one.Content
		s.order = append(s.order, one.Name)
	}
	return s
}

// has reports whether the item was stored as it is.
func (s *sight) has(item Item) bool {
	print := printOf(item)
	return s.content[print.Name] == print.Content
}

// knows reports whether the item was stored, whatever it said.
func (s *sight) knows(item Item) bool {
	_, is := s.content[fingerprint([]byte(item.Name))]
	return is
}

// add notes that the item was stored.
func (s *sight) add(item Item) {
	print := printOf(item)
	s.content[print.Name] = print.Content
	s.order = append(s.order, print.Name)
}

// prints is what to remember of a feed with so many items.
func (s *sight) prints(items int) (kept Prints) {
	taken := make(map[uint64]bool, len(s.order))
	for i := len(s.order) - 1; i >= 0 && len(kept) < items+spare; i-- {
		if name := s.order[i]; !taken[name] {
			taken[name] = true
			kept = append(kept, Print{name, s.content[name]})
		}
	}
	slices.Reverse(kept)
	return kept
}

// MarshalBinary packs fingerprints for a store.
func (p Prints) MarshalBinary() ([]byte, error) {
	packed := make([]byte, 0, 16*len(p))
	for _, one := range p {
		packed = binary.BigEndian.AppendUint64(packed, one.Name)
		packed = binary.BigEndian.AppendUint64(packed, one.Content)
	}
	return packed, nil
}

// UnmarshalBinary is what MarshalBinary packed.
func (p *Prints) UnmarshalBinary(packed []byte) error {
	if len(packed)%16 != 0 {
		return errors.New("feed: fingerprints are damaged")
	}
	*p = nil
	for ; len(packed) > 0; packed = packed[16:] {
		*p = append(*p, Print{binary.BigEndian.Uint64(packed), binary.BigEndian.Uint64(packed[8:])})
	}
	return nil
}
