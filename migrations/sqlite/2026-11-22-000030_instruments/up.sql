-- Instruments are the firm's: their calibrations and proof checks are evidence, appended and never altered.
CREATE TABLE as_found (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO as_found VALUES ('within'), ('adjusted'), ('failed'), ('not_told');

ALTER TABLE instruments ADD COLUMN proof_check_days BIGINT;

CREATE TABLE calibrations (
  id INTEGER NOT NULL PRIMARY KEY,
  instrument_id BIGINT NOT NULL REFERENCES instruments (id),
  certificate TEXT NOT NULL,
  laboratory TEXT NOT NULL,
  -- Empty only for what was known before there was a history.
  calibrated_on DATE,
  due_on DATE NOT NULL,
  as_found TEXT NOT NULL REFERENCES as_found (code),
  file_hash TEXT REFERENCES files (hash),
  file_name TEXT NOT NULL,
  note TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  supersedes BIGINT REFERENCES calibrations (id)
);
CREATE INDEX calibrations_instrument ON calibrations (instrument_id, calibrated_on);
CREATE UNIQUE INDEX calibrations_supersedes ON calibrations (supersedes);
INSERT INTO calibrations (instrument_id, certificate, laboratory, calibrated_on, due_on, as_found, file_name, note, at)
  SELECT id, calibration_certificate, '', calibrated_on, calibration_due, 'not_told', '', '', CURRENT_TIMESTAMP
  FROM instruments WHERE calibration_due IS NOT NULL;

-- What instruments are checked against: known values with their tolerance.
CREATE TABLE check_boxes (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  points TEXT NOT NULL,
  retired BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE proof_checks (
  id INTEGER NOT NULL PRIMARY KEY,
  instrument_id BIGINT NOT NULL REFERENCES instruments (id),
  check_box_id BIGINT NOT NULL REFERENCES check_boxes (id),
  checked_on DATE NOT NULL,
  readings TEXT NOT NULL,
  verdict TEXT NOT NULL REFERENCES verdicts (code),
  note TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
CREATE INDEX proof_checks_instrument ON proof_checks (instrument_id, checked_on);

-- From an instrument to every test made with it.
CREATE INDEX tests_instrument ON tests (instrument_id, performed_at) WHERE instrument_id IS NOT NULL;

CREATE TRIGGER calibrations_no_update BEFORE UPDATE ON calibrations BEGIN SELECT RAISE(ABORT, 'evidence is append-only: calibrations'); END;
CREATE TRIGGER calibrations_no_delete BEFORE DELETE ON calibrations BEGIN SELECT RAISE(ABORT, 'evidence is append-only: calibrations'); END;
CREATE TRIGGER proof_checks_no_update BEFORE UPDATE ON proof_checks BEGIN SELECT RAISE(ABORT, 'evidence is append-only: proof_checks'); END;
CREATE TRIGGER proof_checks_no_delete BEFORE DELETE ON proof_checks BEGIN SELECT RAISE(ABORT, 'evidence is append-only: proof_checks'); END;
