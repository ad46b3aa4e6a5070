-- A customer's representative signed for what a certificate rests on; customer-owned.
CREATE TABLE sign_offs (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  records_hash TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX sign_offs_records ON sign_offs (site_id, records_hash);
CREATE TRIGGER sign_offs_no_update BEFORE UPDATE ON sign_offs BEGIN SELECT RAISE(ABORT, 'evidence is append-only: sign_offs'); END;
CREATE TRIGGER sign_offs_no_delete BEFORE DELETE ON sign_offs BEGIN SELECT RAISE(ABORT, 'evidence is append-only: sign_offs'); END;
