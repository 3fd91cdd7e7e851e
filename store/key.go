package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Key seals what must not be read by whoever takes the database: readers' addresses, and updates until they are
// handled. It is kept in a file of its own and never enters the database. The zero Key seals nothing and opens nothing.
type Key struct {
	aead cipher.AEAD
	mac  []byte
}

// keyBytes is the length of the secret in a key file, which holds it as hexadecimal text.
const keyBytes = 32

// ReadKey reads the key at path; where there is none the error is fs.ErrNotExist.
func ReadKey(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("store: key file: %w", err)
	}
	return keyOf(path, text)
}

// MakeKey makes a key at path, or reads the one that another process has just made there.
func MakeKey(path string) (Key, error) {
	text, err := makeKey(path)
	if err != nil {
		return Key{}, fmt.Errorf("store: key file: %w", err)
	}
	return keyOf(path, text)
}

// keyOf is the key that a file's text holds.
func keyOf(path string, text []byte) (Key, error) {
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != keyBytes {
		return Key{}, &fs.PathError{Op: "store: read key", Path: path, Err: fmt.Errorf("it does not hold %d bytes as hexadecimal text", keyBytes)}
	}
	return NewKey(secret)
}

func makeKey(path string) ([]byte, error) {
	secret := make([]byte, keyBytes)
	rand.Read(secret)
	text := []byte(hex.EncodeToString(secret) + "\n")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path) // another process was faster
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	return text, errors.Join(err, f.Sync(), f.Close())
}

// NewKey makes a key of a secret of 32 bytes.
func NewKey(secret []byte) (Key, error) {
	seal, err := hkdf.Key(sha256.New, secret, nil, "tenbells seal", keyBytes)
	if err != nil {
		return Key{}, fmt.Errorf("store: key: %w", err)
	}
	mac, err := hkdf.Key(sha256.New, secret, nil, "tenbells address", keyBytes)
	if err != nil {
		return Key{}, fmt.Errorf("store: key: %w", err)
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return Key{}, fmt.Errorf("store: key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Key{}, fmt.Errorf("store: key: %w", err)
	}
	return Key{aead: aead, mac: mac}, nil
}

// errNoKey says that sealed text came to a store without a key, errShut that its key does not open it.
var (
	errNoKey = errors.New("store: no key")
	errShut  = errors.New("sealed with another key, or damaged")
)

// Seal makes ciphertext that only this key opens, and only as what it was sealed for: text of one purpose cannot be
// put in the place of another's.
func (k Key) Seal(purpose string, text []byte) ([]byte, error) {
	if k.aead == nil {
		return nil, errNoKey
	}
	return k.aead.Seal(nil, nil, text, []byte(purpose)), nil
}

// Open is what was sealed; an error where it was sealed with another key or for another purpose, or has been changed.
func (k Key) Open(purpose string, sealed []byte) ([]byte, error) {
	if k.aead == nil {
		return nil, errNoKey
	}
	text, err := k.aead.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", purpose, errShut)
	}
	return text, nil
}

// Sign is a name for text that tells nothing of it without the key; equal texts have equal names.
func (k Key) Sign(purpose, text string) []byte {
	mac := hmac.New(sha256.New, k.mac)
	mac.Write([]byte(purpose + "\x00" + text))
	return mac.Sum(nil)
}
