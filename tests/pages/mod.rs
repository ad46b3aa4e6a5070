mod customers;
mod log_in;
mod static_files;
