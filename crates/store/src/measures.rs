//! What is counted of jobs: a row of facts a job, and their sums by month, kept as jobs change.

mod list;
mod sums;

pub use list::{OpenFacts, list_measured, list_open};
pub use sums::{By, Counts, Selection, Sums, Tally, check_tallies, list_tallies, sum_by};

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::code::Code;
use domain::job::{JobState, StepKind, WaitingFor};
use domain::measure::{Move, Moved, first_time_fix, held_by_line, minutes_by_line};
use domain::schedule::{FIRM_ZONE, local_date};

use crate::error::Result;
use crate::jobs::Job;
use crate::portable::AnyConnection;
use crate::schema::{assets, job_assets, job_entries, job_facts, job_steps, job_things, jobs};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend};

/// Rows per statement: SQLite binds at most 32,766 values in one.
const ROWS: usize = 800;

/// What is counted of one job.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable, AsChangeset)]
#[diesel(table_name = job_facts, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Facts {
    /// The job.
    pub job_id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// Who was at it; 0 for nobody.
    pub engineer_id: i64,
    /// The support line that had it last.
    pub line: i64,
    /// Make and model of the first thing that it is about, lower case; empty where none is known.
    pub model: String,
    /// The day on which it was opened, by the firm's clock, so that a month is one month for every site.
    pub opened_on: NaiveDate,
    /// The day on which it was closed.
    pub closed_on: Option<NaiveDate>,
    /// Whether it was answered in time; none where no contract says.
    pub response_met: Option<bool>,
    /// Whether it was put right in time; none where no contract says.
    pub fix_met: Option<bool>,
    /// Whether the first work was enough.
    pub first_time_fix: Option<bool>,
    /// Whether it was opened again.
    pub reopened: bool,
    /// Minutes logged while the first line had it.
    pub minutes_1: i64,
    /// Minutes logged while the second line had it.
    pub minutes_2: i64,
    /// Minutes logged while the third line had it.
    pub minutes_3: i64,
    /// Minutes for which the first line had it open.
    pub held_1: i64,
    /// Minutes for which the second line had it open.
    pub held_2: i64,
    /// Minutes for which the third line had it open.
    pub held_3: i64,
}

/// Works out anew what is counted of a job, after any change of it; gives whether anything is counted otherwise.
///
/// # Errors
/// The database's.
pub fn settle_measures(tx: &mut Tx, job: &Job) -> Result<bool> {
    let old: Option<Facts> =
        Facts::query().filter(job_facts::job_id.eq(job.id)).first(&mut **tx).optional()?;
    let Some(new) = facts_of(tx, std::slice::from_ref(job))?.pop() else { return Ok(false) };
    if job.first_time_fix != new.first_time_fix {
        let target = jobs::table.filter(jobs::id.eq(job.id));
        diesel::update(target).set(jobs::first_time_fix.eq(new.first_time_fix)).execute(&mut **tx)?;
    }
    if old.as_ref() == Some(&new) {
        return Ok(false);
    }
    match &old {
        Some(_) => {
            let target = job_facts::table.filter(job_facts::job_id.eq(job.id));
            diesel::update(target).set(&new).execute(&mut **tx)?;
        }
        None => {
            diesel::insert_into(job_facts::table).values(&new).execute(&mut **tx)?;
        }
    }
    sums::tally(tx, old.as_slice(), std::slice::from_ref(&new))?;
    Ok(true)
}

/// Counts jobs that were just written and never counted before.
///
/// # Errors
/// The database's.
pub fn settle_new(tx: &mut Tx, written: &[Job]) -> Result<()> {
    let facts = facts_of(tx, written)?;
    for rows in facts.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(job_facts::table).values(rows).execute(c))?;
    }
    sums::tally(tx, &[], &facts)
}

