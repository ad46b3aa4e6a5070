//! Contracts: what they cover, and how soon a job is to be answered and fixed.

mod fields;
mod form;
mod show;
mod terms;

pub use form::{add_contract, change_contract, edit_contract, new_contract};
pub use show::{list_contracts, show_contract};
pub use terms::{add_terms, new_terms};
