-- The two things that a contract promises a time for.
CREATE TABLE promises (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO promises VALUES ('response'), ('fix');

-- What the response clock keeps beside a job.
CREATE TABLE job_clocks (
  job_id BIGINT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  -- When it must be looked at next: to warn, to tell that a deadline has passed, or since other terms come into force.
  look_at TIMESTAMP,
  -- The terms by which the job was closed, so that what was judged stays judged: JSON of the domain's periods.
  cover TEXT,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_clocks_look ON job_clocks (look_at, job_id) WHERE look_at IS NOT NULL;

-- What was told of a deadline: each once for a target.
CREATE TABLE clock_notices (
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  promise TEXT NOT NULL REFERENCES promises (code),
  kind TEXT NOT NULL REFERENCES notice_kinds (code),
  target_minutes BIGINT NOT NULL,
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (job_id, promise, kind, target_minutes),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
