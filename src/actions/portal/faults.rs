//! A customer's own person reports a fault.

use domain::permission::{AnswerForCustomer, ViewPortal};
use store::Right;

use crate::actions::faults::{Report, report_in};
use crate::app::App;
use crate::error::Result;

/// Reports a fault of a thing at their sites; gives its tag.
///
/// # Errors
/// Not found, also for what is not at their sites; field errors.
pub fn report_fault(
    app: &App,
    right: &Right<AnswerForCustomer>,
    tag: &str,
    report: &Report,
) -> Result<String> {
    let actor = right.actor();
    let asset = super::find_asset(app, &actor.right::<ViewPortal>()?, tag)?;
    let what = report.text()?;
    let within = actor.at_site(asset.customer_id, asset.site_id)?;
    app.store.write(&within, |tx| report_in(tx, asset.id, (&what, report)))?;
    Ok(asset.tag)
}
