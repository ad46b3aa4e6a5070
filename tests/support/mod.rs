//! What tests stand on: an application of their own and clients by role.
pub mod billing;
pub mod builders;
pub mod client;
pub mod contracts;
pub mod customers_own;
pub mod dues;
pub mod job_files;
pub mod jobs;
pub mod records;
pub mod stock;
pub mod test_app;
pub mod tester_files;
pub mod uploads;

pub use test_app::{TestApp, empty_database};

/// A route's path with something real in its places: the tag where a tag belongs, 1 elsewhere.
pub fn fill(path: &str, tag: &str) -> String {
    let part = |part: &str| match part.split_once('}') {
        Some(("{tag", end)) => format!("{tag}{end}"),
        Some((_, end)) => format!("1{end}"),
        None => part.to_owned(),
    };
    // A job goes by its number, not by its id.
    let path = path.replace("jobs/{number}", "jobs/J-000001");
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
