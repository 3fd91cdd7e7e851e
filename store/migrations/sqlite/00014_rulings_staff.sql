-- +goose Up

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
INSERT INTO counters (name, value) VALUES ('rulings', 0);

-- Editors look at the articles of a story, and a ruling gives them to another one.
CREATE INDEX verdicts_story ON verdicts (story, at) WHERE story <> '';

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
