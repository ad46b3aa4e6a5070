-- What another system's job was about, where no asset of ours is known: its category, maker, model and year; and the
-- words in which that system put how it ended.
CREATE TABLE job_things (
  job_id BIGINT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  category_id BIGINT REFERENCES categories (id),
  make TEXT NOT NULL,
  model TEXT NOT NULL,
  year BIGINT,
  status TEXT NOT NULL,
  barrier TEXT NOT NULL,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_things_category ON job_things (category_id, job_id) WHERE category_id IS NOT NULL;

CREATE TABLE referral_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO referral_states VALUES ('to_send'), ('sent'), ('received_back'), ('refused'), ('written_off');
CREATE TABLE referral_step_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO referral_step_kinds VALUES ('state'), ('chased'), ('due'), ('cost');

INSERT INTO counters VALUES ('batch', 0);

-- Firm-owned: one consignment may hold things of several customers.
CREATE TABLE referral_batches (
  id INTEGER NOT NULL PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
  carrier TEXT NOT NULL DEFAULT '',
  tracking TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '',
  sent_on DATE,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX referral_batches_open ON referral_batches (supplier_id, id) WHERE sent_on IS NULL;

-- Customer-owned: what a job sends to somebody else.
CREATE TABLE referrals (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  supplier_id BIGINT NOT NULL REFERENCES suppliers (id),
  asset_id BIGINT,
  -- The thing in words, where it is no asset of the job: a unit taken out, with its serial number.
  what TEXT NOT NULL,
  serial TEXT NOT NULL DEFAULT '',
  -- What is asked of the supplier.
  request TEXT NOT NULL DEFAULT '',
  -- The supplier's own number for it.
  rma TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL REFERENCES referral_states (code),
  sent_on DATE,
  due_on DATE,
  ended_on DATE,
  chase_on DATE,
  carrier_out TEXT NOT NULL DEFAULT '',
  tracking_out TEXT NOT NULL DEFAULT '',
  carrier_back TEXT NOT NULL DEFAULT '',
  tracking_back TEXT NOT NULL DEFAULT '',
  cost_pence BIGINT,
  result TEXT NOT NULL DEFAULT '',
  batch_id BIGINT REFERENCES referral_batches (id),
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (id, customer_id),
  CHECK (state = 'to_send' OR sent_on IS NOT NULL OR ended_on IS NOT NULL),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX referrals_open ON referrals (due_on, id) WHERE ended_on IS NULL;
CREATE INDEX referrals_job ON referrals (job_id, id);
CREATE INDEX referrals_asset ON referrals (asset_id) WHERE asset_id IS NOT NULL;
CREATE INDEX referrals_supplier ON referrals (supplier_id, id);
CREATE INDEX referrals_batch ON referrals (batch_id, id) WHERE batch_id IS NOT NULL;

-- What became of a referral, in order.
CREATE TABLE referral_steps (
  id INTEGER NOT NULL PRIMARY KEY,
  referral_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  at TIMESTAMP NOT NULL,
  person_id BIGINT REFERENCES people (id),
  kind TEXT NOT NULL REFERENCES referral_step_kinds (code),
  from_value TEXT NOT NULL,
  to_value TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (referral_id, customer_id) REFERENCES referrals (id, customer_id)
);
CREATE INDEX referral_steps_referral ON referral_steps (referral_id, id);

CREATE TRIGGER referral_steps_no_update BEFORE UPDATE ON referral_steps BEGIN SELECT RAISE(ABORT, 'evidence is append-only: referral_steps'); END;
CREATE TRIGGER referral_steps_no_delete BEFORE DELETE ON referral_steps BEGIN SELECT RAISE(ABORT, 'evidence is append-only: referral_steps'); END;
