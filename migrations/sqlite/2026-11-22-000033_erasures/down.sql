DROP TRIGGER events_erasing;
DROP TRIGGER events_no_update;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'evidence is append-only: events'); END;
DROP TRIGGER files_erasing;
DROP TRIGGER files_no_update;
ALTER TABLE files DROP COLUMN erased_at;
CREATE TRIGGER files_no_update BEFORE UPDATE ON files BEGIN SELECT RAISE(ABORT, 'evidence is append-only: files'); END;
DROP TABLE erasing;
DROP TABLE erasures;
