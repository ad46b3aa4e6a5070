//! What is sent to somebody else, and what other systems knew of a job.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    job_things (job_id) {
        job_id -> BigInt,
        customer_id -> BigInt,
        category_id -> Nullable<BigInt>,
        make -> Text,
        model -> Text,
        year -> Nullable<BigInt>,
        status -> Text,
        barrier -> Text,
    }
}

table! {
    referral_batches (id) {
        id -> BigInt,
        number -> Text,
        supplier_id -> BigInt,
        carrier -> Text,
        tracking -> Text,
        notes -> Text,
        sent_on -> Nullable<Date>,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        version -> BigInt,
    }
}

table! {
    referrals (id) {
        id -> BigInt,
        customer_id -> BigInt,
        job_id -> BigInt,
        supplier_id -> BigInt,
        asset_id -> Nullable<BigInt>,
        what -> Text,
        serial -> Text,
        request -> Text,
        rma -> Text,
        state -> Text,
        sent_on -> Nullable<Date>,
        due_on -> Nullable<Date>,
        ended_on -> Nullable<Date>,
        chase_on -> Nullable<Date>,
        carrier_out -> Text,
        tracking_out -> Text,
        carrier_back -> Text,
        tracking_back -> Text,
        cost_pence -> Nullable<BigInt>,
        result -> Text,
        batch_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        version -> BigInt,
    }
}

table! {
    referral_steps (id) {
        id -> BigInt,
        referral_id -> BigInt,
        customer_id -> BigInt,
        at -> Timestamp,
        person_id -> Nullable<BigInt>,
        kind -> Text,
        from_value -> Text,
        to_value -> Text,
        note -> Text,
    }
}
