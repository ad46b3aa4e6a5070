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
CREATE TRIGGER erasures_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON erasures EXECUTE FUNCTION refuse_change();
-- Holds a row only within the transaction that erases somebody; firm-owned.
CREATE TABLE erasing (one BIGINT NOT NULL PRIMARY KEY);
CREATE FUNCTION refuse_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erasing) THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'evidence is append-only: %', TG_TABLE_NAME;
END $$;
ALTER TABLE files ADD COLUMN erased_at TIMESTAMP;
DROP TRIGGER files_guard ON files;
CREATE TRIGGER files_guard BEFORE UPDATE OF hash, media_type, size OR TRUNCATE ON files EXECUTE FUNCTION refuse_change();
CREATE TRIGGER files_erasing BEFORE UPDATE OF bytes, erased_at ON files EXECUTE FUNCTION refuse_unless_erasing();
CREATE TRIGGER files_emptied BEFORE UPDATE ON files FOR EACH ROW WHEN (NEW.erased_at IS NULL OR length(NEW.bytes) > 0) EXECUTE FUNCTION refuse_change();
DROP TRIGGER events_guard ON events;
CREATE TRIGGER events_guard BEFORE UPDATE OF id, at, person_id, via, customer_id, asset_id, noun, noun_id, action OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_erasing BEFORE UPDATE OF changes ON events EXECUTE FUNCTION refuse_unless_erasing();
