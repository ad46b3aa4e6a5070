DELETE FROM clock_notices WHERE kind IN ('unassigned', 'chase', 'parts');
DELETE FROM notices WHERE kind IN ('unassigned', 'chase', 'parts');
DELETE FROM notice_kinds WHERE code IN ('unassigned', 'chase', 'parts');
ALTER TABLE faults DROP COLUMN mailed_at;
