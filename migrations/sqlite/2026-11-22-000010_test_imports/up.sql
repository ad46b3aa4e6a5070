-- Files that testers wrote: staged and judged unchained, then published into the ledger in steps.
CREATE TABLE test_imports (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  -- How often this file was imported and undone before: its tests get other ids then.
  generation BIGINT NOT NULL,
  format TEXT NOT NULL,
  matching TEXT NOT NULL,
  site_id BIGINT,
  moves BOOLEAN NOT NULL DEFAULT FALSE,
  visual_done BOOLEAN NOT NULL DEFAULT FALSE,
  additions TEXT NOT NULL DEFAULT '[]',
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  state TEXT NOT NULL,
  -- The last record dealt with in this state.
  done BIGINT NOT NULL DEFAULT 0,
  counts TEXT NOT NULL DEFAULT '{}',
  warnings TEXT NOT NULL DEFAULT '[]',
  claimed_until TIMESTAMP,
  UNIQUE (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
-- The same file started twice goes on with the same import.
CREATE UNIQUE INDEX test_imports_open ON test_imports (customer_id, file_hash) WHERE state IN ('reading', 'judging', 'staged', 'publishing');
CREATE INDEX test_imports_customer ON test_imports (customer_id, id);

CREATE TABLE staged_tests (
  import_id BIGINT NOT NULL,
  record BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  cause TEXT,
  asset_id BIGINT,
  what TEXT NOT NULL,
  tester_verdict TEXT,
  verdict TEXT REFERENCES verdicts (code),
  why TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (import_id, record),
  FOREIGN KEY (import_id, customer_id) REFERENCES test_imports (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX staged_tests_outcome ON staged_tests (import_id, outcome, record);
CREATE INDEX staged_tests_cause ON staged_tests (import_id, cause, record) WHERE cause IS NOT NULL;

-- Which test came from which record; by its content the same record is known in another file too.
CREATE TABLE imported_tests (
  customer_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  content TEXT NOT NULL,
  test_id TEXT NOT NULL REFERENCES tests (id),
  import_id BIGINT NOT NULL,
  record BIGINT NOT NULL,
  -- The version of the asset that this record made; none where it was there before.
  made_version BIGINT,
  PRIMARY KEY (customer_id, asset_id, content),
  UNIQUE (import_id, record),
  FOREIGN KEY (import_id, customer_id) REFERENCES test_imports (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX imported_tests_test ON imported_tests (test_id);

-- Photos of a container, drawn anew, until their test is published; then which attachment they became.
CREATE TABLE import_photos (
  import_id BIGINT NOT NULL,
  record BIGINT NOT NULL,
  number BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT NOT NULL REFERENCES files (hash),
  attachment_id BIGINT,
  PRIMARY KEY (import_id, record, number),
  FOREIGN KEY (import_id, customer_id) REFERENCES test_imports (id, customer_id)
);

-- The people whom a customer's files name; the names themselves stand in people, where they can be erased.
CREATE TABLE import_testers (
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  person_id BIGINT NOT NULL REFERENCES people (id),
  PRIMARY KEY (customer_id, person_id)
);

-- Firm-owned: which column of a table of tests goes where.
CREATE TABLE test_mappings (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  mapping TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);

-- Evidence: that a test was taken back, as by undoing an import.
CREATE TABLE withdrawals (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  test_id TEXT NOT NULL UNIQUE REFERENCES tests (id),
  import_id BIGINT,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (import_id, customer_id) REFERENCES test_imports (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX withdrawals_asset ON withdrawals (asset_id);
CREATE TRIGGER withdrawals_no_update BEFORE UPDATE ON withdrawals BEGIN SELECT RAISE(ABORT, 'evidence is append-only: withdrawals'); END;
CREATE TRIGGER withdrawals_no_delete BEFORE DELETE ON withdrawals BEGIN SELECT RAISE(ABORT, 'evidence is append-only: withdrawals'); END;
