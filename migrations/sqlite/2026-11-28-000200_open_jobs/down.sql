DROP INDEX job_assets_began;
DROP INDEX job_assets_month;
ALTER TABLE job_assets DROP COLUMN job_opened_at;
CREATE INDEX jobs_open_customer ON jobs (customer_id, due_at, id) WHERE closed_at IS NULL;
CREATE INDEX jobs_open_site ON jobs (site_id, due_at, id) WHERE closed_at IS NULL;
DROP INDEX jobs_standing_customer;
DROP INDEX jobs_standing_site;
