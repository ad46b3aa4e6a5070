DROP INDEX certificates_hash;
DROP TABLE signed_heads;
