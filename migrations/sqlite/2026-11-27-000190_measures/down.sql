DROP TABLE model_tallies;
DROP TABLE job_tallies;
DROP TABLE job_facts;
