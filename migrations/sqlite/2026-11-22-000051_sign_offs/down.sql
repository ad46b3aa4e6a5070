DROP TRIGGER sign_offs_no_update;
DROP TRIGGER sign_offs_no_delete;
DROP TABLE sign_offs;
