//! Contracts, faults and jobs, and what stands around them.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    calendars (id) {
        id -> BigInt,
        name -> Text,
        time_zone -> Text,
        hours -> Text,
        holidays -> Text,
        version -> BigInt,
    }
}

table! {
    suppliers (id) {
        id -> BigInt,
        name -> Text,
        contact -> Text,
        email -> Text,
        phone -> Text,
        address -> Text,
        account_number -> Text,
        notes -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}

table! {
    contracts (id) {
        id -> BigInt,
        customer_id -> BigInt,
        name -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        notes -> Text,
        version -> BigInt,
    }
}

table! {
    contract_cover (id) {
        id -> BigInt,
        contract_id -> BigInt,
        customer_id -> BigInt,
        site_id -> Nullable<BigInt>,
        category_id -> Nullable<BigInt>,
        asset_id -> Nullable<BigInt>,
    }
}

table! {
    contract_terms (id) {
        id -> BigInt,
        contract_id -> BigInt,
        customer_id -> BigInt,
        since -> Timestamp,
        calendar_id -> BigInt,
        terms -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    jobs (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        number -> Text,
        kind -> Text,
        title -> Text,
        description -> Text,
        state -> Text,
        waiting_for -> Nullable<Text>,
        outcome -> Nullable<Text>,
        priority -> Text,
        impact -> Text,
        line -> BigInt,
        contract_id -> Nullable<BigInt>,
        assignee_id -> Nullable<BigInt>,
        order_number -> Text,
        source_ref -> Nullable<Text>,
        opened_at -> Timestamp,
        opened_by -> Nullable<BigInt>,
        responded_at -> Nullable<Timestamp>,
        fixed_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        response_due -> Nullable<Timestamp>,
        fix_due -> Nullable<Timestamp>,
        due_at -> Nullable<Timestamp>,
        response_met -> Nullable<Bool>,
        fix_met -> Nullable<Bool>,
        warn_at -> Nullable<Timestamp>,
        first_time_fix -> Nullable<Bool>,
        reopened -> BigInt,
        minutes -> BigInt,
        version -> BigInt,
    }
}

table! {
    job_assets (job_id, asset_id) {
        job_id -> BigInt,
        asset_id -> BigInt,
        customer_id -> BigInt,
        opened_at -> Nullable<Timestamp>,
        opened_by -> Nullable<BigInt>,
        job_opened_at -> Nullable<Timestamp>,
    }
}

table! {
    faults (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        asset_id -> Nullable<BigInt>,
        job_id -> Nullable<BigInt>,
        what -> Text,
        place -> Text,
        urgency -> Text,
        dangerous -> Bool,
        person_id -> Nullable<BigInt>,
        contact -> Text,
        follow_hash -> Nullable<Text>,
        at -> Timestamp,
        dismissed_at -> Nullable<Timestamp>,
        dismissed_by -> Nullable<BigInt>,
        dismissed_why -> Text,
        version -> BigInt,
        mailed_at -> Nullable<Timestamp>,
    }
}

table! {
    job_steps (id) {
        id -> BigInt,
        job_id -> BigInt,
        customer_id -> BigInt,
        at -> Timestamp,
        person_id -> Nullable<BigInt>,
        kind -> Text,
        from_value -> Text,
        to_value -> Text,
        detail -> Text,
        note -> Text,
    }
}

table! {
    job_entries (id) {
        id -> Text,
        job_id -> BigInt,
        customer_id -> BigInt,
        asset_id -> Nullable<BigInt>,
        kind -> Text,
        at -> Timestamp,
        received_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        minutes -> BigInt,
        text -> Text,
        internal -> Bool,
        supersedes -> Nullable<Text>,
    }
}

table! {
    job_files (id) {
        id -> BigInt,
        customer_id -> BigInt,
        fault_id -> Nullable<BigInt>,
        job_id -> Nullable<BigInt>,
        entry_id -> Nullable<Text>,
        hash -> Text,
        thumbnail_hash -> Nullable<Text>,
        name -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

table! {
    job_watchers (job_id, person_id) {
        job_id -> BigInt,
        person_id -> BigInt,
        customer_id -> BigInt,
    }
}

table! {
    notices (id) {
        id -> BigInt,
        person_id -> BigInt,
        customer_id -> BigInt,
        job_id -> BigInt,
        kind -> Text,
        text -> Text,
        at -> Timestamp,
        read_at -> Nullable<Timestamp>,
        mailed_at -> Nullable<Timestamp>,
    }
}
