DROP TABLE history_links;
DROP TABLE link_kinds;
UPDATE assets SET lifecycle = 'disposed' WHERE lifecycle = 'merged';
DELETE FROM lifecycles WHERE code = 'merged';
