//! Pages: one file a noun, its template beside it.
pub mod customers;
pub mod health;
pub mod log_in;
pub mod set_up;
pub mod start;
