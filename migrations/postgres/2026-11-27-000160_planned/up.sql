CREATE TABLE every_units (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO every_units VALUES ('days'), ('weeks'), ('months');
CREATE TABLE anchors (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO anchors VALUES ('fixed'), ('done');
CREATE TABLE run_results (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO run_results VALUES ('done'), ('skipped');
CREATE TABLE appointment_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO appointment_states VALUES ('planned'), ('confirmed'), ('cancelled');
INSERT INTO notice_kinds VALUES ('appointment');

-- Recurring checks that are not electrical tests, at a site: of one asset, of a category or model, or of the site itself.
CREATE TABLE plans (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  asset_id BIGINT,
  category_id BIGINT REFERENCES categories (id),
  model_id BIGINT REFERENCES models (id),
  title TEXT NOT NULL,
  notes TEXT NOT NULL DEFAULT '',
  -- Code of the checklist that its jobs demand; empty for none.
  checklist TEXT NOT NULL DEFAULT '',
  every_count BIGINT NOT NULL,
  every_unit TEXT NOT NULL REFERENCES every_units (code),
  anchor TEXT NOT NULL REFERENCES anchors (code),
  first_on DATE NOT NULL,
  due_on DATE NOT NULL,
  lead_days BIGINT NOT NULL DEFAULT 0,
  assignee_id BIGINT REFERENCES people (id),
  minutes BIGINT NOT NULL DEFAULT 0,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  -- The job that was begun for the occurrence that is due.
  job_id BIGINT,
  version BIGINT NOT NULL DEFAULT 1,
  CHECK (asset_id IS NULL OR category_id IS NULL),
  UNIQUE (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX plans_due ON plans (due_on, id) WHERE active;
CREATE INDEX plans_customer ON plans (customer_id, due_on, id);
CREATE INDEX plans_site ON plans (site_id, due_on, id);
CREATE INDEX plans_asset ON plans (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX plans_job ON plans (job_id) WHERE job_id IS NOT NULL;

-- How each occurrence went.
CREATE TABLE plan_runs (
  id BIGSERIAL PRIMARY KEY,
  plan_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  due_on DATE NOT NULL,
  done_on DATE NOT NULL,
  result TEXT NOT NULL REFERENCES run_results (code),
  job_id BIGINT,
  note TEXT NOT NULL DEFAULT '',
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (plan_id, customer_id) REFERENCES plans (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX plan_runs_plan ON plan_runs (plan_id, id);

-- When an engineer is to be where, for a job or for a visit.
CREATE TABLE appointments (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  job_id BIGINT,
  visit_id BIGINT,
  person_id BIGINT NOT NULL REFERENCES people (id),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  state TEXT NOT NULL REFERENCES appointment_states (code),
  note TEXT NOT NULL DEFAULT '',
  changed_at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CHECK ((job_id IS NULL) <> (visit_id IS NULL)),
  CHECK (starts_at < ends_at),
  UNIQUE (id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (visit_id, customer_id) REFERENCES visits (id, customer_id)
);
CREATE INDEX appointments_person ON appointments (person_id, starts_at);
CREATE INDEX appointments_starts ON appointments (starts_at, id);
CREATE INDEX appointments_job ON appointments (job_id, starts_at) WHERE job_id IS NOT NULL;
CREATE INDEX appointments_visit ON appointments (visit_id, starts_at) WHERE visit_id IS NOT NULL;

CREATE TRIGGER plan_runs_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_runs EXECUTE FUNCTION refuse_change();
