//! The columns of jobs follow their clocks, whatever changes: the job, a contract, terms, a calendar.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use domain::contract::{ContractChoice, Covers};
use domain::job::{JobState, Priority, WaitingFor};
use domain::opening_hours::WeekHours;
use domain::permission::Role;
use domain::response_clock::PromiseState;
use proofmark::actions::calendars::{change_calendar, find_calendar};
use proofmark::actions::clock::{choose_contract, find_clock, watch_clocks};
use proofmark::actions::contracts::{Agreement, add_terms, change_contract, find_contract};
use proofmark::actions::faults::{self, Report, report as report_fault};
use proofmark::actions::jobs::{JobChange, StepRequest, change_job, take_step};
use proofmark::error::Error;
use store::calendars::CalendarFields;
use store::contracts::ContractFields;
use store::jobs::Job;
use store::schema::job_assets;
use store::types::{Json, Moment};

use crate::support::TestApp;
use crate::support::contracts::normal;

/// A moment of the day on which tests begin: Monday 23 November 2026.
fn at(time: &str) -> Option<Moment> {
    day_at("2026-11-23", time)
}

fn day_at(day: &str, time: &str) -> Option<Moment> {
    Some(Moment::from(format!("{day}T{time}:00Z").parse::<DateTime<Utc>>().unwrap()))
}

#[test]
fn the_columns_follow_each_step() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let contract = app.office_contract(ground, 60, 240);
    let engineer = app.actor(Role::Engineer, None);
    let job = app.job_by(&engineer, &app.kettle(ground));
    assert_eq!((job.response_due, job.fix_due, job.due_at), (at("10:00"), at("13:00"), at("10:00")));
    assert_eq!((job.contract_id, job.warn_at, job.response_met), (Some(contract), at("09:45"), None));
    let job = app.moved(&engineer, &job, 30, JobState::InProgress, None);
    assert_eq!((job.responded_at, job.response_met, job.due_at), (at("09:30"), Some(true), at("13:00")));
    let job = app.moved(&engineer, &job, 30, JobState::Waiting, Some(WaitingFor::Parts));
    assert_eq!((job.fix_due, job.due_at, job.warn_at), (None, None, None), "the clock stands");
    let job = app.moved(&engineer, &job, 90, JobState::InProgress, None);
    assert_eq!((job.fix_due, job.due_at), (at("14:30"), at("14:30")));
    let job = app.moved(&engineer, &job, 241, JobState::Repaired, None);
    assert_eq!(job.fix_met, Some(false), "known before it is fixed");
    let job = app.moved(&engineer, &job, 1, JobState::Returned, None);
    assert_eq!((job.fixed_at, job.fix_met, job.due_at), (at("15:32"), Some(false), None));
    let (_, found) = find_clock(&app.app, &engineer.right().unwrap(), &job.number).unwrap();
    assert_eq!(found.clock.fix.elapsed_s, (60 + 242) * 60);
    assert_eq!(
        find_clock(&app.app, &engineer.right().unwrap(), &job.number).unwrap().0.job.version,
        job.version
    );
}

#[test]
fn time_counts_from_the_report_not_from_the_job() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let kettle = app.kettle(ground);
    let engineer = app.actor(Role::Engineer, None);
    let told = |words: &str| {
        let report = Report { words: words.to_owned(), ..Report::default() };
        report_fault(&app.app, &engineer.right().unwrap(), kettle.id, &report).unwrap().fault.id
    };
    // When the job began is kept beside its assets as well, where reports count it.
    let beside = |job: &Job| -> Vec<Option<Moment>> {
        let of = job_assets::table.filter(job_assets::job_id.eq(job.id)).select(job_assets::job_opened_at);
        app.app.store.read(|conn| of.load(conn).map_err(store::Error::from)).unwrap()
    };
    let first = told("It trips the breaker");
    app.pass(Duration::minutes(50));
    let job = faults::begin(&app.app, &engineer.right().unwrap(), &[first]).unwrap();
    assert_eq!((Some(job.opened_at), job.response_due, job.fix_due), (at("09:00"), at("10:00"), at("13:00")));
    assert_eq!((job.responded_at, job.response_met), (at("09:50"), Some(true)));
    assert_eq!(beside(&job), [at("09:00")]);
    // A job that was opened by hand begins no later than a report that joins it.
    let second = told("Now the socket is warm");
    app.pass(Duration::minutes(90));
    let other = app.job_by(&engineer, &kettle);
    assert_eq!(other.response_due, at("12:20"));
    let joined = faults::join(&app.app, &engineer.right().unwrap(), &[second], &other.number).unwrap();
    assert_eq!((Some(joined.opened_at), joined.response_due), (at("09:50"), at("10:50")));
    assert_eq!(joined.response_met, Some(false), "known at once");
    assert_eq!(beside(&joined), [at("09:50")]);
    // It was about something else after all.
    let left = faults::release(&app.app, &engineer.right().unwrap(), (&other.number, second)).unwrap();
    assert_eq!((Some(left.opened_at), left.response_due), (at("11:20"), at("12:20")));
    assert_eq!(beside(&left), [at("11:20")]);
    assert!(faults::release(&app.app, &engineer.right().unwrap(), (&other.number, second)).is_err());
}

