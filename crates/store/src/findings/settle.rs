//! What became of findings and repairs, and the tallies over them, brought up to date when a job closes, is opened
//! again, or a finding changes. All of it follows from the findings and the steps of jobs, so it may be worked out
//! anew at any time; the tallies are changed by the difference.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::code::Code;
use domain::job::{JobKind, JobState, Outcome, StepKind};
use domain::known_fix::{Subject, Turn, fate};

use super::{Finding, list_findings_of_asset};
use crate::error::Result;
use crate::schema::{assets, findings, fix_outcomes, fix_tallies, job_assets, job_steps, jobs};
use crate::schema::{repair_outcomes, repair_tallies};
use crate::types::{Coded, Moment};
use crate::{Tx, each_backend};

#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = fix_outcomes)]
struct FixOutcome {
    finding_id: i64,
    customer_id: i64,
    asset_id: i64,
    model_key: String,
    category_id: i64,
    symptom_id: i64,
    cause_id: i64,
    fix_id: i64,
    tried_at: Moment,
    held: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = repair_outcomes, treat_none_as_default_value = false)]
pub(super) struct RepairOutcome {
    job_id: i64,
    asset_id: i64,
    customer_id: i64,
    model_key: String,
    category_id: i64,
    minutes: Option<i64>,
}

impl RepairOutcome {
    /// What a failure counts for, with the asset's make and model, and its category.
    pub(super) fn of(job: &Ended, asset_id: i64, (model, category_id): ((&str, &str), i64)) -> Self {
        Self {
            job_id: job.id,
            asset_id,
            customer_id: job.customer_id,
            model_key: model_key(model.0, model.1),
            category_id,
            minutes: job.minutes(),
        }
    }
}

/// A line of the tallies of fixes, or what is added to one.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = fix_tallies)]
pub struct FixTally {
    /// The key of the model or category.
    pub subject: String,
    /// What it showed.
    pub symptom_id: i64,
    /// What was wrong.
    pub cause_id: i64,
    /// What helped.
    pub fix_id: i64,
    /// How often it was tried.
    pub tried: i64,
    /// How often it held.
    pub held: i64,
}

/// A line of the tallies of repairs, or what is added to one.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = repair_tallies)]
pub struct RepairTally {
    /// The key of the model or category.
    pub subject: String,
    /// How often things failed.
    pub failures: i64,
    /// How often they were repaired.
    pub repairs: i64,
    /// Minutes from the report to the repair, of all repairs.
    pub minutes: i64,
}

/// Rows per statement: SQLite binds at most 32,766 values in one.
const ROWS: usize = 1000;

/// Brings what follows from a job up to date: after it was closed or opened again, after a finding of it changed,
/// after it was imported.
///
/// # Errors
/// The database's.
pub fn settle_job(tx: &mut Tx, job_id: i64) -> Result<()> {
    let named: Vec<Option<i64>> = findings::table
        .filter(findings::job_id.eq(job_id).and(findings::asset_id.is_not_null()))
        .select(findings::asset_id)
        .distinct()
        .order(findings::asset_id)
        .load(&mut **tx)?;
    for asset_id in named.into_iter().flatten() {
        settle_fixes(tx, asset_id)?;
    }
    settle_repairs(tx, job_id)
}

/// Make, model and category of an asset, for which it counts.
fn counts_for(tx: &mut Tx, asset_id: i64) -> Result<(String, String, i64)> {
    let query = assets::table.find(asset_id).select((assets::make, assets::model, assets::category_id));
    Ok(query.first(&mut **tx)?)
}

/// The key of a model, blank where there is none.
fn model_key(make: &str, model: &str) -> String {
    Subject::model(make, model).map(|subject| subject.key()).unwrap_or_default()
}

/// The keys under which something is tallied.
fn keys(model_key: &str, category_id: i64) -> impl Iterator<Item = String> {
    let model = (!model_key.is_empty()).then(|| model_key.to_owned());
    model.into_iter().chain([Subject::Category(category_id).key()])
}

