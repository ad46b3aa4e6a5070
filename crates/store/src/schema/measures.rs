//! What is counted of jobs.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    job_facts (job_id) {
        job_id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        engineer_id -> BigInt,
        line -> BigInt,
        model -> Text,
        opened_on -> Date,
        closed_on -> Nullable<Date>,
        response_met -> Nullable<Bool>,
        fix_met -> Nullable<Bool>,
        first_time_fix -> Nullable<Bool>,
        reopened -> Bool,
        minutes_1 -> BigInt,
        minutes_2 -> BigInt,
        minutes_3 -> BigInt,
        held_1 -> BigInt,
        held_2 -> BigInt,
        held_3 -> BigInt,
    }
}

table! {
    job_tallies (month, customer_id, site_id, engineer_id, line) {
        month -> Date,
        customer_id -> BigInt,
        site_id -> BigInt,
        engineer_id -> BigInt,
        line -> BigInt,
        opened -> BigInt,
        closed -> BigInt,
        response_met -> BigInt,
        response_missed -> BigInt,
        fix_met -> BigInt,
        fix_missed -> BigInt,
        first_time -> BigInt,
        not_first_time -> BigInt,
        reopened -> BigInt,
        minutes_1 -> BigInt,
        minutes_2 -> BigInt,
        minutes_3 -> BigInt,
        held_1 -> BigInt,
        held_2 -> BigInt,
        held_3 -> BigInt,
    }
}

table! {
    model_tallies (month, customer_id, model) {
        month -> Date,
        customer_id -> BigInt,
        model -> Text,
        opened -> BigInt,
        closed -> BigInt,
        response_met -> BigInt,
        response_missed -> BigInt,
        fix_met -> BigInt,
        fix_missed -> BigInt,
        first_time -> BigInt,
        not_first_time -> BigInt,
        reopened -> BigInt,
        minutes_1 -> BigInt,
        minutes_2 -> BigInt,
        minutes_3 -> BigInt,
        held_1 -> BigInt,
        held_2 -> BigInt,
        held_3 -> BigInt,
    }
}
