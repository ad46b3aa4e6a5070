-- The language of a customer's papers; blank where it follows from the rule set.
ALTER TABLE customers ADD COLUMN language TEXT NOT NULL DEFAULT '';
