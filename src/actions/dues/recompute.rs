//! What an asset's tests and the levels that state intervals make of it: its lock and its due dates.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::asset::Lifecycle;
use domain::equipment::TestKind;
use domain::schedule::{DueDays, DueWhy, Intervals, NextDue, due_dates};
use domain::standing::{LockCause, Marks, Standing, TestRecord, counting, standing};
use domain::verdict::Verdict;
use store::assets::Asset;
use store::dues::{self, Due, Settled, TestedState};
use store::history_links::{self, Belonging};
use store::recalls::Retest;
use store::types::{Coded, Moment};
use store::{AnyConnection, Tx, marks, recalls, sites, tests};

use super::levels::Levels;
use crate::error::{Error, Result};

/// What the whole history of an asset amounts to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether it may be used.
    pub standing: Standing,
    /// When it is due next.
    pub next_due: NextDue,
}

/// Works out an asset's lock and due dates anew from all of its tests. Called after everything that can move
/// them: a test, a hold, a release, a change of place, life, intervals or category.
///
/// # Errors
/// Not found, and the store's.
pub fn recompute(tx: &mut Tx, asset_id: i64) -> Result<Outcome> {
    dues::hold_asset(tx, asset_id)?;
    let actor = tx.actor;
    let asset = store::assets::find_asset(tx, actor.scope(), asset_id)?;
    let history = tests::tests_for_standing(tx, asset_id)?;
    let marks = marks::marks_for_standing(tx, asset_id)?;
    let outcome = settle(tx, &asset, &history, &marks)?;
    match asset.lifecycle.0 {
        // What was written of it counts for the asset that it was merged into.
        Lifecycle::Merged => recompute_home(tx, asset_id, outcome),
        _ => Ok(outcome),
    }
}

fn recompute_home(tx: &mut Tx, asset_id: i64, outcome: Outcome) -> Result<Outcome> {
    let home = history_links::home_of(tx, asset_id)?;
    if home == asset_id { Ok(outcome) } else { recompute(tx, home) }
}

/// Stores what a history amounts to.
///
/// # Errors
/// The store's.
pub(crate) fn settle(tx: &mut Tx, asset: &Asset, history: &[TestRecord], marks: &Marks) -> Result<Outcome> {
    let intervals = intervals_of(tx, asset)?;
    let actor = tx.actor;
    let site = sites::find_site(tx, actor.scope(), asset.site_id)?;
    let zone = time_zone(&site.time_zone)?;
    let worked_out = work_out(asset, history, marks, (zone, &intervals));
    write_down(tx, asset, &worked_out, &intervals)?;
    let WorkedOut { standing, due, .. } = worked_out;
    Ok(Outcome { standing, next_due: due.days() })
}

/// What a history amounts to, with nothing stored yet.
#[derive(Debug, Clone)]
pub(crate) struct WorkedOut {
    /// Whether it may be used.
    pub standing: Standing,
    /// What it is due for.
    pub due: DueDays,
    /// When it last passed a test that measures.
    pub proven_at: Option<DateTime<Utc>>,
}

/// Works out what a history amounts to.
pub(crate) fn work_out(
    asset: &Asset,
    history: &[TestRecord],
    marks: &Marks,
    (zone, intervals): (Tz, &Intervals),
) -> WorkedOut {
    let standing = standing(history, marks);
    let due = match asset.lifecycle.0.falls_due() {
        true => due_dates(history, standing.locked.is_some(), asset.in_service_on, zone, intervals)
            .with_proof_owed(&standing, zone),
        false => DueDays::default(),
    };
    let passed = |test: &&&TestRecord| test.kind.measures() && test.verdict == Verdict::Pass;
    let proven_at = counting(history).iter().filter(passed).map(|test| test.performed_at).max();
    WorkedOut { standing, due, proven_at }
}

/// Stores what was worked out.
///
/// # Errors
/// The store's.
pub(crate) fn write_down(
    tx: &mut Tx,
    asset: &Asset,
    worked_out: &WorkedOut,
    intervals: &Intervals,
) -> Result<()> {
    write_down_all(tx, &[(asset, worked_out, intervals)])
}

