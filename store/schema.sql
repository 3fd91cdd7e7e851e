-- What the migrations make of an empty SQLite database. Generated: go generate ./store. PostgreSQL has the same tables
-- with types of its own.

-- counters hands out numbers in the order of commits: its row stays locked until the transaction that took one ends.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- cursors remember how far a reader of the article store has come.
CREATE TABLE cursors (
    name TEXT   NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);

-- articles are all versions of all articles. seq is given when a version becomes visible to readers; rows without one
-- were inserted by another program and wait to be adopted.
CREATE TABLE articles (
    id         TEXT     NOT NULL CHECK (id <> ''),
    version    INTEGER  NOT NULL DEFAULT 1 CHECK (version > 0),
    seq        BIGINT   UNIQUE,
    source     TEXT     NOT NULL DEFAULT 'table',
    way        TEXT     NOT NULL DEFAULT 'table' CHECK (way IN ('folder', 'push', 'api', 'table', 'feed', 'import')),
    may_ring   BOOLEAN  NOT NULL DEFAULT TRUE,
    status     TEXT     NOT NULL DEFAULT 'usable' CHECK (status IN ('usable', 'withheld', 'cancelled')),
    language   TEXT     NOT NULL DEFAULT '',
    headline   TEXT     NOT NULL,
    standfirst TEXT     NOT NULL DEFAULT '',
    body       TEXT     NOT NULL DEFAULT '', -- blank lines between paragraphs
    dateline   TEXT     NOT NULL DEFAULT '',
    byline     TEXT     NOT NULL DEFAULT '',
    credit     TEXT     NOT NULL DEFAULT '',
    section    TEXT     NOT NULL DEFAULT '',
    urgency    SMALLINT NOT NULL DEFAULT 0 CHECK (urgency BETWEEN 0 AND 9), -- 0: not said
    keywords   TEXT     NOT NULL DEFAULT '[]' CHECK (json_type(keywords) = 'array'), -- ["word", …]
    subjects   TEXT     NOT NULL DEFAULT '[]' CHECK (json_type(subjects) = 'array'), -- ["medtop:16000000", …]
    places     TEXT     NOT NULL DEFAULT '[]' CHECK (json_type(places) = 'array'),   -- ["RU", …]
    images     TEXT     NOT NULL DEFAULT '[]' CHECK (json_type(images) = 'array'),   -- [{"url", "caption", "credit"}, …]
    url        TEXT     NOT NULL DEFAULT '',
    evolved    TEXT     NOT NULL DEFAULT '',
    outlet     TEXT     NOT NULL DEFAULT '',
    excerpt    BOOLEAN  NOT NULL DEFAULT FALSE,
    published  BIGINT   NOT NULL DEFAULT 0,
    modified   BIGINT   NOT NULL DEFAULT 0,
    seen       BIGINT   NOT NULL DEFAULT 0,
    digest     TEXT     NOT NULL DEFAULT '', -- of the content, '' until adopted
    PRIMARY KEY (id, version)
);
CREATE INDEX articles_unnumbered ON articles (id, version) WHERE seq IS NULL;

-- contents are what messages say, each in its newest version.
CREATE TABLE contents (
    id      TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    saved   BIGINT  NOT NULL
, carry TEXT NOT NULL DEFAULT '');
CREATE INDEX contents_saved ON contents (saved);
CREATE INDEX contents_carry ON contents (id) WHERE carry <> '';

-- batches are those that were ever paused or cancelled. Their messages are brought into line in pages: swept is the key
-- up to which that has been done.
CREATE TABLE batches (
    batch   TEXT    NOT NULL PRIMARY KEY,
    state   TEXT    NOT NULL CHECK (state IN ('open', 'paused', 'cancelled')),
    swept   TEXT NOT NULL,
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
    last    BIGINT  NOT NULL, edited BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, op, state, reason, took)
) WITHOUT ROWID;

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
CREATE INDEX subscribers_barred ON subscribers (lane, id) WHERE status = 'barred';

-- follows says who follows a key, or excludes it; whoever follows nothing in particular stands under '*'.
CREATE TABLE follows (
    key        TEXT    NOT NULL,
    excluded   BOOLEAN NOT NULL,
    subscriber BIGINT  NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, excluded, subscriber)
) WITHOUT ROWID;
CREATE INDEX follows_subscriber ON follows (subscriber);
CREATE INDEX follows_excluded ON follows (subscriber) WHERE excluded;

