DROP TABLE signal_customers;
DROP TABLE signals;
