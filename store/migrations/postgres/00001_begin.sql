-- +goose Up

-- counters hands out numbers in the order of commits: its row stays locked until the transaction that took one ends.
CREATE TABLE counters (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('articles', 0), ('subscribers', 0);

-- cursors remember how far a reader of the article store has come.
CREATE TABLE cursors (
    name TEXT   NOT NULL PRIMARY KEY,
    at   BIGINT NOT NULL
);
