-- +goose Up

-- alerts are documents; the columns beside them are what queries ask for, and follow from the document.
CREATE TABLE alerts (
    id          TEXT     NOT NULL PRIMARY KEY CHECK (id <> ''),
    idempotency TEXT     NOT NULL, -- '': none
    status      TEXT     NOT NULL CHECK (status IN ('draft', 'awaiting_approval', 'scheduled', 'sending', 'sent', 'paused',
                                                    'cancelled', 'corrected', 'recalled')),
    class       SMALLINT NOT NULL CHECK (class BETWEEN 1 AND 4),
    open        BOOLEAN  NOT NULL, -- the desk has work with it, now or when its time comes
    send_at     BIGINT   NOT NULL,
    article     TEXT     COLLATE "C" NOT NULL, -- '': an editor's own
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
    number  BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT  NOT NULL,
    who     TEXT    NOT NULL,
    what    TEXT    NOT NULL CHECK (what <> ''),
    subject TEXT    NOT NULL, -- an alert, or ''
    detail  TEXT    NOT NULL
);
CREATE INDEX acts_subject ON acts (subject, number);

-- verdicts are what the judge said of each article version. Lists are JSON arrays of texts.
CREATE TABLE verdicts (
    article  TEXT     COLLATE "C" NOT NULL, -- as articles.id: else no index serves a join of the two
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

-- A digest asks for the articles first judged in a window of time.
CREATE INDEX verdicts_first ON verdicts (at, article) WHERE version = 1;