/// Works out what became of every finding of an asset, and changes the tallies of fixes by the difference.
pub(super) fn settle_fixes(tx: &mut Tx, asset_id: i64) -> Result<()> {
    let found = list_findings_of_asset(tx, asset_id)?;
    let wanted = outcomes(tx, asset_id, &found)?;
    let query = FixOutcome::query().filter(fix_outcomes::asset_id.eq(asset_id));
    let stored: Vec<FixOutcome> = query.order(fix_outcomes::finding_id).load(&mut **tx)?;
    if stored == wanted {
        return Ok(());
    }
    let mut changes: BTreeMap<(String, i64, i64, i64), (i64, i64)> = BTreeMap::new();
    for (outcomes, sign) in [(&stored, -1), (&wanted, 1)] {
        for one in outcomes {
            for key in keys(&one.model_key, one.category_id) {
                let line = changes.entry((key, one.symptom_id, one.cause_id, one.fix_id)).or_default();
                *line = (line.0 + sign, line.1 + sign * i64::from(one.held));
            }
        }
    }
    diesel::delete(fix_outcomes::table.filter(fix_outcomes::asset_id.eq(asset_id))).execute(&mut **tx)?;
    for rows in wanted.chunks(ROWS) {
        each_backend!(&mut **tx, c => diesel::insert_into(fix_outcomes::table).values(rows).execute(c))?;
    }
    // In the order of their keys, so that two that close jobs at once wait for each other in the same order.
    let changes = changes.into_iter().filter(|(_, change)| *change != (0, 0));
    for ((subject, symptom_id, cause_id, fix_id), (tried, held)) in changes {
        add_fixes(tx, &FixTally { subject, symptom_id, cause_id, fix_id, tried, held })?;
    }
    Ok(())
}

/// What became of each finding of an asset, in the order of their ids.
fn outcomes(tx: &mut Tx, asset_id: i64, found: &[Finding]) -> Result<Vec<FixOutcome>> {
    let ids: Vec<i64> = found.iter().map(|finding| finding.job_id).collect();
    let mut opened: BTreeMap<i64, DateTime<Utc>> = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let rows: Vec<(i64, Moment)> =
            jobs::table.filter(jobs::id.eq_any(ids)).select((jobs::id, jobs::opened_at)).load(&mut **tx)?;
        opened.extend(rows.into_iter().map(|(id, at)| (id, at.utc())));
    }
    let turns = turns_of(tx, &ids)?;
    let (make, model, category_id) = counts_for(tx, asset_id)?;
    let model_key = model_key(&make, &model);
    let outcome = |finding: &Finding| {
        let again = found
            .iter()
            .filter(|other| other.job_id != finding.job_id && other.symptom_id == finding.symptom_id);
        let again: Vec<_> = again.filter_map(|other| opened.get(&other.job_id).copied()).collect();
        let turns = turns.get(&finding.job_id).map_or(&[][..], Vec::as_slice);
        fate(finding.found_at.utc(), turns, &again).map(|tried| FixOutcome {
            finding_id: finding.id,
            customer_id: finding.customer_id,
            asset_id,
            model_key: model_key.clone(),
            category_id,
            symptom_id: finding.symptom_id,
            cause_id: finding.cause_id,
            fix_id: finding.fix_id,
            tried_at: tried.at.into(),
            held: tried.held,
        })
    };
    Ok(found.iter().filter_map(outcome).collect())
}

/// When jobs were closed and opened again, by job, in order.
fn turns_of(tx: &mut Tx, job_ids: &[i64]) -> Result<BTreeMap<i64, Vec<Turn>>> {
    let closed = JobState::Closed.code();
    let mut rows: Vec<(i64, Moment, String, String)> = vec![];
    // A job that two findings name may stand in two parts, and its steps are read once.
    let job_ids: Vec<i64> = job_ids.iter().copied().collect::<BTreeSet<i64>>().into_iter().collect();
    for job_ids in job_ids.chunks(ROWS) {
        let query = job_steps::table
            .filter(job_steps::job_id.eq_any(job_ids).and(job_steps::kind.eq(StepKind::State.code())))
            .filter(job_steps::to_value.eq(closed).or(job_steps::from_value.eq(closed)))
            .order(job_steps::id)
            .select((job_steps::job_id, job_steps::at, job_steps::to_value, job_steps::detail));
        rows.extend(query.load::<(i64, Moment, String, String)>(&mut **tx)?);
    }
    let mut turns: BTreeMap<i64, Vec<Turn>> = BTreeMap::new();
    for (job_id, at, to, detail) in rows {
        let turn = match to == closed {
            // A closing of which nothing more is known, such as an imported one, counts as a repair.
            true => Turn::Closed(at.utc(), Outcome::parse_code(&detail).unwrap_or(Outcome::Repaired)),
            false => Turn::Reopened(at.utc()),
        };
        turns.entry(job_id).or_default().push(turn);
    }
    Ok(turns)
}

/// Adds to a line of the tallies of fixes.
///
/// # Errors
/// The database's.
pub fn add_fixes(tx: &mut Tx, change: &FixTally) -> Result<()> {
    each_backend!(&mut **tx, c => diesel::insert_into(fix_tallies::table)
        .values(change)
        .on_conflict((
            fix_tallies::subject,
            fix_tallies::symptom_id,
            fix_tallies::cause_id,
            fix_tallies::fix_id,
        ))
        .do_update()
        .set((
            fix_tallies::tried.eq(fix_tallies::tried + excluded(fix_tallies::tried)),
            fix_tallies::held.eq(fix_tallies::held + excluded(fix_tallies::held)),
        ))
        .execute(c))?;
    Ok(())
}

