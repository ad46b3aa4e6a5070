//! Faults injected into the real program: killed, stopped, out of disk. `PROOFMARK_ROUNDS=200 cargo test --test faults`
//! runs the long version of each; the default is short enough for every day.
#[path = "../support/records.rs"]
mod builders;
mod disk_full;
mod killed;
mod secrets;
mod server;
mod stopped;
