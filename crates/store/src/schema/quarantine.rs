//! Holds, and what was added to reports of faults.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    holds (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        asset_id -> BigInt,
        why -> Text,
        at -> Timestamp,
        received_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        source -> Text,
        reason -> Text,
    }
}

table! {
    fault_notes (id) {
        id -> BigInt,
        fault_id -> BigInt,
        customer_id -> BigInt,
        kind -> Text,
        text -> Text,
        person_id -> Nullable<BigInt>,
        follow_hash -> Nullable<Text>,
        at -> Timestamp,
    }
}
