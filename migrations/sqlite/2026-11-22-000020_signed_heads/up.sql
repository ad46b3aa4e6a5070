-- Heads of the ledger's chains, signed with a key that is not in the database. Appended, never altered.
CREATE TABLE signed_heads (
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  signed_at TIMESTAMP NOT NULL,
  public_key TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (customer_id, seq, public_key),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq)
);
-- Which certificate has these bytes: asked by whoever holds a PDF.
CREATE INDEX certificates_hash ON certificates (hash);
CREATE TRIGGER signed_heads_no_update BEFORE UPDATE ON signed_heads BEGIN SELECT RAISE(ABORT, 'evidence is append-only: signed_heads'); END;
CREATE TRIGGER signed_heads_no_delete BEFORE DELETE ON signed_heads BEGIN SELECT RAISE(ABORT, 'evidence is append-only: signed_heads'); END;
