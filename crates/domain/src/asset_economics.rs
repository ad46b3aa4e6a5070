//! Whether a thing is worth repairing: what keeps failing, what repairs cost against a new one, who still owes a
//! warranty; and how long things of a model run and take to mend.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::money::Currency;

/// How far back something that happens again is counted.
const WITHIN: Days = Days::new(365);

/// What failed, or was fitted, on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub on: NaiveDate,
    /// The cause in the firm's words, or the part's name.
    pub what: String,
    /// Whether it is a part that was fitted.
    pub is_part: bool,
}

/// What is known of a thing when somebody decides whether to open it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Last day of its warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Whom it was bought from.
    pub supplier: String,
    /// Causes found and parts fitted.
    pub happened: Vec<Happened>,
    /// Parts in it under a warranty of their own, each with its last day.
    pub parts_under_warranty: Vec<(String, NaiveDate)>,
    /// What its repairs cost so far, in hundredths of the firm's currency.
    pub spent_pence: i64,
    /// What a new one costs, in hundredths of the firm's currency.
    pub replacement_pence: Option<i64>,
    /// The firm's currency.
    pub currency: Currency,
}

/// Something to know before a repair goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Its warranty runs.
    Warranty {
        /// Last day.
        until: NaiveDate,
        /// Whom to refer it to; blank where not known.
        supplier: String,
    },
    /// The warranty of a part in it runs.
    PartWarranty {
        /// The part.
        part: String,
        /// Last day.
        until: NaiveDate,
    },
    /// The same happened before.
    Again {
        /// The cause or part.
        what: String,
        /// Whether it is a part.
        is_part: bool,
        /// How often in twelve months.
        times: usize,
    },
    /// Its repairs cost half of a new one or more.
    Dear {
        /// What they cost, in pence.
        spent_pence: i64,
        /// What a new one costs, in pence.
        replacement_pence: i64,
        /// In which currency.
        currency: Currency,
    },
}

impl Warning {
    /// Whether it says that going on costs more than it is worth.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Warranty { .. } => true,
            Self::Again { times, .. } => *times > 2,
            Self::Dear { spent_pence, replacement_pence, .. } => spent_pence >= replacement_pence,
            Self::PartWarranty { .. } => false,
        }
    }

    /// The warning as a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Warranty { until, supplier } => {
                let whom = if supplier.is_empty() { "the supplier" } else { supplier };
                format!("Under warranty until {}: refer it to {whom} before opening it.", day(*until))
            }
            Self::PartWarranty { part, until } => {
                format!("The {part} in it is under warranty until {}.", day(*until))
            }
            Self::Again { what, is_part: true, times } => {
                format!("{} {what} in 12 months.", ordinal(*times))
            }
            Self::Again { what, times, .. } => format!("{what}: {times} times in 12 months."),
            Self::Dear { spent_pence, replacement_pence, currency } => format!(
                "Repairs so far cost {}; a new one costs {}.",
                currency.show(*spent_pence),
                currency.show(*replacement_pence)
            ),
        }
    }
}

/// The warnings that hold today, the gravest first.
pub fn warnings(facts: &Facts, today: NaiveDate) -> Vec<Warning> {
    let mut found: Vec<Warning> = vec![];
    if let Some(until) = facts.warranty_until.filter(|until| *until >= today) {
        found.push(Warning::Warranty { until, supplier: facts.supplier.clone() });
    }
    let running = facts.parts_under_warranty.iter().filter(|(_, until)| *until >= today);
    found.extend(running.map(|(part, until)| Warning::PartWarranty { part: part.clone(), until: *until }));
    found.extend(repeats(&facts.happened, today));
    if let Some(new) =
        facts.replacement_pence.filter(|new| *new > 0 && facts.spent_pence.saturating_mul(2) >= *new)
    {
        let (spent_pence, currency) = (facts.spent_pence, facts.currency);
        found.push(Warning::Dear { spent_pence, replacement_pence: new, currency });
    }
    found.sort_by_key(|warning| !warning.is_grave());
    found
}

/// What happened twice or more within twelve months up to today, the most frequent first.
fn repeats(happened: &[Happened], today: NaiveDate) -> Vec<Warning> {
    let since = today.checked_sub_days(WITHIN).unwrap_or(NaiveDate::MIN);
    let mut times: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for one in happened.iter().filter(|one| one.on > since && one.on <= today) {
        *times.entry((&one.what, one.is_part)).or_default() += 1;
    }
    let again = times.into_iter().filter(|(_, times)| *times > 1);
    let again = again.map(|((what, is_part), times)| (times, what.to_owned(), is_part));
    let mut again: Vec<_> = again.collect();
    again.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    again.into_iter().map(|(times, what, is_part)| Warning::Again { what, is_part, times }).collect()
}

