//! The tables as diesel sees them; `tests/rules.rs` holds them against the migrations.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

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
        fields -> Text,
        version -> BigInt,
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
    }
}
table! {
    files (hash) {
        hash -> Text,
        media_type -> Text,
        size -> BigInt,
        bytes -> Binary,
    }
}
table! {
    sites (id) {
        id -> BigInt,
        customer_id -> BigInt,
        name -> Text,
        address -> Text,
        contact -> Text,
        access_notes -> Text,
        time_zone -> Text,
        archived -> Bool,
        version -> BigInt,
    }
}
table! {
    places (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        name -> Text,
        path -> Text,
        environment -> Nullable<Text>,
        archived -> Bool,
        version -> BigInt,
    }
}
table! {
    assets (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        place_id -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        category_id -> BigInt,
        model_id -> Nullable<BigInt>,
        tag -> Text,
        customer_number -> Nullable<Text>,
        description -> Text,
        make -> Text,
        model -> Text,
        serial -> Text,
        equipment_class -> Nullable<Text>,
        equipment_type -> Nullable<Text>,
        rated_power_mw -> Nullable<BigInt>,
        rated_current_ma -> Nullable<BigInt>,
        fuse_ma -> Nullable<BigInt>,
        plug -> Text,
        lead_length_mm -> Nullable<BigInt>,
        conductor_milli_mm2 -> Nullable<BigInt>,
        sockets -> Nullable<BigInt>,
        rcd_ma -> Nullable<BigInt>,
        heating -> Bool,
        surge_suppressors -> Bool,
        unearthed_metal -> Bool,
        rewirable_plug -> Bool,
        lifecycle -> Text,
        lock_cause -> Nullable<Text>,
        locked_at -> Nullable<Timestamp>,
        last_verdict -> Nullable<Text>,
        last_tested_at -> Nullable<Timestamp>,
        user_check_months -> Nullable<BigInt>,
        formal_visual_months -> Nullable<BigInt>,
        combined_months -> Nullable<BigInt>,
        interval_reason -> Text,
        due_on -> Nullable<Date>,
        custodian -> Text,
        in_service_on -> Date,
        purchased_on -> Nullable<Date>,
        cost_pence -> Nullable<BigInt>,
        supplier -> Text,
        warranty_until -> Nullable<Date>,
        notes -> Text,
        custom -> Text,
        transferred_from -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        version -> BigInt,
    }
}
table! {
    tags (id) {
        id -> BigInt,
        code -> Text,
        folded -> Text,
        kind -> Text,
        state -> Text,
        customer_id -> Nullable<BigInt>,
        asset_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}
table! {
    custody (id) {
        id -> BigInt,
        customer_id -> BigInt,
        asset_id -> BigInt,
        holder -> Text,
        out_at -> Timestamp,
        out_by -> BigInt,
        back_by -> Nullable<Date>,
        in_at -> Nullable<Timestamp>,
        in_by -> Nullable<BigInt>,
    }
}
table! {
    attachments (id) {
        id -> BigInt,
        customer_id -> BigInt,
        asset_id -> BigInt,
        test_id -> Nullable<Text>,
        hash -> Text,
        thumbnail_hash -> Nullable<Text>,
        name -> Text,
        person_id -> BigInt,
        at -> Timestamp,
        withdrawn_at -> Nullable<Timestamp>,
    }
}
table! {
    dues (asset_id, kind) {
        asset_id -> BigInt,
        kind -> Text,
        customer_id -> BigInt,
        site_id -> BigInt,
        place_id -> Nullable<BigInt>,
        due_on -> Date,
        months -> BigInt,
        reason -> Text,
    }
}
table! {
    due_tallies (customer_id, site_id, kind, due_on) {
        customer_id -> BigInt,
        site_id -> BigInt,
        kind -> Text,
        due_on -> Date,
        items -> BigInt,
    }
}
table! {
    visits (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        person_id -> BigInt,
        starts_on -> Date,
        ends_on -> Date,
        order_number -> Text,
        extent -> Text,
        limitations -> Text,
        closed_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}
table! {
    visit_not_found (visit_id, asset_id) {
        visit_id -> BigInt,
        asset_id -> BigInt,
        customer_id -> BigInt,
        note -> Text,
    }
}
table! {
    imports (id) {
        id -> BigInt,
        customer_id -> BigInt,
        file_name -> Text,
        file_hash -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        added -> BigInt,
        already -> BigInt,
        refused -> BigInt,
    }
}
table! {
    import_rows (customer_id, row_key) {
        customer_id -> BigInt,
        row_key -> Text,
        asset_id -> BigInt,
        import_id -> BigInt,
    }
}
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
    }
}
table! {
    releases (id) {
        id -> Text,
        customer_id -> BigInt,
        seq -> BigInt,
        asset_id -> BigInt,
        person_id -> BigInt,
        at -> Timestamp,
        reason -> Text,
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

joinable!(users -> people (person_id));
joinable!(user_customers -> users (person_id));
joinable!(user_customers -> customers (customer_id));
joinable!(sessions -> users (person_id));
joinable!(api_tokens -> users (person_id));
joinable!(api_tokens -> customers (customer_id));
joinable!(models -> categories (category_id));
joinable!(sites -> customers (customer_id));
joinable!(places -> sites (site_id));
joinable!(assets -> categories (category_id));
joinable!(assets -> customers (customer_id));
joinable!(tests -> customers (customer_id));
joinable!(certificates -> customers (customer_id));
joinable!(attachments -> files (hash));
joinable!(assets -> models (model_id));
joinable!(assets -> sites (site_id));
joinable!(assets -> places (place_id));
joinable!(tags -> assets (asset_id));
joinable!(custody -> assets (asset_id));
joinable!(attachments -> people (person_id));
joinable!(attachments -> assets (asset_id));
joinable!(dues -> assets (asset_id));
joinable!(visits -> people (person_id));
joinable!(visits -> sites (site_id));
joinable!(visit_not_found -> visits (visit_id));
joinable!(visit_not_found -> assets (asset_id));
joinable!(imports -> customers (customer_id));
joinable!(imports -> people (person_id));
joinable!(import_rows -> assets (asset_id));
joinable!(ledger_heads -> customers (customer_id));
joinable!(ledger -> customers (customer_id));
joinable!(tests -> people (person_id));
joinable!(tests -> instruments (instrument_id));
joinable!(tests -> assets (asset_id));
joinable!(tests -> sites (site_id));
joinable!(tests -> visits (visit_id));
joinable!(releases -> assets (asset_id));
joinable!(releases -> people (person_id));
joinable!(certificates -> tests (test_id));
joinable!(certificates -> people (person_id));
joinable!(certificates -> files (hash));
joinable!(certificates -> sites (site_id));
joinable!(certificates -> visits (visit_id));
joinable!(events -> people (person_id));
joinable!(events -> customers (customer_id));
joinable!(events -> assets (asset_id));

allow_tables_to_appear_in_same_query! {
    settings, counters, people, users, customers, user_customers, sessions, api_tokens, password_resets,
    categories, models, instruments, files, sites, places, assets, tags, custody, attachments, dues,
    due_tallies, visits, visit_not_found, imports, import_rows, ledger_heads, ledger, tests, releases, certificates,
    events, idempotency_keys, job_runs, mails,
}
