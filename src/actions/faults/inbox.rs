//! The reports that wait for somebody to take them up.

use std::collections::{BTreeMap, BTreeSet};

use domain::code::Code;
use domain::event::Event;
use domain::fault::NoteKind;
use domain::permission::{ViewRegister, WorkJob};
use domain::text::check_text;
use store::faults::{
    FaultLine, FaultNote, find_fault, list_inbox, list_notes, list_open_jobs, list_open_lines, list_photos,
    update_dismissed,
};
use store::{AnyConnection, Right, Scope};

use crate::actions::dues::time_zone;
use crate::app::App;
use crate::error::{Error, Result};

/// The most reports on one page.
const MOST: i64 = 200;

/// A report with what was added to it.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The report.
    pub line: FaultLine,
    /// When it was reported, by the site's clock.
    pub on: String,
    /// How many others are affected.
    pub affected: usize,
    /// What was added in words, each with its time.
    pub notes: Vec<(String, String)>,
    /// Its photos.
    pub photos: Vec<i64>,
}

/// The open jobs that reports may become part of: number, title and site.
pub type OpenJob = (String, String, i64);

/// The reports that wait, dangerous ones first, and the open jobs at their sites.
///
/// # Errors
/// The store's.
pub fn list_waiting(app: &App, right: &Right<ViewRegister>) -> Result<(Vec<Waiting>, Vec<OpenJob>)> {
    app.store.read(|conn| {
        let lines = list_inbox(conn, right.scope(), MOST)?;
        let sites: BTreeSet<i64> = lines.iter().map(|line| line.site_id).collect();
        let jobs = list_open_jobs(conn, right.scope(), &sites.into_iter().collect::<Vec<_>>())?;
        Ok((with_notes(conn, lines)?, jobs))
    })
}

/// What is reported of an asset, by the assets whose histories count for it, and not put right yet.
///
/// # Errors
/// The store's.
pub fn open_reports(conn: &mut AnyConnection, scope: &Scope, asset_ids: &[i64]) -> Result<Vec<Waiting>> {
    let lines = list_open_lines(conn, scope, asset_ids)?;
    if lines.is_empty() { Ok(vec![]) } else { with_notes(conn, lines) }
}

/// Adds to reports, found within the scope, what was added to them.
///
/// # Errors
/// The store's.
pub fn with_notes(conn: &mut AnyConnection, lines: Vec<FaultLine>) -> Result<Vec<Waiting>> {
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let mut notes: BTreeMap<i64, Vec<FaultNote>> = BTreeMap::new();
    for note in list_notes(conn, &ids)? {
        notes.entry(note.fault_id).or_default().push(note);
    }
    let photos = list_photos(conn, &ids)?;
    let waiting = |line: FaultLine| {
        let zone = time_zone(&line.time_zone)?;
        let local =
            |at: store::types::Moment| at.utc().with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string();
        let added = notes.remove(&line.id).unwrap_or_default();
        let mine = photos.iter().filter(|(fault, _)| *fault == line.id);
        Ok(Waiting {
            on: local(line.at),
            affected: added.iter().filter(|note| note.kind.0 == NoteKind::Affected).count(),
            photos: mine.map(|(_, file)| *file).collect(),
            notes: added
                .into_iter()
                .filter(|note| !note.text.is_empty())
                .map(|note| (local(note.at), note.text))
                .collect(),
            line,
        })
    };
    lines.into_iter().map(waiting).collect()
}

/// Dismisses waiting reports, which whoever follows them is told with the reason.
///
/// # Errors
/// Not found for a foreign one; a field error without a reason; a conflict where one waits no more.
pub fn dismiss(app: &App, right: &Right<WorkJob>, ids: &[i64], why: &str) -> Result<()> {
    let why = check_text(why, 500).map_err(|message| Error::field("why", message))?.trim().to_owned();
    if why.is_empty() {
        return Err(Error::field("why", "say why nothing is to be done; whoever reported it reads this"));
    }
    if ids.is_empty() {
        return Err(Error::field("fault", "tick at least one report"));
    }
    app.store.write(right.actor(), |tx| {
        let mut events = vec![];
        for id in ids {
            let fault = find_fault(tx, right.scope(), *id)?;
            let event = Event::new("fault", fault.id, "dismissed").change("reason", "", &why);
            events.push(match fault.asset_id {
                Some(asset) => event.of_asset(fault.customer_id, asset),
                None => event.of_customer(fault.customer_id),
            });
        }
        if update_dismissed(tx, ids, &why)? != ids.len() {
            return Err(Error::Conflict("One of these reports was dealt with meanwhile.".to_owned()));
        }
        Ok(((), events))
    })
}

impl Waiting {
    /// Its urgency in words.
    pub fn urgency(&self) -> &'static str {
        self.line.urgency.0.label()
    }
}
