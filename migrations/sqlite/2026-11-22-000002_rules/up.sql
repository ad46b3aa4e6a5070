-- Which rule set judges where, and which tests return a failed item to service.

-- Blank: what follows from the rule set.
ALTER TABLE customers ADD COLUMN repair_ruleset TEXT NOT NULL DEFAULT '';
-- Blank: the customer's.
ALTER TABLE sites ADD COLUMN ruleset TEXT NOT NULL DEFAULT '';
ALTER TABLE sites ADD COLUMN repair_ruleset TEXT NOT NULL DEFAULT '';

-- Whether it was a test after repair under the rule set set for that when it was recorded.
ALTER TABLE tests ADD COLUMN returns BOOLEAN NOT NULL DEFAULT FALSE;
