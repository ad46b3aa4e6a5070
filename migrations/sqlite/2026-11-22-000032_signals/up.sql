-- What a look through the records noticed (firm-owned), and whose records it rests on (customer-owned): who sees only
-- some customers sees a signal only where all its records are theirs. Each look works it out anew until somebody has
-- looked at it; what they said stays, here and in the events.
CREATE TABLE signals (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  day DATE NOT NULL,
  words TEXT NOT NULL,
  -- The ids of the first of them, as JSON; test_count says how many there are.
  tests TEXT NOT NULL,
  test_count BIGINT NOT NULL,
  found_at TIMESTAMP NOT NULL,
  looked_at TIMESTAMP,
  looked_by BIGINT REFERENCES people (id),
  note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX signals_person ON signals (person_id, kind);
CREATE INDEX signals_day ON signals (day, id);
CREATE INDEX signals_open ON signals (day, id) WHERE looked_at IS NULL;
CREATE TABLE signal_customers (
  signal_id TEXT NOT NULL REFERENCES signals (id) ON DELETE CASCADE,
  customer_id BIGINT NOT NULL REFERENCES customers (id),
  PRIMARY KEY (signal_id, customer_id)
);
