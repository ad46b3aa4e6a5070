//! A look through the records: a day after the other, a person after the other, with one person's day in memory.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::event::{Event, Via};
use domain::permission::ReviewSignals;
use domain::reading_value::ValueForm;
use domain::schedule::day_begins;
use domain::signals::{Done, Figure, Signal, SignalKind, Thresholds, signals};
use serde::{Deserialize, Serialize};
use store::ledger::sha256;
use store::signals::{self as rows, Around, NewSignal, Tester};
use store::tests::{RecordedTest, superseded_ids, with_evidence};
use store::types::Moment;
use store::{Actor, AnyConnection, Right, Store, Tx, settings};

use super::find_thresholds;
use crate::actions::dues::{FIRM_ZONE, time_zone, today};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// The most days that may be asked for together.
pub const MOST_DAYS: i64 = 366;
/// Days that the nightly look goes back: what phones and files bring late is seen too.
pub const LOOK_BACK: u64 = 35;
/// Tests read at a time.
const PAGE: i64 = 1000;
/// Tests of one person on one day that are looked at: nobody makes more, a file may hold more.
const MOST_TESTS: usize = 20_000;
/// Tests kept with a signal; the rest are counted.
const KEPT: usize = 200;
/// A look that has not moved for so many minutes has stopped.
const STOPPED_MINUTES: i64 = 10;
/// The setting that says how far the last look is.
const LOOK: &str = "signals_look";

/// How far a look through the records is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Days done.
    pub done: i64,
    /// When it last moved.
    pub at: DateTime<Utc>,
}

impl Look {
    /// How many days there are.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    /// Whether it has come to its end.
    pub fn is_done(&self) -> bool {
        self.done >= self.days()
    }

    /// Whether it is under way; one whose server died has stopped.
    pub fn is_busy(&self, now: DateTime<Utc>) -> bool {
        !self.is_done() && (now - self.at).num_minutes() < STOPPED_MINUTES
    }
}

/// The last look; none before the first.
///
/// # Errors
/// The store's.
pub fn find_look(app: &App) -> Result<Option<Look>> {
    Ok(app.store.read(|conn| settings::find_setting(conn, LOOK))?)
}

