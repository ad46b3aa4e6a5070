ALTER TABLE tests DROP COLUMN returns;
ALTER TABLE sites DROP COLUMN repair_ruleset;
ALTER TABLE sites DROP COLUMN ruleset;
ALTER TABLE customers DROP COLUMN repair_ruleset;
