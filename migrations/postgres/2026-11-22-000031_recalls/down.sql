DROP TABLE retests;
DROP TABLE recall_ends;
DROP TABLE recalls;
