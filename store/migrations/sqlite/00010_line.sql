-- +goose Up

-- What waits stands in one line for each class and kind of chat, in the order in which it falls due. Of a rank, all but
-- the lowest 32 bits are the kind of chat.
--
-- Nothing checks what op, state and the like may be: only this program writes them, from types of its own, and their
-- checks cost a quarter of all that it costs to owe a message.
CREATE TABLE ledger (
    key        TEXT NOT NULL PRIMARY KEY,
    batch      TEXT     NOT NULL,
    lane       TEXT     NOT NULL,
    subscriber BIGINT   NOT NULL,
    op         TEXT     NOT NULL,
    class      SMALLINT NOT NULL,
    rank       BIGINT   NOT NULL,
    owed       BIGINT   NOT NULL, -- when it first fell due
    due        BIGINT   NOT NULL, -- when it falls due now
    expires    BIGINT   NOT NULL, -- 0: never
    content    TEXT     NOT NULL,
    target     TEXT     NOT NULL DEFAULT '', -- the key of the message to edit, delete or reply to
    brings     INTEGER  NOT NULL DEFAULT 0,  -- the version a follow-up is for; 0: none in particular
    omit       TEXT     NOT NULL DEFAULT '',
    silent     BOOLEAN  NOT NULL,

    state      TEXT     NOT NULL DEFAULT 'queued',
    reason     TEXT     NOT NULL DEFAULT '',
    stage      SMALLINT, -- 0 in line, 2 parked with its batch, 3 in flight; NULL: finished
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
) WITHOUT ROWID;
INSERT INTO ledger (key, batch, lane, subscriber, op, class, rank, owed, due, expires, content, target, brings, omit, silent,
	state, reason, stage, turn, attempts, repeats, doubtful, epoch, first, done, purge, version, shown, removed,
	pinged, message, note)
	SELECT key, batch, lane, subscriber, op, class, rank / 65536 * 4294967296 + rank % 65536, owed, due, expires, content,
	target, brings, omit, silent, state, reason, CASE WHEN stage = 1 THEN 0 ELSE stage END,
	10 * class + CASE WHEN rank < 65536 THEN 0 WHEN rank < 131072 THEN 1 ELSE 2 END, attempts, repeats, doubtful,
	epoch, first, done, purge, version, shown, removed, pinged, message, note
	FROM messages;
DROP TABLE messages;
ALTER TABLE ledger RENAME TO messages;
CREATE INDEX messages_line ON messages (lane, turn, due, rank) WHERE stage = 0;
CREATE INDEX messages_flying ON messages (lane, target) WHERE stage = 3;
CREATE INDEX messages_subscriber ON messages (subscriber);
CREATE INDEX messages_purge ON messages (purge) WHERE stage IS NULL;
