//! Evidence: appended, never altered.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    ledger_heads (customer_id) {
        customer_id -> BigInt,
        seq -> BigInt,
        hash -> Text,
    }
}
table! {
    ledger (customer_id, seq) {
        customer_id -> BigInt,
        seq -> BigInt,
        form -> BigInt,
        kind -> Text,
        record_id -> Text,
        at -> Timestamp,
        row_hash -> Text,
        body -> Text,
        hash -> Text,
    }
}
table! {
    tests (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        site_id -> BigInt,
        place_id -> Nullable<BigInt>,
        asset_id -> BigInt,
        kind -> Text,
        performed_at -> Timestamp,
        received_at -> Timestamp,
        person_id -> BigInt,
        instrument_id -> Nullable<BigInt>,
        visit_id -> Nullable<BigInt>,
        ruleset -> Text,
        verdict -> Text,
        supersedes -> Nullable<Text>,
        request_hash -> Nullable<Text>,
        response -> Nullable<Text>,
        returns -> Bool,
    }
}
table! {
    certificates (id) {
        id -> BigInt,
        customer_id -> BigInt,
        seq -> BigInt,
        site_id -> BigInt,
        number -> Text,
        revision -> BigInt,
        public_code -> Text,
        kind -> Text,
        test_id -> Nullable<Text>,
        visit_id -> Nullable<BigInt>,
        period_from -> Nullable<Date>,
        period_to -> Nullable<Date>,
        issued_at -> Timestamp,
        person_id -> Nullable<BigInt>,
        hash -> Text,
    }
}
table! {
    assessments (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        site_id -> Nullable<BigInt>,
        place_id -> Nullable<BigInt>,
        environment -> Nullable<Text>,
        category_id -> Nullable<BigInt>,
        number -> Text,
        revision -> BigInt,
        public_code -> Text,
        withdrawn -> Bool,
        supersedes -> Nullable<Text>,
        rows -> Text,
        signed_at -> Timestamp,
        review_on -> Nullable<Date>,
        duty_holder_id -> BigInt,
        person_id -> BigInt,
        hash -> Text,
    }
}
table! {
    signed_heads (customer_id, seq, public_key) {
        customer_id -> BigInt,
        seq -> BigInt,
        hash -> Text,
        signed_at -> Timestamp,
        public_key -> Text,
        signature -> Text,
    }
}
table! {
    events (id) {
        id -> BigInt,
        at -> Timestamp,
        person_id -> Nullable<BigInt>,
        via -> Text,
        customer_id -> Nullable<BigInt>,
        asset_id -> Nullable<BigInt>,
        noun -> Text,
        noun_id -> Text,
        action -> Text,
        changes -> Text,
    }
}
table! {
    sign_offs (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        site_id -> BigInt,
        records_hash -> Text,
        person_id -> BigInt,
        at -> Timestamp,
    }
}
table! {
    history_links (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        act -> Text,
        kind -> Text,
        from_asset_id -> BigInt,
        to_asset_id -> BigInt,
        test_id -> Nullable<Text>,
        lifecycle -> Nullable<Text>,
        person_id -> BigInt,
        at -> Timestamp,
        reason -> Text,
    }
}
table! {
    withdrawals (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        asset_id -> BigInt,
        test_id -> Text,
        import_id -> Nullable<BigInt>,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        reason -> Text,
    }
}
table! {
    recalls (id) {
        id -> BigInt,
        instrument_id -> BigInt,
        since -> Timestamp,
        until -> Timestamp,
        reason -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
table! {
    recall_ends (recall_id) {
        recall_id -> BigInt,
        reason -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
table! {
    retests (asset_id, recall_id) {
        asset_id -> BigInt,
        customer_id -> BigInt,
        recall_id -> BigInt,
        asked_on -> Date,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
table! {
    test_photos (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        asset_id -> BigInt,
        test_id -> Text,
        attachment_id -> BigInt,
        hash -> Text,
        thumbnail_hash -> Nullable<Text>,
        size -> BigInt,
        media_type -> Text,
        withdraws -> Nullable<Text>,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
table! {
    erasures (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        files -> Text,
    }
}
