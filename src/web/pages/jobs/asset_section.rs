//! The repairs of an asset on its own page: its jobs, what is out of the house, its filled checklists.

use askama::Template;
use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::permission::WorkJob;
use domain::referral::ReferralState;
use domain::schedule::local_date;
use store::AnyConnection;
use store::assets::Asset;
use store::checklists::fills::{Fill, list_fills_of_asset};
use store::jobs::Job;
use store::jobs::assets::list_jobs_of_assets;
use store::referrals::find_open_of_asset;
use store::suppliers::find_supplier;

use super::html;
use crate::actions::checklists::list_in;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::jobs::Deadline;
use crate::error::Result;
use crate::web::pages::checklists::standing;
use crate::web::problem::part_urlencoded;
use crate::web::visitor::Visit;

/// Jobs that are looked through.
const MOST: i64 = 50;
/// Closed jobs that are shown.
const CLOSED: usize = 3;
/// Filled checklists that are shown.
const FILLS: i64 = 5;

#[derive(Template)]
#[template(path = "jobs/asset_section.html")]
struct RepairsPart {
    asset: i64,
    open: Vec<Job>,
    closed: Vec<Job>,
    more: bool,
    /// Where it is, if it was referred: the referral and words.
    out: Option<(i64, String)>,
    fills: Vec<Fill>,
    /// Those that can be filled on it: address and name.
    checklists: Vec<(String, String)>,
    now: DateTime<Utc>,
}

impl RepairsPart {
    fn deadline(&self, job: &Job) -> Deadline {
        Deadline::of(job, self.now)
    }

    fn ended(&self, job: &Job) -> String {
        let outcome = job.outcome.map_or(String::new(), |outcome| outcome.0.label().to_owned());
        match job.closed_at {
            Some(at) => format!("{outcome}, {}", local_date(at.utc(), FIRM_ZONE).format("%-d %b %Y")),
            None => outcome,
        }
    }

    fn day(&self, fill: &Fill) -> String {
        let at = fill.finished_at.unwrap_or(fill.saved_at).utc();
        local_date(at, FIRM_ZONE).format("%-d %b %Y").to_string()
    }

    fn state(&self, fill: &Fill) -> (&'static str, String) {
        standing(fill)
    }
}

/// Draws the repairs of an asset, by the assets whose histories count for it.
///
/// # Errors
/// The store's.
pub fn repairs_of_asset(
    conn: &mut AnyConnection,
    visit: &Visit,
    (asset, counting): (&Asset, &[i64]),
) -> Result<String> {
    let jobs = list_jobs_of_assets(conn, visit.actor.scope(), counting, MOST)?;
    let full = jobs.len() == MOST as usize;
    let (open, mut closed): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(Job::is_open);
    let more = full || closed.len() > CLOSED;
    closed.truncate(CLOSED);
    let out = match find_open_of_asset(conn, asset.id)? {
        Some(referral) => {
            let supplier = find_supplier(conn, referral.supplier_id)?.name;
            let promised = referral.due_on.map(|day| format!(", promised for {day}")).unwrap_or_default();
            let words = match referral.state.0 {
                ReferralState::ToSend => format!("To be sent to {supplier}{promised}"),
                _ => format!("It is at {supplier}{promised}"),
            };
            Some((referral.id, words))
        }
        None => None,
    };
    let tag = part_urlencoded(&asset.tag);
    let address = |code: &str| format!("/assets/{tag}/checklists/{}", part_urlencoded(code));
    let known = if visit.actor.may::<WorkJob>() { list_in(conn)? } else { vec![] };
    html(&RepairsPart {
        asset: asset.id,
        open,
        closed,
        more,
        out,
        fills: list_fills_of_asset(conn, asset.id, FILLS)?,
        checklists: known.into_iter().map(|one| (address(&one.code), one.name)).collect(),
        now: visit.app.now(),
    })
}
