//! Signals: what in the records asks for a second look, for managers. The records are looked through each night and
//! when somebody asks; what a manager found when looking at a signal is kept, and that signal is not told again.

mod look;

pub use look::{LOOK_BACK, Look, MOST_DAYS, begin_look, find_look, go_on, look_through};

use chrono::NaiveDate;
use domain::code::Code;
use domain::event::Event;
use domain::permission::{ChangeSettings, ReviewSignals};
use domain::signals::{SignalKind, Thresholds};
use store::signals::{self as rows, Around, SignalRow};
use store::tests::{RecordedTest, with_evidence};
use store::{AnyConnection, Right, people, settings};

use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The name of the setting.
const THRESHOLDS: &str = "signal_thresholds";

/// A signal with the records behind it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The signal.
    pub row: SignalRow,
    /// Whose tests.
    pub person: String,
    /// Who has looked at it.
    pub looked_by: String,
    /// The first tests behind it, the earliest first.
    pub tests: Vec<(Around, RecordedTest)>,
}

/// From where on something is told.
///
/// # Errors
/// The store's.
pub fn find_thresholds(conn: &mut AnyConnection) -> Result<Thresholds> {
    Ok(settings::find_setting(conn, THRESHOLDS)?.unwrap_or_default())
}

/// Changes from where on something is told; the next look goes by it.
///
/// # Errors
/// Forbidden for who sees only some customers, stale.
pub fn change_thresholds(
    app: &App,
    right: &Right<ChangeSettings>,
    version: i64,
    new: Thresholds,
) -> Result<()> {
    sees_all(right, "change what is told of the records")?;
    app.store.write(right.actor(), |tx| {
        let old = find_thresholds(tx)?;
        if old.version != version {
            return Err(Error::Stale("thresholds".to_owned()));
        }
        let event = Event::new("signals", 1, "thresholds changed")
            .change("tests within an hour", old.per_hour, new.per_hour)
            .change("tests with the same readings", old.same_readings, new.same_readings)
            .change("tests nearly alike", old.alike_tests, new.alike_tests)
            .change("minutes between tests of one appliance", old.twin_minutes, new.twin_minutes)
            .change("night from", old.night_from, new.night_from)
            .change("night until", old.night_until, new.night_until)
            .change("minutes between two addresses", old.site_minutes, new.site_minutes)
            .change("tells of missing qualifications", old.unqualified, new.unqualified);
        settings::set_setting(tx, THRESHOLDS, Thresholds { version: version + 1, ..new })?;
        Ok(((), vec![event]))
    })
}

/// Signals a page.
pub const PAGE: i64 = 30;

/// A page of the signals that nobody has looked at, or of those that somebody has, with whose tests they are of; and
/// where the next page begins.
///
/// # Errors
/// The store's.
#[expect(clippy::type_complexity, reason = "a page and its end, as in every list")]
pub fn list_signals(
    app: &App,
    right: &Right<ReviewSignals>,
    which: (bool, Option<SignalKind>),
    before: Option<&(NaiveDate, String)>,
) -> Result<(Vec<(SignalRow, String)>, Option<(NaiveDate, String)>)> {
    let mut found =
        app.store.read(|conn| rows::list_signals(conn, right.scope(), which, before, PAGE + 1))?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let next = found.last().filter(|_| more).map(|(row, _)| (row.day, row.id.clone()));
    Ok((found, next))
}

/// A signal with the records behind it.
///
/// # Errors
/// Not found, also where one of its records is not the reader's to see.
pub fn find_signal(app: &App, right: &Right<ReviewSignals>, id: &str) -> Result<Found> {
    app.store.read(|conn| {
        let (row, person) = rows::find_signal(conn, right.scope(), id)?;
        let looked_by = match row.looked_by {
            Some(id) => people::find_person(conn, id)?.map(|person| person.name),
            None => None,
        };
        let around = rows::list_tests_behind(conn, right.scope(), &row.tests.0)?;
        let recorded = with_evidence(conn, around.iter().map(|one| one.test.clone()).collect())?;
        let tests = around.into_iter().zip(recorded).collect();
        Ok(Found { row, person, looked_by: looked_by.unwrap_or_default(), tests })
    })
}

/// Writes down that a manager has looked at a signal, and what they found.
///
/// # Errors
/// Not found, a field error without a note, a conflict when somebody did so before.
pub fn look_at(app: &App, right: &Right<ReviewSignals>, id: &str, note: &str) -> Result<()> {
    app.store.write(right.actor(), |tx| {
        let (row, _) = rows::find_signal(tx, right.scope(), id)?;
        if note.is_empty() {
            return Err(Error::field("note", "say what you found"));
        }
        rows::look_at(tx, id, note)?;
        let event = Event::new("signal", id, "looked at")
            .change("kind", "", row.kind.0.label())
            .change("day", "", row.day)
            .change("tests", "", row.test_count)
            .change("note", "", note);
        Ok(((), vec![event]))
    })
}
