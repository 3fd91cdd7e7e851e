package store

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
)

// A database remembers which key it was begun with, by something that only this key says. With another one the same
// chat would have another hash and be told twice, and nothing sealed before could be read.
var (
	ErrOtherKey   = errors.New("the database was begun with another key")
	ErrKeyMissing = errors.New("the database was begun with a key, and the key file is not there")
)

// Key is the key that the store works with; made says that its file was made when the store was opened.
func (s *Store) Key() (k Key, made bool) { return s.key, s.keyMade }

// learnKey takes the key of opt, and makes sure that it is the database's. A store without a key is left to those who
// need no address.
func (s *Store) learnKey(ctx context.Context, opt Options) (err error) {
	began, err := s.keyCheck(ctx)
	if err != nil {
		return err
	}
	if opt.KeyFile != "" {
		if s.key, s.keyMade, err = keyAt(opt.KeyFile, began == nil); err != nil {
			return err
		}
	}
	if s.key.aead == nil {
		return nil
	}
	own := s.key.Sign("check", "tenbells")
	if began == nil {
		if began, err = s.beginWith(ctx, own); err != nil {
			return err
		}
	}
	if !hmac.Equal(began, own) {
		return ErrOtherKey
	}
	return nil
}

// keyAt reads the key at path; where there is none it makes one for a new database, and for no other.
func keyAt(path string, isNew bool) (k Key, made bool, err error) {
	k, err = ReadKey(path)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return k, false, err
	case !isNew:
		return Key{}, false, fmt.Errorf("%w: %s", ErrKeyMissing, path)
	}
	k, err = MakeKey(path)
	return k, err == nil, err
}

// keyCheck is what the key of the database says, nil while it has none.
func (s *Store) keyCheck(ctx context.Context) (check []byte, err error) {
	err = s.write.QueryRowContext(ctx, `SELECT said FROM key_check`).Scan(&check)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return check, err
}

// beginWith notes what the first key says. Of two processes with two keys one is first, and the answer is what it said.
func (s *Store) beginWith(ctx context.Context, own []byte) (check []byte, err error) {
	_, err = s.write.ExecContext(ctx, `INSERT INTO key_check (one, said) VALUES (1, $1) ON CONFLICT DO NOTHING`, own)
	if err != nil {
		return nil, err
	}
	return s.keyCheck(ctx)
}
