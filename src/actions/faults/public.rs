//! What somebody without an account may do who stands before a thing whose customer lets them.

use chrono::NaiveDate;
use domain::equipment::EquipmentType;
use domain::fault::{NoteKind, Progress, Symptom, progress};
use domain::permission::ReportFault;
use domain::schedule::local_date;
use domain::tag::fold;
use store::assets::{Asset, find_home, names_of};
use store::faults::{Fault, find_followed, find_reportable};
use store::history_links::parts_of;
use store::jobs::find_job_by_id;
use store::{Actor, AnyConnection};

use super::report::{Report, add, hold_again, list_not_put_right, report_in};
use super::token::{FormToken, key, name_of, read, read_filled};
use crate::actions::dues::time_zone;
use crate::app::App;
use crate::error::{Error, Result};

/// A thing as it is shown to whoever stands before it: nobody is named, nor whose it is.
#[derive(Debug, Clone)]
pub struct PublicThing {
    asset: Asset,
    open: Vec<Fault>,
    /// What it is.
    pub description: String,
    /// What kind of equipment it is.
    pub kind: Option<EquipmentType>,
    /// Whether it must not be used.
    pub locked: bool,
    /// What is reported of it already, the latest first.
    pub reports: Vec<OpenReport>,
}

/// A report that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenReport {
    /// A name by which it is meant in a form.
    pub name: String,
    /// What was chosen from the list; nobody's own words.
    pub symptom: Option<Symptom>,
    /// The day by the site's clock.
    pub on: NaiveDate,
    /// How far it has come.
    pub progress: Progress,
}

/// What a label is on, if its customer lets anybody report faults; looked up alike whatever the label.
///
/// # Errors
/// The store's.
pub fn find_public(app: &App, tag: &str) -> Result<Option<PublicThing>> {
    let key = key(app)?;
    app.store.read(|conn| {
        let Some((customer, asset)) = find_reportable(conn, &fold(tag))? else { return Ok(None) };
        let actor = Actor::stranger(customer);
        let asset = find_home(conn, actor.scope(), asset)?;
        let zone = time_zone(&names_of(conn, &asset)?.time_zone)?;
        let parts = parts_of(conn, asset.id)?;
        let open = list_not_put_right(conn, &parts.assets)?;
        let mut reports = vec![];
        for fault in &open {
            reports.push(OpenReport {
                name: name_of(&key, fault.id),
                symptom: Symptom::of(&fault.what),
                on: local_date(fault.at.utc(), zone),
                progress: progress_of(conn, &actor, fault, &asset)?,
            });
        }
        Ok(Some(PublicThing {
            description: asset.description.clone(),
            kind: asset.equipment_type.map(|kind| kind.0),
            locked: asset.lock_cause.is_some(),
            reports,
            open,
            asset,
        }))
    })
}

fn progress_of(conn: &mut AnyConnection, actor: &Actor, fault: &Fault, asset: &Asset) -> Result<Progress> {
    let Some(id) = fault.job_id else { return Ok(Progress::Reported) };
    let job = find_job_by_id(conn, actor.scope(), id)?;
    let outcome = job.outcome.map(|outcome| outcome.0);
    Ok(progress(job.state.0, outcome, asset.lock_cause.is_some()))
}

/// Reports a fault of what a label is on; gives the secret by which the report is followed.
///
/// # Errors
/// Not found where the customer does not allow it; field errors; slow down.
pub fn report_as_stranger(
    app: &App,
    (tag, mark): (&str, &str),
    report: impl FnOnce() -> Result<Report>,
) -> Result<String> {
    let thing = find_public(app, tag)?.ok_or_else(|| Error::NotFound("label".to_owned()))?;
    let token = read_filled(app, tag, mark)?;
    if is_sent(app, &token)? {
        return Ok(token.follow);
    }
    let mut report = report()?;
    let what = report.text()?;
    app.report_limit.check_thing(thing.asset.id, report.is_dangerous())?;
    report.follow_hash = Some(token.follow_hash());
    let actor = Actor::stranger(thing.asset.customer_id);
    let right = actor.right::<ReportFault>()?;
    let written = app.store.write(right.actor(), |tx| report_in(tx, thing.asset.id, (&what, &report)));
    once(app, &token, written)?;
    Ok(token.follow)
}

/// Adds whoever stands before a thing to a report of it; gives the secret by which they follow it.
///
/// # Errors
/// Not found where the customer does not allow it, or the report is not open any more; slow down.
pub fn report_same(app: &App, (tag, mark): (&str, &str), name: &str) -> Result<String> {
    let thing = find_public(app, tag)?.ok_or_else(|| Error::NotFound("label".to_owned()))?;
    // One tap is quick: only how long ago the page was opened counts.
    let token = read(app, tag, mark)?;
    let place = thing.reports.iter().position(|report| report.name == name);
    let fault = place.and_then(|place| thing.open.get(place));
    let fault = fault.ok_or_else(|| {
        Error::Conflict("That report is closed by now. If it is still wrong, report it anew.".to_owned())
    })?;
    app.report_limit.check_thing(thing.asset.id, false)?;
    let report = Report { follow_hash: Some(token.follow_hash()), ..Report::default() };
    let actor = Actor::stranger(fault.customer_id);
    let written = app.store.write(&actor, |tx| {
        let mut events = vec![add(tx, fault, (NoteKind::Affected, ""), &report)?];
        let asset = find_home(tx, actor.scope(), thing.asset.id)?;
        events.extend(hold_again(tx, &asset, fault)?);
        Ok(((), events))
    });
    once(app, &token, written)?;
    Ok(token.follow)
}

/// A form sent twice is one report: the second time what was written is there, which is no error.
fn once<T>(app: &App, token: &FormToken, written: Result<T>) -> Result<Option<T>> {
    match written {
        Err(Error::Conflict(_)) if is_sent(app, token)? => Ok(None),
        other => other.map(Some),
    }
}

fn is_sent(app: &App, token: &FormToken) -> Result<bool> {
    let hash = token.follow_hash();
    Ok(app.store.read(|conn| find_followed(conn, &hash))?.is_some())
}
