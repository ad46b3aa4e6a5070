-- What makes something due on its day; and why a category asks for no inspection.
ALTER TABLE dues ADD COLUMN why TEXT NOT NULL DEFAULT 'date';
UPDATE dues SET why = 'never_tested' WHERE asset_id IN (SELECT id FROM assets WHERE last_tested_at IS NULL);
ALTER TABLE categories ADD COLUMN interval_reason TEXT NOT NULL DEFAULT '';

-- Firm-owned: edited copies of the shipped tables of intervals.
CREATE TABLE presets (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL DEFAULT '',
  copied_from TEXT NOT NULL DEFAULT '',
  environments TEXT NOT NULL DEFAULT '[]',
  rows TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);

-- What is still to be worked out anew after a change of something above many assets: a restart goes on with it.
CREATE TABLE ripples (
  id INTEGER NOT NULL PRIMARY KEY,
  what TEXT NOT NULL,
  under TEXT NOT NULL,
  words BOOLEAN NOT NULL,
  dues BOOLEAN NOT NULL,
  after_id BIGINT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  started_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
CREATE INDEX ripples_open ON ripples (id) WHERE finished_at IS NULL;
-- Assets for which no interval was stated fall due by the firm's default from now on: worked out by the scheduled job.
INSERT INTO ripples (what, under, words, dues, after_id, done, total, started_at)
  SELECT 'intervals of the firm', '"everywhere"', FALSE, TRUE, 0, 0, (SELECT COUNT(*) FROM assets), CURRENT_TIMESTAMP
  WHERE EXISTS (SELECT 1 FROM assets);

-- Customer-owned: the table chosen for a customer, or for one of its sites.
CREATE TABLE preset_choices (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  site_id BIGINT,
  preset TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE UNIQUE INDEX preset_choices_customer ON preset_choices (customer_id) WHERE site_id IS NULL;
CREATE UNIQUE INDEX preset_choices_site ON preset_choices (site_id) WHERE site_id IS NOT NULL;
CREATE INDEX preset_choices_preset ON preset_choices (preset);

-- Risk assessments: drafts are edited, what is signed is evidence.
CREATE TABLE assessment_drafts (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  site_id BIGINT,
  place_id BIGINT,
  environment TEXT REFERENCES environments (code),
  category_id BIGINT REFERENCES categories (id),
  number TEXT,
  content TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (place_id, site_id) REFERENCES places (id, site_id)
);
CREATE INDEX assessment_drafts_customer ON assessment_drafts (customer_id, id);
CREATE TABLE assessments (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  site_id BIGINT,
  place_id BIGINT,
  environment TEXT REFERENCES environments (code),
  category_id BIGINT REFERENCES categories (id),
  number TEXT NOT NULL,
  revision BIGINT NOT NULL,
  public_code TEXT NOT NULL UNIQUE,
  withdrawn BOOLEAN NOT NULL,
  supersedes TEXT REFERENCES assessments (id),
  rows TEXT NOT NULL,
  signed_at TIMESTAMP NOT NULL,
  review_on DATE,
  duty_holder_id BIGINT NOT NULL REFERENCES people (id),
  person_id BIGINT NOT NULL REFERENCES people (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  UNIQUE (customer_id, seq),
  UNIQUE (number, revision),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id),
  FOREIGN KEY (place_id, site_id) REFERENCES places (id, site_id)
);
CREATE INDEX assessments_supersedes ON assessments (supersedes) WHERE supersedes IS NOT NULL;
INSERT INTO counters VALUES ('assessment', 0);

-- Proposals that somebody refused, with the figures they were refused at.
CREATE TABLE proposal_refusals (
  id INTEGER NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  environment TEXT NOT NULL DEFAULT '',
  months BIGINT NOT NULL,
  tested BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX proposal_refusals_site ON proposal_refusals (site_id, category_id, id);

-- How many fall due on a day, by interval too: what returns every three months is work four times a year.
DROP TABLE due_tallies;
CREATE TABLE due_tallies (
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  due_on DATE NOT NULL,
  months BIGINT NOT NULL,
  items BIGINT NOT NULL,
  PRIMARY KEY (customer_id, site_id, kind, due_on, months),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX due_tallies_day ON due_tallies (due_on, customer_id, items);
INSERT INTO due_tallies SELECT customer_id, site_id, kind, due_on, months, COUNT(*) FROM dues GROUP BY customer_id, site_id, kind, due_on, months;

CREATE TRIGGER assessments_no_update BEFORE UPDATE ON assessments BEGIN SELECT RAISE(ABORT, 'evidence is append-only: assessments'); END;
CREATE TRIGGER assessments_no_delete BEFORE DELETE ON assessments BEGIN SELECT RAISE(ABORT, 'evidence is append-only: assessments'); END;
