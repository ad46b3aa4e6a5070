//! Rates, quotes, bills and the customer's signatures on job sheets.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    rate_cards (id) {
        id -> BigInt,
        customer_id -> Nullable<BigInt>,
        contract_id -> Nullable<BigInt>,
        since -> Date,
        rates -> Text,
        version -> BigInt,
    }
}

table! {
    job_charges (id) {
        id -> BigInt,
        job_id -> BigInt,
        customer_id -> BigInt,
        kind -> Text,
        text -> Text,
        unit -> Text,
        quantity -> BigInt,
        price -> BigInt,
        reason -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    visit_jobs (visit_id) {
        visit_id -> BigInt,
        job_id -> BigInt,
        customer_id -> BigInt,
    }
}

table! {
    bill_exports (id) {
        id -> BigInt,
        number -> Text,
        from_day -> Date,
        to_day -> Date,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        lines -> BigInt,
        csv_hash -> Text,
        xlsx_hash -> Text,
    }
}

table! {
    bill_lines (id) {
        id -> BigInt,
        export_id -> BigInt,
        job_id -> BigInt,
        customer_id -> BigInt,
        source -> Text,
        kind -> Text,
        on_day -> Date,
        text -> Text,
        unit -> Text,
        quantity -> BigInt,
        price -> BigInt,
        net -> BigInt,
        vat -> BigInt,
        currency -> Text,
        correction -> Bool,
    }
}

table! {
    quotes (id) {
        id -> BigInt,
        customer_id -> BigInt,
        job_id -> BigInt,
        number -> Text,
        revision -> BigInt,
        state -> Text,
        content -> Text,
        secret_hash -> Nullable<Text>,
        created_at -> Timestamp,
        created_by -> Nullable<BigInt>,
        sent_at -> Nullable<Timestamp>,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Nullable<BigInt>,
        order_number -> Text,
        reason -> Text,
        version -> BigInt,
    }
}

table! {
    job_signatures (id) {
        id -> Text,
        job_id -> BigInt,
        customer_id -> BigInt,
        person_id -> BigInt,
        record_hash -> Text,
        signature_commitment -> Text,
        pdf_hash -> Text,
        recorded_by -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
