-- A report that nobody has looked at yet is mailed once to those who are to look at it.
ALTER TABLE faults ADD COLUMN mailed_at TIMESTAMP;
INSERT INTO notice_kinds VALUES ('unassigned'), ('chase'), ('parts');
