//! The work to come, month by month: what falls due, and what falls due again after it is done.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::due::Month;
use crate::equipment::TestKind;

/// How many items an hour is taken where none was measured.
pub const ASSUMED_PACE: u32 = 40;
/// Between these a usual pace lies, in items an hour.
pub const USUAL_PACE: (u32, u32) = (30, 50);
/// A break longer than this is none of the work, in minutes.
const LONGEST_STEP: i64 = 30;
/// Fewer steps than this say nothing of a pace.
const LEAST_STEPS: i64 = 30;

/// Inspections of one kind at one site that fall due on one day and return after the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueGroup {
    /// The site.
    pub site_id: i64,
    /// The kind of inspection.
    pub kind: TestKind,
    /// The day.
    pub due_on: NaiveDate,
    /// After how many months it falls due again; 0 never.
    pub months: u32,
    /// How many.
    pub items: u64,
}

/// How many inspections of each kind, lightest first: user checks, formal visual, combined.
pub type Kinds = [u64; 3];

/// The work of the months to come at each site, the first month with what is overdue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// For each site as many months as were asked for.
    pub sites: BTreeMap<i64, Vec<Kinds>>,
}

impl Forecast {
    /// Looks ahead from today, taking it that each inspection is done in the month it falls due.
    pub fn new(groups: impl IntoIterator<Item = DueGroup>, today: NaiveDate, months: usize) -> Self {
        let mut sites: BTreeMap<i64, Vec<Kinds>> = BTreeMap::new();
        for group in groups {
            let Some(kind) = place_of(group.kind) else { continue };
            let work = sites.entry(group.site_id).or_insert_with(|| vec![Kinds::default(); months]);
            let mut at = months_between(today, group.due_on);
            while let Some(month) = work.get_mut(at) {
                month[kind] += group.items;
                match group.months {
                    0 => break,
                    again => at += again as usize,
                }
            }
        }
        Self { sites }
    }

    /// The work of all sites.
    pub fn total(&self, months: usize) -> Vec<Kinds> {
        let mut total = vec![Kinds::default(); months];
        for work in self.sites.values() {
            for (sum, month) in total.iter_mut().zip(work) {
                sum.iter_mut().zip(month).for_each(|(sum, items)| *sum += items);
            }
        }
        total
    }
}

fn place_of(kind: TestKind) -> Option<usize> {
    TestKind::FALLING_DUE.iter().position(|known| *known == kind)
}

/// Whole months from today's to a later day's; 0 for what is past.
fn months_between(today: NaiveDate, day: NaiveDate) -> usize {
    let number = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    usize::try_from(number(day) - number(today)).unwrap_or(0)
}

/// The months of a forecast.
pub fn months_from(today: NaiveDate, months: usize) -> Vec<Month> {
    (0..u32::try_from(months).unwrap_or(0)).map(|ahead| Month::of(today).plus(ahead)).collect()
}

/// Items an hour from when each person's tests were done, newest or oldest first; none from too few.
///
/// What lies between two tests of a person is the time of one; a longer break is none.
pub fn pace(tests: impl IntoIterator<Item = (i64, DateTime<Utc>)>) -> Option<u32> {
    let mut by_person: BTreeMap<i64, Vec<DateTime<Utc>>> = BTreeMap::new();
    for (person, at) in tests {
        by_person.entry(person).or_default().push(at);
    }
    let (mut steps, mut seconds) = (0, 0);
    for times in by_person.values_mut() {
        times.sort_unstable();
        for (one, next) in times.iter().zip(times.iter().skip(1)) {
            let step = *next - *one;
            if step.num_minutes() < LONGEST_STEP {
                steps += 1;
                seconds += step.num_seconds();
            }
        }
    }
    // Files of testers without a clock give every test one time: no pace at all.
    let measured = steps >= LEAST_STEPS && seconds > 0;
    measured.then(|| u32::try_from(steps * 3600 / seconds).unwrap_or(u32::MAX).max(1))
}

/// Tenths of hours that so many items take at a pace, rounded up.
pub fn tenths_of_hours(items: u64, pace: u32) -> u64 {
    (items * 10).div_ceil(u64::from(pace.max(1)))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn group(due: &str, months: u32, items: u64) -> DueGroup {
        DueGroup { site_id: 1, kind: TestKind::Combined, due_on: day(due), months, items }
    }

    fn combined(groups: &[DueGroup], months: usize) -> Vec<u64> {
        let forecast = Forecast::new(groups.iter().copied(), day("2026-11-22"), months);
        forecast.total(months).iter().map(|kinds| kinds[2]).collect()
    }

    #[test]
    fn what_returns_every_three_months_is_work_four_times_a_year() {
        let year = combined(&[group("2026-12-31", 3, 5)], 12);
        assert_eq!(year, [0, 5, 0, 0, 5, 0, 0, 5, 0, 0, 5, 0]);
        assert_eq!(
            combined(&[group("2026-11-30", 12, 2), group("2028-01-01", 12, 3)], 25)[12..],
            [2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
        );
    }

    #[test]
    fn what_is_overdue_is_this_months_and_what_never_returns_comes_once() {
        assert_eq!(combined(&[group("2020-01-01", 6, 7)], 7), [7, 0, 0, 0, 0, 0, 7]);
        assert_eq!(combined(&[group("2026-12-01", 0, 1)], 4), [0, 1, 0, 0]);
        assert_eq!(combined(&[group("2050-12-01", 1, 1)], 4), [0; 4]);
    }

    #[test]
    fn kinds_and_sites_are_kept_apart() {
        let visual = DueGroup { kind: TestKind::FormalVisual, site_id: 2, ..group("2026-11-30", 0, 4) };
        let never = DueGroup { kind: TestKind::AfterRepair, ..group("2026-11-30", 0, 4) };
        let forecast = Forecast::new([group("2026-11-30", 0, 1), visual, never], day("2026-11-22"), 1);
        assert_eq!((&forecast.sites[&1], &forecast.sites[&2]), (&vec![[0, 0, 1]], &vec![[0, 4, 0]]));
        assert_eq!(forecast.total(1), [[0, 4, 1]]);
    }

    #[test]
    fn a_pace_is_measured_between_one_persons_tests() {
        let start: DateTime<Utc> = "2026-11-20T09:00:00Z".parse().unwrap();
        let tests =
            |count: i64, seconds: i64| (0..count).map(move |n| (1, start + Duration::seconds(n * seconds)));
        assert_eq!(pace(tests(40, 90)), Some(40));
        assert_eq!(pace(tests(20, 90)), None, "too few");
        assert_eq!(pace(tests(100, 0)), None, "no clock");
        let lunch = tests(40, 90).chain(tests(40, 90).map(|(person, at)| (person, at + Duration::hours(3))));
        assert_eq!(pace(lunch), Some(40));
        let two = tests(40, 90).chain(tests(40, 90).map(|(_, at)| (2, at + Duration::seconds(45))));
        assert_eq!(pace(two), Some(40), "two at once are no quicker each");
        assert_eq!((tenths_of_hours(0, 40), tenths_of_hours(1, 40), tenths_of_hours(100, 40)), (0, 1, 25));
    }
}
