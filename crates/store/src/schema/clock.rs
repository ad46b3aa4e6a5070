//! What the response clock keeps beside a job.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    job_clocks (job_id) {
        job_id -> BigInt,
        customer_id -> BigInt,
        look_at -> Nullable<Timestamp>,
        cover -> Nullable<Text>,
    }
}

table! {
    clock_notices (job_id, promise, kind, target_minutes) {
        job_id -> BigInt,
        customer_id -> BigInt,
        promise -> Text,
        kind -> Text,
        target_minutes -> BigInt,
        at -> Timestamp,
    }
}
