//! Use cases: authorise, load, decide, write, tell. Pages, the API, jobs and the command line share them.
pub mod assets;
pub mod customers;
pub mod dues;
pub mod feeds;
pub mod log_in;
pub mod passwords;
pub mod set_up;
pub mod start;
pub mod tests;
pub mod visits;
