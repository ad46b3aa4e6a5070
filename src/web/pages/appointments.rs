//! Appointments: booking, moving, confirming, calling off; and the calendar.

mod calendar;
mod form;
pub mod section;

pub use calendar::{show_calendar, what};
pub use form::{book_appointment, change_appointment, edit_appointment, new_appointment, set_state};
