-- +goose Up

-- feeds are what is known of the feeds that are polled.
CREATE TABLE feeds (
    url           TEXT    NOT NULL PRIMARY KEY,
    etag          TEXT    NOT NULL,
    last_modified TEXT    NOT NULL, -- as the server said it
    since         BIGINT  NOT NULL, -- when it was first read whole
    fetched       BIGINT  NOT NULL,
    failures      INTEGER NOT NULL CHECK (failures >= 0), -- in a row
    fault         TEXT    NOT NULL
);
