mod customers;
mod due;
mod due_calendar;
mod feed;
mod log_in;
mod start;
mod static_files;
