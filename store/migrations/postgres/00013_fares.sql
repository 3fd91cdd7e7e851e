-- +goose Up

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
