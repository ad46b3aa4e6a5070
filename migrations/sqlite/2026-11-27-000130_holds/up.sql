CREATE TABLE hold_causes (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO hold_causes VALUES ('reported'), ('opened');
CREATE TABLE fault_note_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO fault_note_kinds VALUES ('note'), ('affected');
INSERT INTO notice_kinds VALUES ('danger');

-- What keeps an asset from being used though no test failed: reported as dangerous, or its enclosure opened; customer-owned.
CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  why TEXT NOT NULL REFERENCES hold_causes (code),
  at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  -- Nobody for a report by somebody without an account.
  person_id BIGINT REFERENCES people (id),
  -- What it comes from, such as "fault 12" or "job J-000123".
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX holds_asset ON holds (asset_id, seq);
CREATE TRIGGER holds_no_update BEFORE UPDATE ON holds BEGIN SELECT RAISE(ABORT, 'evidence is append-only: holds'); END;
CREATE TRIGGER holds_no_delete BEFORE DELETE ON holds BEGIN SELECT RAISE(ABORT, 'evidence is append-only: holds'); END;

-- What was added to a report: by whoever follows it, or by others with the same fault; customer-owned.
CREATE TABLE fault_notes (
  id INTEGER NOT NULL PRIMARY KEY,
  fault_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  kind TEXT NOT NULL REFERENCES fault_note_kinds (code),
  text TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  follow_hash TEXT UNIQUE,
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (fault_id, customer_id) REFERENCES faults (id, customer_id)
);
CREATE INDEX fault_notes_fault ON fault_notes (fault_id, id);
