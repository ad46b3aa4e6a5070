//! The private link of whoever reported a fault: how far it has come, read from its job, and what they add.

use chrono::{DateTime, Utc};
use domain::code::Code;
use domain::fault::{NoteKind, Progress, Symptom, way};
use domain::job::{JobState, NoticeKind, Outcome, StepKind};
use domain::text::check_text;
use store::assets::{find_home, names_of};
use store::faults::Fault;
use store::jobs::steps::{StepRow, list_steps};
use store::jobs::{Job, find_job_by_id};
use store::ledger::sha256;
use store::notices::list_watchers;
use store::{Actor, AnyConnection, Tx};

use super::report::{Report, add, report_in};
use crate::actions::dues::{FIRM_ZONE, time_zone};
use crate::actions::jobs::tell;
use crate::actions::photos::Photo;
use crate::app::App;
use crate::error::{Error, Result};

/// A report as whoever holds its link sees it.
#[derive(Debug, Clone)]
pub struct Followed {
    fault: Fault,
    /// What it is about.
    pub description: String,
    /// What is wrong: the reader's own words, else what was chosen from the list.
    pub what: String,
    /// Whether the thing must not be used now.
    pub locked: bool,
    /// Each turn with its time by the site's clock, the first first.
    pub way: Vec<(String, Progress)>,
    /// Why nothing is done about it.
    pub dismissed: Option<String>,
}

impl Followed {
    /// Whether it was reported as dangerous.
    pub fn is_dangerous(&self) -> bool {
        self.fault.dangerous
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        self.way.last().map_or(Progress::Reported, |(_, progress)| *progress)
    }
}

/// What a secret link leads to; nothing for one that was never given.
///
/// # Errors
/// The store's.
pub fn find_followed(app: &App, secret: &str) -> Result<Option<Followed>> {
    let sound =
        secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !sound {
        return Ok(None);
    }
    let hash = sha256(secret.as_bytes());
    app.store.read(|conn| match store::faults::find_followed(conn, &hash)? {
        Some(fault) => Ok(Some(followed(conn, fault, &hash)?)),
        None => Ok(None),
    })
}

fn followed(conn: &mut AnyConnection, fault: Fault, hash: &str) -> Result<Followed> {
    let actor = Actor::stranger(fault.customer_id);
    let asset = match fault.asset_id {
        Some(id) => Some(find_home(conn, actor.scope(), id)?),
        None => None,
    };
    let zone = match &asset {
        Some(asset) => time_zone(&names_of(conn, asset)?.time_zone)?,
        None => FIRM_ZONE,
    };
    let locked = asset.as_ref().is_some_and(|asset| asset.lock_cause.is_some());
    let mut turns = vec![];
    if let Some(id) = fault.job_id {
        let job = find_job_by_id(conn, actor.scope(), id)?;
        turns = list_steps(conn, &job)?.iter().filter_map(turn).collect();
    }
    let mut way = way(fault.at.utc(), &turns, locked);
    way.extend(fault.dismissed_at.map(|at| (at.utc(), Progress::Dismissed)));
    let own = fault.follow_hash.as_deref() == Some(hash);
    let chosen = || Symptom::of(&fault.what).map(|one| one.label().to_owned()).unwrap_or_default();
    let local = |at: DateTime<Utc>| at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string();
    Ok(Followed {
        description: asset.map_or_else(String::new, |asset| asset.description),
        what: if own { fault.what.clone() } else { chosen() },
        locked,
        way: way.into_iter().map(|(at, progress)| (local(at), progress)).collect(),
        dismissed: fault.dismissed_at.map(|_| fault.dismissed_why.clone()),
        fault,
    })
}

/// The state that a step of a job leads to.
fn turn(step: &StepRow) -> Option<(DateTime<Utc>, JobState, Option<Outcome>)> {
    if step.kind.0 != StepKind::State {
        return None;
    }
    let state = JobState::parse_code(&step.to_value).ok()?;
    Some((step.at.utc(), state, Outcome::parse_code(&step.detail).ok()))
}

/// Adds words or photos to a report by its secret link. Danger that is told of there is a report of its own, which
/// quarantines the thing at once.
///
/// # Errors
/// Not found for a link that was never given; field errors; a conflict once it is closed; slow down.
pub fn add_to_followed(
    app: &App,
    secret: &str,
    (words, dangerous): (&str, bool),
    photos: impl FnOnce() -> Result<Vec<Photo>>,
) -> Result<()> {
    let followed = find_followed(app, secret)?.ok_or_else(|| Error::NotFound("report".to_owned()))?;
    if followed.progress().is_end() {
        return Err(Error::Conflict(
            "This report is closed. If it is wrong again, report it anew.".to_owned(),
        ));
    }
    let words = check_text(words, 2000).map_err(|message| Error::field("words", message))?.trim().to_owned();
    app.report_limit.check_thing(followed.fault.asset_id.unwrap_or_default(), dangerous)?;
    let photos = photos()?;
    if words.is_empty() && photos.is_empty() {
        return Err(Error::field("words", "write something, or choose a photo"));
    }
    let report = Report { photos, dangerous, words, ..Report::default() };
    let (fault, actor) = (&followed.fault, Actor::stranger(followed.fault.customer_id));
    if let Some(asset) = fault.asset_id.filter(|_| dangerous) {
        let what = report.text()?;
        return app.store.write(&actor, |tx| {
            let (_, events) = report_in(tx, asset, (&what, &report))?;
            Ok(((), events))
        });
    }
    app.store.write(&actor, |tx| {
        let event = add(tx, fault, (NoteKind::Note, &report.words), &report)?;
        if let Some(id) = fault.job_id {
            let job = find_job_by_id(tx, actor.scope(), id)?;
            tell_of_note(tx, &job, &report.words)?;
        }
        Ok(((), vec![event]))
    })
}

/// Tells whoever is at a job, and who watches it, of what its reporter adds.
fn tell_of_note(tx: &mut Tx, job: &Job, words: &str) -> Result<()> {
    let mut people: Vec<i64> = list_watchers(tx, job.id)?.into_iter().map(|(id, _)| id).collect();
    people.extend(job.assignee_id);
    let text = if words.is_empty() { "A photo was added to the report" } else { words };
    tell(tx, job, &people, NoticeKind::Watched, text)
}
