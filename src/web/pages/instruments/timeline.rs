//! An instrument's calibrations and proof checks over the years as a picture.

use chrono::{Datelike, Days, NaiveDate};
use domain::calibration::{AsFound, Calibration};
use domain::code::Code;
use domain::verdict::Verdict;
use store::proof_checks::ProofCheckRow;

/// Days before and after today that are drawn.
const BEFORE: u64 = 730;
const AFTER: u64 = 395;
/// Days are drawn this many to the unit, so that the picture is 750 wide.
const DAYS_A_UNIT: f64 = 1.5;

/// The picture: bars, marks and the names of years, all in its own units.
pub struct Timeline {
    /// How wide it is.
    pub width: i64,
    /// Where today is.
    pub today: i64,
    /// A bar for the time each calibration governed: from, how wide, class, words.
    pub bars: Vec<(i64, i64, &'static str, String)>,
    /// A mark for each proof check: where, class, words.
    pub marks: Vec<(i64, &'static str, String)>,
    /// Where each year begins.
    pub years: Vec<(i64, i32)>,
}

impl Timeline {
    /// Draws two years back and one ahead.
    pub fn new(history: &[Calibration], checks: &[&ProofCheckRow], today: NaiveDate) -> Self {
        let (first, last) = (today - Days::new(BEFORE), today + Days::new(AFTER));
        let at = |day: NaiveDate| {
            let days = (day.clamp(first, last) - first).num_days();
            (days as f64 / DAYS_A_UNIT) as i64
        };
        let mut sorted: Vec<&Calibration> = history.iter().collect();
        sorted.sort_by_key(|one| (one.on, one.number));
        let ends = sorted.iter().skip(1).map(|next| next.on).chain([None]);
        let bars = sorted.iter().zip(ends).filter_map(|(one, next)| {
            let from = one.on.unwrap_or(first);
            let until = next.map_or(one.due, |next| next.min(one.due));
            let class = if one.as_found == AsFound::Failed { "bar-danger" } else { "bar-safe" };
            let words = format!(
                "Certificate {}: {} to {}, {}",
                one.certificate,
                one.on.map_or("before".to_owned(), |on| on.to_string()),
                one.due,
                one.as_found.noun()
            );
            (until >= first).then(|| (at(from), (at(until) - at(from)).max(3), class, words))
        });
        let marks = checks.iter().filter(|check| check.checked_on >= first).map(|check| {
            let class = match check.verdict.0 {
                Verdict::Pass => "bar-safe",
                Verdict::Fail => "bar-danger",
                Verdict::Incomplete => "bar-due",
            };
            let words = format!("Proof check on {}: {}", check.checked_on, check.verdict.0.noun());
            (at(check.checked_on), class, words)
        });
        let years = (first.year() + 1..=last.year())
            .filter_map(|year| Some((at(NaiveDate::from_ymd_opt(year, 1, 1)?), year)));
        Self {
            width: at(last),
            today: at(today),
            bars: bars.collect(),
            marks: marks.collect(),
            years: years.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibration_is_drawn_until_the_next_one_or_its_end() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let one = |number, on: &str, due: &str| Calibration {
            number,
            certificate: "C".to_owned(),
            on: on.parse().ok(),
            due: due.parse().unwrap(),
            as_found: AsFound::Within,
        };
        let history = [one(2, "2026-06-01", "2027-05-31"), one(1, "2025-06-10", "2026-06-09")];
        let drawn = Timeline::new(&history, &[], today);
        assert_eq!(drawn.bars.len(), 2);
        assert_eq!(drawn.bars[0].0 + drawn.bars[0].1, drawn.bars[1].0, "one ends where the next begins");
        assert!(drawn.bars[1].0 + drawn.bars[1].1 > drawn.today);
        let old = Timeline::new(&[one(1, "2020-01-01", "2021-01-01")], &[], today);
        assert!(old.bars.is_empty(), "what lies before the picture is not in it");
    }
}
