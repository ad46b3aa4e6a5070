mod customers;
mod log_in;
