//! What customers own.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

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
        ruleset -> Text,
        repair_ruleset -> Text,
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
        why -> Text,
    }
}
table! {
    preset_choices (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> Nullable<BigInt>,
        preset -> Text,
        reason -> Text,
        version -> BigInt,
    }
}
table! {
    assessment_drafts (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> Nullable<BigInt>,
        place_id -> Nullable<BigInt>,
        environment -> Nullable<Text>,
        category_id -> Nullable<BigInt>,
        number -> Nullable<Text>,
        content -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        version -> BigInt,
    }
}
table! {
    proposal_refusals (id) {
        id -> BigInt,
        customer_id -> BigInt,
        site_id -> BigInt,
        category_id -> BigInt,
        environment -> Text,
        months -> BigInt,
        tested -> BigInt,
        failed -> BigInt,
        reason -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
table! {
    due_tallies (customer_id, site_id, kind, due_on, months) {
        customer_id -> BigInt,
        site_id -> BigInt,
        kind -> Text,
        due_on -> Date,
        months -> BigInt,
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
    test_imports (id) {
        id -> BigInt,
        customer_id -> BigInt,
        file_name -> Text,
        file_hash -> Text,
        generation -> BigInt,
        format -> Text,
        matching -> Text,
        site_id -> Nullable<BigInt>,
        moves -> Bool,
        visual_done -> Bool,
        additions -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
        state -> Text,
        done -> BigInt,
        counts -> Text,
        warnings -> Text,
        claimed_until -> Nullable<Timestamp>,
    }
}
table! {
    staged_tests (import_id, record) {
        import_id -> BigInt,
        record -> BigInt,
        customer_id -> BigInt,
        outcome -> Text,
        cause -> Nullable<Text>,
        asset_id -> Nullable<BigInt>,
        what -> Text,
        tester_verdict -> Nullable<Text>,
        verdict -> Nullable<Text>,
        why -> Text,
        body -> Text,
    }
}
table! {
    imported_tests (customer_id, asset_id, content) {
        customer_id -> BigInt,
        asset_id -> BigInt,
        content -> Text,
        test_id -> Text,
        import_id -> BigInt,
        record -> BigInt,
        made_version -> Nullable<BigInt>,
    }
}
table! {
    import_photos (import_id, record, number) {
        import_id -> BigInt,
        record -> BigInt,
        number -> BigInt,
        customer_id -> BigInt,
        name -> Text,
        hash -> Text,
        thumbnail_hash -> Text,
        attachment_id -> Nullable<BigInt>,
    }
}
table! {
    import_testers (customer_id, person_id) {
        customer_id -> BigInt,
        person_id -> BigInt,
    }
}
table! {
    signal_customers (signal_id, customer_id) {
        signal_id -> Text,
        customer_id -> BigInt,
    }
}
