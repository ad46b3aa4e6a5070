ALTER TABLE categories DROP COLUMN sequence;
DROP TABLE sequences;
