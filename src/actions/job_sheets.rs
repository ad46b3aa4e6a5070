//! Job sheets: drawn from the record at any time, signed by the customer's representative on the engineer's phone.

mod gather;
mod sign;

pub use gather::{Gathered, add_photos, gather};
pub use sign::{JobSigner, sign_job};

use chrono::{DateTime, Utc};
use domain::job_sheet::JobSheet;
use domain::permission::{DownloadPapers, ViewRegister};
use store::files::find_file;
use store::job_sheets::{JobSignature, find_signature, list_signatures};
use store::jobs::find_job;
use store::people::Person;
use store::{AnyConnection, Right, Scope};

use crate::app::App;
use crate::error::{Error, Result};

/// What a job's sheet says now, before it is signed.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn show_sheet(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<Gathered> {
    app.store.read(|conn| gather(conn, right.scope(), (number, app.now(), &app.config.base_url)))
}

/// A job's sheet as a PDF: as the record stands, with the last signature.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn sheet_pdf(app: &App, right: &Right<DownloadPapers>, number: &str) -> Result<Vec<u8>> {
    let sheet = app.store.read(|conn| {
        let mut found = gather(conn, right.scope(), (number, app.now(), &app.config.base_url))?;
        add_photos(conn, &mut found)?;
        Ok::<_, Error>(found.sheet)
    })?;
    draw(&sheet, app.now())
}

/// Draws a sheet.
///
/// # Errors
/// When it cannot be drawn.
pub fn draw(sheet: &JobSheet, now: DateTime<Utc>) -> Result<Vec<u8>> {
    render::job_sheet::job_sheet(sheet, now).map_err(|error| Error::Internal(error.to_string()))
}

/// A sheet as it was signed: the bytes that were kept.
///
/// # Errors
/// Not found, also when outside the scope and where the bytes were removed since they named somebody erased.
pub fn signed_pdf(app: &App, right: &Right<DownloadPapers>, number: &str, id: &str) -> Result<Vec<u8>> {
    app.store.read(|conn| {
        let job = find_job(conn, right.scope(), number)?;
        let signature = find_signature(conn, job.id, id)?;
        Ok(find_file(conn, &signature.pdf_hash)?.bytes)
    })
}

/// A signature, for the job's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureView {
    /// Its id.
    pub id: String,
    /// Who signed.
    pub name: String,
    /// When.
    pub at: store::types::Moment,
    /// Whether it is for the record as it stands.
    pub current: bool,
}

/// The signatures for a job, the latest first.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn list_signed(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<Vec<SignatureView>> {
    app.store.read(|conn| signed_in(conn, right.scope(), (number, app.now(), &app.config.base_url)))
}

/// As [`list_signed`], on a connection at hand.
///
/// # Errors
/// As [`list_signed`].
pub fn signed_in(
    conn: &mut AnyConnection,
    scope: &Scope,
    (number, now, base_url): (&str, DateTime<Utc>, &str),
) -> Result<Vec<SignatureView>> {
    let job = find_job(conn, scope, number)?;
    let signed = list_signatures(conn, job.id)?;
    if signed.is_empty() {
        return Ok(vec![]);
    }
    let found = gather(conn, scope, (number, now, base_url))?;
    let view = |(row, person): (JobSignature, Option<Person>)| SignatureView {
        current: row.record_hash == found.record_hash,
        id: row.id,
        name: person.map(|person| person.name).unwrap_or_default(),
        at: row.at,
    };
    Ok(signed.into_iter().map(view).collect())
}
