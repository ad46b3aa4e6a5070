//! What the firm owns, and what runs the house.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}
table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}
table! {
    people (id) {
        id -> BigInt,
        salt -> Text,
        name -> Text,
        email -> Nullable<Text>,
        initials -> Text,
        qualification -> Text,
        signature -> Nullable<Binary>,
        erased_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}
table! {
    users (person_id) {
        person_id -> BigInt,
        role -> Text,
        all_customers -> Bool,
        password_hash -> Nullable<Text>,
        active -> Bool,
        weekly_mail -> Bool,
        feed_hash -> Nullable<Text>,
        created_at -> Timestamp,
        version -> BigInt,
        all_sites -> Bool,
    }
}
table! {
    customers (id) {
        id -> BigInt,
        name -> Text,
        contact -> Text,
        email -> Text,
        phone -> Text,
        address -> Text,
        notes -> Text,
        ruleset -> Text,
        label_next_due -> Bool,
        archived -> Bool,
        created_at -> Timestamp,
        version -> BigInt,
        language -> Text,
        repair_ruleset -> Text,
        public_reports -> Bool,
    }
}
table! {
    user_customers (person_id, customer_id) {
        person_id -> BigInt,
        customer_id -> BigInt,
    }
}
table! {
    sessions (id) {
        id -> BigInt,
        hash -> Text,
        person_id -> BigInt,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
        user_agent -> Text,
        address -> Text,
    }
}
table! {
    api_tokens (id) {
        id -> BigInt,
        hash -> Text,
        person_id -> BigInt,
        name -> Text,
        read_only -> Bool,
        customer_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}
table! {
    password_resets (hash) {
        hash -> Text,
        person_id -> BigInt,
        expires_at -> Timestamp,
    }
}
table! {
    categories (id) {
        id -> BigInt,
        name -> Text,
        equipment_class -> Nullable<Text>,
        equipment_type -> Nullable<Text>,
        rated_power_mw -> Nullable<BigInt>,
        rated_current_ma -> Nullable<BigInt>,
        fuse_ma -> Nullable<BigInt>,
        plug -> Text,
        lead_length_mm -> Nullable<BigInt>,
        conductor_milli_mm2 -> Nullable<BigInt>,
        sockets -> Nullable<BigInt>,
        heating -> Bool,
        surge_suppressors -> Bool,
        user_check_months -> Nullable<BigInt>,
        formal_visual_months -> Nullable<BigInt>,
        combined_months -> Nullable<BigInt>,
        interval_reason -> Text,
        fields -> Text,
        version -> BigInt,
        sequence -> Text,
    }
}
table! {
    models (id) {
        id -> BigInt,
        category_id -> BigInt,
        make -> Text,
        name -> Text,
        equipment_class -> Nullable<Text>,
        equipment_type -> Nullable<Text>,
        rated_power_mw -> Nullable<BigInt>,
        rated_current_ma -> Nullable<BigInt>,
        fuse_ma -> Nullable<BigInt>,
        plug -> Text,
        lead_length_mm -> Nullable<BigInt>,
        conductor_milli_mm2 -> Nullable<BigInt>,
        sockets -> Nullable<BigInt>,
        heating -> Nullable<Bool>,
        surge_suppressors -> Nullable<Bool>,
        version -> BigInt,
        replacement_pence -> Nullable<BigInt>,
    }
}
table! {
    instruments (id) {
        id -> BigInt,
        make -> Text,
        model -> Text,
        serial -> Text,
        owner -> Text,
        calibration_certificate -> Text,
        calibrated_on -> Nullable<Date>,
        calibration_due -> Nullable<Date>,
        retired -> Bool,
        version -> BigInt,
        proof_check_days -> Nullable<BigInt>,
    }
}
table! {
    calibrations (id) {
        id -> BigInt,
        instrument_id -> BigInt,
        certificate -> Text,
        laboratory -> Text,
        calibrated_on -> Nullable<Date>,
        due_on -> Date,
        as_found -> Text,
        file_hash -> Nullable<Text>,
        file_name -> Text,
        note -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        supersedes -> Nullable<BigInt>,
    }
}
table! {
    check_boxes (id) {
        id -> BigInt,
        name -> Text,
        points -> Text,
        retired -> Bool,
        version -> BigInt,
    }
}
table! {
    proof_checks (id) {
        id -> BigInt,
        instrument_id -> BigInt,
        check_box_id -> BigInt,
        checked_on -> Date,
        readings -> Text,
        verdict -> Text,
        note -> Text,
        person_id -> BigInt,
        at -> Timestamp,
    }
}
table! {
    files (hash) {
        hash -> Text,
        media_type -> Text,
        size -> BigInt,
        bytes -> Binary,
        erased_at -> Nullable<Timestamp>,
    }
}
table! {
    presets (id) {
        id -> BigInt,
        name -> Text,
        source -> Text,
        copied_from -> Text,
        environments -> Text,
        rows -> Text,
        version -> BigInt,
    }
}
table! {
    ripples (id) {
        id -> BigInt,
        what -> Text,
        under -> Text,
        words -> Bool,
        dues -> Bool,
        after_id -> BigInt,
        done -> BigInt,
        total -> BigInt,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}
table! {
    idempotency_keys (person_id, key) {
        person_id -> BigInt,
        key -> Text,
        request_hash -> Text,
        status -> BigInt,
        response -> Text,
        at -> Timestamp,
    }
}
table! {
    job_runs (name) {
        name -> Text,
        claimed_until -> Nullable<Timestamp>,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        outcome -> Text,
    }
}
table! {
    mails (person_id, name, period) {
        person_id -> BigInt,
        name -> Text,
        period -> Text,
        at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        attempts -> BigInt,
        error -> Text,
    }
}
table! {
    uploads (code) {
        code -> Text,
        person_id -> BigInt,
        name -> Text,
        bytes -> Binary,
        at -> Timestamp,
    }
}
table! {
    test_mappings (id) {
        id -> BigInt,
        name -> Text,
        mapping -> Text,
        version -> BigInt,
    }
}
table! {
    sequences (id) {
        id -> BigInt,
        code -> Text,
        text -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}
table! {
    signals (id) {
        id -> Text,
        kind -> Text,
        person_id -> BigInt,
        day -> Date,
        words -> Text,
        tests -> Text,
        test_count -> BigInt,
        found_at -> Timestamp,
        looked_at -> Nullable<Timestamp>,
        looked_by -> Nullable<BigInt>,
        note -> Text,
    }
}
table! {
    erasing (one) {
        one -> BigInt,
    }
}
