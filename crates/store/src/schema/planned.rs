//! Plans and appointments.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    plans (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        asset_id -> Nullable<BigInt>,
        category_id -> Nullable<BigInt>,
        model_id -> Nullable<BigInt>,
        title -> Text,
        notes -> Text,
        checklist -> Text,
        every_count -> BigInt,
        every_unit -> Text,
        anchor -> Text,
        first_on -> Date,
        due_on -> Date,
        lead_days -> BigInt,
        assignee_id -> Nullable<BigInt>,
        minutes -> BigInt,
        active -> Bool,
        job_id -> Nullable<BigInt>,
        version -> BigInt,
    }
}

table! {
    plan_runs (id) {
        id -> BigInt,
        plan_id -> BigInt,
        customer_id -> BigInt,
        due_on -> Date,
        done_on -> Date,
        result -> Text,
        job_id -> Nullable<BigInt>,
        note -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    appointments (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        job_id -> Nullable<BigInt>,
        visit_id -> Nullable<BigInt>,
        person_id -> BigInt,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        state -> Text,
        note -> Text,
        changed_at -> Timestamp,
        version -> BigInt,
    }
}
