DROP INDEX tests_instrument;
DROP TABLE proof_checks;
DROP TABLE check_boxes;
DROP TABLE calibrations;
ALTER TABLE instruments DROP COLUMN proof_check_days;
DROP TABLE as_found;
