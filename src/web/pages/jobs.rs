//! Jobs: the queue, my day, one job and what is done on it.

mod asset_section;
mod change;
mod files;
mod list;
mod log;
mod mine;
mod new;
mod notices;
mod papers_section;
mod same_site;
pub mod section;
mod show;
mod step;

pub use asset_section::repairs_of_asset;
pub use change::{add_asset, assign_job, change_job, edit_job, hand_over, remove_asset, watch_job};
pub use files::{show_file, show_thumbnail, withdraw_file};
pub use list::{filter_of, list_jobs};
pub use log::add_entry;
pub use mine::show_mine;
pub use new::{new_job, open_job};
pub use notices::{list_notices, see_notices};
pub use section::{Section, html};
pub(in crate::web::pages) use show::refused;
pub use show::show_job;
pub use step::take_step;

/// The address of a job.
pub fn job_url(number: &str) -> String {
    format!("/jobs/{number}")
}
