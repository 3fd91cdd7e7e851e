-- +goose Up

-- carry is how far a digest of which something was withdrawn has been owed again to those who were sent it: the key behind
-- which the next page begins; '' where nothing is to be owed.
ALTER TABLE contents ADD COLUMN carry TEXT NOT NULL DEFAULT '';
CREATE INDEX contents_carry ON contents (id) WHERE carry <> '';
