//! The rooms of a customer's own people, each page kept to their sites.

mod assets;
mod due;
mod intervals;
mod jobs;
mod papers;
mod quotes;
mod start;

pub use assets::{list_assets, show_asset};
pub use due::list_due;
pub use intervals::{agree_interval, show_intervals};
pub use jobs::{download_sheet, download_signed, list_jobs, show_file, show_job, show_thumbnail};
pub use papers::{download_certificate, list_certificates};
pub use quotes::{answer_quote, download_quote, list_quotes, show_quote};
pub use start::show_start;

use domain::permission::ViewPortal;
use store::sites::Site;

use crate::actions::portal;
use crate::error::Result;
use crate::web::visitor::Visit;

/// The sites as options of a choice; none where there is nothing to choose.
fn site_options(visit: &Visit) -> Result<Vec<(String, String)>> {
    let sites = portal::list_sites(&visit.app, &visit.right::<ViewPortal>()?)?;
    Ok(if sites.len() > 1 { options(&sites) } else { vec![] })
}

fn options(sites: &[Site]) -> Vec<(String, String)> {
    sites.iter().map(|site| (site.id.to_string(), site.name.clone())).collect()
}
