-- +goose Up

-- Channels that bar a bot are looked at now and then, where nothing tells that they are open again.
CREATE INDEX subscribers_barred ON subscribers (lane, id) WHERE status = 'barred';