-- alerts are documents; the columns beside them are what queries ask for, and follow from the document.
CREATE TABLE alerts (
    id          TEXT     NOT NULL PRIMARY KEY CHECK (id <> ''),
    idempotency TEXT     NOT NULL, -- '': none
    status      TEXT     NOT NULL CHECK (status IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'sent', 'paused',
                                                    'cancelled', 'corrected', 'recalled')),
    class       SMALLINT NOT NULL CHECK (class BETWEEN 1 AND 4),
    open        BOOLEAN  NOT NULL, -- the desk has work with it, now or when its time comes
    send_at     BIGINT   NOT NULL,
    article     TEXT     NOT NULL, -- '': an editor's own
    story       TEXT     NOT NULL,
    created     BIGINT   NOT NULL,
    document    TEXT     NOT NULL
);
CREATE UNIQUE INDEX alerts_idempotency ON alerts (idempotency) WHERE idempotency <> '';
CREATE INDEX alerts_open ON alerts (class, send_at, id) WHERE open;
CREATE INDEX alerts_created ON alerts (created, id);
CREATE INDEX alerts_article ON alerts (article) WHERE article <> '';
CREATE INDEX alerts_story ON alerts (story) WHERE story <> '';

-- acts are the deeds of the staff. Nothing ever deletes one.
CREATE TABLE acts (
    number  INTEGER NOT NULL PRIMARY KEY,
    at      BIGINT  NOT NULL,
    who     TEXT    NOT NULL,
    what    TEXT    NOT NULL CHECK (what <> ''),
    subject TEXT    NOT NULL, -- an alert, or ''
    detail  TEXT    NOT NULL
);
CREATE INDEX acts_subject ON acts (subject, number);

-- verdicts are what the judge said of each article version. Lists are JSON arrays of texts.
CREATE TABLE verdicts (
    article  TEXT     NOT NULL,
    version  INTEGER  NOT NULL,
    seq      BIGINT   NOT NULL,
    class    SMALLINT NOT NULL CHECK (class BETWEEN 1 AND 4),
    rings    BOOLEAN  NOT NULL,
    ask      BOOLEAN  NOT NULL,
    reasons  TEXT     NOT NULL,
    language TEXT     NOT NULL,
    topics   TEXT     NOT NULL,
    places   TEXT     NOT NULL,
    evidence TEXT     NOT NULL,
    story    TEXT     NOT NULL,
    at       BIGINT   NOT NULL,
    PRIMARY KEY (article, version)
);
CREATE INDEX verdicts_first ON verdicts (at, article) WHERE version = 1;
CREATE INDEX verdicts_story ON verdicts (story, at) WHERE story <> '';

