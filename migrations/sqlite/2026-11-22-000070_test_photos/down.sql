DROP TRIGGER attachments_no_change;
DROP TRIGGER attachments_no_delete;
DROP TRIGGER test_photos_no_update;
DROP TRIGGER test_photos_no_delete;
DROP TABLE test_photos;
