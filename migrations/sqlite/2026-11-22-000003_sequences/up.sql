-- The firm's own copies of the shipped sequences, and which sequence a category is tested by.
CREATE TABLE sequences (
  id INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL,
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);

-- Code of a sequence; blank: the one that fits the equipment.
ALTER TABLE categories ADD COLUMN sequence TEXT NOT NULL DEFAULT '';
