//! Jobs with work logged, closed, and rates by which they are billed.

use domain::charge::Line;
use domain::job::{EntryKind, Impact, JobKind, JobState, Outcome, Priority};
use domain::rates::{HourRate, Rates};
use proofmark::actions::findings::{self, FindingRequest};
use proofmark::actions::jobs::{self, EntryRequest, JobRequest, StepRequest};
use store::Actor;
use store::findings::has_findings;
use store::jobs::Job;
use store::jobs::assets::list_job_assets;

use super::TestApp;
use super::records::Ground;

/// Work at 60 an hour, travel at 30, a call-out at 45, 20 % VAT; at least an hour a day, in steps of 15 minutes.
pub fn rates() -> Rates {
    Rates {
        vat: 2000,
        work: HourRate { within: 6000, outside: None },
        travel: HourRate { within: 3000, outside: None },
        call: HourRate { within: 6000, outside: None },
        minimum_minutes: 60,
        rounding_minutes: 15,
        call_out: 4500,
        markup: 2000,
        ..Rates::default()
    }
}

impl TestApp {
    /// The firm's rates, since the beginning of the year.
    pub fn firm_rates(&self, rates: &Rates) -> i64 {
        let since = "2026-01-01".parse().unwrap();
        self.put(|tx| store::rate_cards::insert_rate_card(tx, (None, None), since, rates))
    }

    /// A job that somebody has begun, about some assets.
    pub fn begun_job(&self, engineer: &Actor, ground: Ground, assets: &[i64]) -> Job {
        let request = JobRequest {
            site_id: ground.site_id,
            assets: assets.to_vec(),
            kind: JobKind::Repair,
            title: "Till server does not start".to_owned(),
            description: String::new(),
            priority: Priority::High,
            impact: Impact::Team,
            assignee_id: engineer.person_id(),
            order_number: String::new(),
        };
        let right = engineer.right().unwrap();
        let job = jobs::open_job(&self.app, &right, &request).unwrap();
        let step = StepRequest::to(JobState::InProgress);
        jobs::take_step(&self.app, &right, (&job.number, job.version), &step).unwrap()
    }

    /// Logs something on a job.
    pub fn log_work(&self, engineer: &Actor, number: &str, kind: EntryKind, minutes: i64) {
        let text = format!("Something of {kind}");
        let request = EntryRequest { minutes, ..EntryRequest::words(kind, &text) };
        jobs::add_entry(&self.app, &engineer.right().unwrap(), number, &request).unwrap();
    }

    /// Writes down what was found on a job's first asset, unless something is written down already.
    pub fn find(&self, engineer: &Actor, job: &Job) {
        let read = |conn: &mut store::AnyConnection| {
            Ok::<_, store::Error>((has_findings(conn, job.id)?, list_job_assets(conn, job)?))
        };
        let (found, things) = self.app.store.read(read).unwrap();
        if found {
            return;
        }
        let finding = FindingRequest {
            asset: things.first().map(|thing| thing.tag.clone()).unwrap_or_default(),
            symptom: "Does not heat".to_owned(),
            cause: "Heating element failed".to_owned(),
            fix: "Part replaced".to_owned(),
            ..FindingRequest::default()
        };
        findings::record_finding(&self.app, &engineer.right().unwrap(), &job.number, &finding).unwrap();
    }

    /// Closes a job as repaired, with what was found written down.
    pub fn close_job(&self, engineer: &Actor, number: &str) -> Job {
        let job = self.job_now(engineer, number);
        self.find(engineer, &job);
        let step = StepRequest {
            outcome: Some(Outcome::Repaired),
            note: "It runs again".to_owned(),
            ..StepRequest::to(JobState::Closed)
        };
        jobs::take_step(&self.app, &engineer.right().unwrap(), (number, job.version), &step).unwrap()
    }

    /// Opens a closed job again.
    pub fn reopen_job(&self, engineer: &Actor, number: &str) -> Job {
        let job = self.job_now(engineer, number);
        let step =
            StepRequest { note: "It failed again".to_owned(), ..StepRequest::to(JobState::InProgress) };
        jobs::take_step(&self.app, &engineer.right().unwrap(), (number, job.version), &step).unwrap()
    }

    /// A job as it stands.
    pub fn job_now(&self, actor: &Actor, number: &str) -> Job {
        self.app.store.read(|conn| store::jobs::find_job(conn, actor.scope(), number)).unwrap()
    }

    /// A draft of a quote for a job, over one line.
    pub fn quote(&self, manager: &Actor, number: &str, line: Line) -> i64 {
        use proofmark::actions::quotes;
        let right = manager.right().unwrap();
        let id = quotes::draw_up(&self.app, &right, number).unwrap();
        let view = quotes::find_quote(&self.app, &manager.right().unwrap(), id).unwrap();
        let content = domain::quote::QuoteContent { lines: vec![line], ..view.quote.content.0.clone() };
        quotes::change_quote(&self.app, &right, (id, view.quote.version), &content).unwrap();
        id
    }
}
