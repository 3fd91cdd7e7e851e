-- +goose Up

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
