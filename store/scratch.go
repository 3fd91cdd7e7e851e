package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Scratch makes an empty database on the PostgreSQL server at url, whose user must be allowed to. drop removes it again
// with all that is in it.
func Scratch(ctx context.Context, server string) (database string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.New("the server's address is no URL") // not shown: it may hold a password
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", nil, fmt.Errorf("store: scratch: %w", err)
	}
	name := "tenbells_scratch_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(fmt.Errorf("store: scratch: %w", err), db.Close())
	}
	u.Path = "/" + name
	return u.String(), func() error {
		_, err := db.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, db.Close())
	}, nil
}
