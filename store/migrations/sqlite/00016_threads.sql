-- +goose Up

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
