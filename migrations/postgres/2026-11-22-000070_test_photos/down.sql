DROP TRIGGER attachments_guard ON attachments;
DROP TRIGGER attachments_kept ON attachments;
DROP TABLE test_photos;
