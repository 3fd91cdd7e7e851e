-- +goose Up

-- What waits stands in one line for each class and kind of chat, in the order in which it falls due. Of a rank, all but
-- the lowest 32 bits are the kind of chat.
--
-- Nothing checks what op, state and the like may be: only this program writes them, from types of its own, and their
-- checks cost a quarter of all that it costs to owe a message.
ALTER TABLE messages DROP CONSTRAINT messages_op_check, DROP CONSTRAINT messages_class_check, DROP CONSTRAINT messages_state_check,
	DROP CONSTRAINT messages_check, DROP CONSTRAINT messages_stage_check;
DROP INDEX messages_ripe;
DROP INDEX messages_stage;
DROP INDEX messages_flying;
ALTER TABLE messages ALTER COLUMN rank TYPE BIGINT;
UPDATE messages SET rank = rank / 65536 * 4294967296 + rank % 65536, stage = CASE WHEN stage = 1 THEN 0 ELSE stage END,
	turn = 10 * class + CASE WHEN rank < 65536 THEN 0 WHEN rank < 131072 THEN 1 ELSE 2 END;
CREATE INDEX messages_line ON messages (lane, turn, due, rank) WHERE stage = 0;
CREATE INDEX messages_flying ON messages (lane, target) WHERE stage = 3;
