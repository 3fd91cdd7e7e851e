-- +goose Up

-- updates are what platforms told our bots. What they say is sealed, and wiped once handled; the number is kept for a
-- while so that nothing is handled twice.
CREATE TABLE updates (
    arrival BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane    TEXT    NOT NULL,
    number  BIGINT  NOT NULL, -- the platform's own
    sealed  BYTEA, -- NULL once handled
    handled BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (lane, number),
    CHECK ((sealed IS NULL) = (handled > 0))
);
CREATE INDEX updates_pending ON updates (lane, arrival) WHERE handled = 0;
CREATE INDEX updates_handled ON updates (handled) WHERE handled > 0;

-- newest_updates remembers the highest number of each lane for ever.
CREATE TABLE newest_updates (
    lane   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
