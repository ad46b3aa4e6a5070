-- Signals are worked out from the tests each time; what is kept is that somebody looked at one, and what they said.
CREATE TABLE signal_dismissals (
  signal TEXT NOT NULL PRIMARY KEY,
  words TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
CREATE TRIGGER signal_dismissals_no_update BEFORE UPDATE ON signal_dismissals BEGIN SELECT RAISE(ABORT, 'evidence is append-only: signal_dismissals'); END;
CREATE TRIGGER signal_dismissals_no_delete BEFORE DELETE ON signal_dismissals BEGIN SELECT RAISE(ABORT, 'evidence is append-only: signal_dismissals'); END;
