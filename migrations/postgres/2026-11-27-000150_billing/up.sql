-- Closed lists.
CREATE TABLE line_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO line_kinds VALUES ('labour'), ('call_out'), ('part'), ('third_party'), ('tests'), ('fixed');
CREATE TABLE line_units (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO line_units VALUES ('minute'), ('piece');
CREATE TABLE currencies (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO currencies VALUES ('GBP'), ('EUR'), ('USD'), ('AUD'), ('NZD'), ('CAD'), ('CHF'), ('SEK'), ('NOK'), ('DKK'), ('PLN'), ('CZK');
CREATE TABLE quote_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO quote_states VALUES ('draft'), ('sent'), ('approved'), ('declined'), ('expired'), ('superseded');

INSERT INTO counters VALUES ('quote', 0), ('bill', 0);

-- What things cost from a day on: of a contract, of a customer, or of the firm where both are missing.
-- Rates are JSON of the domain's.
CREATE TABLE rate_cards (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT REFERENCES customers (id),
  contract_id BIGINT,
  since DATE NOT NULL,
  rates TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  CHECK (contract_id IS NULL OR customer_id IS NOT NULL),
  FOREIGN KEY (contract_id, customer_id) REFERENCES contracts (id, customer_id)
);
CREATE UNIQUE INDEX rate_cards_owner ON rate_cards (coalesce(customer_id, 0), coalesce(contract_id, 0), since);
CREATE INDEX rate_cards_customer ON rate_cards (customer_id);
CREATE INDEX rate_cards_contract ON rate_cards (contract_id) WHERE contract_id IS NOT NULL;

-- What somebody added to a job's bill. Another charge, below nothing, takes one back.
CREATE TABLE job_charges (
  id BIGSERIAL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  kind TEXT NOT NULL REFERENCES line_kinds (code),
  text TEXT NOT NULL,
  unit TEXT NOT NULL REFERENCES line_units (code),
  -- Minutes, or thousandths of a piece.
  quantity BIGINT NOT NULL,
  -- Of an hour or a piece, in the smallest unit of the currency.
  price BIGINT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_charges_job ON job_charges (job_id, id);
CREATE INDEX job_charges_at ON job_charges (at, job_id);

-- The job that a visit is billed by.
CREATE TABLE visit_jobs (
  visit_id BIGINT NOT NULL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  FOREIGN KEY (visit_id, customer_id) REFERENCES visits (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX visit_jobs_job ON visit_jobs (job_id);

-- What was billed, as the files that were given out hold it.
CREATE TABLE bill_exports (
  id BIGSERIAL PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  from_day DATE NOT NULL,
  to_day DATE NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  lines BIGINT NOT NULL,
  csv_hash TEXT NOT NULL REFERENCES files (hash),
  xlsx_hash TEXT NOT NULL REFERENCES files (hash)
);
CREATE TABLE bill_lines (
  id BIGSERIAL PRIMARY KEY,
  export_id BIGINT NOT NULL REFERENCES bill_exports (id),
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  -- What of the job it comes from: the same at each reckoning.
  source TEXT NOT NULL,
  kind TEXT NOT NULL REFERENCES line_kinds (code),
  on_day DATE NOT NULL,
  text TEXT NOT NULL,
  unit TEXT NOT NULL REFERENCES line_units (code),
  quantity BIGINT NOT NULL,
  price BIGINT NOT NULL,
  net BIGINT NOT NULL,
  -- Hundredths of a percent.
  vat BIGINT NOT NULL,
  currency TEXT NOT NULL REFERENCES currencies (code),
  correction BOOLEAN NOT NULL,
  UNIQUE (export_id, job_id, source, vat, currency),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX bill_lines_job ON bill_lines (job_id, id);
CREATE INDEX bill_lines_customer ON bill_lines (customer_id, export_id);

-- Offers to a customer; each revision is a row. Content is JSON of the domain's.
CREATE TABLE quotes (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  job_id BIGINT NOT NULL,
  number TEXT NOT NULL,
  revision BIGINT NOT NULL,
  state TEXT NOT NULL REFERENCES quote_states (code),
  content TEXT NOT NULL,
  secret_hash TEXT UNIQUE,
  created_at TIMESTAMP NOT NULL,
  created_by BIGINT REFERENCES people (id),
  sent_at TIMESTAMP,
  answered_at TIMESTAMP,
  answered_by BIGINT REFERENCES people (id),
  order_number TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (number, revision),
  UNIQUE (id, customer_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX quotes_job ON quotes (job_id, id);
CREATE INDEX quotes_customer ON quotes (customer_id, id);
CREATE INDEX quotes_state ON quotes (state, id);

-- A customer's representative signed for a job as it stood; the paper as it was signed is kept.
CREATE TABLE job_signatures (
  id TEXT NOT NULL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  -- SHA-256 of what was signed for, and of the signature with the person's salt.
  record_hash TEXT NOT NULL,
  signature_commitment TEXT NOT NULL,
  pdf_hash TEXT NOT NULL REFERENCES files (hash),
  recorded_by BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX job_signatures_job ON job_signatures (job_id, at);
CREATE INDEX job_signatures_person ON job_signatures (person_id);

-- A month's numbers of a customer are counted from these alone.
CREATE INDEX jobs_report ON jobs (customer_id, closed_at, opened_at, priority, response_met, fix_met) WHERE closed_at IS NOT NULL;
CREATE INDEX jobs_opened_customer ON jobs (customer_id, opened_at, id);

CREATE TRIGGER job_charges_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON job_charges EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bill_exports_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON bill_exports EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bill_lines_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON bill_lines EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_signatures_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON job_signatures EXECUTE FUNCTION refuse_change();
-- What a customer was sent says the same for ever.
CREATE TRIGGER quotes_sent_as_it_was BEFORE UPDATE OF content, number, revision, job_id, customer_id ON quotes FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER quotes_guard BEFORE DELETE OR TRUNCATE ON quotes EXECUTE FUNCTION refuse_change();
