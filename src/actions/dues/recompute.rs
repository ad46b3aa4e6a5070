//! What an asset's tests, place, category and intervals make of it: its lock and its due dates.

use chrono_tz::Tz;
use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType, TestKind};
use domain::schedule::{
    ByHand, CategoryInterval, Interval, IntervalChoice, IntervalQuery, Intervals, NextDue, choose_interval,
    due_dates,
};
use domain::standing::{LockCause, Release, Standing, TestRecord, standing};
use store::assets::Asset;
use store::dues::{self, Due, TestedState};
use store::types::{Coded, Moment};
use store::{AnyConnection, Tx, categories, places, sites, tests};

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
/// them: a test, a release, a change of place, life, intervals or category.
///
/// # Errors
/// Not found, and the store's.
pub fn recompute(tx: &mut Tx, asset_id: i64) -> Result<Outcome> {
    dues::hold_asset(tx, asset_id)?;
    let actor = tx.actor;
    let asset = store::assets::find_asset(tx, actor.scope(), asset_id)?;
    let history = tests::tests_for_standing(tx, asset_id)?;
    let releases = tests::releases_for_standing(tx, asset_id)?;
    settle(tx, &asset, &history, &releases)
}

/// Stores what a history amounts to.
///
/// # Errors
/// The store's.
pub(crate) fn settle(
    tx: &mut Tx,
    asset: &Asset,
    history: &[TestRecord],
    releases: &[Release],
) -> Result<Outcome> {
    let standing = standing(history, releases);
    let intervals = intervals_of(tx, asset)?;
    let actor = tx.actor;
    let site = sites::find_site(tx, actor.scope(), asset.site_id)?;
    let zone = time_zone(&site.time_zone)?;
    let next_due = match asset.lifecycle.0.falls_due() {
        true => due_dates(history, standing.locked.is_some(), asset.in_service_on, zone, &intervals),
        false => NextDue::default(),
    };
    dues::update_tested_state(tx, asset.id, &state_of(asset, &standing, tx.now.into()))?;
    dues::replace_dues(tx, asset, &due_list(&next_due, &intervals))?;
    Ok(Outcome { standing, next_due })
}

fn state_of(asset: &Asset, standing: &Standing, now: Moment) -> TestedState {
    let lock = standing.locked.as_ref().map(lock_words);
    TestedState {
        locked_at: lock.as_ref().map(|_| asset.locked_at.unwrap_or(now)),
        lock_cause: lock,
        last_verdict: standing.last.map(|last| Coded(last.verdict)),
        last_tested_at: standing.last.map(|last| Moment::from(last.performed_at)),
    }
}

/// Why an asset is locked, as its page says it.
pub fn lock_words(lock: &LockCause) -> String {
    let day = lock.performed_at.date_naive();
    format!("{} ({} of {day})", lock.why.label(), lock.kind.label().to_lowercase())
}

fn due_list(next: &NextDue, intervals: &Intervals) -> Vec<Due> {
    let due = |kind, day: Option<chrono::NaiveDate>, choice: &IntervalChoice| match (day, choice) {
        (Some(due_on), IntervalChoice::Every(Interval { months, reason, .. })) => {
            Some(Due { kind, due_on, months: *months, reason: reason.clone() })
        }
        _ => None,
    };
    [
        due(TestKind::FormalVisual, next.formal_visual, &intervals.formal_visual),
        due(TestKind::Combined, next.combined, &intervals.combined),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How often an asset is inspected, and why.
///
/// # Errors
/// The store's.
pub fn intervals_of(conn: &mut AnyConnection, asset: &Asset) -> Result<Intervals> {
    let category = categories::find_category(conn, asset.category_id)?;
    let places = match asset.place_id {
        Some(id) => places::place_and_above(conn, id)?,
        None => vec![],
    };
    let known = asset.equipment_class.is_some() && asset.equipment_type.is_some();
    // A preset's rows go by class and type: with these unknown none can be chosen.
    let environment = places.iter().find_map(|place| place.environment).filter(|_| known);
    let query = |kind, by_hand: Option<i64>, of_category: Option<i64>| IntervalQuery {
        kind,
        equipment_class: asset.equipment_class.map_or(EquipmentClass::I, |class| class.0),
        equipment_type: asset.equipment_type.map_or(EquipmentType::Portable, |kind| kind.0),
        environment: environment.map(|place| place.0),
        category: of_category
            .and_then(months)
            .map(|months| CategoryInterval { category: category.name.clone(), months }),
        by_hand: by_hand
            .map(|by_hand| ByHand { months: months(by_hand), reason: asset.interval_reason.clone() }),
    };
    let visual = query(TestKind::FormalVisual, asset.formal_visual_months, category.formal_visual_months);
    let combined = query(TestKind::Combined, asset.combined_months, category.combined_months);
    Ok(Intervals { formal_visual: choose_interval(&visual), combined: choose_interval(&combined) })
}

fn months(stored: i64) -> Option<u32> {
    u32::try_from(stored).ok().filter(|months| *months > 0)
}

/// Reads a site's time zone.
///
/// # Errors
/// Internal: sites are stored with zones that are known.
pub fn time_zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::Internal(format!("the time zone \"{name}\" is not known")))
}
