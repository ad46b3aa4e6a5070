-- What is open at a site or of a customer is found by two columns at once: SQLite, which keeps no figures of its indexes,
-- took the index of all jobs of a site before the small one of the open ones.
CREATE INDEX jobs_standing_customer ON jobs (customer_id, closed_at, due_at, id);
CREATE INDEX jobs_standing_site ON jobs (site_id, closed_at, due_at, id);
DROP INDEX jobs_open_customer;
DROP INDEX jobs_open_site;

-- When the job began, kept beside its asset as jobs.opened_at is: how often a thing came back within a year is counted
-- along this index alone, without looking its jobs up one by one.
ALTER TABLE job_assets ADD COLUMN job_opened_at TIMESTAMP;
UPDATE job_assets SET job_opened_at = (SELECT opened_at FROM jobs WHERE jobs.id = job_assets.job_id);
CREATE INDEX job_assets_began ON job_assets (asset_id, job_opened_at);
CREATE INDEX job_assets_month ON job_assets (customer_id, job_opened_at, asset_id);
