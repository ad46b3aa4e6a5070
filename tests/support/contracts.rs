//! Contracts and jobs under them, that tests of response times begin from.

use chrono::Duration;
use domain::contract::Covers;
use domain::event::Via;
use domain::job::{Impact, JobKind, JobState, Priority, WaitingFor};
use domain::opening_hours::WeekHours;
use domain::terms::{Targets, Terms};
use proofmark::actions::calendars::add_calendar;
use proofmark::actions::contracts::{Agreement, add_contract};
use proofmark::actions::jobs::{JobRequest, StepRequest, open_job, take_step};
use store::Actor;
use store::calendars::CalendarFields;
use store::contracts::ContractFields;
use store::jobs::Job;
use store::types::Json;

use super::TestApp;
use super::builders::{Ground, Thing};

/// Terms with one target for the response and one for the fix of a normal job, in minutes.
pub fn normal(response: u32, fix: u32) -> Terms {
    let targets = Targets { response_minutes: Some(response), fix_minutes: Some(fix) };
    Terms {
        targets: [(Priority::Normal, targets)].into(),
        pauses: [WaitingFor::Parts, WaitingFor::Customer].into(),
        ..Terms::default()
    }
}

impl TestApp {
    /// A calendar of London from nine to half past five on working days, or round the clock.
    pub fn calendar(&self, name: &str, always: bool) -> i64 {
        let office = WeekHours::working_days(&"09:00-17:30".parse().unwrap());
        let fields = CalendarFields {
            name: name.to_owned(),
            time_zone: "Europe/London".to_owned(),
            hours: Json(if always { WeekHours::always() } else { office }),
            holidays: Json(vec![]),
        };
        let manager = Actor::operator(Via::Cli);
        add_calendar(&self.app, &manager.right().unwrap(), fields).unwrap()
    }

    /// A contract from the beginning of the month on.
    pub fn contract(&self, ground: Ground, name: &str, covers: &[Covers], agreement: &Agreement) -> i64 {
        let fields = ContractFields {
            name: name.to_owned(),
            starts_on: "2026-11-01".parse().unwrap(),
            ends_on: None,
            notes: String::new(),
        };
        let manager = Actor::operator(Via::Cli);
        let right = manager.right().unwrap();
        add_contract(&self.app, &right, ground.customer_id, (&fields, covers), agreement).unwrap()
    }

    /// A contract over everything, in office hours, with these minutes for a normal job.
    pub fn office_contract(&self, ground: Ground, response: u32, fix: u32) -> i64 {
        let calendar_id = self.calendar(&format!("Office of customer {}", ground.customer_id), false);
        let agreement = Agreement { calendar_id, terms: normal(response, fix) };
        self.contract(ground, "Gold", &[], &agreement)
    }

    /// A normal job about an asset, opened now.
    pub fn job_by(&self, actor: &Actor, thing: &Thing) -> Job {
        let request = JobRequest {
            site_id: thing.ground.site_id,
            assets: vec![thing.id],
            kind: JobKind::Repair,
            title: "Does not heat".to_owned(),
            description: String::new(),
            priority: Priority::Normal,
            impact: Impact::Person,
            assignee_id: None,
            order_number: String::new(),
        };
        open_job(&self.app, &actor.right().unwrap(), &request).unwrap()
    }

    /// Moves a job after some minutes.
    pub fn moved(
        &self,
        actor: &Actor,
        job: &Job,
        minutes: i64,
        to: JobState,
        waits: Option<WaitingFor>,
    ) -> Job {
        self.pass(Duration::minutes(minutes));
        let request =
            StepRequest { waiting_for: waits, assignee_id: actor.person_id(), ..StepRequest::to(to) };
        let right = actor.right().unwrap();
        let version = self.find_job(job).version;
        take_step(&self.app, &right, (&job.number, version), &request).unwrap()
    }

    /// A job as it stands now.
    pub fn find_job(&self, job: &Job) -> Job {
        let all = Actor::operator(domain::event::Via::Cli);
        self.app.store.read(|conn| store::jobs::find_job_by_id(conn, all.scope(), job.id)).unwrap()
    }
}
