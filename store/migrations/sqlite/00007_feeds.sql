-- +goose Up

-- feeds are what is known of the feeds that are polled.
CREATE TABLE feeds (
    name          TEXT    NOT NULL PRIMARY KEY, -- its host and a fingerprint of its address, which may hold a token
    etag          TEXT    NOT NULL,
    last_modified TEXT    NOT NULL, -- as the server said it
    since         BIGINT  NOT NULL, -- when it was first read whole
    fetched       BIGINT  NOT NULL,
    failures      INTEGER NOT NULL CHECK (failures >= 0), -- in a row
    fault         TEXT    NOT NULL
);
