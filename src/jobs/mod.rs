//! Scheduled jobs. Any number of servers may run them: each turn is claimed in the database first, its outcome is
//! kept there, and a turn whose server died is taken over when the claim runs out.
pub mod chasing;
pub mod clean_up;
pub mod fault_mails;
pub mod response_times;
pub mod sign_heads;
pub mod signals;
pub mod weekly_mail;

use std::sync::Arc;

use chrono::{
    DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveTime, SubsecRound, TimeZone, Utc,
};
use store::job_runs;

use crate::actions::dues::FIRM_ZONE;
use crate::app::App;
use crate::error::Result;

/// When a job has its turns, by the firm's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// Each day at this hour.
    Daily(u32),
    /// Each Monday at this hour.
    Mondays(u32),
    /// Again after so many minutes.
    Minutes(u32),
}

/// What came of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// In words, for whoever looks after the installation.
    pub words: String,
    /// When it is to be gone on with, where something is left to do.
    pub again: Option<DateTime<Utc>>,
}

/// A job.
pub struct Job {
    /// The name under which its turns are kept.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// When.
    pub schedule: Schedule,
    /// Does it; the moment is the turn's.
    pub run: fn(&App, DateTime<Utc>) -> Result<Outcome>,
}

/// Every job.
pub const JOBS: &[Job] = &[
    Job {
        name: "clean_up",
        what: "Removes ended sessions, used-up password links and old answers to repeated requests",
        schedule: Schedule::Daily(3),
        run: clean_up::run,
    },
    Job {
        name: sign_heads::NAME,
        what: "Signs the heads of the ledger's chains with the key beside the database",
        schedule: Schedule::Daily(2),
        run: sign_heads::run,
    },
    Job {
        name: signals::NAME,
        what: "Looks through the records of the last five weeks for what asks for a second look",
        schedule: Schedule::Daily(4),
        run: signals::run,
    },
    Job {
        name: weekly_mail::NAME,
        what: "Mails each person what fell due, is overdue and failed",
        schedule: Schedule::Mondays(7),
        run: weekly_mail::run,
    },
    Job {
        name: response_times::NAME,
        what: "Warns of deadlines of jobs before they pass, and tells when they have",
        schedule: Schedule::Minutes(2),
        run: response_times::run,
    },
    Job {
        name: fault_mails::NAME,
        what: "Mails reports of faults that wait to the customers' managers",
        schedule: Schedule::Minutes(2),
        run: fault_mails::run,
    },
    Job {
        name: chasing::NAME,
        what: "Tells which third parties are to be asked after what they have",
        schedule: Schedule::Daily(7),
        run: chasing::run,
    },
];

/// How long after a turn that went wrong it is tried again.
const RETRY_MINUTES: i64 = 10;

impl Schedule {
    /// The latest turn at or before a moment.
    pub fn latest(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let today = now.with_timezone(&FIRM_ZONE).date_naive();
        let (hour, day, step) = match self {
            Self::Daily(hour) => (hour, today, 1),
            Self::Mondays(hour) => {
                (hour, today - Days::new(u64::from(today.weekday().num_days_from_monday())), 7)
            }
            Self::Minutes(minutes) => {
                let past = now.timestamp().rem_euclid(i64::from(minutes) * 60);
                return now.trunc_subsecs(0) - Duration::seconds(past);
            }
        };
        match at(day, hour) {
            turn if turn <= now => turn,
            _ => at(day - Days::new(step), hour),
        }
    }

    /// The first turn after a moment.
    pub fn next(self, now: DateTime<Utc>) -> DateTime<Utc> {
        let turn = self.latest(now);
        let latest = turn.with_timezone(&FIRM_ZONE).date_naive();
        match self {
            Self::Daily(hour) => at(latest + Days::new(1), hour),
            Self::Mondays(hour) => at(latest + Days::new(7), hour),
            Self::Minutes(minutes) => turn + Duration::minutes(i64::from(minutes)),
        }
    }

    /// The schedule in words.
    pub fn words(self) -> String {
        match self {
            Self::Daily(hour) => format!("every day at {hour:02}:00"),
            Self::Mondays(hour) => format!("every Monday at {hour:02}:00"),
            Self::Minutes(minutes) => format!("every {minutes} minutes"),
        }
    }
}

/// An hour of a day by the firm's clock; one that the clocks skip is the hour after.
fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default());
    match FIRM_ZONE.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.with_timezone(&Utc),
        LocalResult::None => local.and_utc() + Duration::hours(1),
    }
}

/// Runs what is due and not being run elsewhere; gives the names of the jobs run and what came of them.
///
/// # Errors
/// The store's, when not even a claim can be written; a job's own error is its outcome.
pub fn run_due(app: &App) -> Result<Vec<(&'static str, String)>> {
    let mut ran = vec![];
    for job in JOBS {
        let slot = job.schedule.latest(app.now());
        let claim = app.store.keep_house(|tx| {
            let claimed = job_runs::claim_job(tx, job.name, slot)?;
            Ok::<_, crate::error::Error>(claimed.then_some(tx.now))
        })?;
        if let Some(started) = claim {
            let outcome = (job.run)(app, slot).unwrap_or_else(|error| {
                log::error!("job {}: {error}", job.name);
                let again = Some(app.now() + Duration::minutes(RETRY_MINUTES));
                Outcome { words: format!("went wrong: {error}"), again }
            });
            app.store.keep_house(|tx| {
                job_runs::finish_job(tx, job.name, started, &outcome.words, outcome.again)
            })?;
            ran.push((job.name, outcome.words));
        }
    }
    Ok(ran)
}

/// Starts the thread that runs jobs while the program serves; it looks every half minute.
///
/// # Errors
/// When no thread can be started.
pub fn start(app: Arc<App>) -> std::io::Result<()> {
    let look = std::time::Duration::from_secs(30);
    std::thread::Builder::new().name("jobs".to_owned()).spawn(move || {
        loop {
            if let Err(error) = run_due(&app) {
                log::error!("jobs: {error}");
            }
            if let Err(error) = crate::actions::ripple::go_on(&app) {
                log::error!("working out due dates anew: {error}");
            }
            std::thread::sleep(look);
        }
    })?;
    Ok(())
}