fn facts_of(conn: &mut AnyConnection, jobs: &[Job]) -> Result<Vec<Facts>> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let (models, moves, logged) = (models(conn, &ids)?, moves(conn, &ids)?, logged(conn, &ids)?);
    let (no_moves, no_minutes) = (vec![], vec![]);
    let facts = |job: &Job| {
        let moves = moves.get(&job.id).unwrap_or(&no_moves);
        let by_line = minutes_by_line(moves, logged.get(&job.id).unwrap_or(&no_minutes));
        // What an open job has been held grows by itself: it is counted when the job is closed.
        let held = job.closed_at.map_or([0; 3], |closed| held_by_line(moves, closed.utc()));
        let outcome = job.outcome.map(|outcome| outcome.0);
        Facts {
            job_id: job.id,
            customer_id: job.customer_id,
            site_id: job.site_id,
            engineer_id: job.assignee_id.unwrap_or(0),
            line: job.line,
            model: models.get(&job.id).cloned().unwrap_or_default(),
            opened_on: local_date(job.opened_at.utc(), FIRM_ZONE),
            closed_on: job.closed_at.map(|closed| local_date(closed.utc(), FIRM_ZONE)),
            response_met: job.response_met,
            fix_met: job.fix_met,
            first_time_fix: first_time_fix(job.kind.0, outcome, moves, job.source_ref.is_some()),
            reopened: job.reopened > 0,
            minutes_1: by_line[0],
            minutes_2: by_line[1],
            minutes_3: by_line[2],
            held_1: held[0],
            held_2: held[1],
            held_3: held[2],
        }
    };
    Ok(jobs.iter().map(facts).collect())
}

/// Make and model of the first asset of each job, else of the thing in words.
fn models(conn: &mut AnyConnection, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let mut models = HashMap::new();
    for ids in ids.chunks(ROWS) {
        let of_things = job_things::table.filter(job_things::job_id.eq_any(ids));
        let things: Vec<(i64, String, String)> =
            of_things.select((job_things::job_id, job_things::make, job_things::model)).load(conn)?;
        models.extend(things.into_iter().map(|(job, make, model)| (job, model_key(&make, &model))));
        let of_assets = job_assets::table.inner_join(assets::table).filter(job_assets::job_id.eq_any(ids));
        let rows: Vec<(i64, String, String)> = of_assets
            .order((job_assets::job_id, job_assets::asset_id.desc()))
            .select((job_assets::job_id, assets::make, assets::model))
            .load(conn)?;
        // The first asset comes last and stays.
        models.extend(rows.into_iter().map(|(job, make, model)| (job, model_key(&make, &model))));
    }
    Ok(models)
}

/// Make and model as they are counted: "Bruma K1" and "BRUMA  k1" are one.
pub fn model_key(make: &str, model: &str) -> String {
    let words: Vec<&str> = make.split_whitespace().chain(model.split_whitespace()).collect();
    words.join(" ").to_lowercase()
}

fn moves(conn: &mut AnyConnection, ids: &[i64]) -> Result<HashMap<i64, Vec<Moved>>> {
    type Row = (i64, Moment, Coded<StepKind>, String, String);
    let mut moves: HashMap<i64, Vec<Moved>> = HashMap::new();
    for ids in ids.chunks(ROWS) {
        let query = job_steps::table
            .filter(job_steps::job_id.eq_any(ids))
            .filter(job_steps::kind.eq_any([Coded(StepKind::State), Coded(StepKind::Line)]))
            .order((job_steps::job_id, job_steps::id))
            .select((
                job_steps::job_id,
                job_steps::at,
                job_steps::kind,
                job_steps::to_value,
                job_steps::detail,
            ));
        for (job, at, kind, to, detail) in query.load::<Row>(conn)? {
            let what = match kind.0 {
                StepKind::Line => to.parse().ok().map(Move::Line),
                // A waiting reason is the detail of its state alone; of a closed job it is the outcome.
                _ => JobState::parse_code(&to)
                    .ok()
                    .map(|state| Move::State(state, WaitingFor::parse_code(&detail).ok())),
            };
            moves.entry(job).or_default().extend(what.map(|what| Moved { at: at.utc(), what }));
        }
    }
    Ok(moves)
}

type Logged = HashMap<i64, Vec<(chrono::DateTime<chrono::Utc>, i64)>>;

/// When how many minutes were logged; what a later entry corrects does not count.
fn logged(conn: &mut AnyConnection, ids: &[i64]) -> Result<Logged> {
    type Row = (i64, String, Moment, i64, Option<String>);
    let mut logged = Logged::new();
    for ids in ids.chunks(ROWS) {
        let query = job_entries::table.filter(job_entries::job_id.eq_any(ids)).select((
            job_entries::job_id,
            job_entries::id,
            job_entries::at,
            job_entries::minutes,
            job_entries::supersedes,
        ));
        let rows: Vec<Row> = query.load(conn)?;
        let corrected: BTreeMap<&str, ()> =
            rows.iter().filter_map(|row| row.4.as_deref()).map(|id| (id, ())).collect();
        for (job, id, at, minutes, _) in &rows {
            if *minutes > 0 && !corrected.contains_key(id.as_str()) {
                logged.entry(*job).or_default().push((at.utc(), *minutes));
            }
        }
    }
    Ok(logged)
}
