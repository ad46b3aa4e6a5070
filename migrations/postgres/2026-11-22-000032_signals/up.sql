-- Signals are worked out from the tests each time; what is kept is that somebody looked at one, and what they said.
CREATE TABLE signal_dismissals (
  signal TEXT NOT NULL PRIMARY KEY,
  words TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
CREATE TRIGGER signal_dismissals_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON signal_dismissals EXECUTE FUNCTION refuse_change();
