-- Closed lists.
CREATE TABLE fault_word_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO fault_word_kinds VALUES ('symptom'), ('cause'), ('fix');
CREATE TABLE checklist_verdicts (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO checklist_verdicts VALUES ('complete'), ('incomplete'), ('failed');

-- Firm-owned -----------------------------------------------------------------------------------
-- What a new one costs today, against which repairs are held.
ALTER TABLE models ADD COLUMN replacement_pence BIGINT;
CREATE INDEX assets_model ON assets (model_id, id) WHERE model_id IS NOT NULL;

-- The words of which symptom, cause and fix are chosen.
CREATE TABLE fault_words (
  id INTEGER NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL REFERENCES fault_word_kinds (code),
  word TEXT NOT NULL,
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (kind, word)
);
INSERT INTO fault_words (kind, word) VALUES
  ('symptom', 'Dead'),
  ('symptom', 'Does not start'),
  ('symptom', 'Stops by itself'),
  ('symptom', 'Trips protection'),
  ('symptom', 'Shock or tingle'),
  ('symptom', 'Smoke or smell of burning'),
  ('symptom', 'Overheats'),
  ('symptom', 'Does not heat'),
  ('symptom', 'Noisy'),
  ('symptom', 'Leaks'),
  ('symptom', 'Jams'),
  ('symptom', 'Display fault'),
  ('symptom', 'Poor print or picture'),
  ('symptom', 'No sound'),
  ('symptom', 'No network'),
  ('symptom', 'Not charging'),
  ('symptom', 'Slow'),
  ('symptom', 'Error message'),
  ('symptom', 'Data not readable'),
  ('symptom', 'Keys or buttons fail'),
  ('symptom', 'Damaged lead or plug'),
  ('symptom', 'Damaged case'),
  ('symptom', 'Something else'),
  ('cause', 'Power supply failed'),
  ('cause', 'Capacitor failed'),
  ('cause', 'Fuse blown'),
  ('cause', 'Wrong fuse'),
  ('cause', 'Lead broken'),
  ('cause', 'Loose connection'),
  ('cause', 'Earth connection broken'),
  ('cause', 'Insulation worn'),
  ('cause', 'Fan seized'),
  ('cause', 'Motor failed'),
  ('cause', 'Heating element failed'),
  ('cause', 'Switch failed'),
  ('cause', 'Board failed'),
  ('cause', 'Drive failed'),
  ('cause', 'Memory failed'),
  ('cause', 'Battery worn'),
  ('cause', 'Screen broken'),
  ('cause', 'Bearing or roller worn'),
  ('cause', 'Wear'),
  ('cause', 'Dirt'),
  ('cause', 'Liquid'),
  ('cause', 'Overload'),
  ('cause', 'Software or firmware'),
  ('cause', 'Settings'),
  ('cause', 'User damage'),
  ('cause', 'Supply at the site'),
  ('cause', 'Not found'),
  ('fix', 'Part replaced'),
  ('fix', 'Part repaired'),
  ('fix', 'Lead replaced'),
  ('fix', 'Plug or fuse replaced'),
  ('fix', 'Battery replaced'),
  ('fix', 'Cleaned'),
  ('fix', 'Re-seated'),
  ('fix', 'Soldered'),
  ('fix', 'Adjusted'),
  ('fix', 'Lubricated'),
  ('fix', 'Reset'),
  ('fix', 'Firmware updated'),
  ('fix', 'Software reinstalled'),
  ('fix', 'Settings corrected'),
  ('fix', 'Whole item replaced'),
  ('fix', 'User shown'),
  ('fix', 'Sent to the maker'),
  ('fix', 'None needed');

-- How often a fix was tried and held, for a model ("m:brother hll2350dw") and for a category ("c:7").
CREATE TABLE fix_tallies (
  subject TEXT NOT NULL,
  symptom_id BIGINT NOT NULL REFERENCES fault_words (id),
  cause_id BIGINT NOT NULL REFERENCES fault_words (id),
  fix_id BIGINT NOT NULL REFERENCES fault_words (id),
  tried BIGINT NOT NULL,
  held BIGINT NOT NULL,
  PRIMARY KEY (subject, symptom_id, cause_id, fix_id)
);
-- How often things of a model or category failed, and how long their repair took.
CREATE TABLE repair_tallies (
  subject TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  repairs BIGINT NOT NULL,
  minutes BIGINT NOT NULL
);

CREATE TABLE guides (
  id INTEGER NOT NULL PRIMARY KEY,
  -- The latest revision.
  revision BIGINT NOT NULL,
  title TEXT NOT NULL,
  make TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '',
  category_id BIGINT REFERENCES categories (id),
  -- The model or category by its key, as in the tallies; blank for one about anything.
  subject TEXT NOT NULL,
  symptom_id BIGINT REFERENCES fault_words (id),
  cause_id BIGINT REFERENCES fault_words (id),
  fix_id BIGINT REFERENCES fault_words (id),
  -- The job that it was learnt in.
  job_number TEXT NOT NULL DEFAULT '',
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX guides_subject ON guides (subject, id);
CREATE TABLE guide_pictures (
  id INTEGER NOT NULL PRIMARY KEY,
  guide_id BIGINT NOT NULL REFERENCES guides (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT NOT NULL REFERENCES files (hash),
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  UNIQUE (guide_id, hash)
);
CREATE TABLE guide_revisions (
  guide_id BIGINT NOT NULL REFERENCES guides (id),
  revision BIGINT NOT NULL,
  content TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (guide_id, revision)
);

-- Documents that say how to work on a model, or on things of a category.
CREATE TABLE procedures (
  id INTEGER NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  model_id BIGINT REFERENCES models (id),
  category_id BIGINT REFERENCES categories (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT REFERENCES files (hash),
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  withdrawn_at TIMESTAMP,
  CHECK ((model_id IS NULL) <> (category_id IS NULL))
);
CREATE INDEX procedures_model ON procedures (model_id) WHERE model_id IS NOT NULL;
CREATE INDEX procedures_category ON procedures (category_id) WHERE category_id IS NOT NULL;

-- The firm's own checklists: edited copies of those shipped.
CREATE TABLE checklists (
  id INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);
-- Which checklist a kind of job demands before it is closed: of everything, or of a category.
CREATE TABLE checklist_demands (
  id INTEGER NOT NULL PRIMARY KEY,
  job_kind TEXT NOT NULL REFERENCES job_kinds (code),
  category_id BIGINT REFERENCES categories (id),
  code TEXT NOT NULL
);
CREATE UNIQUE INDEX checklist_demands_once ON checklist_demands (job_kind, coalesce(category_id, 0), code);
INSERT INTO checklist_demands (job_kind, category_id, code) VALUES ('removal', NULL, 'decommissioning');

-- Customer-owned -------------------------------------------------------------------------------
-- What was wrong, why, and what helped. A correction supersedes; one that takes back is marked so.
CREATE TABLE findings (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  asset_id BIGINT,
  symptom_id BIGINT NOT NULL REFERENCES fault_words (id),
  cause_id BIGINT NOT NULL REFERENCES fault_words (id),
  fix_id BIGINT NOT NULL REFERENCES fault_words (id),
  words TEXT NOT NULL DEFAULT '',
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  -- When the first of its versions was written down.
  found_at TIMESTAMP NOT NULL,
  supersedes BIGINT REFERENCES findings (id),
  withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX findings_job ON findings (job_id, id);
CREATE INDEX findings_asset ON findings (asset_id, id) WHERE asset_id IS NOT NULL;
CREATE UNIQUE INDEX findings_supersedes ON findings (supersedes) WHERE supersedes IS NOT NULL;

-- What became of each finding whose job was closed: what the tallies of fixes are the sums of.
CREATE TABLE fix_outcomes (
  finding_id BIGINT NOT NULL PRIMARY KEY REFERENCES findings (id),
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  asset_id BIGINT NOT NULL,
  model_key TEXT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  symptom_id BIGINT NOT NULL REFERENCES fault_words (id),
  cause_id BIGINT NOT NULL REFERENCES fault_words (id),
  fix_id BIGINT NOT NULL REFERENCES fault_words (id),
  tried_at TIMESTAMP NOT NULL,
  held BOOLEAN NOT NULL
);
CREATE INDEX fix_outcomes_asset ON fix_outcomes (asset_id);
-- Each asset that failed in a closed job: what the tallies of repairs are the sums of.
CREATE TABLE repair_outcomes (
  job_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  model_key TEXT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  -- From the report to the repair; none where it was not repaired.
  minutes BIGINT,
  PRIMARY KEY (job_id, asset_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX repair_outcomes_asset ON repair_outcomes (asset_id);

-- A checklist that is being filled, or was: then nothing changes it any more, and a correction supersedes.
CREATE TABLE checklist_fills (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  job_id BIGINT,
  asset_id BIGINT,
  code TEXT NOT NULL,
  -- The checklist as it was when it was begun.
  checklist TEXT NOT NULL,
  answers TEXT NOT NULL,
  verdict TEXT NOT NULL REFERENCES checklist_verdicts (code),
  begun_at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  saved_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  supersedes BIGINT REFERENCES checklist_fills (id),
  version BIGINT NOT NULL DEFAULT 1,
  CHECK (job_id IS NOT NULL OR asset_id IS NOT NULL),
  UNIQUE (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE UNIQUE INDEX checklist_fills_open ON checklist_fills (coalesce(job_id, 0), coalesce(asset_id, 0), code) WHERE finished_at IS NULL;
CREATE INDEX checklist_fills_job ON checklist_fills (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX checklist_fills_asset ON checklist_fills (asset_id, id) WHERE asset_id IS NOT NULL;
CREATE UNIQUE INDEX checklist_fills_supersedes ON checklist_fills (supersedes) WHERE supersedes IS NOT NULL;
CREATE TABLE checklist_files (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  fill_id BIGINT NOT NULL,
  item TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT NOT NULL REFERENCES files (hash),
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (fill_id, customer_id) REFERENCES checklist_fills (id, customer_id)
);
CREATE INDEX checklist_files_fill ON checklist_files (fill_id, id);

CREATE VIRTUAL TABLE finding_search USING fts5 (document, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6 7 8 9 10 11 12', tokenize='ascii tokenchars _');
CREATE VIRTUAL TABLE guide_search USING fts5 (document, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6 7 8 9 10 11 12', tokenize='ascii tokenchars _');

CREATE TRIGGER findings_no_update BEFORE UPDATE ON findings BEGIN SELECT RAISE(ABORT, 'evidence is append-only: findings'); END;
CREATE TRIGGER findings_no_delete BEFORE DELETE ON findings BEGIN SELECT RAISE(ABORT, 'evidence is append-only: findings'); END;
CREATE TRIGGER guide_revisions_no_update BEFORE UPDATE ON guide_revisions BEGIN SELECT RAISE(ABORT, 'evidence is append-only: guide_revisions'); END;
CREATE TRIGGER guide_revisions_no_delete BEFORE DELETE ON guide_revisions BEGIN SELECT RAISE(ABORT, 'evidence is append-only: guide_revisions'); END;
CREATE TRIGGER checklist_fills_no_update BEFORE UPDATE ON checklist_fills WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'evidence is append-only: checklist_fills'); END;
CREATE TRIGGER checklist_fills_no_delete BEFORE DELETE ON checklist_fills WHEN OLD.finished_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'evidence is append-only: checklist_fills'); END;
