//! A job as the customer is told of it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::appointment::{AppointmentState, Span};
use domain::code::Code;
use domain::job::StepKind;
use domain::permission::ViewPortal;
use domain::portal::{Promise, Step, promise, state_words, step_words, waiting_words};
use domain::response_clock::{Deadline, NoDue};
use domain::schedule::local_date;
use store::files::{self, File};
use store::portal::jobs::{self, JobAsset, JobFilter, PortalEntry, PortalFile, PortalJob, PortalStep};
use store::portal::{appointments, find_site};
use store::sites::Site;
use store::{AnyConnection, Right, SiteScope};

use crate::actions::appointments::span_words;
use crate::actions::clock::clock_of;
use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::{Error, Result};

/// A job as a line of a list.
#[derive(Debug, Clone)]
pub struct JobLine {
    /// The job.
    pub job: PortalJob,
    /// The site's name.
    pub site: String,
    /// The day on which it was opened, by the site's clock.
    pub opened: String,
    /// The class that shows how it stands against what was promised.
    pub state: &'static str,
}

impl JobLine {
    /// The line of a job at a moment.
    pub(super) fn of(now: DateTime<Utc>, job: PortalJob, (site, zone): (String, String)) -> Self {
        let missed = job.fixed_at.is_none() && job.fix_due.is_some_and(|due| due.utc() < now);
        let state = match (job.closed_at, missed) {
            (Some(_), _) => "ok",
            (None, true) => "overdue",
            (None, false) => "due",
        };
        let zone: Tz = zone.parse().unwrap_or(FIRM_ZONE);
        let opened = local_date(job.opened_at.utc(), zone).format("%-d %b %Y").to_string();
        Self { job, site, opened, state }
    }

    /// Where it stands, in a word or two.
    pub fn words(&self) -> String {
        match (&self.job.outcome, self.job.waiting_for) {
            (Some(outcome), _) => outcome.label().to_owned(),
            (None, Some(reason)) => waiting_words(Some(reason.0)),
            (None, None) => self.job.state.label().to_owned(),
        }
    }
}

/// Something that happened to a job, told in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When, by the site's clock.
    pub at: String,
    /// The same for programs.
    pub iso: String,
    /// What.
    pub words: String,
    /// Who wrote it and what, for an entry of the log.
    pub entry: Option<(String, String)>,
    sort: DateTime<Utc>,
}

/// When somebody comes, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// When, by the site's clock.
    pub when: String,
    /// The site's name.
    pub site: String,
    /// Who comes.
    pub who: String,
    /// Whether it was agreed with the customer.
    pub confirmed: bool,
    /// Number and title of the job; none for a round of tests.
    pub job: Option<(String, String)>,
}

/// When somebody comes next; for one job alone where its id is given.
///
/// # Errors
/// The store's.
pub(super) fn list_coming(
    conn: &mut AnyConnection,
    scope: &SiteScope,
    asked: (Option<i64>, DateTime<Utc>),
) -> Result<Vec<Coming>> {
    let rows = appointments::list_coming(conn, scope, asked, 10)?;
    let coming = rows.into_iter().map(|row| {
        let zone: Tz = row.site.1.parse().unwrap_or(FIRM_ZONE);
        let span = Span { from: row.starts_at.utc(), to: row.ends_at.utc() };
        Coming {
            when: span_words(span, zone),
            site: row.site.0,
            who: row.who,
            confirmed: row.state.0 == AppointmentState::Confirmed,
            job: row.job,
        }
    });
    Ok(coming.collect())
}

/// A job with all that the customer is told of it.
#[derive(Debug, Clone)]
pub struct JobView {
    /// The job.
    pub job: PortalJob,
    /// Its site.
    pub site: Site,
    /// Its assets that they see.
    pub assets: Vec<JobAsset>,
    /// Where it stands and what comes next.
    pub state: String,
    /// By when somebody takes it up, if it was promised.
    pub response: Option<Promise>,
    /// By when it is mended, if it was promised.
    pub fix: Option<Promise>,
    /// When the clock stood still and why: from, to and words.
    pub pauses: Vec<(String, String, String)>,
    /// When somebody comes for it.
    pub coming: Vec<Coming>,
    /// What of it is with a supplier: since when, and for when it is promised.
    pub away: Vec<String>,
    /// What happened, in order.
    pub told: Vec<Told>,
    /// Photos and documents.
    pub files: Vec<PortalFile>,
}

/// A page of jobs, and the id beyond which the next begins.
///
/// # Errors
/// Not found for a site that is not theirs.
pub fn list_jobs(
    app: &App,
    right: &Right<ViewPortal>,
    filter: JobFilter,
    limit: usize,
) -> Result<(Vec<JobLine>, Option<i64>)> {
    app.store.read(|conn| {
        if let Some(id) = filter.site_id {
            find_site(conn, right.sites(), id)?;
        }
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut found = jobs::list_jobs(conn, right.sites(), filter, most)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(job, _)| job.id);
        Ok((found.into_iter().map(|(job, site)| JobLine::of(app.now(), job, site)).collect(), next))
    })
}

