-- +goose Up

-- sources are the feeds that are read, and what the operator says of each. What is known of one is in feeds.
CREATE TABLE sources (
    name     TEXT    NOT NULL PRIMARY KEY, -- as in feeds: it does not tell the address
    address  BLOB   NOT NULL, -- sealed: it may hold a token
    outlet   TEXT    NOT NULL, -- its name for readers; '' the feed's own title
    may_ring BOOLEAN NOT NULL,
    body     TEXT    NOT NULL CHECK (body IN ('excerpt', 'licensed', 'own')), -- how much of it may be passed on
    language TEXT    NOT NULL, -- '' as the feed says
    private  BOOLEAN NOT NULL, -- its host may have a private address
    settings BOOLEAN NOT NULL, -- it stands in the settings, and goes when it does not any more
    added    BIGINT  NOT NULL
);

-- counts changes of sources.
INSERT INTO counters (name, value) VALUES ('sources', 0);

ALTER TABLE feeds ADD COLUMN body      BIGINT  NOT NULL DEFAULT 0;  -- fingerprint of the last one that was read
ALTER TABLE feeds ADD COLUMN seen      BLOB   NOT NULL DEFAULT ''; -- fingerprints of items
ALTER TABLE feeds ADD COLUMN good      BIGINT  NOT NULL DEFAULT 0;  -- when it was last read or had nothing new
ALTER TABLE feeds ADD COLUMN before    BIGINT  NOT NULL DEFAULT 0;  -- when it was read before that
ALTER TABLE feeds ADD COLUMN next      BIGINT  NOT NULL DEFAULT 0;  -- when it is asked for next
ALTER TABLE feeds ADD COLUMN every     BIGINT  NOT NULL DEFAULT 0;  -- its interval, in milliseconds
ALTER TABLE feeds ADD COLUMN gone      BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE feeds ADD COLUMN moved     BLOB   NOT NULL DEFAULT ''; -- where to, sealed
ALTER TABLE feeds ADD COLUMN moved_at  BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN kind      TEXT    NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN title     TEXT    NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN items     BIGINT  NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN recent    TEXT    NOT NULL DEFAULT ''; -- when its newest articles were published
ALTER TABLE feeds ADD COLUMN lag       BIGINT  NOT NULL DEFAULT 0;  -- behind the publisher's own times, in milliseconds
ALTER TABLE feeds ADD COLUMN hub       BLOB   NOT NULL DEFAULT ''; -- sealed, with what the hub calls the feed

-- websub is what hubs promised: to push a feed until the lease ends.
CREATE TABLE websub (
    source   TEXT    NOT NULL PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE, -- the end of the callback's address
    secret   BLOB   NOT NULL, -- hub, topic and key of the signatures, sealed
    standing TEXT    NOT NULL CHECK (standing IN ('asked', 'live', 'denied', 'ended')),
    asked    BIGINT  NOT NULL,
    until    BIGINT  NOT NULL, -- the end of the lease
    next     BIGINT  NOT NULL, -- when to ask again
    pushed   BIGINT  NOT NULL,
    pushes   BIGINT  NOT NULL,
    missed   INTEGER NOT NULL, -- readings in a row that found news before a push brought them
    failures INTEGER NOT NULL,
    fault    TEXT    NOT NULL
);
