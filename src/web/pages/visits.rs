//! Visits: what is to be tested at a site, what was, and what was not found.

mod form;
mod show;

pub use form::{change_visit, edit_visit, new_visit, open_visit};
pub use show::{begin_job, close_visit, list_visits, mark_not_found, show_visit};
