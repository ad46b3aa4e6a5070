//! JSON under `/api/v1`, on the same actions as the pages.
pub mod certificates;
pub mod due;
pub mod labels;
pub mod asset_fields;
pub mod assets;
pub mod body;
pub mod find;
pub mod lists;
pub mod openapi;
