DROP TABLE signal_dismissals;
