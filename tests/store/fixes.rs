//! The tallies of fixes and repairs are always the sums of what became of each, whatever happens in which order.

use chrono::Duration;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::job::{JobKind, JobState, Outcome, StepKind};
use store::Tx;
use store::findings::settle::settle_job;
use store::findings::{NewFinding, insert_finding, list_findings};
use store::jobs::steps::{NewStep, insert_step};
use store::jobs::{NewJob, Standing, find_job_by_id, insert_job, next_job_number, update_standing};
use store::types::Moment;

use crate::support::TestApp;
use crate::support::builders::Thing;

#[derive(QueryableByName, Debug, PartialEq, Eq)]
struct Line {
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = BigInt)]
    tried: i64,
    #[diesel(sql_type = BigInt)]
    held: i64,
}

const TALLIES: &str = "SELECT subject, symptom_id || '-' || cause_id || '-' || fix_id AS what, tried, held \
     FROM fix_tallies WHERE tried <> 0 OR held <> 0 ORDER BY subject, what";
const SUMS: &str = "SELECT subject, what, CAST(count(*) AS BIGINT) AS tried, \
     CAST(sum(CASE WHEN held THEN 1 ELSE 0 END) AS BIGINT) AS held FROM ( \
     SELECT model_key AS subject, symptom_id || '-' || cause_id || '-' || fix_id AS what, held FROM fix_outcomes \
     WHERE model_key <> '' UNION ALL \
     SELECT 'c:' || category_id, symptom_id || '-' || cause_id || '-' || fix_id, held FROM fix_outcomes) AS each_one \
     GROUP BY subject, what ORDER BY subject, what";
const REPAIR_TALLIES: &str = "SELECT subject, '' AS what, failures AS tried, minutes AS held FROM repair_tallies \
     WHERE failures <> 0 ORDER BY subject";
const REPAIR_SUMS: &str = "SELECT subject, '' AS what, CAST(count(*) AS BIGINT) AS tried, \
     CAST(coalesce(sum(minutes), 0) AS BIGINT) AS held FROM ( \
     SELECT model_key AS subject, minutes FROM repair_outcomes WHERE model_key <> '' UNION ALL \
     SELECT 'c:' || category_id, minutes FROM repair_outcomes) AS each_one GROUP BY subject ORDER BY subject";

fn lines(app: &TestApp, sql: &str) -> Vec<Line> {
    app.app.store.read(|conn| Ok::<_, store::Error>(diesel::sql_query(sql).load(conn)?)).unwrap()
}

fn open(tx: &mut Tx, thing: &Thing) -> Result<i64, store::Error> {
    let job = NewJob {
        customer_id: thing.ground.customer_id,
        site_id: thing.ground.site_id,
        number: next_job_number(tx)?,
        kind: JobKind::Repair.into(),
        title: "Faulty".to_owned(),
        description: String::new(),
        state: JobState::Reported.into(),
        priority: domain::job::Priority::Normal.into(),
        impact: domain::job::Impact::Person.into(),
        assignee_id: None,
        order_number: String::new(),
        opened_at: Moment::from(tx.now),
        opened_by: None,
    };
    let id = insert_job(tx, &job)?;
    store::jobs::assets::insert_job_asset(tx, (id, job.customer_id), thing.id)?;
    Ok(id)
}

fn find(tx: &mut Tx, thing: &Thing, job_id: i64, chance: u64) -> Result<(), store::Error> {
    let now = Moment::from(tx.now);
    let old = list_findings(tx, job_id)?.into_iter().next().filter(|_| chance.is_multiple_of(3));
    let finding = NewFinding {
        customer_id: thing.ground.customer_id,
        job_id,
        asset_id: Some(thing.id),
        symptom_id: 1 + (chance / 3 % 2) as i64,
        cause_id: 24 + (chance / 7 % 3) as i64,
        fix_id: 51 + (chance / 11 % 3) as i64,
        words: String::new(),
        person_id: None,
        at: now,
        found_at: old.as_ref().map_or(now, |old| old.found_at),
        supersedes: old.as_ref().map(|old| old.id),
        withdrawn: old.is_some() && chance.is_multiple_of(5),
    };
    insert_finding(tx, &finding)?;
    settle_job(tx, job_id)
}

/// Closes a job, or opens it again.
fn turn(tx: &mut Tx, job_id: i64, chance: u64) -> Result<(), store::Error> {
    let scope = tx.actor.scope().clone();
    let job = find_job_by_id(tx, &scope, job_id)?;
    let outcomes = [Outcome::Repaired, Outcome::Replaced, Outcome::Scrapped, Outcome::Cancelled];
    let outcome = outcomes[(chance % 4) as usize];
    let mut standing = Standing::from(&job);
    let (to, detail) = match job.is_open() {
        true => (JobState::Closed, outcome.to_string()),
        false => (JobState::Triaged, String::new()),
    };
    standing.state = to.into();
    standing.outcome = job.is_open().then_some(outcome.into());
    standing.closed_at = job.is_open().then(|| Moment::from(tx.now));
    update_standing(tx, job.id, job.version, &standing)?;
    let step = NewStep { detail, ..NewStep::new(StepKind::State, job.state.0, to) };
    insert_step(tx, (job.id, job.customer_id), &step)?;
    settle_job(tx, job.id)
}

#[test]
fn tallies_are_the_sums_after_many_random_changes() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let things: Vec<Thing> = (0..3).map(|_| app.kettle(ground)).collect();
    let mut jobs: Vec<(usize, i64)> = vec![];
    let mut state = 20_261_128_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    for round in 0..400 {
        let (chance, which) = (draw(), draw() as usize);
        app.pass(Duration::hours((chance % 240) as i64));
        if jobs.is_empty() || chance.is_multiple_of(6) {
            let thing = which % things.len();
            jobs.push((thing, app.put(|tx| open(tx, &things[thing]))));
            continue;
        }
        let (thing, job) = jobs[which % jobs.len()];
        match chance % 2 {
            0 => app.put(|tx| find(tx, &things[thing], job, chance / 2)),
            _ => app.put(|tx| turn(tx, job, chance / 2)),
        }
        if round % 100 == 99 {
            assert_eq!(lines(&app, TALLIES), lines(&app, SUMS), "after {round} changes");
            assert_eq!(lines(&app, REPAIR_TALLIES), lines(&app, REPAIR_SUMS), "after {round} changes");
        }
    }
    let end = lines(&app, TALLIES);
    let (tried, held) = end.iter().fold((0, 0), |(t, h), line| (t + line.tried, h + line.held));
    assert!(tried > held && held > 0, "some held and some did not: {end:?}");
}
