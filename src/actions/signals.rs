//! Integrity signals: worked out from the records of a few days when somebody looks, and counted once a night for the
//! start page. Nothing is stored but that a manager laid one aside, and why: what follows from records needs no copy.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::event::Event;
use domain::permission::ReviewLock;
use domain::reading_value::ValueForm;
use domain::schedule::day_begins;
use domain::signals::{Done, Figure, Signal, SignalKind, Thresholds, signals};
use serde::{Deserialize, Serialize};
use store::signals::{self as rows, Around, Dismissed};
use store::tests::{RecordedTest, with_evidence};
use store::types::Moment;
use store::{AnyConnection, Right, settings};

use crate::actions::dues::{FIRM_ZONE, time_zone, today};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The most days looked at together.
pub const MOST_DAYS: i64 = 31;
/// Days that the nightly count and the page's first look go back.
pub const LOOK_BACK: u64 = 7;
/// Tests of one person on one day that are looked at: nobody makes more, a file may hold more.
const MOST_TESTS: i64 = 5000;
/// Signals shown together.
const MOST_SIGNALS: usize = 300;
/// The setting that holds the nightly count.
const COUNT: &str = "signals";

/// A signal with the records behind it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The signal.
    pub signal: Signal,
    /// The day, by the firm's calendar.
    pub day: NaiveDate,
    /// Whoever tested.
    pub person: String,
    /// The tests behind it: id, time, tag and description.
    pub tests: Vec<(String, String, String, String)>,
    /// Where it was laid aside: why, by whom, when.
    pub dismissed: Option<Dismissed>,
}

/// What the nightly count came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Signals that nobody has laid aside.
    pub open: i64,
}