/// What the tallies of repairs need of a job.
#[derive(HasQuery)]
#[diesel(table_name = jobs)]
pub(super) struct Ended {
    pub(super) id: i64,
    customer_id: i64,
    kind: Coded<JobKind>,
    outcome: Option<Coded<Outcome>>,
    opened_at: Moment,
    fixed_at: Option<Moment>,
    closed_at: Option<Moment>,
}

impl Ended {
    /// Whether it closed a failure: a repair in which something was wrong.
    pub(super) fn is_failure(&self) -> bool {
        let sound = [Outcome::NoFaultFound, Outcome::Cancelled, Outcome::Done];
        let failed = self.outcome.is_some_and(|outcome| !sound.contains(&outcome.0));
        self.kind.0 == JobKind::Repair && self.closed_at.is_some() && failed
    }

    /// Minutes from its opening to the repair; none where it was not repaired.
    fn minutes(&self) -> Option<i64> {
        let repaired = [Outcome::Repaired, Outcome::Replaced];
        self.outcome.filter(|outcome| repaired.contains(&outcome.0))?;
        let fixed = self.fixed_at.or(self.closed_at)?.utc();
        Some((fixed - self.opened_at.utc()).num_minutes().max(0))
    }
}

fn settle_repairs(tx: &mut Tx, job_id: i64) -> Result<()> {
    let Some(job) = Ended::query().filter(jobs::id.eq(job_id)).first(&mut **tx).optional()? else {
        return Ok(());
    };
    let wanted = if job.is_failure() { failures_of(tx, &job)? } else { vec![] };
    let query = RepairOutcome::query().filter(repair_outcomes::job_id.eq(job_id));
    let stored: Vec<RepairOutcome> = query.order(repair_outcomes::asset_id).load(&mut **tx)?;
    if stored == wanted {
        return Ok(());
    }
    diesel::delete(repair_outcomes::table.filter(repair_outcomes::job_id.eq(job_id))).execute(&mut **tx)?;
    each_backend!(&mut **tx, c => diesel::insert_into(repair_outcomes::table).values(&wanted).execute(c))?;
    for change in repairs_of(&stored, &wanted) {
        add_repairs(tx, &change)?;
    }
    Ok(())
}

/// What is added to the tallies of repairs where some outcomes take the place of others, in the order of the keys.
pub(super) fn repairs_of(gone: &[RepairOutcome], come: &[RepairOutcome]) -> Vec<RepairTally> {
    let mut changes: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for (outcomes, sign) in [(gone, -1), (come, 1)] {
        for one in outcomes {
            for key in keys(&one.model_key, one.category_id) {
                let line = changes.entry(key).or_default();
                let repairs = i64::from(one.minutes.is_some());
                let minutes = one.minutes.unwrap_or(0);
                *line = (line.0 + sign, line.1 + sign * repairs, line.2 + sign * minutes);
            }
        }
    }
    let tally = |(subject, (failures, repairs, minutes))| RepairTally { subject, failures, repairs, minutes };
    changes.into_iter().map(tally).collect()
}

fn failures_of(tx: &mut Tx, job: &Ended) -> Result<Vec<RepairOutcome>> {
    let named = job_assets::table.filter(job_assets::job_id.eq(job.id));
    let ids: Vec<i64> = named.order(job_assets::asset_id).select(job_assets::asset_id).load(&mut **tx)?;
    let mut failures = vec![];
    for asset_id in ids {
        let (make, model, category_id) = counts_for(tx, asset_id)?;
        failures.push(RepairOutcome::of(job, asset_id, ((&make, &model), category_id)));
    }
    Ok(failures)
}

/// Adds to a line of the tallies of repairs.
///
/// # Errors
/// The database's.
pub fn add_repairs(tx: &mut Tx, change: &RepairTally) -> Result<()> {
    each_backend!(&mut **tx, c => diesel::insert_into(repair_tallies::table)
        .values(change)
        .on_conflict(repair_tallies::subject)
        .do_update()
        .set((
            repair_tallies::failures.eq(repair_tallies::failures + excluded(repair_tallies::failures)),
            repair_tallies::repairs.eq(repair_tallies::repairs + excluded(repair_tallies::repairs)),
            repair_tallies::minutes.eq(repair_tallies::minutes + excluded(repair_tallies::minutes)),
        ))
        .execute(c))?;
    Ok(())
}
