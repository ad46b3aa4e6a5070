//! Scheduled jobs, for administrators: what ran, when, and what came of it.

use askama::Template;
use chrono::{DateTime, Utc};
use domain::permission::ChangeSettings;
use store::job_runs::{self, JobRun};
use store::mails::{self, MailRecord};
use store::types::Moment;

use crate::actions::dues::FIRM_ZONE;
use crate::error::Result;
use crate::jobs::JOBS;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "job_runs.html")]
struct JobRunsPage {
    chrome: Chrome,
    jobs: Vec<JobLine>,
    mails: Vec<MailLine>,
    mail_is_set_up: bool,
}

struct JobLine {
    what: &'static str,
    schedule: String,
    next: String,
    run: Option<JobRun>,
}

struct MailLine {
    name: String,
    record: MailRecord,
    state: &'static str,
    words: String,
}

/// `GET /job-runs`.
///
/// # Errors
/// Forbidden.
pub async fn list_job_runs(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(page).await?;
    Reply::ok(&page)
}

fn page(visit: &Visit) -> Result<JobRunsPage> {
    visit.right::<ChangeSettings>()?;
    let (runs, mails) = visit
        .app
        .store
        .read(|conn| Ok::<_, store::Error>((job_runs::list_job_runs(conn)?, mails::list_mails(conn, 50)?)))?;
    let now = visit.app.now();
    let job = |job: &crate::jobs::Job| {
        let run = runs.iter().find(|run| run.name == job.name).cloned();
        let again = run.as_ref().filter(|run| run.finished_at.is_none()).and_then(|run| run.claimed_until);
        let next = again.map_or(job.schedule.next(now), |at| at.utc());
        JobLine { what: job.what, schedule: job.schedule.words(), next: clock(next), run }
    };
    Ok(JobRunsPage {
        chrome: Chrome::new(visit, "Scheduled jobs"),
        jobs: JOBS.iter().map(job).collect(),
        mails: mails.into_iter().map(|(record, name)| mail_line(record, name)).collect(),
        mail_is_set_up: visit.app.mailer.is_set_up(),
    })
}

fn mail_line(record: MailRecord, name: String) -> MailLine {
    let (state, words) = match (record.sent_at, record.error.is_empty()) {
        (Some(_), _) => ("pass", "sent".to_owned()),
        (None, false) => ("fail", format!("failed: {}", record.error)),
        // Either it is going out this moment, or the server stopped in the middle: it is not sent again.
        (None, true) => ("incomplete", "not known whether it went out".to_owned()),
    };
    MailLine { name, record, state, words }
}

/// A moment by the firm's clock.
fn clock(at: DateTime<Utc>) -> String {
    at.with_timezone(&FIRM_ZONE).format("%-d %b %Y, %H:%M").to_string()
}

impl JobRunsPage {
    fn clock(&self, at: &Moment) -> String {
        clock(at.utc())
    }
}
