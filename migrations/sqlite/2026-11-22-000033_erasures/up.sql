-- Documents that were removed because they named a person who was erased: evidence, customer-owned.
CREATE TABLE erasures (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  -- SHA-256 of each document, as JSON.
  files TEXT NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq)
);
CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures BEGIN SELECT RAISE(ABORT, 'evidence is append-only: erasures'); END;
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures BEGIN SELECT RAISE(ABORT, 'evidence is append-only: erasures'); END;
-- Holds a row only within the transaction that erases somebody; firm-owned.
CREATE TABLE erasing (one BIGINT NOT NULL PRIMARY KEY);
ALTER TABLE files ADD COLUMN erased_at TIMESTAMP;
DROP TRIGGER files_no_update;
CREATE TRIGGER files_no_update BEFORE UPDATE OF hash, media_type, size ON files BEGIN SELECT RAISE(ABORT, 'evidence is append-only: files'); END;
CREATE TRIGGER files_erasing BEFORE UPDATE OF bytes, erased_at ON files WHEN NEW.erased_at IS NULL OR length(NEW.bytes) > 0 OR NOT EXISTS (SELECT 1 FROM erasing) BEGIN SELECT RAISE(ABORT, 'evidence is append-only: files'); END;
DROP TRIGGER events_no_update;
CREATE TRIGGER events_no_update BEFORE UPDATE OF id, at, person_id, via, customer_id, asset_id, noun, noun_id, action ON events BEGIN SELECT RAISE(ABORT, 'evidence is append-only: events'); END;
CREATE TRIGGER events_erasing BEFORE UPDATE OF changes ON events WHEN NOT EXISTS (SELECT 1 FROM erasing) BEGIN SELECT RAISE(ABORT, 'evidence is append-only: events'); END;
