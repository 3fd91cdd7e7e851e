-- +goose Up

-- What was learned from the archive, one row a purpose. Replaced as a whole.
CREATE TABLE models (
    name     TEXT NOT NULL PRIMARY KEY, -- 'topics'
    trained  BIGINT NOT NULL,
    last_seq BIGINT NOT NULL, -- the newest article version it has seen
    body     BYTEA NOT NULL,
    report   TEXT NOT NULL    -- how well it was learned, as JSON
);
