-- Closed lists.
CREATE TABLE priorities (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO priorities VALUES ('critical'), ('high'), ('normal'), ('low');
CREATE TABLE impacts (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO impacts VALUES ('safety'), ('site'), ('team'), ('person');
CREATE TABLE urgencies (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO urgencies VALUES ('stopped'), ('hindered'), ('can_wait');
CREATE TABLE job_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO job_kinds VALUES ('repair'), ('planned'), ('installation'), ('roll_out'), ('removal'), ('visit');
CREATE TABLE job_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO job_states VALUES ('reported'), ('triaged'), ('assigned'), ('in_progress'), ('waiting'), ('repaired'), ('retest'), ('returned'), ('closed');
CREATE TABLE waiting_reasons (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO waiting_reasons VALUES ('parts'), ('customer'), ('third_party'), ('access');
CREATE TABLE job_outcomes (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO job_outcomes VALUES ('repaired'), ('replaced'), ('no_fault_found'), ('beyond_economic_repair'), ('referred'), ('scrapped'), ('done'), ('cancelled');
CREATE TABLE step_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO step_kinds VALUES ('state'), ('priority'), ('impact'), ('line'), ('contract'), ('assignee');
CREATE TABLE entry_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO entry_kinds VALUES ('note'), ('diagnosis'), ('work'), ('travel'), ('call'), ('handover');
CREATE TABLE notice_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO notice_kinds VALUES ('assigned'), ('mentioned'), ('watched'), ('warning'), ('missed');

INSERT INTO counters VALUES ('job', 0);

-- Firm-owned -----------------------------------------------------------------------------------
-- Opening hours by which response times count. Hours and holidays are JSON of the domain's calendar.
CREATE TABLE calendars (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  time_zone TEXT NOT NULL,
  hours TEXT NOT NULL,
  holidays TEXT NOT NULL DEFAULT '[]',
  version BIGINT NOT NULL DEFAULT 1
);

-- Whom parts come from and things are referred to.
CREATE TABLE suppliers (
  id BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  contact TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  account_number TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '',
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);

-- Customer-owned -------------------------------------------------------------------------------
ALTER TABLE customers ADD COLUMN public_reports BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE contracts (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  name TEXT NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE,
  notes TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (customer_id, name),
  UNIQUE (id, customer_id)
);
-- What a contract covers; a contract without a line covers everything of the customer.
CREATE TABLE contract_cover (
  id BIGSERIAL PRIMARY KEY,
  contract_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  site_id BIGINT,
  category_id BIGINT REFERENCES categories (id),
  asset_id BIGINT,
  CHECK (num_nonnulls(site_id, category_id, asset_id) = 1),
  FOREIGN KEY (contract_id, customer_id) REFERENCES contracts (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX contract_cover_contract ON contract_cover (contract_id);
-- What was agreed from when: a change of terms is a further row, so that a clock can be worked out anew.
CREATE TABLE contract_terms (
  id BIGSERIAL PRIMARY KEY,
  contract_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  since TIMESTAMP NOT NULL,
  calendar_id BIGINT NOT NULL REFERENCES calendars (id),
  terms TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (contract_id, customer_id) REFERENCES contracts (id, customer_id)
);
CREATE INDEX contract_terms_contract ON contract_terms (contract_id, since);
CREATE INDEX contract_terms_calendar ON contract_terms (calendar_id);

CREATE TABLE jobs (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  number TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL REFERENCES job_kinds (code),
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL REFERENCES job_states (code),
  waiting_for TEXT REFERENCES waiting_reasons (code),
  outcome TEXT REFERENCES job_outcomes (code),
  priority TEXT NOT NULL REFERENCES priorities (code),
  impact TEXT NOT NULL REFERENCES impacts (code),
  line BIGINT NOT NULL DEFAULT 1,
  contract_id BIGINT,
  assignee_id BIGINT REFERENCES people (id),
  order_number TEXT NOT NULL DEFAULT '',
  source_ref TEXT,
  opened_at TIMESTAMP NOT NULL,
  opened_by BIGINT REFERENCES people (id),
  responded_at TIMESTAMP,
  fixed_at TIMESTAMP,
  closed_at TIMESTAMP,
  -- Worked out from the steps and the contract whenever one of them changes: for lists, never for decisions.
  response_due TIMESTAMP,
  fix_due TIMESTAMP,
  due_at TIMESTAMP,
  response_met BOOLEAN,
  fix_met BOOLEAN,
  warn_at TIMESTAMP,
  first_time_fix BOOLEAN,
  reopened BIGINT NOT NULL DEFAULT 0,
  minutes BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 1,
  CHECK ((state = 'waiting') = (waiting_for IS NOT NULL)),
  CHECK ((state = 'closed') = (outcome IS NOT NULL)),
  UNIQUE (id, customer_id),
  UNIQUE (customer_id, source_ref),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (contract_id, customer_id) REFERENCES contracts (id, customer_id)
);
-- Few are open among very many closed: each order of the queue walks open ones only.
CREATE INDEX jobs_open ON jobs (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX jobs_open_customer ON jobs (customer_id, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX jobs_open_site ON jobs (site_id, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX jobs_open_assignee ON jobs (assignee_id, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX jobs_warn ON jobs (warn_at, id) WHERE closed_at IS NULL AND warn_at IS NOT NULL;
CREATE INDEX jobs_closed ON jobs (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX jobs_closed_customer ON jobs (customer_id, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX jobs_closed_site ON jobs (site_id, closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX jobs_customer ON jobs (customer_id, id);
CREATE INDEX jobs_site ON jobs (site_id, id);
CREATE INDEX jobs_contract ON jobs (contract_id) WHERE contract_id IS NOT NULL;

CREATE TABLE job_assets (
  job_id BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- When its enclosure was opened: from then on it needs a test after repair.
  opened_at TIMESTAMP,
  opened_by BIGINT REFERENCES people (id),
  PRIMARY KEY (job_id, asset_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX job_assets_asset ON job_assets (asset_id, job_id);

CREATE TABLE faults (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  asset_id BIGINT,
  job_id BIGINT,
  what TEXT NOT NULL,
  place TEXT NOT NULL DEFAULT '',
  urgency TEXT NOT NULL REFERENCES urgencies (code),
  dangerous BOOLEAN NOT NULL,
  -- Whoever reported it: a user, or a person of this report alone. How to reach a stranger stands in contact.
  person_id BIGINT REFERENCES people (id),
  contact TEXT NOT NULL DEFAULT '',
  follow_hash TEXT UNIQUE,
  at TIMESTAMP NOT NULL,
  dismissed_at TIMESTAMP,
  dismissed_by BIGINT REFERENCES people (id),
  dismissed_why TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX faults_open ON faults (id, customer_id) WHERE job_id IS NULL AND dismissed_at IS NULL;
CREATE INDEX faults_asset ON faults (asset_id, id);
CREATE INDEX faults_job ON faults (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX faults_customer ON faults (customer_id, id);

-- What moved a job, in order: the clock and the history are worked out from these alone.
CREATE TABLE job_steps (
  id BIGSERIAL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  kind TEXT NOT NULL REFERENCES step_kinds (code),
  from_value TEXT NOT NULL,
  to_value TEXT NOT NULL,
  -- For a state: what is waited for, or how it ended.
  detail TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_steps_job ON job_steps (job_id, id);

-- What was done, by whom, for how long. A correction is a further entry that supersedes.
CREATE TABLE job_entries (
  id TEXT NOT NULL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  asset_id BIGINT,
  kind TEXT NOT NULL REFERENCES entry_kinds (code),
  at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  minutes BIGINT NOT NULL DEFAULT 0,
  text TEXT NOT NULL,
  -- Not for the customer's eyes.
  internal BOOLEAN NOT NULL DEFAULT FALSE,
  supersedes TEXT REFERENCES job_entries (id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX job_entries_job ON job_entries (job_id, at);
CREATE INDEX job_entries_person ON job_entries (person_id, at);
CREATE UNIQUE INDEX job_entries_supersedes ON job_entries (supersedes) WHERE supersedes IS NOT NULL;

-- Photos and documents of a fault report or of a job.
CREATE TABLE job_files (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  fault_id BIGINT,
  job_id BIGINT,
  entry_id TEXT REFERENCES job_entries (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT REFERENCES files (hash),
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  withdrawn_at TIMESTAMP,
  CHECK ((fault_id IS NULL) <> (job_id IS NULL)),
  FOREIGN KEY (fault_id, customer_id) REFERENCES faults (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_files_fault ON job_files (fault_id) WHERE fault_id IS NOT NULL;
CREATE INDEX job_files_job ON job_files (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE job_watchers (
  job_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (job_id, person_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_watchers_person ON job_watchers (person_id, job_id);

-- What somebody is to know of a job.
CREATE TABLE notices (
  id BIGSERIAL PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES users (person_id),
  customer_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  kind TEXT NOT NULL REFERENCES notice_kinds (code),
  text TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  read_at TIMESTAMP,
  mailed_at TIMESTAMP,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX notices_unread ON notices (person_id, id) WHERE read_at IS NULL;
CREATE INDEX notices_unmailed ON notices (id) WHERE mailed_at IS NULL;

CREATE TABLE job_search (
  rowid BIGINT NOT NULL PRIMARY KEY REFERENCES jobs (id),
  document TSVECTOR NOT NULL
);
CREATE INDEX job_search_document ON job_search USING gin (document);

CREATE TRIGGER contract_terms_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON contract_terms EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_steps_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON job_steps EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_entries_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON job_entries EXECUTE FUNCTION refuse_change();
