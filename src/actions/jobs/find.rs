//! Finding jobs, with the names around them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::code::Code;
use domain::job::JobState;
use domain::permission::ViewRegister;
use store::customers::find_customer;
use store::files::{self, File};
use store::job_files::find_job_file;
use store::jobs::queue::{self, Filter, Line, Order};
use store::jobs::{self, Job};
use store::people::find_person;
use store::sites::{Site, find_site};
use store::{AnyConnection, Right, Scope};

use crate::actions::dues::time_zone;
use crate::app::App;
use crate::error::{Error, Result};

/// A job with the names around it.
#[derive(Debug, Clone)]
pub struct JobView {
    /// The job.
    pub job: Job,
    /// The customer's name.
    pub customer: String,
    /// The site.
    pub site: Site,
    /// The site's clock.
    pub zone: Tz,
    /// Who is at it.
    pub assignee: Option<String>,
    /// When it is looked at.
    pub now: DateTime<Utc>,
}

/// A line of the queue, by the clock of whoever looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLine {
    /// The job and the names around it.
    pub line: Line,
    /// Its nearest deadline.
    pub deadline: Deadline,
}

/// How near a deadline is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// `ok`, `due` or `overdue`; empty where there is none.
    pub state: &'static str,
    /// In words.
    pub words: String,
}

impl Deadline {
    /// The nearest deadline of a job at a moment.
    pub fn of(job: &Job, now: DateTime<Utc>) -> Self {
        if !job.is_open() {
            let state = match (job.response_met, job.fix_met) {
                (Some(false), _) | (_, Some(false)) => "overdue",
                (None, None) => "",
                _ => "ok",
            };
            let words = match state {
                "overdue" => "too late",
                "ok" => "in time",
                _ => "",
            };
            return Self { state, words: words.to_owned() };
        }
        let Some(due) = job.due_at.map(|due| due.utc()) else {
            return Self { state: "", words: String::new() };
        };
        let left = due - now;
        let span = span(left.num_minutes().abs());
        match left.num_seconds() {
            ..0 => Self { state: "overdue", words: format!("{span} late") },
            _ if job.warn_at.is_some_and(|warn| warn.utc() <= now) => {
                Self { state: "due", words: format!("{span} left") }
            }
            _ => Self { state: "ok", words: format!("{span} left") },
        }
    }
}

/// Minutes as people say them: "45 min", "3 h 20 min", "4 days".
fn span(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours @ 1..48, 0) => format!("{hours} h"),
        (hours @ 1..48, minutes) => format!("{hours} h {minutes} min"),
        (hours, _) => format!("{} days", hours / 24),
    }
}

impl JobView {
    /// The state in words, with what is waited for or how it ended.
    pub fn state_words(&self) -> String {
        let job = &self.job;
        match (job.state.0, job.waiting_for, job.outcome) {
            (JobState::Waiting, Some(what), _) => format!("Waiting for {}", what.0.noun()),
            (JobState::Closed, _, Some(outcome)) => format!("Closed: {}", outcome.0.noun()),
            (state, ..) => state.label().to_owned(),
        }
    }

    /// A moment by the site's clock.
    pub fn clock(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%a %-d %b %Y, %H:%M").to_string()
    }

    /// Its nearest deadline.
    pub fn deadline(&self) -> Deadline {
        Deadline::of(&self.job, self.now)
    }
}

/// A job by its number.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_job(app: &App, right: &Right<ViewRegister>, number: &str) -> Result<JobView> {
    app.store.read(|conn| view_in(conn, right.scope(), app.now(), number))
}

/// As [`find_job`], on a connection at hand.
///
/// # Errors
/// As [`find_job`].
pub fn view_in(conn: &mut AnyConnection, scope: &Scope, now: DateTime<Utc>, number: &str) -> Result<JobView> {
    let job = jobs::find_job(conn, scope, number)?;
    let customer = find_customer(conn, scope, job.customer_id)?.name;
    let site = find_site(conn, scope, job.site_id)?;
    let zone = time_zone(&site.time_zone)?;
    let assignee = match job.assignee_id {
        Some(id) => find_person(conn, id)?.map(|person| person.name),
        None => None,
    };
    Ok(JobView { job, customer, site, zone, assignee, now })
}

/// The jobs that somebody sees, in an order, from the given place on.
///
/// # Errors
/// The store's.
pub fn list_jobs(
    app: &App,
    right: &Right<ViewRegister>,
    filter: &Filter,
    order: Order,
    page: (i64, i64),
) -> Result<Vec<JobLine>> {
    let now = app.now();
    let lines = app.store.read(|conn| queue::list_jobs(conn, right.scope(), filter, order, page))?;
    let shown = |line: Line| JobLine { deadline: Deadline::of(&line.job, now), line };
    Ok(lines.into_iter().map(shown).collect())
}

/// The bytes of a job's file, or of its small picture, with its name.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn read_file(app: &App, right: &Right<ViewRegister>, id: i64, small: bool) -> Result<(File, String)> {
    app.store.read(|conn| {
        let file = find_job_file(conn, right.scope(), id)?;
        let hash = match (small, file.thumbnail_hash) {
            (false, _) => file.hash,
            (true, Some(hash)) => hash,
            (true, None) => return Err(Error::NotFound("file".to_owned())),
        };
        Ok((files::find_file(conn, &hash)?, file.name))
    })
}
