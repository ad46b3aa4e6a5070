DROP TABLE fault_notes;
DROP TABLE holds;
DROP TABLE fault_note_kinds;
DROP TABLE hold_causes;
DELETE FROM notices WHERE kind = 'danger';
DELETE FROM notice_kinds WHERE code = 'danger';
