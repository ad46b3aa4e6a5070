//! JSON under `/api/v1`, on the same actions as the pages.
pub mod asset_fields;
pub mod assets;
pub mod body;
pub mod certificates;
pub mod due;
pub mod faults;
pub mod find;
pub mod instruments;
pub mod jobs;
pub mod judge;
pub mod labels;
pub mod lists;
pub mod openapi;
pub mod sequences;
pub mod tests;