-- updates are what platforms told our bots. What they say is sealed, and wiped once handled; the number is kept for a
-- while so that nothing is handled twice.
CREATE TABLE updates (
    arrival INTEGER NOT NULL PRIMARY KEY,
    lane    TEXT    NOT NULL,
    number  BIGINT  NOT NULL, -- the platform's own
    sealed  BLOB, -- NULL once handled
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

-- feeds are what is known of the feeds that are polled.
CREATE TABLE feeds (
    name          TEXT    NOT NULL PRIMARY KEY, -- its host and a fingerprint of its address, which may hold a token
    etag          TEXT    NOT NULL,
    last_modified TEXT    NOT NULL, -- as the server said it
    since         BIGINT  NOT NULL, -- when it was first read whole
    fetched       BIGINT  NOT NULL,
    failures      INTEGER NOT NULL CHECK (failures >= 0), -- in a row
    fault         TEXT    NOT NULL
, body      BIGINT  NOT NULL DEFAULT 0, seen      BLOB   NOT NULL DEFAULT '', good      BIGINT  NOT NULL DEFAULT 0, before    BIGINT  NOT NULL DEFAULT 0, next      BIGINT  NOT NULL DEFAULT 0, every     BIGINT  NOT NULL DEFAULT 0, gone      BOOLEAN NOT NULL DEFAULT FALSE, moved     BLOB   NOT NULL DEFAULT '', moved_at  BIGINT  NOT NULL DEFAULT 0, kind      TEXT    NOT NULL DEFAULT '', title     TEXT    NOT NULL DEFAULT '', items     BIGINT  NOT NULL DEFAULT 0, recent    TEXT    NOT NULL DEFAULT '', lag       BIGINT  NOT NULL DEFAULT 0, hub       BLOB   NOT NULL DEFAULT '');

-- key_check knows the key that the database was begun with, by something that only this key says. It gives nothing away.
CREATE TABLE key_check (
    one  INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    said BLOB    NOT NULL
);

-- messages are what is owed and what became of it: outbox and record in one. A key begins with its batch and a slash,
-- so all of a batch is one range of keys.
CREATE TABLE "messages" (
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
CREATE INDEX messages_line ON messages (lane, turn, due, rank) WHERE stage = 0;
CREATE INDEX messages_flying ON messages (lane, target) WHERE stage = 3;
CREATE INDEX messages_subscriber ON messages (subscriber);
CREATE INDEX messages_purge ON messages (purge) WHERE stage IS NULL;

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

-- What was learned from the archive, one row a purpose. Replaced as a whole.
CREATE TABLE models (
    name     TEXT NOT NULL PRIMARY KEY, -- 'topics'
    trained  BIGINT NOT NULL,
    last_seq BIGINT NOT NULL, -- the newest article version it has seen
    body     BLOB NOT NULL,
    report   TEXT NOT NULL    -- how well it was learned, as JSON
);

-- fares are what was set aside to pay a platform for sending an alert faster, in messages; used is what it came to.
CREATE TABLE fares (
    alert    TEXT    NOT NULL,
    lane     TEXT    NOT NULL,
    month    TEXT    NOT NULL, -- '2026-11', UTC
    messages INTEGER NOT NULL,
    used     INTEGER NOT NULL,
    closed   BOOLEAN NOT NULL,
    PRIMARY KEY (alert, lane)
);

-- purses are the sums of the months, paid and set aside.
CREATE TABLE purses (
    month    TEXT   NOT NULL PRIMARY KEY,
    messages BIGINT NOT NULL
);

-- rulings are what editors decided about stories. Nothing ever deletes or changes one.
CREATE TABLE rulings (
    number     BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    who        TEXT   NOT NULL,
    into_story TEXT   NOT NULL, -- '': articles were split off
    from_story TEXT   NOT NULL,
    split      TEXT   NOT NULL, -- the articles, a JSON array of texts
    CHECK ((into_story = '') = (from_story = '') AND (into_story = '') = (split <> '[]'))
);
CREATE UNIQUE INDEX rulings_merged ON rulings (from_story) WHERE from_story <> '';

-- staff are people who may work on alerts from chat, beside those whom the settings name. Their addresses rest as
-- ciphertext and keyed hash, as readers' do.
CREATE TABLE staff (
    hash   BLOB   NOT NULL PRIMARY KEY,
    sealed BLOB   NOT NULL,
    role   TEXT   NOT NULL CHECK (role IN ('editor', 'publisher')),
    added  BIGINT NOT NULL
);

-- staff_codes let whoever sends one to the bot join the staff, once. Only a keyed hash of a code is kept.
CREATE TABLE staff_codes (
    hash  BLOB   NOT NULL PRIMARY KEY,
    role  TEXT   NOT NULL CHECK (role IN ('editor', 'publisher')),
    until BIGINT NOT NULL,
    who   TEXT   NOT NULL -- who made it, for the record
);

-- publications are delivered announcements that are to be brought to the servers that follow their channel. They are kept
-- for a day: what is done still counts towards what a channel may publish in an hour.
CREATE TABLE publications (
    key        TEXT    NOT NULL PRIMARY KEY, -- of the message
    lane       TEXT    NOT NULL CHECK (lane <> ''),
    subscriber BIGINT  NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    sealed     BLOB    NOT NULL, -- where the message stands
    flash      BOOLEAN NOT NULL,
    first      BIGINT  NOT NULL,
    due        BIGINT  NOT NULL,
    tries      INTEGER NOT NULL,
    done       BOOLEAN NOT NULL
);
CREATE INDEX publications_lane ON publications (lane, first);
CREATE INDEX publications_first ON publications (first);
CREATE INDEX publications_subscriber ON publications (subscriber);

-- story_threads are what a channel that wants a thread for each story was told of one: the message that began it, and the
-- newest in the thread that hangs on that. They are kept as long as messages in channels are.
CREATE TABLE story_threads (
    subscriber BIGINT  NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    story      TEXT    NOT NULL CHECK (story <> ''),
    starter    TEXT    NOT NULL, -- key of the message that began it
    latest     TEXT    NOT NULL, -- key of the newest in the thread; '': none
    sealed     BLOB   NOT NULL, -- where these two stand
    state      TEXT    NOT NULL CHECK (state IN ('owed', 'open', 'closed')),
    stale      BOOLEAN NOT NULL, -- the first is still to be edited to tell what the newest does
    first      BIGINT  NOT NULL,
    due        BIGINT  NOT NULL, -- when to try again what failed; 0: nothing did
    tries      INTEGER NOT NULL,
    PRIMARY KEY (subscriber, story)
);
CREATE INDEX story_threads_due ON story_threads (due) WHERE due > 0;
CREATE INDEX story_threads_first ON story_threads (first);
CREATE INDEX story_threads_story ON story_threads (story);
