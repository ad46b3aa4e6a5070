//! What tests stand on: an application of their own and clients by role.
pub mod builders;
pub mod client;
pub mod test_app;

pub use test_app::TestApp;
