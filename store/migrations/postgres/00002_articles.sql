-- +goose Up

-- texts says whether a column holds a JSON array of strings.
CREATE FUNCTION texts(list TEXT) RETURNS BOOLEAN IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_typeof(list::jsonb) = 'array' AND NOT jsonb_path_exists(list::jsonb, '$[*] ? (@.type() != "string")')
$$;

-- pictures says whether a column holds a JSON array of objects of strings.
CREATE FUNCTION pictures(list TEXT) RETURNS BOOLEAN IMMUTABLE LANGUAGE sql AS $$
    SELECT jsonb_typeof(list::jsonb) = 'array' AND NOT jsonb_path_exists(list::jsonb, 'strict $[*] ? (@.type() != "object")')
        AND NOT jsonb_path_exists(list::jsonb, '$[*].* ? (@.type() != "string")')
$$;

-- articles are all versions of all articles. Other programs may insert rows: id and headline are enough, the version is
-- the next one. seq is given when a version becomes visible to readers; the desk adopts rows without one.
CREATE TABLE articles (
    id         TEXT     COLLATE "C" NOT NULL CHECK (id <> ''),
    version    INTEGER  NOT NULL DEFAULT 0 CHECK (version > 0), -- 0 becomes the next one
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
    keywords   TEXT     NOT NULL DEFAULT '[]' CHECK (texts(keywords)), -- ["word", …]
    subjects   TEXT     NOT NULL DEFAULT '[]' CHECK (texts(subjects)), -- ["medtop:16000000", …]
    places     TEXT     NOT NULL DEFAULT '[]' CHECK (texts(places)),   -- ["RU", …]
    images     TEXT     NOT NULL DEFAULT '[]' CHECK (pictures(images)), -- [{"url", "caption", "credit"}, …]
    url        TEXT     NOT NULL DEFAULT '',
    evolved    TEXT     NOT NULL DEFAULT '',
    outlet     TEXT     NOT NULL DEFAULT '',
    excerpt    BOOLEAN  NOT NULL DEFAULT FALSE,
    published  BIGINT   NOT NULL DEFAULT 0, -- Unix milliseconds; 0: not known
    modified   BIGINT   NOT NULL DEFAULT 0,
    seen       BIGINT   NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::BIGINT, -- a row that waits to be adopted grows old
    digest     TEXT     NOT NULL DEFAULT '', -- of the content, '' until adopted
    PRIMARY KEY (id, version)
);
CREATE INDEX articles_unnumbered ON articles (id, version) WHERE seq IS NULL;

-- +goose StatementBegin
-- article_version gives a row the next version of its article. Writers of one article wait for each other.
CREATE FUNCTION article_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id, 10));
    SELECT coalesce(max(version), 0) + 1 INTO NEW.version FROM articles WHERE id = NEW.id;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER articles_version BEFORE INSERT ON articles
    FOR EACH ROW WHEN (NEW.version IS NULL OR NEW.version = 0) EXECUTE FUNCTION article_version();

-- +goose StatementBegin
-- article_news wakes the desk when the row is committed.
CREATE FUNCTION article_news() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('tenbells', 'articles');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER articles_news AFTER INSERT ON articles FOR EACH STATEMENT EXECUTE FUNCTION article_news();
