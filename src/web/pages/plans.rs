//! Plans: recurring checks that are not electrical tests.

mod form;
pub mod part;
mod show;

pub use form::{add_plan, change_plan, edit_plan, new_plan};
pub use show::{begin_plan, list_plans, record_run, show_plan, stop_plan};