/// A job.
///
/// # Errors
/// Not found, also for a job at a site that is not theirs.
pub fn find_job(app: &App, right: &Right<ViewPortal>, number: &str) -> Result<JobView> {
    app.store.read(|conn| {
        let job = jobs::find_job(conn, right.sites(), number)?;
        let site = find_site(conn, right.sites(), job.site_id)?;
        let zone: Tz = site.time_zone.parse().unwrap_or(FIRM_ZONE);
        let (steps, entries) = (jobs::list_steps(conn, &job)?, jobs::list_entries(conn, &job)?);
        let within = right.actor().at_site(job.customer_id, job.site_id)?;
        let whole = store::jobs::find_job(conn, within.scope(), &job.number)?;
        let clock = clock_of(conn, &whole, app.now())?.clock;
        let away = jobs::list_away(conn, &job)?;
        Ok(JobView {
            assets: jobs::list_job_assets(conn, right.sites(), &job)?,
            state: state_words(job.state.0, job.waiting_for.map(|reason| reason.0)),
            response: promised(&clock.response, app.now(), zone),
            fix: promised(&clock.fix, app.now(), zone),
            coming: list_coming(conn, right.sites(), (Some(job.id), app.now()))?,
            away: away.into_iter().map(|(since, due)| away_words(since, due)).collect(),
            pauses: pauses(&steps, zone),
            told: told(&steps, entries, zone),
            files: jobs::list_files(conn, &job)?,
            job,
            site,
        })
    })
}

/// How a promise stands, if one was made.
fn promised(deadline: &Deadline, now: DateTime<Utc>, zone: Tz) -> Option<Promise> {
    match (deadline.due, deadline.no_due) {
        (Some(due), _) => Some(promise(due, deadline.stopped_at, now, zone)),
        (None, Some(NoDue::Waiting(what))) => {
            let words = format!("the clock stands while it waits for {}", what.noun());
            Some(Promise { state: "due", words })
        }
        (None, _) => None,
    }
}

/// Where something is that was sent away, in words.
fn away_words(since: Option<NaiveDate>, due: Option<NaiveDate>) -> String {
    let day = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    let since = since.map(|on| format!(" since {}", day(on))).unwrap_or_default();
    let due = due.map_or("no date is promised yet".to_owned(), |on| format!("promised for {}", day(on)));
    format!("With a supplier{since}; {due}")
}

/// A moment by the site's clock.
pub(super) fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y %H:%M").to_string()
}

/// Steps and entries in one line of time.
fn told(steps: &[PortalStep], entries: Vec<PortalEntry>, zone: Tz) -> Vec<Told> {
    let line = |at: DateTime<Utc>, words: String, entry| Told {
        at: shown(at, zone),
        iso: at.to_rfc3339(),
        words,
        entry,
        sort: at,
    };
    let of_step = |step: &PortalStep| {
        let (from, to, detail) = (&step.from_value, &step.to_value, &step.detail);
        let words = step_words(Step { kind: step.kind.0, from, to, detail })?;
        Some(line(step.at.utc(), words, None))
    };
    let of_entry = |entry: PortalEntry| {
        let who = entry.who.unwrap_or_default();
        line(entry.at.utc(), entry.kind.label().to_owned(), Some((who, entry.text)))
    };
    let mut all: Vec<Told> = steps.iter().filter_map(of_step).collect();
    all.extend(entries.into_iter().map(of_entry));
    all.sort_by_key(|told| told.sort);
    all
}

/// The stretches in which the job waited; an empty end for the one that lasts.
fn pauses(steps: &[PortalStep], zone: Tz) -> Vec<(String, String, String)> {
    let states = steps.iter().filter(|step| step.kind.0 == StepKind::State);
    let mut found: Vec<(String, String, String)> = vec![];
    for step in states {
        let at = shown(step.at.utc(), zone);
        if step.from_value == "waiting"
            && let Some((_, end, _)) = found.last_mut().filter(|(_, end, _)| end.is_empty())
        {
            end.clone_from(&at);
        }
        if step.to_value == "waiting" {
            found.push((at, String::new(), waiting_words(step.detail.parse().ok())));
        }
    }
    found
}

/// A photo or document of a job that the customer may see, with its name.
///
/// # Errors
/// Not found, also for one of another's job or of an internal entry.
pub fn find_file(
    app: &App,
    right: &Right<ViewPortal>,
    (number, id): (&str, i64),
    small: bool,
) -> Result<(File, String)> {
    app.store.read(|conn| {
        let job = jobs::find_job(conn, right.sites(), number)?;
        let file = jobs::list_files(conn, &job)?.into_iter().find(|file| file.id == id);
        let file = file.ok_or_else(|| Error::NotFound("file".to_owned()))?;
        let hash = match (small, file.thumbnail_hash) {
            (false, _) => file.hash,
            (true, Some(hash)) => hash,
            (true, None) => return Err(Error::NotFound("small picture".to_owned())),
        };
        Ok((files::find_file(conn, &hash)?, file.name))
    })
}
