//! Parts, where they are, and what moved.
#![allow(missing_docs, reason = "the migrations describe the tables")]

use diesel::table;

table! {
    parts (id) {
        id -> BigInt,
        number -> Text,
        folded -> Text,
        description -> Text,
        maker -> Text,
        supplier_id -> Nullable<BigInt>,
        supplier_number -> Text,
        cost_pence -> Nullable<BigInt>,
        serialised -> Bool,
        warranty_months -> Nullable<BigInt>,
        unit -> Text,
        notes -> Text,
        archived -> Bool,
        search -> Text,
        version -> BigInt,
    }
}

table! {
    part_models (part_id, model_id) {
        part_id -> BigInt,
        model_id -> BigInt,
    }
}

table! {
    stock_places (id) {
        id -> BigInt,
        name -> Text,
        kind -> Text,
        person_id -> Nullable<BigInt>,
        archived -> Bool,
        version -> BigInt,
    }
}

table! {
    stock_levels (part_id, place_id) {
        part_id -> BigInt,
        place_id -> BigInt,
        quantity -> BigInt,
        reorder_level -> Nullable<BigInt>,
        reorder_to -> Nullable<BigInt>,
        counted_at -> Nullable<Timestamp>,
    }
}

table! {
    part_orders (id) {
        id -> BigInt,
        part_id -> BigInt,
        place_id -> BigInt,
        supplier_id -> Nullable<BigInt>,
        quantity -> BigInt,
        outstanding -> BigInt,
        reference -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    part_units (id) {
        id -> BigInt,
        part_id -> BigInt,
        serial -> Text,
        folded -> Text,
        state -> Text,
        place_id -> Nullable<BigInt>,
        asset_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
        warranty_until -> Nullable<Date>,
        since -> Timestamp,
    }
}

table! {
    stock_movements (id) {
        id -> BigInt,
        request_id -> Nullable<Text>,
        kind -> Text,
        part_id -> BigInt,
        quantity -> BigInt,
        from_place_id -> Nullable<BigInt>,
        to_place_id -> Nullable<BigInt>,
        unit_id -> Nullable<BigInt>,
        job_id -> Nullable<BigInt>,
        customer_id -> Nullable<BigInt>,
        from_asset_id -> Nullable<BigInt>,
        to_asset_id -> Nullable<BigInt>,
        with_id -> Nullable<BigInt>,
        cost_pence -> Nullable<BigInt>,
        reason -> Text,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

table! {
    reservations (id) {
        id -> BigInt,
        job_id -> BigInt,
        customer_id -> BigInt,
        part_id -> BigInt,
        place_id -> BigInt,
        quantity -> BigInt,
        person_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}
