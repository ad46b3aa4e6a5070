//! The log of a job: what was done, with time spent, photos and who is called upon.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use domain::event::Event;
use domain::job::{EntryKind, NoticeKind};
use domain::mention::mentions;
use domain::permission::{AttachFile, WorkJob};
use domain::text::check_text;
use store::files::put_file;
use store::job_entries::{EntryRow, find_entry, insert_entry};
use store::job_files::{self, On, insert_job_file};
use store::jobs::{Job, add_minutes, find_job, find_job_by_id};
use store::sites::find_site;
use store::types::{Coded, Moment};
use store::{Right, Tx};

use super::notify::tell_other_watchers;
use super::{mark_opened_in, mentionable, settle, tell};
use crate::actions::dues::time_zone;
use crate::actions::test_photos::NewPhoto;
use crate::app::App;
use crate::error::{Error, FieldError, Result};

/// The longest entry, in characters.
pub const LONGEST: usize = 10_000;
/// The most minutes of one entry: a day.
pub const MOST_MINUTES: i64 = 24 * 60;

/// When something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At a moment.
    At(DateTime<Utc>),
    /// At a time by the clock of the job's site.
    Local(NaiveDateTime),
}

/// An entry as it is sent. What a correction leaves out stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRequest {
    /// UUID made by whoever sends it; made here where none came.
    pub id: Option<String>,
    /// What it tells of; work where it is not told.
    pub kind: Option<EntryKind>,
    /// When that was, at its end; now where it is not told.
    pub at: Option<When>,
    /// Minutes spent.
    pub minutes: i64,
    /// What was done.
    pub text: String,
    /// Whether it is kept from the customer's eyes; no where it is not told.
    pub internal: Option<bool>,
    /// The asset that it is about, where the job has several.
    pub asset_id: Option<i64>,
    /// The entry that it corrects.
    pub supersedes: Option<String>,
    /// The assets whose enclosure was opened.
    pub opened: Vec<i64>,
    /// Photos and documents.
    pub photos: Vec<Arc<NewPhoto>>,
}

impl EntryRequest {
    /// An entry of words alone.
    pub fn words(kind: EntryKind, text: &str) -> Self {
        Self {
            id: None,
            kind: Some(kind),
            at: None,
            minutes: 0,
            text: text.to_owned(),
            internal: None,
            asset_id: None,
            supersedes: None,
            opened: vec![],
            photos: vec![],
        }
    }
}

/// Adds an entry to a job's log and gives its id; the same id again adds nothing.
///
/// # Errors
/// Not found, field errors, a conflict once the job is closed.
pub fn add_entry(app: &App, right: &Right<WorkJob>, number: &str, request: &EntryRequest) -> Result<String> {
    app.store.write(right.actor(), |tx| {
        let job = find_job(tx, right.scope(), number)?;
        entry_in(tx, &job, request)
    })
}

/// As [`add_entry`], within a transaction, of a job just found within the scope.
///
/// # Errors
/// As [`add_entry`].
pub fn entry_in(tx: &mut Tx, job: &Job, request: &EntryRequest) -> Result<(String, Vec<Event>)> {
    let corrected = match &request.supersedes {
        Some(id) => Some(find_entry(tx, job, id)?.ok_or_else(|| Error::NotFound("entry".to_owned()))?),
        None => None,
    };
    let row = row_of(tx, job, request, corrected.as_ref())?;
    if let Some(known) = find_entry(tx, job, &row.id)? {
        return again(job, &known, &row);
    }
    if !job.is_open() {
        return Err(Error::Conflict("This job is closed; open it again to add to its log.".to_owned()));
    }
    check_place(tx, job, request)?;
    insert_entry(tx, &row)?;
    let before = corrected.as_ref().map_or(0, |entry| entry.minutes);
    add_minutes(tx, job.id, row.minutes - before)?;
    for photo in &request.photos {
        attach(tx, job, &row.id, photo)?;
    }
    let verb = if corrected.is_some() { "entry corrected" } else { "entry added" };
    let mut events = vec![
        Event::new("job", &job.number, verb)
            .of_customer(job.customer_id)
            .change("minutes", before, row.minutes)
            .change("kind", "", row.kind.0),
    ];
    for asset in &request.opened {
        events.extend(mark_opened_in(tx, job, *asset)?);
    }
    let called = mentions(&row.text, &mentionable(tx, job.customer_id)?);
    tell(tx, job, &called, NoticeKind::Mentioned, &row.text)?;
    tell_other_watchers(tx, job, &called, &row.text)?;
    settle(tx, job.id)?;
    Ok((row.id, events))
}

