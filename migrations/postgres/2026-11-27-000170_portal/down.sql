DROP TABLE proposal_agreements;
DROP TABLE user_sites;
-- No role that is left sees as little as a customer's: their log-in ends, rather than seeing more.
UPDATE users SET role = 'viewer', active = FALSE, all_customers = FALSE WHERE role = 'customer';
DELETE FROM roles WHERE code = 'customer';
ALTER TABLE users DROP COLUMN all_sites;
