//! The whole history of an asset as one line: what happened to it and how it was tested, newest first.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::equipment::TestKind;
use domain::event::{Change, Via};
use domain::verdict::Verdict;

use crate::each_backend;
use crate::error::Result;
use crate::history_links::Parts;
use crate::portable::AnyConnection;
use crate::schema::{events, people, tests};
use crate::types::{Coded, Json, Moment};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who; empty for the program itself.
    pub who: String,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// A change.
    Event {
        /// The kind of record, such as "asset".
        noun: String,
        /// Its id or number.
        noun_id: String,
        /// The verb in the past tense.
        action: String,
        /// The door through which it came.
        via: Via,
        /// Field by field.
        changes: Vec<Change>,
    },
    /// An inspection or test.
    Test {
        /// Its id.
        id: String,
        /// Its kind.
        kind: TestKind,
        /// Its outcome.
        verdict: Verdict,
    },
}

type EventRow = (Moment, Option<String>, (String, String), String, Coded<Via>, Json<Vec<Change>>);
type TestRow = (Moment, Option<String>, String, Coded<TestKind>, Coded<Verdict>);

/// The rows of changes that a condition picks, before a moment, as one prepared statement for each condition.
macro_rules! changes {
    ($conn:expr, $of:expr, $before:expr, $fetch:expr) => {
        each_backend!($conn, c => events::table
            .left_join(people::table)
            .filter($of)
            .filter(events::noun.ne("test").and(events::at.lt($before)))
            .order(events::id.desc())
            .limit($fetch)
            .select((
                events::at,
                people::name.nullable(),
                (events::noun, events::noun_id),
                events::action,
                events::via,
                events::changes,
            ))
            .load::<EventRow>(c))
    };
}

/// As [`changes`], of tests.
macro_rules! tested {
    ($conn:expr, $of:expr, $before:expr, $fetch:expr) => {
        each_backend!($conn, c => tests::table
            .left_join(people::table)
            .filter($of)
            .filter(tests::performed_at.lt($before))
            .order(tests::performed_at.desc())
            .limit($fetch)
            .select((tests::performed_at, people::name.nullable(), tests::id, tests::kind, tests::verdict))
            .load::<TestRow>(c))
    };
}

/// What happened to an asset before a moment, newest first, and where the page before that begins.
/// The caller has found the asset within the scope.
///
/// # Errors
/// The database's.
pub fn timeline(
    conn: &mut AnyConnection,
    parts: &Parts,
    before: Option<DateTime<Utc>>,
    limit: usize,
) -> Result<(Vec<Entry>, Option<DateTime<Utc>>)> {
    let before = Moment::from(before.unwrap_or(DateTime::<Utc>::MAX_UTC.min(far())));
    let fetch = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let (changed, tested) = match parts.only() {
        Some(only) => (
            changes!(conn, events::asset_id.eq(only), before, fetch)?,
            tested!(conn, tests::asset_id.eq(only), before, fetch)?,
        ),
        None => {
            let Parts { assets, gone, come, .. } = parts.clone();
            let stayed = tests::asset_id.eq_any(assets.clone()).and(tests::id.ne_all(gone));
            let belongs = stayed.or(tests::id.eq_any(come));
            (
                changes!(conn, events::asset_id.eq_any(assets.clone()), before, fetch)?,
                tested!(conn, belongs.clone(), before, fetch)?,
            )
        }
    };
    let mut entries: Vec<Entry> =
        changed.into_iter().map(of_event).chain(tested.into_iter().map(of_test)).collect();
    // Stable: what one write told stays in its order.
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let more = entries.len() > limit;
    // A page ends between two moments, or the next page would miss what happened at the same one.
    let end = match entries.get(limit.saturating_sub(1)).map(|last| last.at) {
        Some(last) => entries.iter().take_while(|entry| entry.at >= last).count(),
        None => entries.len(),
    };
    entries.truncate(end);
    let next = entries.last().map(|entry| entry.at).filter(|_| more);
    Ok((entries, next))
}

/// Later than anything recorded, and still a time in both databases.
fn far() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn of_event((at, who, (noun, noun_id), action, via, changes): EventRow) -> Entry {
    let what = What::Event { noun, noun_id, action, via: via.0, changes: changes.0 };
    Entry { at: at.utc(), who: who.unwrap_or_default(), what }
}

fn of_test((at, who, id, kind, verdict): TestRow) -> Entry {
    let what = What::Test { id, kind: kind.0, verdict: verdict.0 };
    Entry { at: at.utc(), who: who.unwrap_or_default(), what }
}
