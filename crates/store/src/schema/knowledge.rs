//! What was learnt: findings, known fixes, guides, procedures and checklists.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    fault_words (id) {
        id -> BigInt,
        kind -> Text,
        word -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}

table! {
    fix_tallies (subject, symptom_id, cause_id, fix_id) {
        subject -> Text,
        symptom_id -> BigInt,
        cause_id -> BigInt,
        fix_id -> BigInt,
        tried -> BigInt,
        held -> BigInt,
    }
}

table! {
    repair_tallies (subject) {
        subject -> Text,
        failures -> BigInt,
        repairs -> BigInt,
        minutes -> BigInt,
    }
}

table! {
    guides (id) {
        id -> BigInt,
        revision -> BigInt,
        title -> Text,
        make -> Text,
        model -> Text,
        category_id -> Nullable<BigInt>,
        subject -> Text,
        symptom_id -> Nullable<BigInt>,
        cause_id -> Nullable<BigInt>,
        fix_id -> Nullable<BigInt>,
        job_number -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}

table! {
    guide_pictures (id) {
        id -> BigInt,
        guide_id -> BigInt,
        hash -> Text,
        thumbnail_hash -> Text,
        name -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    guide_revisions (guide_id, revision) {
        guide_id -> BigInt,
        revision -> BigInt,
        content -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    procedures (id) {
        id -> BigInt,
        title -> Text,
        model_id -> Nullable<BigInt>,
        category_id -> Nullable<BigInt>,
        hash -> Text,
        thumbnail_hash -> Nullable<Text>,
        name -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}

table! {
    checklists (id) {
        id -> BigInt,
        code -> Text,
        text -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}

table! {
    checklist_demands (id) {
        id -> BigInt,
        job_kind -> Text,
        category_id -> Nullable<BigInt>,
        code -> Text,
    }
}

table! {
    findings (id) {
        id -> BigInt,
        customer_id -> BigInt,
        job_id -> BigInt,
        asset_id -> Nullable<BigInt>,
        symptom_id -> BigInt,
        cause_id -> BigInt,
        fix_id -> BigInt,
        words -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        found_at -> Timestamp,
        supersedes -> Nullable<BigInt>,
        withdrawn -> Bool,
    }
}

table! {
    fix_outcomes (finding_id) {
        finding_id -> BigInt,
        customer_id -> BigInt,
        asset_id -> BigInt,
        model_key -> Text,
        category_id -> BigInt,
        symptom_id -> BigInt,
        cause_id -> BigInt,
        fix_id -> BigInt,
        tried_at -> Timestamp,
        held -> Bool,
    }
}

table! {
    repair_outcomes (job_id, asset_id) {
        job_id -> BigInt,
        asset_id -> BigInt,
        customer_id -> BigInt,
        model_key -> Text,
        category_id -> BigInt,
        minutes -> Nullable<BigInt>,
    }
}

table! {
    checklist_fills (id) {
        id -> BigInt,
        customer_id -> BigInt,
        job_id -> Nullable<BigInt>,
        asset_id -> Nullable<BigInt>,
        code -> Text,
        checklist -> Text,
        answers -> Text,
        verdict -> Text,
        begun_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        saved_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        supersedes -> Nullable<BigInt>,
        version -> BigInt,
    }
}

table! {
    checklist_files (id) {
        id -> BigInt,
        customer_id -> BigInt,
        fill_id -> BigInt,
        item -> Text,
        hash -> Text,
        thumbnail_hash -> Text,
        name -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
