//! The papers of a job: its sheet and signatures, quotes, bill.

use askama::Template;
use domain::code::Code;
use domain::job::WaitingFor;
use domain::permission::{BillJob, WorkJob};
use domain::quote::QuoteState;
use domain::schedule::local_date;
use store::AnyConnection;
use store::visit_jobs::list_visits_of_job;

use super::section::html;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::job_sheets::{SignatureView, signed_in};
use crate::actions::jobs::JobView;
use crate::actions::quotes::{self, QuoteView};
use crate::error::Result;
use crate::web::pages::quotes::class_of;
use crate::web::visitor::Visit;

#[derive(Template)]
#[template(path = "jobs/papers_section.html")]
struct PapersSection<'a> {
    view: &'a JobView,
    signed: Vec<SignatureView>,
    quotes: Vec<QuoteView>,
    /// The visits that it bills.
    visits: Vec<i64>,
    works: bool,
    bills: bool,
}

impl PapersSection<'_> {
    fn class(&self, quote: &QuoteView) -> &'static str {
        class_of(quote.state)
    }

    /// Whether it waits for the customer although a quote was approved.
    fn can_go_on(&self) -> bool {
        let waits = self.view.job.waiting_for.is_some_and(|what| what.0 == WaitingFor::Customer);
        waits && self.works && self.quotes.iter().any(|quote| quote.state == QuoteState::Approved)
    }
}

/// Draws the section.
///
/// # Errors
/// The store's.
pub(super) fn section(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let today = local_date(visit.app.now(), FIRM_ZONE);
    let (scope, number) = (visit.actor.scope(), view.job.number.as_str());
    html(&PapersSection {
        view,
        signed: signed_in(conn, scope, (number, visit.app.now(), &visit.app.config.base_url))?,
        visits: list_visits_of_job(conn, &view.job)?.into_iter().map(|visit| visit.id).collect(),
        quotes: quotes::list_quotes(conn, scope, &view.job, today)?,
        works: visit.actor.may::<WorkJob>(),
        bills: visit.actor.may::<BillJob>(),
    })
}
