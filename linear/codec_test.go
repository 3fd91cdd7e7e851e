package linear

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"reflect"
	"slices"
	"testing"
)

func written(t testing.TB, m *Model) []byte {
	t.Helper()
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAModelComesBackAsItWas(t *testing.T) {
	all := archive(300, true)
	for _, o := range []Options{{}, {ShortRun: 2, LongRun: 4, TitleWeight: -1, NoPairs: true, MaxWords: 50}} {
		m := train(t, all, o)
		var back Model
		if err := back.UnmarshalBinary(written(t, m)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(written(t, m), written(t, &back)) {
			t.Error("a model read and written again has other bytes")
		}
		if got, want := back.Predict(all[0].Text), m.Predict(all[0].Text); !reflect.DeepEqual(got, want) {
			t.Errorf("a model that was written scores %v, want %v", got, want)
		}
		if back.Examples() != 300 || back.Features() != m.Features() || !slices.Equal(back.Labels(), m.Labels()) {
			t.Errorf("it knows %d examples, %d features, %v", back.Examples(), back.Features(), back.Labels())
		}
	}
}

func TestDamagedModelsAreRefused(t *testing.T) {
	whole := written(t, train(t, archive(100, true), Options{}))
	other := slices.Clone(whole)
	other[len(magic)]++ // another version
	cases := map[string][]byte{
		"nothing":         nil,
		"cut short":       whole[:len(whole)/2],
		"one byte longer": append(slices.Clone(whole), 0),
		"another version": sealed(other[:len(other)-4]),
		"cut and sealed":  sealed(whole[:len(whole)/2]),
		"longer, sealed":  sealed(append(slices.Clone(whole[:len(whole)-4]), 0)),
	}
	for i := 0; i < len(whole); i += len(whole)/40 + 1 {
		changed := slices.Clone(whole)
		changed[i] ^= 0x10
		cases["a changed byte"] = changed
		var m Model
		if err := m.UnmarshalBinary(changed); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d changed: %v, want ErrDamaged", i, err)
		}
	}
	for name, b := range cases {
		var m Model
		if err := m.UnmarshalBinary(b); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v, want ErrDamaged", name, err)
		}
	}
}

// sealed puts the right checksum behind bytes.
func sealed(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(slices.Clone(b), crc32.Checksum(b, crcTable))
}

// FuzzUnmarshal reads hostile bytes behind a right checksum: no panic, and what is accepted can be used.
func FuzzUnmarshal(f *testing.F) {
	for _, o := range []Options{{}, {ShortRun: 2, LongRun: 3, NoPairs: true}} {
		o.MaxFeatures = 12 // a short seed
		whole := written(f, train(f, archive(40, true), o))
		f.Add(whole[:len(whole)-4])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Model
		if m.UnmarshalBinary(sealed(b)) != nil {
			return
		}
		text := Text{Title: "match goal", Body: "bank storm market", Marks: []string{"x"}}
		for _, s := range m.Predict(text) {
			m.Evidence(text, s.Label, 3)
		}
		if again := written(t, &m); len(again) > len(b)+4 {
			t.Errorf("%d bytes were read as a model of %d", len(b)+4, len(again))
		}
	})
}

// FuzzTokenize: whatever the text, words lie within it, in order and apart.
func FuzzTokenize(f *testing.F) {
	for _, text := range []string{"U.S. shares rise 3.5%", "Путин: ёлка", "日本語のテキスト", "كِتاب\u0640\xff\xfé", "a\u0301b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s scratch
		s.tokenize(text, true, maxTokens)
		end := 0
		for _, tok := range s.tokens {
			if tok.start < end || tok.end <= tok.start || tok.end > len(text) || tok.to <= tok.from {
				t.Fatalf("token %+v of %q after %d", tok, text, end)
			}
			end = tok.end
			s.runs(tok, shape{shortRun: 2, longRun: 4}, func(uint64) {})
		}
	})
}