#[test]
fn a_change_of_priority_works_it_out_anew() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let engineer = app.actor(Role::Engineer, None);
    let job = app.job_by(&engineer, &app.kettle(ground));
    let change = JobChange { priority: Priority::Low, ..JobChange::of(&job) };
    let key = (job.number.as_str(), job.version);
    let job = change_job(&app.app, &engineer.right().unwrap(), key, &change).unwrap();
    assert_eq!((job.response_due, job.due_at), (None, None), "nothing is promised for a low priority");
}

#[test]
fn the_most_specific_contract_counts_and_one_can_be_chosen_by_hand() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let kettle = app.kettle(ground);
    let (always, manager) = (app.calendar("Always", true), app.actor(Role::Manager, None));
    let engineer = app.actor(Role::Engineer, None);
    let job = app.job_by(&engineer, &kettle);
    let agreement = Agreement { calendar_id: always, terms: normal(15, 30) };
    let special = app.contract(ground, "Kettles", &[Covers::Asset(kettle.id)], &agreement);
    let now = app.find_job(&job);
    assert_eq!(
        (now.contract_id, now.response_due),
        (Some(special), at("09:15")),
        "an open job follows at once"
    );
    let right = manager.right().unwrap();
    let choose = |version, choice| choose_contract(&app.app, &right, (&job.number, version), choice);
    let none = choose(now.version, ContractChoice::Without).unwrap();
    assert_eq!((none.contract_id, none.due_at), (None, None));
    let foreign = app.office_contract(app.ground("Theirs"), 5, 5);
    assert!(matches!(choose(none.version, ContractChoice::Chosen(foreign)), Err(Error::Invalid(_))));
    assert!(matches!(choose(now.version, ContractChoice::Automatic), Err(Error::Stale(_))));
    let back = choose(none.version, ContractChoice::Automatic).unwrap();
    assert_eq!(back.contract_id, Some(special));
}

