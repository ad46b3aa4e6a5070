DROP TABLE clock_notices;
DROP TABLE job_clocks;
DROP TABLE promises;
