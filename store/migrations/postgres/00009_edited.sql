-- +goose Up

-- edited is how many of them stood there edited.
ALTER TABLE figures ADD COLUMN edited BIGINT NOT NULL DEFAULT 0;
