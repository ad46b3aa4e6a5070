-- Photos and documents of tests, by hash: what was attached, and what was withdrawn; customer-owned.
CREATE TABLE test_photos (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  asset_id BIGINT NOT NULL,
  test_id TEXT NOT NULL REFERENCES tests (id),
  attachment_id BIGINT NOT NULL REFERENCES attachments (id),
  hash TEXT NOT NULL REFERENCES files (hash),
  thumbnail_hash TEXT REFERENCES files (hash),
  size BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  -- The photo that this row withdraws; none where it attaches one.
  withdraws TEXT REFERENCES test_photos (id),
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX test_photos_test ON test_photos (test_id);
CREATE INDEX test_photos_hash ON test_photos (hash);
CREATE UNIQUE INDEX test_photos_attachment ON test_photos (attachment_id) WHERE withdraws IS NULL;
CREATE UNIQUE INDEX test_photos_withdraws ON test_photos (withdraws) WHERE withdraws IS NOT NULL;
CREATE TRIGGER test_photos_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON test_photos EXECUTE FUNCTION refuse_change();
-- What was attached stays attached to what it was attached to; it is withdrawn, never deleted.
CREATE TRIGGER attachments_guard BEFORE UPDATE OF customer_id, asset_id, test_id, hash, thumbnail_hash ON attachments EXECUTE FUNCTION refuse_change();
CREATE TRIGGER attachments_kept BEFORE DELETE OR TRUNCATE ON attachments EXECUTE FUNCTION refuse_change();
