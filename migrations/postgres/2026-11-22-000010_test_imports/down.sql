DROP TABLE withdrawals;
DROP TABLE test_mappings;
DROP TABLE import_testers;
DROP TABLE import_photos;
DROP TABLE imported_tests;
DROP TABLE staged_tests;
DROP TABLE test_imports;
