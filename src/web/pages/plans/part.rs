//! The plans of an asset or a site, for its page.

use askama::Template;
use domain::permission::PlanWork;
use store::AnyConnection;
use store::plans::{PlanFilter, PlanLine, list_plans};

use crate::actions::plans::{state_of, today_at};
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::problem::form_urlencoded;
use crate::web::visitor::Visit;

/// Plans that a page shows.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "plans/part.html")]
struct Part {
    /// Each plan with the class and the words of when it is due.
    lines: Vec<(PlanLine, &'static str, String)>,
    /// The address at which one is planned, for who may.
    new: Option<String>,
    /// The address of all of them.
    all: Option<String>,
}

/// The plans of an asset, with a link to plan one.
///
/// # Errors
/// The store's.
pub fn of_asset(conn: &mut AnyConnection, visit: &Visit, (id, tag): (i64, &str)) -> Result<String> {
    let filter = PlanFilter { asset_id: Some(id), ..PlanFilter::default() };
    draw(conn, visit, filter, (format!("asset={}", form_urlencoded(tag)), None))
}

/// The plans of a site, with a link to plan one.
///
/// # Errors
/// The store's.
pub fn of_site(conn: &mut AnyConnection, visit: &Visit, id: i64) -> Result<String> {
    let filter = PlanFilter { site_id: Some(id), ..PlanFilter::default() };
    draw(conn, visit, filter, (format!("site={id}"), Some(format!("/plans?site={id}"))))
}

fn draw(
    conn: &mut AnyConnection,
    visit: &Visit,
    filter: PlanFilter,
    (query, all): (String, Option<String>),
) -> Result<String> {
    let found = list_plans(conn, visit.actor.scope(), filter, MOST)?;
    let shown = |line: PlanLine| {
        let (state, words) = state_of(&line, today_at(&visit.app, &line.time_zone));
        (line, state, words)
    };
    let all = all.filter(|_| i64::try_from(found.len()).is_ok_and(|count| count >= MOST));
    let new = visit.actor.may::<PlanWork>().then(|| format!("/plans/new?{query}"));
    html(&Part { lines: found.into_iter().map(shown).collect(), new, all })
}