/// The same entry sent twice is one; another under its id is refused.
fn again(job: &Job, known: &EntryRow, row: &EntryRow) -> Result<(String, Vec<Event>)> {
    let same = (known.kind, known.minutes, &known.text) == (row.kind, row.minutes, &row.text);
    if !same {
        return Err(Error::KeyReused);
    }
    let event = Event::new("job", &job.number, "entry sent again").of_customer(job.customer_id);
    Ok((known.id.clone(), vec![event]))
}

/// The row of an entry. One that corrects another keeps whose it is and when it was, and what else is not told anew:
/// a note that the customer does not see must not come to their eyes because its spelling was mended.
fn row_of(tx: &mut Tx, job: &Job, request: &EntryRequest, old: Option<&EntryRow>) -> Result<EntryRow> {
    let mut errors = vec![];
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError { field: field.to_owned(), message });
    };
    let text = request.text.trim();
    if let Err(why) = check_text(text, LONGEST) {
        wrong("text", why);
    }
    if text.is_empty() && request.photos.is_empty() && request.minutes == 0 {
        wrong("text", "say what was done, log time or add a photo".to_owned());
    }
    if !(0..=MOST_MINUTES).contains(&request.minutes) {
        wrong("minutes", format!("log from 0 to {MOST_MINUTES} minutes in one entry"));
    }
    let id = match request.id.as_deref().map(uuid::Uuid::parse_str) {
        Some(Ok(id)) => id.to_string(),
        Some(Err(_)) => {
            wrong("id", "this is not a UUID".to_owned());
            String::new()
        }
        None => uuid::Uuid::now_v7().to_string(),
    };
    let at = match request.at {
        Some(When::At(at)) => at,
        Some(When::Local(local)) => {
            let scope = tx.actor.scope();
            let zone = time_zone(&find_site(tx, scope, job.site_id)?.time_zone)?;
            zone.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
        }
        None => old.map_or(tx.now, |old| old.at.utc()),
    };
    // Clocks of phones are minutes wrong, not hours.
    if at > tx.now + Duration::minutes(10) {
        wrong("at", "this is in the future".to_owned());
    } else if at < job.opened_at.utc() - Duration::days(366) {
        wrong("at", "this is more than a year before the job was opened".to_owned());
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(EntryRow {
        id,
        job_id: job.id,
        customer_id: job.customer_id,
        asset_id: request.asset_id.or(old.and_then(|old| old.asset_id)),
        kind: Coded(request.kind.or(old.map(|old| old.kind.0)).unwrap_or(EntryKind::Work)),
        at: Moment::from(at),
        received_at: Moment::from(tx.now),
        person_id: old.map_or(tx.actor.person_id(), |old| old.person_id),
        minutes: request.minutes,
        text: text.to_owned(),
        internal: request.internal.or(old.map(|old| old.internal)).unwrap_or(false),
        supersedes: request.supersedes.clone(),
    })
}

/// Every asset that an entry names is one of its job.
fn check_place(tx: &mut Tx, job: &Job, request: &EntryRequest) -> Result<()> {
    let things = store::jobs::assets::list_job_assets(tx, job)?;
    let known = |id: &i64| things.iter().any(|thing| thing.id == *id);
    match request.asset_id.iter().chain(&request.opened).all(known) {
        true => Ok(()),
        false => Err(Error::NotFound("asset on this job".to_owned())),
    }
}

fn attach(tx: &mut Tx, job: &Job, entry: &str, photo: &NewPhoto) -> Result<()> {
    let hash = put_file(tx, photo.kept.media_type, &photo.kept.large)?;
    let thumbnail = match &photo.kept.small {
        Some(bytes) => Some(put_file(tx, "image/jpeg", bytes)?),
        None => None,
    };
    let on = On::Job(job.id, Some(entry));
    insert_job_file(tx, job.customer_id, on, (&hash, thumbnail.as_deref()), &photo.name)?;
    Ok(())
}

/// Withdraws a photo or document of a job or of its fault report; its bytes stay. Gives the job's number, if it is on one.
///
/// # Errors
/// Not found; a conflict when it is withdrawn already.
pub fn withdraw_file(app: &App, right: &Right<AttachFile>, id: i64) -> Result<Option<String>> {
    app.store.write(right.actor(), |tx| {
        let file = job_files::find_job_file(tx, right.scope(), id)?;
        job_files::withdraw_job_file(tx, id)?;
        let number = match file.job_id {
            Some(job) => Some(find_job_by_id(tx, right.scope(), job)?.number),
            None => None,
        };
        let noun = number.clone().unwrap_or_else(|| format!("fault {}", file.fault_id.unwrap_or_default()));
        let event = Event::new("job", noun, "file withdrawn").of_customer(file.customer_id);
        Ok((number, vec![event.change("name", &file.name, "")]))
    })
}
