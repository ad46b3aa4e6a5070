-- A recall says that what an instrument showed from one moment up to another is in doubt. The tests stay as they are.
CREATE TABLE recalls (
  id BIGSERIAL PRIMARY KEY,
  instrument_id BIGINT NOT NULL REFERENCES instruments (id),
  since TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
CREATE INDEX recalls_instrument ON recalls (instrument_id);
CREATE TABLE recall_ends (
  recall_id BIGINT NOT NULL PRIMARY KEY REFERENCES recalls (id),
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
-- What was made due because of a recall, until a later test has passed.
CREATE TABLE retests (
  asset_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  recall_id BIGINT NOT NULL REFERENCES recalls (id),
  asked_on DATE NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  PRIMARY KEY (asset_id, recall_id),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE TRIGGER recalls_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON recalls EXECUTE FUNCTION refuse_change();
CREATE TRIGGER recall_ends_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON recall_ends EXECUTE FUNCTION refuse_change();
CREATE TRIGGER retests_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON retests EXECUTE FUNCTION refuse_change();