/// Stores what was worked out for assets, each named once, in few statements.
///
/// # Errors
/// The store's.
pub(crate) fn write_down_all(tx: &mut Tx, all: &[(&Asset, &WorkedOut, &Intervals)]) -> Result<()> {
    let ids: Vec<i64> = all.iter().map(|(asset, ..)| asset.id).collect();
    let belonging = Belonging::load(tx, &ids)?;
    let mut asked = recalls::find_retests(tx, &belonging.assets)?;
    // What was asked for of a thing under another name is asked for of this one.
    for asset in belonging.assets.iter().filter(|asset| belonging.home(**asset) != **asset) {
        if let Some(there) = asked.remove(asset) {
            let here = asked.entry(belonging.home(*asset)).or_insert(there);
            *here = (*here).max(there);
        }
    }
    let now = tx.now.into();
    let settled = all.iter().map(|(asset, worked_out, intervals)| {
        let mut owed = due_list(&worked_out.due, intervals);
        let asked = asked.get(&asset.id);
        if let Some(asked) = asked.filter(|_| asset.lifecycle.0.falls_due())
            && worked_out.standing.locked.is_none()
        {
            add_retest(*asked, worked_out.proven_at, &mut owed);
        }
        Settled { asset, state: state_of(asset, &worked_out.standing, now), dues: owed }
    });
    Ok(dues::write_settled(tx, &settled.collect::<Vec<_>>())?)
}

/// How the reason begins of what is due because of a recall.
pub const ASKED: &str = "asked for because of instrument recall";

/// What was asked for because of a recall is due until a later test has passed.
fn add_retest((at, due_on, recall): Retest, proven_at: Option<DateTime<Utc>>, due: &mut Vec<Due>) {
    if proven_at.is_some_and(|proven| proven > at.utc()) {
        return;
    }
    let known = due.iter_mut().find(|one| one.kind == TestKind::Combined);
    match known {
        Some(one) if one.due_on <= due_on => {}
        Some(one) => {
            (one.due_on, one.why) = (due_on, DueWhy::ByDate);
            one.reason = format!("{ASKED} {recall}");
        }
        None => due.push(Due {
            kind: TestKind::Combined,
            due_on,
            months: 0,
            reason: format!("{ASKED} {recall}"),
            why: DueWhy::ByDate,
        }),
    }
}

fn state_of(asset: &Asset, standing: &Standing, now: Moment) -> TestedState {
    let lock = standing.locked.as_ref().map(lock_words);
    TestedState {
        locked_at: lock.as_ref().map(|_| asset.locked_at.unwrap_or(now)),
        lock_cause: lock,
        last_verdict: standing.verdict.map(Coded),
        last_tested_at: standing.last.map(|last| Moment::from(last.performed_at)),
    }
}

/// Why an asset is locked, as its page says it.
pub fn lock_words(lock: &LockCause) -> String {
    let day = lock.at.date_naive();
    format!("{} ({} of {day})", lock.reason(), lock.behind.noun())
}

fn due_list(due: &DueDays, intervals: &Intervals) -> Vec<Due> {
    let choice =
        |kind| intervals.each().into_iter().find(|(known, _)| *known == kind).map(|(_, choice)| choice);
    let row = |(kind, day): (_, domain::schedule::DueDay)| {
        let choice = choice(kind);
        let reason = choice.map(|choice| choice.reason().to_owned()).unwrap_or_default();
        // Owed though no interval asks for it: what a test left unproven.
        let months = choice.and_then(|choice| choice.months()).unwrap_or(0);
        Due { kind, due_on: day.on, months, reason, why: day.why }
    };
    due.each().map(row).collect()
}

/// How often an asset is inspected, and why.
///
/// # Errors
/// The store's.
pub fn intervals_of(conn: &mut AnyConnection, asset: &Asset) -> Result<Intervals> {
    Ok(Levels::of(conn, asset)?.intervals())
}

/// Reads a site's time zone.
///
/// # Errors
/// Internal: sites are stored with zones that are known.
pub fn time_zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::Internal(format!("the time zone \"{name}\" is not known")))
}
