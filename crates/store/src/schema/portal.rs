//! What belongs to a customer's own people.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    user_sites (person_id, site_id) {
        person_id -> BigInt,
        site_id -> BigInt,
        customer_id -> BigInt,
    }
}

table! {
    proposal_agreements (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        category_id -> BigInt,
        environment -> Text,
        months -> BigInt,
        tested -> BigInt,
        failed -> BigInt,
        note -> Text,
        person_id -> BigInt,
        at -> Timestamp,
    }
}
