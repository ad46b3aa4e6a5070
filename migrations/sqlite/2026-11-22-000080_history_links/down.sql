DROP TRIGGER history_links_no_update;
DROP TRIGGER history_links_no_delete;
DROP TABLE history_links;
DROP TABLE link_kinds;
UPDATE assets SET lifecycle = 'disposed' WHERE lifecycle = 'merged';
DELETE FROM lifecycles WHERE code = 'merged';