/// The signals of some days within the reader's scope, the latest first, and whether there are more than are given.
///
/// # Errors
/// A field error for days that cannot be or are too many.
pub fn find_signals(
    app: &App,
    right: &Right<ReviewLock>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<(Vec<Found>, bool)> {
    if to < from {
        return Err(Error::field("to", "the last day is before the first"));
    }
    if (to - from).num_days() >= MOST_DAYS {
        return Err(Error::field("to", format!("look at most at {MOST_DAYS} days together")));
    }
    let testers = app.store.read(rows::list_testers)?;
    let mut found = vec![];
    let mut day = to;
    // One person's day at a time: along the index, and with one day's records in memory.
    while day >= from && found.len() <= MOST_SIGNALS {
        for (person, name, qualification) in &testers {
            let tester = (*person, name.as_str(), !qualification.trim().is_empty());
            found.extend(app.store.read(|conn| of_day(conn, right, tester, day))?);
        }
        day = day - Days::new(1);
    }
    let more = found.len() > MOST_SIGNALS;
    found.truncate(MOST_SIGNALS);
    let names: Vec<String> = found.iter().map(|one| one.signal.name.clone()).collect();
    let known = app.store.read(|conn| rows::list_dismissed(conn, &names))?;
    for one in &mut found {
        one.dismissed = known.iter().find(|(name, ..)| *name == one.signal.name).cloned();
    }
    Ok((found, more))
}

fn of_day(
    conn: &mut AnyConnection,
    right: &Right<ReviewLock>,
    (person, name, qualified): (i64, &str, bool),
    day: NaiveDate,
) -> Result<Vec<Found>> {
    let between = (day_begins(day, FIRM_ZONE), day_begins(day + Days::new(1), FIRM_ZONE));
    let asked = (person, Moment::from(between.0), Moment::from(between.1));
    let around = rows::list_tests_by(conn, right.scope(), asked, MOST_TESTS)?;
    if around.is_empty() {
        return Ok(vec![]);
    }
    let recorded = with_evidence(conn, around.iter().map(|one| one.test.clone()).collect())?;
    let done = around.iter().zip(&recorded).map(|(around, test)| done(around, test));
    let done: Vec<Done> = done.collect::<Result<_>>()?;
    let thresholds: Thresholds =
        settings::find_setting(conn, crate::actions::settings::FIRM)?.map_or_else(Thresholds::default, of_firm);
    let shown: BTreeMap<&str, (String, String, String, String)> = around
        .iter()
        .zip(recorded.iter().zip(&done))
        .map(|(around, (test, done))| {
            let time = done.local.format("%H:%M").to_string();
            let line = (test.row.id.clone(), time, around.tag.clone(), test.evidence.asset.description.clone());
            (test.row.id.as_str(), line)
        })
        .collect();
    let found = signals((person, day, qualified), &done, &thresholds).into_iter().map(|signal| Found {
        tests: signal.tests.iter().filter_map(|id| shown.get(id.as_str()).cloned()).collect(),
        person: name.to_owned(),
        day,
        signal,
        dismissed: None,
    });
    Ok(found.collect())
}

fn of_firm(firm: crate::actions::settings::Firm) -> Thresholds {
    firm.signals
}

fn done(around: &Around, test: &RecordedTest) -> Result<Done> {
    let evidence = &test.evidence;
    let zone = time_zone(&around.time_zone)?;
    let exact = |reading: &&domain::evidence::ReadingEvidence| reading.form == Some(ValueForm::Exact);
    let figure = |reading: &domain::evidence::ReadingEvidence| -> Option<Figure> {
        Some((reading.test, reading.socket, reading.value_e6?))
    };
    let asset = &evidence.asset;
    let identity = match asset.serial.trim() {
        "" => String::new(),
        serial => format!("{} {} {serial}", asset.make, asset.model).to_lowercase(),
    };
    Ok(Done {
        id: test.row.id.clone(),
        asset_id: test.row.asset_id,
        site_id: test.row.site_id,
        address: around.address.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
        at: evidence.performed_at,
        local: evidence.performed_at.with_timezone(&zone).naive_local(),
        received: evidence.received_at,
        measured: evidence.readings.iter().any(|reading| reading.value_e6.is_some()),
        figures: evidence.readings.iter().filter(exact).filter_map(figure).collect(),
        identity,
        purchased_on: around.purchased_on,
    })
}

/// Lays a signal aside with a reason, which is kept. It must be one that the records of its day give.
///
/// # Errors
/// Forbidden for who sees only some customers, a field error without a reason, not found, a conflict when somebody
/// did so before.
pub fn dismiss(
    app: &App,
    right: &Right<ReviewLock>,
    (day, name, reason): (NaiveDate, &str, &str),
) -> Result<()> {
    sees_all(right, "lay signals aside")?;
    if reason.is_empty() {
        return Err(Error::field("reason", "say what you found"));
    }
    let (found, _) = find_signals(app, right, (day, day))?;
    let signal = found.into_iter().find(|one| one.signal.name == name).map(|one| one.signal);
    let signal = signal.ok_or_else(|| Error::NotFound("signal".to_owned()))?;
    app.store.write(right.actor(), |tx| {
        rows::insert_dismissal(tx, (&signal.name, &signal.words, reason))?;
        use domain::code::Code;
        let event = Event::new("signal", &signal.name, "laid aside");
        let event = event.change("kind", "", SignalKind::label(signal.kind)).change("reason", "", reason);
        Ok(((), vec![event]))
    })
}

/// The days that are looked at first.
pub fn first_days(app: &App) -> (NaiveDate, NaiveDate) {
    let today = today(app);
    (today - Days::new(LOOK_BACK - 1), today)
}

/// Counts the open signals of the last days and keeps the number for the start page.
///
/// # Errors
/// The store's.
pub fn count_open(app: &App, right: &Right<ReviewLock>) -> Result<i64> {
    let (found, _) = find_signals(app, right, first_days(app))?;
    let open = found.iter().filter(|one| one.dismissed.is_none()).count();
    let open = i64::try_from(open).unwrap_or(i64::MAX);
    app.store.keep_house(|tx| settings::set_setting(tx, COUNT, Count { open }).map_err(Error::from))?;
    Ok(open)
}

/// What the last count came to; none before the first.
///
/// # Errors
/// The store's.
pub fn find_count(conn: &mut AnyConnection) -> store::Result<Option<Count>> {
    settings::find_setting(conn, COUNT)
}
