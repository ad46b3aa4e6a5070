//! Job sheets for the customer's own people: drawn from the record, or as they were signed.

use chrono_tz::Tz;
use domain::permission::ViewPortal;
use store::files::find_file;
use store::job_sheets::{find_signature, list_signatures};
use store::portal::jobs::find_job;
use store::portal::{find_site, list_seen_tags};
use store::{AnyConnection, Right};

use super::jobs::shown;
use crate::actions::dues::FIRM_ZONE;
use crate::actions::job_sheets::{Gathered, add_photos, draw, gather};
use crate::app::App;
use crate::error::{Error, Result};

/// A sheet that was signed, as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLine {
    /// Its id.
    pub id: String,
    /// Who signed.
    pub name: String,
    /// When, by the site's clock.
    pub at: String,
}

/// A job's sheet as a PDF: as the record stands, without what is at other sites than theirs.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub fn job_sheet(app: &App, right: &Right<ViewPortal>, number: &str) -> Result<Vec<u8>> {
    let sheet = app.store.read(|conn| {
        let (mut found, _) = gathered(conn, app, right, number)?;
        add_photos(conn, &mut found)?;
        Ok::<_, Error>(found.sheet)
    })?;
    draw(&sheet, app.now())
}

/// A sheet with what they see of it, and whether that is all.
fn gathered(
    conn: &mut AnyConnection,
    app: &App,
    right: &Right<ViewPortal>,
    number: &str,
) -> Result<(Gathered, bool)> {
    let job = find_job(conn, right.sites(), number)?;
    let within = right.actor().at_site(job.customer_id, job.site_id)?;
    let base_url = &app.config.base_url;
    let mut found = gather(conn, within.scope(), (&job.number, app.now(), base_url))?;
    found.sheet.url = format!("{base_url}/portal/jobs/{}", job.number);
    let named = found.sheet.record.tags();
    let seen = list_seen_tags(conn, right.sites(), &named)?;
    found.sheet.record.keep_to(&seen);
    Ok((found, seen == named))
}

/// The sheets of a job that were signed, the latest first. What was signed cannot be cut: none where the job is about
/// something at a site that is not theirs.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub fn list_signed(app: &App, right: &Right<ViewPortal>, number: &str) -> Result<Vec<SignedLine>> {
    app.store.read(|conn| {
        let job = find_job(conn, right.sites(), number)?;
        let signed = list_signatures(conn, job.id)?;
        if signed.is_empty() || !gathered(conn, app, right, number)?.1 {
            return Ok(vec![]);
        }
        let site = find_site(conn, right.sites(), job.site_id)?;
        let zone: Tz = site.time_zone.parse().unwrap_or(FIRM_ZONE);
        let lines = signed.into_iter().map(|(row, person)| SignedLine {
            id: row.id,
            name: person.map(|person| person.name).unwrap_or_default(),
            at: shown(row.at.utc(), zone),
        });
        Ok(lines.collect())
    })
}

/// A sheet as it was signed: the bytes that were kept.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs or about something at one, and where the bytes were removed
/// since they named somebody erased.
pub fn signed_sheet(app: &App, right: &Right<ViewPortal>, (number, id): (&str, &str)) -> Result<Vec<u8>> {
    app.store.read(|conn| {
        let job = find_job(conn, right.sites(), number)?;
        let signature = find_signature(conn, job.id, id)?;
        if !gathered(conn, app, right, number)?.1 {
            return Err(Error::NotFound("signature".to_owned()));
        }
        Ok(find_file(conn, &signature.pdf_hash)?.bytes)
    })
}