/// Asks for a look through some days; `go_on` takes them.
///
/// # Errors
/// Forbidden for who sees only some customers, field errors for days that cannot be or are too many, a conflict while
/// another look is under way.
pub fn begin_look(
    app: &App,
    right: &Right<ReviewSignals>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Look> {
    sees_all(right, "look through everybody's records")?;
    if to < from {
        return Err(Error::field("to", "the last day is before the first"));
    }
    if to > today(app) {
        return Err(Error::field("to", "this lies in the future"));
    }
    let look = Look { from, to, done: 0, at: app.now() };
    if look.days() > MOST_DAYS {
        return Err(Error::field("to", format!("look through at most {MOST_DAYS} days together")));
    }
    app.store.write(right.actor(), |tx| {
        if settings::find_setting::<Look>(tx, LOOK)?.is_some_and(|other| other.is_busy(tx.now)) {
            return Err(Error::Conflict("a look through the records is under way; wait for it".to_owned()));
        }
        settings::set_setting(tx, LOOK, look)?;
        let event = Event::new("signals", 1, "looked for").change("first day", "", from);
        Ok((look, vec![event.change("last day", "", to)]))
    })
}

/// Goes through the days of a look to its end; gives how many signals nobody has looked at since.
///
/// # Errors
/// The store's.
pub fn go_on(app: &App, mut look: Look) -> Result<i64> {
    look_through(&app.store, (look.from, look.to), &mut |done| {
        look = Look { done, at: app.now(), ..look };
        app.store.keep_house(|tx| settings::set_setting(tx, LOOK, look).map_err(Error::from))
    })?;
    Ok(app.store.read(|conn| rows::count_open(conn, Actor::operator(Via::Job).scope()))?)
}

/// Works out the signals of each day anew; `progress` hears how many days are done.
///
/// # Errors
/// The store's, and that of `progress`.
pub fn look_through(
    store: &Store,
    (from, to): (NaiveDate, NaiveDate),
    progress: &mut dyn FnMut(i64) -> Result<()>,
) -> Result<()> {
    let (testers, thresholds) =
        store.read(|conn| Ok::<_, Error>((rows::list_testers(conn)?, find_thresholds(conn)?)))?;
    let mut unqualified = BTreeMap::new();
    let mut day = from;
    while day <= to {
        let mut new = vec![];
        for tester in &testers {
            let found = store.read(|conn| of_day(conn, tester, day, &thresholds))?;
            if tester.qualification.trim().is_empty() && tester.erased_at.is_none() {
                unqualified.entry(tester.id).or_insert_with(Bare::default).add(day, &found);
            }
            new.extend(found.signals(tester.id, day));
        }
        if !new.is_empty() || store.read(|conn| rows::has_open(conn, day))? {
            store.keep_house(|tx| rows::replace_day(tx, day, &new).map_err(Error::from))?;
        }
        progress((day - from).num_days() + 1)?;
        day = day + Days::new(1);
    }
    store.keep_house(|tx| write_unqualified(tx, &testers, &unqualified, thresholds.unqualified))
}

/// What a person's day came to.
#[derive(Default)]
struct OfDay {
    found: Vec<Signal>,
    /// Customer of each test that was measured or looked at.
    customers: BTreeMap<String, i64>,
    /// The tests in order.
    order: Vec<String>,
}

impl OfDay {
    fn signals(&self, person_id: i64, day: NaiveDate) -> Vec<NewSignal> {
        let new = |signal: &Signal| {
            use domain::code::Code;
            let facts = format!("{}:{person_id}:{day}:{}", signal.kind.code(), signal.tests.join(","));
            let customers = signal.tests.iter().filter_map(|id| self.customers.get(id).copied());
            let customers: BTreeSet<i64> = customers.collect();
            NewSignal {
                id: short(&facts),
                kind: signal.kind,
                person_id,
                day,
                words: signal.words.clone(),
                test_count: count(signal.tests.len()),
                tests: signal.tests.iter().take(KEPT).cloned().collect(),
                customers: customers.into_iter().collect(),
            }
        };
        self.found.iter().map(new).collect()
    }
}

/// The tests of somebody of whom no qualification is on file.
#[derive(Default)]
struct Bare {
    days: Option<(NaiveDate, NaiveDate)>,
    count: usize,
    tests: Vec<String>,
    customers: BTreeSet<i64>,
}

impl Bare {
    fn add(&mut self, day: NaiveDate, found: &OfDay) {
        if found.order.is_empty() {
            return;
        }
        self.days = Some((self.days.map_or(day, |(first, _)| first), day));
        self.count += found.order.len();
        let room = KEPT.saturating_sub(self.tests.len());
        self.tests.extend(found.order.iter().take(room).cloned());
        self.customers.extend(found.customers.values());
    }
}

fn write_unqualified(tx: &mut Tx, testers: &[Tester], bare: &BTreeMap<i64, Bare>, told: bool) -> Result<()> {
    for tester in testers {
        let of = bare.get(&tester.id).filter(|_| told);
        let Some(of) = of else {
            rows::delete_unqualified(tx, tester.id)?;
            continue;
        };
        let Some((first, last)) = of.days else { continue };
        let when = if first == last { format!("on {last}") } else { format!("from {first} to {last}") };
        let tests = if of.count == 1 { "1 test".to_owned() } else { format!("{} tests", of.count) };
        rows::replace_unqualified(
            tx,
            &NewSignal {
                id: short(&format!("unqualified:{}", tester.id)),
                kind: SignalKind::Unqualified,
                person_id: tester.id,
                day: last,
                words: format!("{tests} {when} by somebody of whom no qualification is on file."),
                tests: of.tests.clone(),
                test_count: count(of.count),
                customers: of.customers.iter().copied().collect(),
            },
        )?;
    }
    Ok(())
}

fn short(facts: &str) -> String {
    sha256(facts.as_bytes()).chars().take(32).collect()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn of_day(
    conn: &mut AnyConnection,
    tester: &Tester,
    day: NaiveDate,
    thresholds: &Thresholds,
) -> Result<OfDay> {
    let begins = |day| Moment::from(day_begins(day, FIRM_ZONE));
    let asked = (tester.id, begins(day), begins(day + Days::new(1)));
    let (mut all, mut of_day, mut after) = (vec![], OfDay::default(), None);
    while all.len() < MOST_TESTS {
        let around = rows::list_tests_by(conn, asked, after.as_ref(), PAGE)?;
        after = around.last().map(|last| (last.test.performed_at, last.test.id.clone()));
        let full = count(around.len()) == PAGE;
        let tests: Vec<_> = around.iter().map(|one| one.test.clone()).collect();
        // What was corrected counts once, by its correction; what was withdrawn not at all.
        let gone = superseded_ids(conn, &tests)?;
        let recorded = with_evidence(conn, tests)?;
        for (around, test) in
            around.iter().zip(&recorded).filter(|(around, _)| !gone.contains(&around.test.id))
        {
            of_day.customers.insert(test.row.id.clone(), test.row.customer_id);
            of_day.order.push(test.row.id.clone());
            all.push(done(around, test)?);
        }
        if !full {
            break;
        }
    }
    of_day.found = signals(&all, thresholds);
    Ok(of_day)
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
