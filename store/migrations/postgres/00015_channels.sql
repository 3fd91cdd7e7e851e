-- +goose Up

-- Channels that bar a bot are looked at now and then, where nothing tells that they are open again.
CREATE INDEX subscribers_barred ON subscribers (lane, id) WHERE status = 'barred';

-- publications are delivered announcements that are to be brought to the servers that follow their channel. They are kept
-- for a day: what is done still counts towards what a channel may publish in an hour.
CREATE TABLE publications (
    key        TEXT    NOT NULL PRIMARY KEY, -- of the message
    lane       TEXT    NOT NULL CHECK (lane <> ''),
    subscriber BIGINT  NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    sealed     BYTEA   NOT NULL, -- where the message stands
    flash      BOOLEAN NOT NULL,
    first      BIGINT  NOT NULL,
    due        BIGINT  NOT NULL,
    tries      INTEGER NOT NULL,
    done       BOOLEAN NOT NULL
);
CREATE INDEX publications_lane ON publications (lane, first);
CREATE INDEX publications_first ON publications (first);
CREATE INDEX publications_subscriber ON publications (subscriber);