#[test]
fn open_jobs_follow_terms_contracts_and_calendars_and_closed_ones_do_not() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let id = app.office_contract(ground, 60, 240);
    let (manager, engineer) = (app.actor(Role::Manager, None), app.actor(Role::Engineer, None));
    let kettle = app.kettle(ground);
    let (open, closed) = (app.job_by(&engineer, &kettle), app.job_by(&engineer, &kettle));
    app.pass(Duration::minutes(30));
    let close = StepRequest {
        outcome: Some(domain::job::Outcome::NoFaultFound),
        note: "works".to_owned(),
        ..StepRequest::to(JobState::Closed)
    };
    let closed =
        take_step(&app.app, &engineer.right().unwrap(), (&closed.number, closed.version), &close).unwrap();
    let right = manager.right().unwrap();
    let view = find_contract(&app.app, &right, id).unwrap();
    let calendar_id = view.agreed[0].1.id;
    let stricter = Agreement { calendar_id, terms: normal(20, 40) };
    let morning = "2026-11-23T00:00:00Z".parse().unwrap();
    add_terms(&app.app, &right, id, morning, &stricter).unwrap();
    assert_eq!(app.find_job(&open).response_due, at("09:20"));
    assert_eq!(app.find_job(&open).response_met, Some(false), "as of this morning it is late");
    let calendar = find_calendar(&app.app, &right, calendar_id).unwrap();
    let later = CalendarFields {
        name: calendar.name,
        time_zone: calendar.time_zone,
        hours: Json(WeekHours::working_days(&"10:00-12:00".parse().unwrap())),
        holidays: Json(vec![]),
    };
    change_calendar(&app.app, &right, (calendar_id, calendar.version), later).unwrap();
    assert_eq!(app.find_job(&open).response_due, at("10:20"));
    let ends = ContractFields {
        name: "Gold".to_owned(),
        starts_on: "2026-11-01".parse().unwrap(),
        ends_on: "2026-11-22".parse().ok(),
        notes: String::new(),
    };
    change_contract(&app.app, &right, (id, view.contract.version), (&ends, &[])).unwrap();
    let now = app.find_job(&open);
    assert_eq!((now.contract_id, now.due_at, now.response_met), (None, None, None), "it ended before");
    let after = app.find_job(&closed);
    assert_eq!(
        (after.response_due, after.fix_due),
        (at("10:00"), at("13:00")),
        "what was judged stays judged"
    );
    let (_, found) = find_clock(&app.app, &engineer.right().unwrap(), &closed.number).unwrap();
    assert_eq!(
        (found.clock.fix.due, found.clock.fix.state),
        (at("13:00").map(Moment::utc), PromiseState::Met)
    );
    let again = StepRequest {
        assignee_id: engineer.person_id(),
        note: "again".to_owned(),
        ..StepRequest::to(JobState::InProgress)
    };
    let again =
        take_step(&app.app, &engineer.right().unwrap(), (&closed.number, closed.version), &again).unwrap();
    assert_eq!(again.fix_due, None, "opened again it goes by what is agreed now");
}

#[test]
fn terms_that_come_into_force_later_are_noticed_when_they_do() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let id = app.office_contract(ground, 60, 480);
    let (manager, engineer) = (app.actor(Role::Manager, None), app.actor(Role::Engineer, None));
    let job = app.job_by(&engineer, &app.kettle(ground));
    let right = manager.right().unwrap();
    let calendar_id = find_contract(&app.app, &right, id).unwrap().agreed[0].1.id;
    let stricter = Agreement { calendar_id, terms: normal(60, 120) };
    add_terms(&app.app, &right, id, "2026-11-23T12:00:00Z".parse().unwrap(), &stricter).unwrap();
    assert_eq!(app.find_job(&job).fix_due, at("12:00"), "seen ahead: more has counted then than they allow");
    app.pass(Duration::minutes(181));
    watch_clocks(&app.app).unwrap();
    assert_eq!(app.find_job(&job).fix_due, at("11:00"), "the present target counts for the whole time");
}

#[test]
fn very_many_open_jobs_follow_a_change_of_terms() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let id = app.office_contract(ground, 60, 240);
    let (manager, engineer) = (app.actor(Role::Manager, None), app.actor(Role::Engineer, None));
    let kettle = app.kettle(ground);
    let jobs: Vec<_> = (0..305).map(|_| app.job_by(&engineer, &kettle)).collect();
    let right = manager.right().unwrap();
    let calendar_id = find_contract(&app.app, &right, id).unwrap().agreed[0].1.id;
    let agreement = Agreement { calendar_id, terms: normal(30, 60) };
    add_terms(&app.app, &right, id, app.app.now(), &agreement).unwrap();
    assert_eq!(app.find_job(&jobs[0]).fix_due, at("10:00"));
    assert_eq!(app.find_job(&jobs[304]).fix_due, at("13:00"), "left to the watch");
    let watched = watch_clocks(&app.app).unwrap();
    assert_eq!((watched.looked, watched.told), (5, 0));
    assert!(jobs.iter().all(|job| app.find_job(job).fix_due == at("10:00")));
    assert_eq!(watch_clocks(&app.app).unwrap().looked, 0);
}

#[test]
fn a_weekend_does_not_count() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    app.office_contract(ground, 60, 240);
    let engineer = app.actor(Role::Engineer, None);
    app.pass(Duration::hours(4 * 24 + 8));
    let job = app.job_by(&engineer, &app.kettle(ground));
    assert_eq!(job.opened_at, day_at("2026-11-27", "17:00").unwrap());
    assert_eq!(job.response_due, day_at("2026-11-30", "09:30"));
}
