-- +goose Up

-- key_check knows the key that the database was begun with, by something that only this key says. It gives nothing away.
CREATE TABLE key_check (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    said BLOB    NOT NULL
);
