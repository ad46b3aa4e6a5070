//! Pages: one file a noun, its template beside it.
pub mod customers;
pub mod due;
pub mod due_calendar;
pub mod feed;
pub mod health;
pub mod jobs;
pub mod log_in;
pub mod set_up;
pub mod start;
