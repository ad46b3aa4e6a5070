-- Closed lists. A CHECK list would force a rebuild of guarded evidence tables for each new word.
CREATE TABLE roles (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO roles VALUES ('administrator'), ('manager'), ('engineer'), ('viewer');
CREATE TABLE lifecycles (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO lifecycles VALUES ('in_service'), ('in_store'), ('in_repair'), ('disposed'), ('lost');
CREATE TABLE equipment_classes (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO equipment_classes VALUES ('I'), ('II'), ('II_FE'), ('III');
CREATE TABLE equipment_types (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO equipment_types VALUES ('stationary'), ('it'), ('movable'), ('portable'), ('hand_held'), ('fixed'), ('built_in'), ('lead'), ('extension_lead');
CREATE TABLE environments (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO environments VALUES ('office'), ('public'), ('school'), ('hotel'), ('kitchen'), ('workshop'), ('construction'), ('residential'), ('low_risk');
CREATE TABLE test_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO test_kinds VALUES ('user_check'), ('formal_visual'), ('combined'), ('new_to_service'), ('after_repair');
CREATE TABLE verdicts (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO verdicts VALUES ('pass'), ('fail'), ('incomplete');
CREATE TABLE tag_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO tag_kinds VALUES ('ours'), ('existing');
CREATE TABLE tag_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO tag_states VALUES ('active'), ('retired'), ('reserved');

-- Firm-owned -----------------------------------------------------------------------------------
CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counters VALUES ('certificate', 0);

-- The only place where a person is named: erasing a person empties this row and nothing else.
CREATE TABLE people (
  id BIGSERIAL PRIMARY KEY,
  salt TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  initials TEXT NOT NULL DEFAULT '',
  qualification TEXT NOT NULL DEFAULT '',
  signature BYTEA,
  erased_at TIMESTAMP,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX people_email ON people (email);

CREATE TABLE users (
  person_id BIGINT NOT NULL PRIMARY KEY REFERENCES people (id),
  role TEXT NOT NULL REFERENCES roles (code),
  all_customers BOOLEAN NOT NULL,
  password_hash TEXT,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  weekly_mail BOOLEAN NOT NULL DEFAULT TRUE,
  feed_hash TEXT UNIQUE,
  created_at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE customers (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  contact TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '',
  ruleset TEXT NOT NULL DEFAULT 'iet5',
  label_next_due BOOLEAN NOT NULL DEFAULT FALSE,
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE user_customers (
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  PRIMARY KEY (person_id, customer_id)
);

CREATE TABLE sessions (
  id BIGSERIAL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  user_agent TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT ''
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE api_tokens (
  id BIGSERIAL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  name TEXT NOT NULL,
  read_only BOOLEAN NOT NULL DEFAULT FALSE,
  customer_id BIGINT REFERENCES customers (id),
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP,
  revoked_at TIMESTAMP
);
CREATE INDEX api_tokens_person ON api_tokens (person_id);

CREATE TABLE password_resets (
  hash TEXT NOT NULL PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  expires_at TIMESTAMP NOT NULL
);

CREATE TABLE categories (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  equipment_class TEXT REFERENCES equipment_classes (code),
  equipment_type TEXT REFERENCES equipment_types (code),
  rated_power_mw BIGINT,
  rated_current_ma BIGINT,
  fuse_ma BIGINT,
  plug TEXT NOT NULL DEFAULT '',
  lead_length_mm BIGINT,
  conductor_milli_mm2 BIGINT,
  sockets BIGINT,
  heating BOOLEAN NOT NULL DEFAULT FALSE,
  surge_suppressors BOOLEAN NOT NULL DEFAULT FALSE,
  user_check_months BIGINT,
  formal_visual_months BIGINT,
  combined_months BIGINT,
  fields TEXT NOT NULL DEFAULT '[]',
  version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE models (
  id BIGSERIAL PRIMARY KEY,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  make TEXT NOT NULL,
  name TEXT NOT NULL,
  equipment_class TEXT REFERENCES equipment_classes (code),
  equipment_type TEXT REFERENCES equipment_types (code),
  rated_power_mw BIGINT,
  rated_current_ma BIGINT,
  fuse_ma BIGINT,
  plug TEXT NOT NULL DEFAULT '',
  lead_length_mm BIGINT,
  conductor_milli_mm2 BIGINT,
  sockets BIGINT,
  heating BOOLEAN,
  surge_suppressors BOOLEAN,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (make, name)
);

CREATE TABLE instruments (
  id BIGSERIAL PRIMARY KEY,
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  serial TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL DEFAULT '',
  calibration_certificate TEXT NOT NULL DEFAULT '',
  calibrated_on DATE,
  calibration_due DATE,
  retired BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);

-- Bytes by their own hash: photos, documents, issued certificates.
CREATE TABLE files (
  hash TEXT NOT NULL PRIMARY KEY,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  bytes BYTEA NOT NULL
);

-- Customer-owned: each row carries customer_id, each child key is composite ----------------------
CREATE TABLE sites (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  name TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  contact TEXT NOT NULL DEFAULT '',
  access_notes TEXT NOT NULL DEFAULT '',
  time_zone TEXT NOT NULL DEFAULT 'Europe/London',
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (customer_id, name),
  UNIQUE (id, customer_id)
);

CREATE TABLE places (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  parent_id BIGINT,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  environment TEXT REFERENCES environments (code),
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (site_id, path),
  UNIQUE (id, site_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (parent_id, site_id) REFERENCES places (id, site_id)
);

CREATE TABLE assets (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  place_id BIGINT,
  parent_id BIGINT,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  model_id BIGINT REFERENCES models (id),
  tag TEXT NOT NULL,
  customer_number TEXT,
  description TEXT NOT NULL,
  make TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '',
  serial TEXT NOT NULL DEFAULT '',
  equipment_class TEXT REFERENCES equipment_classes (code),
  equipment_type TEXT REFERENCES equipment_types (code),
  rated_power_mw BIGINT,
  rated_current_ma BIGINT,
  fuse_ma BIGINT,
  plug TEXT NOT NULL DEFAULT '',
  lead_length_mm BIGINT,
  conductor_milli_mm2 BIGINT,
  sockets BIGINT,
  rcd_ma BIGINT,
  heating BOOLEAN NOT NULL DEFAULT FALSE,
  surge_suppressors BOOLEAN NOT NULL DEFAULT FALSE,
  unearthed_metal BOOLEAN NOT NULL DEFAULT FALSE,
  rewirable_plug BOOLEAN NOT NULL DEFAULT FALSE,
  lifecycle TEXT NOT NULL REFERENCES lifecycles (code),
  lock_cause TEXT,
  locked_at TIMESTAMP,
  last_verdict TEXT REFERENCES verdicts (code),
  last_tested_at TIMESTAMP,
  user_check_months BIGINT,
  formal_visual_months BIGINT,
  combined_months BIGINT,
  interval_reason TEXT NOT NULL DEFAULT '',
  due_on DATE,
  custodian TEXT NOT NULL DEFAULT '',
  in_service_on DATE NOT NULL,
  purchased_on DATE,
  cost_pence BIGINT,
  supplier TEXT NOT NULL DEFAULT '',
  warranty_until DATE,
  notes TEXT NOT NULL DEFAULT '',
  custom TEXT NOT NULL DEFAULT '{}',
  transferred_from BIGINT REFERENCES assets (id),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (id, customer_id),
  UNIQUE (customer_id, customer_number),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (place_id, site_id) REFERENCES places (id, site_id),
  FOREIGN KEY (parent_id, customer_id) REFERENCES assets (id, customer_id)
);
-- Newest first is the search index's business; by due date and by description are these.
CREATE INDEX assets_customer ON assets (customer_id, due_on, id);
CREATE INDEX assets_customer_description ON assets (customer_id, description, id);
CREATE INDEX assets_site ON assets (site_id, due_on, id);
CREATE INDEX assets_site_description ON assets (site_id, description, id);
CREATE INDEX assets_place ON assets (place_id, id);
CREATE INDEX assets_category ON assets (category_id, id);
CREATE INDEX assets_lifecycle ON assets (lifecycle, id);
CREATE INDEX assets_parent ON assets (parent_id);
CREATE INDEX assets_due ON assets (due_on, id);
CREATE INDEX assets_description ON assets (description, id);
CREATE INDEX assets_number ON assets (customer_number);
CREATE INDEX assets_locked ON assets (id, customer_id, site_id, lifecycle) WHERE lock_cause IS NOT NULL;
CREATE INDEX assets_locked_at ON assets (locked_at, id, customer_id, site_id, lifecycle) WHERE lock_cause IS NOT NULL;
-- An incomplete test brings no due date: without this list the thing would drop out of sight.
CREATE INDEX assets_incomplete ON assets (last_tested_at, id, customer_id, site_id, lifecycle) WHERE last_verdict = 'incomplete' AND lock_cause IS NULL;

CREATE TABLE tags (
  id BIGSERIAL PRIMARY KEY,
  code TEXT NOT NULL,
  folded TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL REFERENCES tag_kinds (code),
  state TEXT NOT NULL REFERENCES tag_states (code),
  customer_id BIGINT,
  asset_id BIGINT,
  created_at TIMESTAMP NOT NULL,
  -- A key of two parts is not looked at while one of them is empty.
  CHECK (asset_id IS NULL OR customer_id IS NOT NULL),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX tags_asset ON tags (asset_id);

CREATE TABLE custody (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  holder TEXT NOT NULL,
  out_at TIMESTAMP NOT NULL,
  out_by BIGINT NOT NULL REFERENCES people (id),
  back_by DATE,
  in_at TIMESTAMP,
  in_by BIGINT REFERENCES people (id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX custody_asset ON custody (asset_id, id);

CREATE TABLE attachments (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  test_id TEXT,
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT REFERENCES files (hash),
  name TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  withdrawn_at TIMESTAMP,
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX attachments_asset ON attachments (asset_id, id);
CREATE INDEX attachments_test ON attachments (test_id);

CREATE TABLE dues (
  asset_id BIGINT NOT NULL,
  kind TEXT NOT NULL REFERENCES test_kinds (code),
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  place_id BIGINT,
  due_on DATE NOT NULL,
  months BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (asset_id, kind),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
-- One kind is one walk along an index, whatever else is filtered; the reader merges the kinds.
CREATE INDEX dues_due ON dues (kind, due_on, asset_id);
CREATE INDEX dues_customer ON dues (customer_id, kind, due_on, asset_id);
CREATE INDEX dues_site ON dues (site_id, kind, due_on, asset_id);
CREATE INDEX dues_place ON dues (place_id, kind, due_on, asset_id);

-- How many fall due on a day: counted as they change, so that a million need no counting.
CREATE TABLE due_tallies (
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  due_on DATE NOT NULL,
  items BIGINT NOT NULL,
  PRIMARY KEY (customer_id, site_id, kind, due_on),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX due_tallies_day ON due_tallies (due_on, customer_id, items);

CREATE TABLE visits (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  order_number TEXT NOT NULL DEFAULT '',
  extent TEXT NOT NULL DEFAULT '',
  limitations TEXT NOT NULL DEFAULT '',
  closed_at TIMESTAMP,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX visits_site ON visits (site_id, starts_on);
CREATE INDEX visits_open ON visits (person_id, starts_on) WHERE closed_at IS NULL;

CREATE TABLE visit_not_found (
  visit_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (visit_id, asset_id),
  FOREIGN KEY (visit_id, customer_id) REFERENCES visits (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);

CREATE TABLE imports (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  added BIGINT NOT NULL,
  already BIGINT NOT NULL,
  refused BIGINT NOT NULL
);
-- One line of a file, seen once: the same file again adds nothing.
CREATE TABLE import_rows (
  customer_id BIGINT NOT NULL,
  row_key TEXT NOT NULL,
  asset_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES imports (id),
  PRIMARY KEY (customer_id, row_key),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);

-- Files between their preview and their import; nobody but the sender sees them, and a day later they are gone.
CREATE TABLE uploads (
  code TEXT NOT NULL PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES people (id),
  name TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  at TIMESTAMP NOT NULL
);

-- Evidence: appended, never altered --------------------------------------------------------------
CREATE TABLE ledger_heads (
  customer_id BIGINT NOT NULL PRIMARY KEY REFERENCES customers (id),
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL
);
CREATE TABLE ledger (
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  seq BIGINT NOT NULL,
  form BIGINT NOT NULL,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  row_hash TEXT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (customer_id, seq)
);
CREATE TABLE tests (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  place_id BIGINT,
  asset_id BIGINT NOT NULL,
  kind TEXT NOT NULL REFERENCES test_kinds (code),
  performed_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  instrument_id BIGINT REFERENCES instruments (id),
  visit_id BIGINT,
  ruleset TEXT NOT NULL,
  verdict TEXT NOT NULL REFERENCES verdicts (code),
  supersedes TEXT REFERENCES tests (id),
  request_hash TEXT,
  response TEXT,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (visit_id, customer_id) REFERENCES visits (id, customer_id)
);
CREATE INDEX tests_asset ON tests (asset_id, performed_at);
CREATE INDEX tests_site ON tests (site_id, performed_at);
CREATE INDEX tests_visit ON tests (visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX tests_person ON tests (person_id, performed_at);
CREATE INDEX tests_supersedes ON tests (supersedes) WHERE supersedes IS NOT NULL;
CREATE INDEX tests_failed ON tests (performed_at, site_id) WHERE verdict = 'fail';
CREATE INDEX tests_failed_by ON tests (person_id, performed_at, asset_id) WHERE verdict = 'fail';

-- A manager's review of a lock that no passing test can settle: it settles what was recorded before it.
CREATE TABLE releases (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX releases_asset ON releases (asset_id, seq);

CREATE TABLE certificates (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  revision BIGINT NOT NULL,
  public_code TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  test_id TEXT REFERENCES tests (id),
  visit_id BIGINT,
  period_from DATE,
  period_to DATE,
  issued_at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  UNIQUE (number, revision),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (visit_id, customer_id) REFERENCES visits (id, customer_id)
);
CREATE INDEX certificates_site ON certificates (site_id, id);
CREATE INDEX certificates_test ON certificates (test_id);

CREATE TABLE events (
  id BIGSERIAL PRIMARY KEY,
  at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  via TEXT NOT NULL,
  customer_id BIGINT REFERENCES customers (id),
  asset_id BIGINT REFERENCES assets (id),
  noun TEXT NOT NULL,
  noun_id TEXT NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL
);
CREATE INDEX events_asset ON events (asset_id, id);
CREATE INDEX events_customer ON events (customer_id, id);
CREATE INDEX events_noun ON events (noun, noun_id, id);

-- Running the house ------------------------------------------------------------------------------
CREATE TABLE idempotency_keys (
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status BIGINT NOT NULL,
  response TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (person_id, key)
);
CREATE TABLE job_runs (
  name TEXT NOT NULL PRIMARY KEY,
  claimed_until TIMESTAMP,
  started_at TIMESTAMP,
  finished_at TIMESTAMP,
  outcome TEXT NOT NULL DEFAULT ''
);
-- A mail is written down before it is sent: sent twice is worse than explained once.
CREATE TABLE mails (
  person_id BIGINT NOT NULL REFERENCES people (id),
  name TEXT NOT NULL,
  period TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  sent_at TIMESTAMP,
  attempts BIGINT NOT NULL DEFAULT 1,
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (person_id, name, period)
);

CREATE TABLE asset_search (
  rowid BIGINT NOT NULL PRIMARY KEY REFERENCES assets (id),
  document TSVECTOR NOT NULL
);
CREATE INDEX asset_search_document ON asset_search USING gin (document);

-- Evidence refuses to change.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'evidence is append-only: %', TG_TABLE_NAME; END $$;
CREATE TRIGGER ledger_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tests_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON tests EXECUTE FUNCTION refuse_change();
CREATE TRIGGER releases_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON releases EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificates_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON certificates EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();
CREATE TRIGGER files_guard BEFORE UPDATE OR TRUNCATE ON files EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_heads_guard BEFORE DELETE OR TRUNCATE ON ledger_heads EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_heads_forward BEFORE UPDATE ON ledger_heads FOR EACH ROW WHEN (NEW.seq < OLD.seq) EXECUTE FUNCTION refuse_change();
