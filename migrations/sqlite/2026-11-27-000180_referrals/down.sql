DROP TRIGGER referral_steps_no_update;
DROP TRIGGER referral_steps_no_delete;
DROP TABLE referral_steps;
DROP TABLE referrals;
DROP TABLE referral_batches;
DROP TABLE referral_step_kinds;
DROP TABLE referral_states;
DROP TABLE job_things;
DELETE FROM counters WHERE name = 'batch';
