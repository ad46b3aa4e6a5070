//! The parts on the page of a job.

use askama::Template;
use domain::money::Currency;
use domain::permission::{SeeParts, WorkJob};
use store::AnyConnection;
use store::stock::JobPart;

use crate::actions::job_parts::{JobParts, parts_of};
use crate::actions::jobs::JobView;
use crate::actions::settings::currency_in;
use crate::error::Result;
use crate::web::pages::jobs::html;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "job_parts/section.html")]
struct PartsSection {
    number: String,
    parts: JobParts,
    takes: bool,
    sees: bool,
    currency: Currency,
}

/// The parts of a job, and the way to take one.
///
/// # Errors
/// The store's.
pub fn draw_parts(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let (sees, works) = (visit.actor.may::<SeeParts>(), visit.actor.may::<WorkJob>());
    let parts = parts_of(conn, visit.actor.scope(), view.job.id)?;
    let takes = works && sees && view.job.is_open();
    if !takes && parts.used.is_empty() && parts.reserved.is_empty() {
        return Ok(String::new());
    }
    let currency = currency_in(conn)?;
    html(&PartsSection { number: view.job.number.clone(), parts, takes, sees, currency })
}

impl PartsSection {
    fn cost(&self, line: &JobPart) -> String {
        let pence = line.line_pence().filter(|_| self.sees && line.quantity > 0);
        pence.map(|pence| self.currency.show(pence)).unwrap_or_default()
    }
}
