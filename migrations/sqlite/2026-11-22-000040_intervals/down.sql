DROP TRIGGER assessments_no_update;
DROP TRIGGER assessments_no_delete;
DROP TABLE due_tallies;
CREATE TABLE due_tallies (
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  due_on DATE NOT NULL,
  items BIGINT NOT NULL,
  PRIMARY KEY (customer_id, site_id, kind, due_on),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
CREATE INDEX due_tallies_day ON due_tallies (due_on, customer_id, items);
INSERT INTO due_tallies SELECT customer_id, site_id, kind, due_on, COUNT(*) FROM dues GROUP BY customer_id, site_id, kind, due_on;
DROP TABLE proposal_refusals;
DROP TABLE assessments;
DROP TABLE assessment_drafts;
DROP TABLE preset_choices;
DROP TABLE ripples;
DROP TABLE presets;
DELETE FROM counters WHERE name = 'assessment';
ALTER TABLE categories DROP COLUMN interval_reason;
ALTER TABLE dues DROP COLUMN why;
