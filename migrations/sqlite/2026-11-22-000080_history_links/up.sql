-- Histories that belong to one thing, or in truth to another: who said so, and why; customer-owned.
INSERT INTO lifecycles VALUES ('merged');
CREATE TABLE link_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO link_kinds VALUES ('merge'), ('move'), ('undo');
CREATE TABLE history_links (
  id TEXT NOT NULL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  act TEXT NOT NULL,
  kind TEXT NOT NULL REFERENCES link_kinds (code),
  from_asset_id BIGINT NOT NULL,
  to_asset_id BIGINT NOT NULL,
  test_id TEXT REFERENCES tests (id),
  lifecycle TEXT REFERENCES lifecycles (code),
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  reason TEXT NOT NULL,
  UNIQUE (customer_id, seq),
  FOREIGN KEY (customer_id, seq) REFERENCES ledger (customer_id, seq),
  FOREIGN KEY (from_asset_id, customer_id) REFERENCES assets (id, customer_id),
  FOREIGN KEY (to_asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX history_links_from ON history_links (from_asset_id);
CREATE INDEX history_links_to ON history_links (to_asset_id);
CREATE INDEX history_links_test ON history_links (test_id);
CREATE INDEX history_links_act ON history_links (act);
-- What was taken back once cannot be taken back again.
CREATE UNIQUE INDEX history_links_undo ON history_links (act) WHERE kind = 'undo';
CREATE TRIGGER history_links_no_update BEFORE UPDATE ON history_links BEGIN SELECT RAISE(ABORT, 'evidence is append-only: history_links'); END;
CREATE TRIGGER history_links_no_delete BEFORE DELETE ON history_links BEGIN SELECT RAISE(ABORT, 'evidence is append-only: history_links'); END;
