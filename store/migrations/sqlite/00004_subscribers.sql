-- +goose Up

-- subscribers are addresses with preferences. The address rests as ciphertext (sealed, together with the role that is
-- pinged there) and as keyed hashes of chat and server; an id is never given twice.
CREATE TABLE subscribers (
    id            INTEGER  NOT NULL PRIMARY KEY,
    sealed        BLOB     NOT NULL,
    hash          BLOB     NOT NULL UNIQUE,
    guild         BLOB, -- NULL: on no server
    lane          TEXT     NOT NULL CHECK (lane <> ''),
    kind          TEXT     NOT NULL CHECK (kind IN ('private', 'group', 'channel', 'announcement', 'forum', 'dm')),
    status        TEXT     NOT NULL CHECK (status IN ('active', 'stopped', 'blocked', 'barred')),
    since         BIGINT   NOT NULL, -- when the status last changed
    created       BIGINT   NOT NULL,
    language      TEXT     NOT NULL,
    reads         TEXT     NOT NULL, -- languages, separated by spaces; '': all
    zone          TEXT     NOT NULL,
    least         SMALLINT NOT NULL CHECK (least BETWEEN 0 AND 4),
    digest        TEXT     NOT NULL, -- lines
    next_digest   BIGINT   NOT NULL,
    last_digest   BIGINT   NOT NULL,
    quiet_from    SMALLINT NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to      SMALLINT NOT NULL CHECK (quiet_to BETWEEN 0 AND 1439),
    quiet_mode    TEXT     NOT NULL,
    budget        INTEGER  NOT NULL CHECK (budget >= 0),
    ping_least    SMALLINT NOT NULL,
    story_threads BOOLEAN  NOT NULL,
    discreet      BOOLEAN  NOT NULL
);
CREATE INDEX subscribers_guild ON subscribers (guild) WHERE guild IS NOT NULL;
CREATE INDEX subscribers_due ON subscribers (next_digest, id) WHERE status = 'active' AND next_digest > 0;
CREATE INDEX subscribers_away ON subscribers (since) WHERE status = 'blocked';

-- follows says who follows a key, or excludes it; whoever follows nothing in particular stands under '*'.
CREATE TABLE follows (
    key        TEXT    NOT NULL,
    excluded   BOOLEAN NOT NULL,
    subscriber BIGINT  NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, excluded, subscriber)
) WITHOUT ROWID;
CREATE INDEX follows_subscriber ON follows (subscriber);
CREATE INDEX follows_excluded ON follows (subscriber) WHERE excluded;
