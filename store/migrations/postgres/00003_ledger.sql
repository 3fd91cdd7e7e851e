-- +goose Up

-- messages are what is owed and what became of it: outbox and record in one. A key begins with its batch and a slash,
-- so all of a batch is one range of keys.
CREATE TABLE messages (
    key        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    batch      TEXT     NOT NULL,
    lane       TEXT     NOT NULL,
    subscriber BIGINT   NOT NULL,
    op         TEXT     NOT NULL CHECK (op IN ('send', 'edit', 'reply', 'delete')),
    class      SMALLINT NOT NULL CHECK (class BETWEEN 0 AND 5),
    rank       INTEGER  NOT NULL,
    owed       BIGINT   NOT NULL, -- when it first fell due
    due        BIGINT   NOT NULL, -- when it falls due now
    expires    BIGINT   NOT NULL, -- 0: never
    content    TEXT     NOT NULL,
    target     TEXT     NOT NULL DEFAULT '', -- the key of the message to edit, delete or reply to
    brings     INTEGER  NOT NULL DEFAULT 0,  -- the version a follow-up is for; 0: none in particular
    omit       TEXT     NOT NULL DEFAULT '',
    silent     BOOLEAN  NOT NULL,

    state      TEXT     NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'dropped')),
    reason     TEXT     NOT NULL DEFAULT '' CHECK ((state = 'dropped') = (reason <> '')),
    stage      SMALLINT CHECK (stage BETWEEN 0 AND 3), -- 0 in line, 2 parked with its batch, 3 in flight; NULL: finished
    turn       SMALLINT NOT NULL, -- the line it waits in, in the order of claims: ten times the class, and what kind of chat
    attempts   INTEGER  NOT NULL DEFAULT 0,
    repeats    INTEGER  NOT NULL DEFAULT 0, -- attempts after one that was never answered
    doubtful   BOOLEAN  NOT NULL DEFAULT FALSE, -- an attempt left us and was never answered
    epoch      BIGINT   NOT NULL DEFAULT 0, -- of the lease it is or was in flight under
    first      BIGINT   NOT NULL DEFAULT 0, -- when the first attempt was marked
    done       BIGINT   NOT NULL DEFAULT 0, -- when it was finished
    purge      BIGINT   NOT NULL DEFAULT 0, -- when the row may go
    version    INTEGER  NOT NULL DEFAULT 0, -- the oldest version of the content that the reader may have been told
    shown      INTEGER  NOT NULL DEFAULT 0, -- the version that stands there now, edits included
    removed    BOOLEAN  NOT NULL DEFAULT FALSE, -- deleted there, by us or by somebody else
    pinged     BOOLEAN  NOT NULL DEFAULT FALSE, -- a role was pinged
    message    TEXT     NOT NULL DEFAULT '', -- the platform's id of it, sealed
    note       TEXT     NOT NULL DEFAULT ''
) WITH (fillfactor = 80);
CREATE INDEX messages_ripe ON messages (lane, turn, rank, due, key) WHERE stage = 1;
CREATE INDEX messages_stage ON messages (lane, stage, turn, due) WHERE stage IS NOT NULL;
CREATE INDEX messages_subscriber ON messages (subscriber);
CREATE INDEX messages_flying ON messages (target) WHERE stage = 3 AND target <> '';
CREATE INDEX messages_purge ON messages (purge) WHERE stage IS NULL;

-- contents are what messages say, each in its newest version.
CREATE TABLE contents (
    id      TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    saved   BIGINT  NOT NULL
);
CREATE INDEX contents_saved ON contents (saved);

-- batches are those that were ever paused or cancelled. Their messages are brought into line in pages: swept is the key
-- up to which that has been done.
CREATE TABLE batches (
    batch   TEXT    NOT NULL PRIMARY KEY,
    state   TEXT    NOT NULL CHECK (state IN ('open', 'paused', 'cancelled')),
    swept   TEXT COLLATE "C" NOT NULL,
    unswept BOOLEAN NOT NULL
);
CREATE INDEX batches_unswept ON batches (batch) WHERE unswept;

-- figures are what is left of messages whose rows are purged: how many there were of each kind.
CREATE TABLE figures (
    batch   TEXT    NOT NULL,
    op      TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    took    BIGINT  NOT NULL, -- milliseconds from due to answered, rounded; -1: not told
    n       BIGINT  NOT NULL,
    repeats BIGINT  NOT NULL,
    first   BIGINT  NOT NULL,
    last    BIGINT  NOT NULL,
    PRIMARY KEY (batch, op, state, reason, took)
);

-- halts has a row while all lanes are stopped.
CREATE TABLE halts (
    name  TEXT   NOT NULL PRIMARY KEY CHECK (name = 'all'),
    since BIGINT NOT NULL
);

-- leases are what one process at a time owns. proof names a file that its owner keeps locked for as long as it lives;
-- '' where there is none.
CREATE TABLE leases (
    name  TEXT   NOT NULL PRIMARY KEY,
    owner TEXT   NOT NULL,
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL,
    proof TEXT   NOT NULL
);
