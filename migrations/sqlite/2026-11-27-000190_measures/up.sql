-- What is counted of each job: one row a job, worked out from it anew whenever it is touched. The tallies below are
-- the sums of these rows, kept as they change, so that nobody adds up a million jobs for a page.
CREATE TABLE job_facts (
  job_id BIGINT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  -- Who was at it; 0 for nobody, since a key holds no NULL.
  engineer_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  -- Make and model of the first thing that the job is about, lower case; empty where none is known.
  model TEXT NOT NULL,
  -- Days by the clock of the firm.
  opened_on DATE NOT NULL,
  closed_on DATE,
  response_met BOOLEAN,
  fix_met BOOLEAN,
  first_time_fix BOOLEAN,
  reopened BOOLEAN NOT NULL,
  -- Minutes logged while each support line had it, and minutes for which each had it open.
  minutes_1 BIGINT NOT NULL,
  minutes_2 BIGINT NOT NULL,
  minutes_3 BIGINT NOT NULL,
  held_1 BIGINT NOT NULL,
  held_2 BIGINT NOT NULL,
  held_3 BIGINT NOT NULL,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_facts_open ON job_facts (opened_on, job_id) WHERE closed_on IS NULL;
CREATE INDEX job_facts_closed ON job_facts (closed_on, job_id) WHERE closed_on IS NOT NULL;
CREATE INDEX job_facts_customer ON job_facts (customer_id, closed_on, job_id);
CREATE INDEX job_facts_site ON job_facts (site_id, closed_on, job_id);
CREATE INDEX job_facts_engineer ON job_facts (engineer_id, closed_on, job_id);
CREATE INDEX job_facts_model ON job_facts (model, closed_on, job_id);
CREATE INDEX job_facts_opened ON job_facts (opened_on, job_id);

CREATE TABLE job_tallies (
  month DATE NOT NULL,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  site_id BIGINT NOT NULL,
  engineer_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  opened BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  response_met BIGINT NOT NULL,
  response_missed BIGINT NOT NULL,
  fix_met BIGINT NOT NULL,
  fix_missed BIGINT NOT NULL,
  first_time BIGINT NOT NULL,
  not_first_time BIGINT NOT NULL,
  reopened BIGINT NOT NULL,
  minutes_1 BIGINT NOT NULL,
  minutes_2 BIGINT NOT NULL,
  minutes_3 BIGINT NOT NULL,
  held_1 BIGINT NOT NULL,
  held_2 BIGINT NOT NULL,
  held_3 BIGINT NOT NULL,
  PRIMARY KEY (month, customer_id, site_id, engineer_id, line),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE TABLE model_tallies (
  month DATE NOT NULL,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  model TEXT NOT NULL,
  opened BIGINT NOT NULL,
  closed BIGINT NOT NULL,
  response_met BIGINT NOT NULL,
  response_missed BIGINT NOT NULL,
  fix_met BIGINT NOT NULL,
  fix_missed BIGINT NOT NULL,
  first_time BIGINT NOT NULL,
  not_first_time BIGINT NOT NULL,
  reopened BIGINT NOT NULL,
  minutes_1 BIGINT NOT NULL,
  minutes_2 BIGINT NOT NULL,
  minutes_3 BIGINT NOT NULL,
  held_1 BIGINT NOT NULL,
  held_2 BIGINT NOT NULL,
  held_3 BIGINT NOT NULL,
  PRIMARY KEY (month, customer_id, model)
);
