-- What is open at a site or of a customer is found by two columns at once: SQLite, which keeps no figures of its indexes,
-- took the index of all jobs of a site before the small one of the open ones.
CREATE INDEX jobs_standing_customer ON jobs (customer_id, closed_at, due_at, id);
CREATE INDEX jobs_standing_site ON jobs (site_id, closed_at, due_at, id);
DROP INDEX jobs_open_customer;
DROP INDEX jobs_open_site;
