//! What fixed things of a model or category before: read from the tallies, one walk over the lines of a subject.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::known_fix::{Subject, Success};

use crate::each_backend;
use crate::error::Result;
use crate::fault_words::words_by_id;
use crate::portable::AnyConnection;
use crate::schema::{assets, fix_tallies, repair_tallies};
use crate::types::Moment;

/// The most lines of a subject that are looked at, those that held most often first.
const MOST: i64 = 300;
/// Of how many assets of a model the time in service is added up.
const SAMPLE: i64 = 2000;

/// A fix, and how it fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFix {
    /// What things showed.
    pub symptom_id: i64,
    /// The same in words.
    pub symptom: String,
    /// What was wrong.
    pub cause_id: i64,
    /// The same in words.
    pub cause: String,
    /// What was done.
    pub fix_id: i64,
    /// The same in words.
    pub fix: String,
    /// How it fared.
    pub success: Success,
}

/// How often things of a subject failed, and how long they took to mend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, HasQuery)]
#[diesel(table_name = repair_tallies)]
pub struct RepairFigures {
    /// How often they failed.
    pub failures: i64,
    /// How often they were repaired.
    pub repairs: i64,
    /// Minutes from the report to the repair, of all repairs.
    pub minutes: i64,
}

/// The best bets of a subject, those for a symptom first where one is given.
///
/// # Errors
/// The database's.
pub fn list_known_fixes(
    conn: &mut AnyConnection,
    subject: &Subject,
    symptom_id: Option<i64>,
    limit: usize,
) -> Result<Vec<KnownFix>> {
    let lines: Vec<(i64, i64, i64, i64, i64)> = each_backend!(conn, c => fix_tallies::table
        .filter(fix_tallies::subject.eq(subject.key()).and(fix_tallies::tried.gt(0)))
        .order((fix_tallies::held.desc(), fix_tallies::tried))
        .limit(MOST)
        .select((
            fix_tallies::symptom_id,
            fix_tallies::cause_id,
            fix_tallies::fix_id,
            fix_tallies::tried,
            fix_tallies::held,
        ))
        .load(c))?;
    if lines.is_empty() {
        return Ok(vec![]);
    }
    let words = words_by_id(conn)?;
    let word = |id: i64| words.get(&id).cloned().unwrap_or_default();
    let known = |(symptom_id, cause_id, fix_id, tried, held)| KnownFix {
        symptom_id,
        symptom: word(symptom_id),
        cause_id,
        cause: word(cause_id),
        fix_id,
        fix: word(fix_id),
        success: Success { tried, held },
    };
    let mut fixes: Vec<KnownFix> = lines.into_iter().map(known).collect();
    let other = |fix: &KnownFix| symptom_id.is_some_and(|symptom| fix.symptom_id != symptom);
    fixes.sort_by(|a, b| other(a).cmp(&other(b)).then_with(|| a.success.better_first(b.success)));
    fixes.truncate(limit);
    Ok(fixes)
}

/// How some fixes fared, by subject and by symptom, cause and fix.
///
/// # Errors
/// The database's.
pub fn successes_of(
    conn: &mut AnyConnection,
    subjects: Vec<String>,
) -> Result<BTreeMap<(String, [i64; 3]), Success>> {
    let lines: Vec<(String, i64, i64, i64, i64, i64)> =
        fix_tallies::table.filter(fix_tallies::subject.eq_any(subjects)).load(conn)?;
    let success = |(subject, symptom, cause, fix, tried, held)| {
        ((subject, [symptom, cause, fix]), Success { tried, held })
    };
    Ok(lines.into_iter().map(success).collect())
}

/// How often things of a subject failed.
///
/// # Errors
/// The database's.
pub fn repair_figures(conn: &mut AnyConnection, subject: &Subject) -> Result<RepairFigures> {
    let query = RepairFigures::query().filter(repair_tallies::subject.eq(subject.key()));
    Ok(query.first(conn).optional()?.unwrap_or_default())
}

/// How many assets a registered model has, and the days that they were in service up to `now`; of very many the
/// newest are added up and stand for the rest. What was disposed of counts to its last change.
///
/// # Errors
/// The database's.
pub fn service_days(conn: &mut AnyConnection, model_id: i64, now: Moment) -> Result<(i64, i64)> {
    let of_model = assets::table.filter(assets::model_id.eq(model_id));
    let count: i64 = of_model.count().get_result(conn)?;
    let rows: Vec<(chrono::NaiveDate, String, Moment)> = of_model
        .order(assets::id.desc())
        .limit(SAMPLE)
        .select((assets::in_service_on, assets::lifecycle, assets::updated_at))
        .load(conn)?;
    let gone = ["disposed", "lost", "merged"];
    let days = |(since, lifecycle, updated): &(chrono::NaiveDate, String, Moment)| {
        let until = if gone.contains(&lifecycle.as_str()) { *updated } else { now };
        (until.utc().date_naive() - *since).num_days().max(0)
    };
    let sum: i64 = rows.iter().map(days).sum();
    let seen = i64::try_from(rows.len()).unwrap_or(i64::MAX).max(1);
    Ok((count, sum.saturating_mul(count) / seen))
}
