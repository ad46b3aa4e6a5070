//! Reports of faults: by whoever stands before a thing, with an account or without one.

mod follow;
mod inbox;
mod jobs;
mod public;
mod report;
mod token;

pub use follow::{Followed, add_to_followed, find_followed};
pub use inbox::{OpenJob, Waiting, dismiss, list_waiting, open_reports, with_notes};
pub use jobs::{begin, begin_of, join, open, release};
pub use public::{OpenReport, PublicThing, find_public, report_as_stranger, report_same};
pub use report::{Report, Reported, draw_photos, report, report_in};
pub use token::{FormToken, issue};

/// The most photos with one report.
pub const MOST_PHOTOS: usize = 3;
