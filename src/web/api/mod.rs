//! JSON under `/api/v1`, on the same actions as the pages.
pub mod certificates;
pub mod due;
pub mod labels;
