package store_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// hunt looks for numbers in raw bytes, for all at once: as text, as the hexadecimal form of it, and as integers of
// either byte order without their leading zeros, as databases store them.
type hunt struct {
	needles map[[2]byte][]needle // by how they begin
	found   map[string]bool
}

type needle struct {
	name string
	text []byte
}

// proof is a text that must be found: where it is not, we look at the wrong bytes.
func newHunt(t *testing.T, proof string, secrets []string) *hunt {
	t.Helper()
	h := &hunt{needles: map[[2]byte][]needle{}, found: map[string]bool{}}
	h.add(proof, []byte(proof))
	for _, secret := range secrets {
		number, err := strconv.ParseUint(secret, 10, 64)
		if err != nil || len(secret) < 10 { // a shorter one would be found by chance
			t.Fatalf("%q is no number to look for: %v", secret, err)
		}
		h.add(secret+" as text", []byte(secret))
		h.add(secret+" as hexadecimal text", []byte(hex.EncodeToString([]byte(secret))))
		h.add(secret+" as an integer", bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, number), "\x00"))
		h.add(secret+" as a little-endian integer", bytes.TrimRight(binary.LittleEndian.AppendUint64(nil, number), "\x00"))
	}
	return h
}

func (h *hunt) add(name string, text []byte) {
	h.needles[[2]byte(text)] = append(h.needles[[2]byte(text)], needle{name, text})
}

func (h *hunt) look(raw []byte) {
	var begins [1 << 16]bool
	for first := range h.needles {
		begins[binary.BigEndian.Uint16(first[:])] = true
	}
	for i := range max(0, len(raw)-1) {
		if !begins[binary.BigEndian.Uint16(raw[i:])] {
			continue
		}
		for _, n := range h.needles[[2]byte(raw[i:])] {
			if bytes.HasPrefix(raw[i:], n.text) {
				h.found[n.name] = true
			}
		}
	}
}

// lookInFiles looks in all files of a folder that were written since. A server at work removes some meanwhile.
func (h *hunt) lookInFiles(folder string, since time.Time) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = h.lookInFile(path, d, since)
		}
		if errors.Is(err, fs.ErrNotExist) && path != folder {
			return nil
		}
		return err
	})
}

func (h *hunt) lookInFile(path string, d fs.DirEntry, since time.Time) error {
	info, err := d.Info()
	if err != nil || info.ModTime().Before(since) {
		return err
	}
	raw, err := os.ReadFile(path)
	h.look(raw)
	return err
}

// end fails for everything found but the proof.
func (h *hunt) end(t *testing.T, proof string) {
	t.Helper()
	if !h.found[proof] {
		t.Fatalf("not even %q was found, which is there in clear: the test looks in the wrong place", proof)
	}
	delete(h.found, proof)
	for name := range h.found {
		t.Errorf("found %s", name)
	}
}