/// What labour cost, to the nearest penny; nothing where an hour has no price.
pub fn labour_pence(minutes: i64, hourly_pence: Option<i64>) -> i64 {
    let pence = i128::from(minutes.max(0)) * i128::from(hourly_pence.unwrap_or(0).max(0));
    i64::try_from((pence + 30) / 60).unwrap_or(i64::MAX)
}

/// Mean days that things run between two failures: the days all of them were in service, by their failures.
pub fn days_between_failures(service_days: i64, failures: i64) -> Option<i64> {
    (failures > 0 && service_days > 0).then(|| service_days / failures)
}

/// Mean minutes from the report of a fault to its repair.
pub fn minutes_to_repair(total_minutes: i64, repairs: i64) -> Option<i64> {
    (repairs > 0).then(|| total_minutes.max(0) / repairs)
}

/// A length of time in the two units that matter: "3 d 4 h", "2 h 10 min".
pub fn duration(minutes: i64) -> String {
    let two = |large: i64, unit: &str, small: i64, rest: &str| match small {
        0 => format!("{large} {unit}"),
        _ => format!("{large} {unit} {small} {rest}"),
    };
    match minutes.max(0) {
        m if m >= 1440 => two(m / 1440, "d", m % 1440 / 60, "h"),
        m if m >= 60 => two(m / 60, "h", m % 60, "min"),
        m => format!("{m} min"),
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

fn ordinal(n: usize) -> String {
    const WORDS: [&str; 10] =
        ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];
    match n.checked_sub(1).and_then(|at| WORDS.get(at)) {
        Some(word) => (*word).to_owned(),
        None => format!("No. {n}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn words(facts: &Facts) -> Vec<String> {
        warnings(facts, on(11, 28)).iter().map(Warning::words).collect()
    }

    #[test]
    fn what_matters_is_said_where_the_decision_is_taken() {
        let part = |on| Happened { on, what: "power supply".to_owned(), is_part: true };
        let cause = |on, what: &str| Happened { on, what: what.to_owned(), is_part: false };
        let long_ago = NaiveDate::from_ymd_opt(2025, 11, 28).unwrap();
        let facts = Facts {
            warranty_until: NaiveDate::from_ymd_opt(2027, 3, 3),
            supplier: "Mills Supplies".to_owned(),
            happened: vec![
                part(on(2, 1)),
                part(on(6, 1)),
                part(on(11, 28)),
                part(long_ago),
                cause(on(2, 1), "Fan seized"),
                cause(on(6, 1), "Fan seized"),
                cause(on(6, 1), "Dirt"),
            ],
            parts_under_warranty: vec![
                ("power supply".to_owned(), on(12, 24)),
                ("fan".to_owned(), on(11, 27)),
            ],
            spent_pence: 31_000,
            replacement_pence: Some(28_000),
            currency: Currency::Gbp,
        };
        assert_eq!(
            words(&facts),
            [
                "Under warranty until 3 Mar 2027: refer it to Mills Supplies before opening it.",
                "Third power supply in 12 months.",
                "Repairs so far cost £310.00; a new one costs £280.00.",
                "The power supply in it is under warranty until 24 Dec 2026.",
                "Fan seized: 2 times in 12 months.",
            ]
        );
    }

    #[test]
    fn what_is_over_or_not_known_is_not_said() {
        let mut facts = Facts { warranty_until: Some(on(11, 27)), spent_pence: 9_999, ..Facts::default() };
        assert!(
            words(&facts).is_empty(),
            "the warranty ended yesterday, and nobody knows what a new one costs"
        );
        facts.replacement_pence = Some(20_000);
        assert!(words(&facts).is_empty(), "less than half of a new one");
        facts.spent_pence = 10_000;
        assert_eq!(words(&facts), ["Repairs so far cost £100.00; a new one costs £200.00."]);
        facts.warranty_until = Some(on(11, 28));
        assert!(words(&facts)[0].contains("refer it to the supplier"), "the last day counts");
    }

    #[test]
    fn sums_are_whole_and_never_overflow() {
        assert_eq!(labour_pence(95, Some(4800)), 7600);
        assert_eq!((labour_pence(1, Some(50)), labour_pence(1, Some(29))), (1, 0));
        assert_eq!((labour_pence(60, None), labour_pence(-5, Some(100))), (0, 0));
        assert_eq!(labour_pence(i64::MAX, Some(i64::MAX)), i64::MAX);
        assert_eq!((days_between_failures(3650, 4), days_between_failures(10, 0)), (Some(912), None));
        assert_eq!((minutes_to_repair(90, 4), minutes_to_repair(90, 0)), (Some(22), None));
        let shown = [0, 59, 60, 130, 1440, 4560].map(duration);
        assert_eq!(shown, ["0 min", "59 min", "1 h", "2 h 10 min", "1 d", "3 d 4 h"]);
    }
}
