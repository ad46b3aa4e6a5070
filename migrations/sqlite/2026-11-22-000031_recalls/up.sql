-- A recall says that what an instrument showed from one moment up to another is in doubt. The tests stay as they are.
CREATE TABLE recalls (
  id INTEGER NOT NULL PRIMARY KEY,
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
CREATE TRIGGER recalls_no_update BEFORE UPDATE ON recalls BEGIN SELECT RAISE(ABORT, 'evidence is append-only: recalls'); END;
CREATE TRIGGER recalls_no_delete BEFORE DELETE ON recalls BEGIN SELECT RAISE(ABORT, 'evidence is append-only: recalls'); END;
CREATE TRIGGER recall_ends_no_update BEFORE UPDATE ON recall_ends BEGIN SELECT RAISE(ABORT, 'evidence is append-only: recall_ends'); END;
CREATE TRIGGER recall_ends_no_delete BEFORE DELETE ON recall_ends BEGIN SELECT RAISE(ABORT, 'evidence is append-only: recall_ends'); END;
CREATE TRIGGER retests_no_update BEFORE UPDATE ON retests BEGIN SELECT RAISE(ABORT, 'evidence is append-only: retests'); END;
CREATE TRIGGER retests_no_delete BEFORE DELETE ON retests BEGIN SELECT RAISE(ABORT, 'evidence is append-only: retests'); END;
