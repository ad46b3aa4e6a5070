//! Recording a test, its result, its record, and the review of what contradicts itself.

mod compare;
mod draft;
mod fields;
mod prefill;
mod record;
mod show;

pub use compare::compare_test;
pub use record::{correct_test, record_test, show_correction, show_form};
pub use show::{review_lock, show_review, show_test};
