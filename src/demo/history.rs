//! Five years of visits: which asset was tested when, by whom, and what was not found.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveTime, Utc, Weekday};
use domain::equipment::TestKind;
use domain::schedule::add_months;
use domain::verdict::Verdict;
use store::seed::{PastNotFound, PastVisit};
use store::types::Moment;

use super::Plan;
use super::chance::Chance;
use super::estate::{Client, Estate, Ground};
use super::things::Thing;

/// A test to come out of the past; what was read follows from its seed.
#[derive(Debug, Clone, Copy)]
pub struct Past {
    /// When it was done.
    pub at: DateTime<Utc>,
    /// Which of the customer's things.
    pub thing: usize,
    /// Kind of inspection.
    pub kind: TestKind,
    /// The visit, unless it was between visits.
    pub visit_id: Option<i64>,
    /// Which engineer.
    pub engineer: usize,
    /// Where its chance begins.
    pub seed: u64,
    /// Whether it is after a repair, and so surely good.
    pub repaired: bool,
    /// What came out; set when it is judged.
    pub verdict: Verdict,
}

/// What visits left behind.
#[derive(Debug, Default)]
pub struct History {
    /// Tests in the order of time.
    pub tests: Vec<Past>,
    /// Visits, by id.
    pub visits: Vec<PastVisit>,
    /// What was not found.
    pub not_found: Vec<PastNotFound>,
}

/// The tests of a working day of one engineer: thirty to fifty an hour.
const A_DAY: usize = 260;
/// A visit takes at most about this many working days, whatever the size of the site.
const LONGEST_DAYS: usize = 12;

/// Makes up a customer's history; `first_visit` is the first id for a visit.
pub fn make_up(
    plan: Plan,
    estate: &Estate,
    customer: &Client,
    things: &[Thing],
    first_visit: i64,
) -> History {
    let mut history = History::default();
    for (at, site) in customer.sites.iter().enumerate() {
        let dates = campaigns(plan, site, customer.began_on);
        let mut rounds: Vec<Round> = dates.iter().map(|date| Round::on(*date)).collect();
        for (number, thing) in things.iter().enumerate().filter(|(_, thing)| thing.site == at) {
            walk(plan, thing, number, customer, &mut rounds);
        }
        for (number, round) in rounds.into_iter().enumerate() {
            let seed = Chance::of(plan.seed, 90_000 + site.id as u64 * 1000 + number as u64).number();
            run(estate, customer, (at, site), round, &mut history, first_visit, seed);
        }
    }
    history.tests.sort_by_key(|test| (test.at, test.thing));
    if plan.full_history() {
        make_unusual(estate, customer, &mut history);
        history.tests.sort_by_key(|test| (test.at, test.thing));
    }
    history
}

/// Gives the signals something to tell: at the first customer an hour in a hurry, at the second an evening by a
/// tester's clock that was wrong.
fn make_unusual(estate: &Estate, customer: &Client, history: &mut History) {
    let since = estate.now - Duration::days(30);
    let mut days: BTreeMap<(usize, NaiveDate), Vec<usize>> = BTreeMap::new();
    for (number, test) in history.tests.iter().enumerate() {
        if test.at > since && test.at.date_naive() < estate.now.date_naive() && test.kind.measures() {
            days.entry((test.engineer, test.at.date_naive())).or_default().push(number);
        }
    }
    let Some(((_, day), numbers)) = days.into_iter().max_by_key(|(_, numbers)| numbers.len()) else { return };
    let hurried = customer.id == 1;
    let (from, step, skip, take) = match hurried {
        true => ((10, 5), 26, 20, 90),
        false => ((23, 20), 95, numbers.len().saturating_sub(16), 16),
    };
    if customer.id > 2 || numbers.len() < 20 {
        return;
    }
    let begin = day.and_time(NaiveTime::from_hms_opt(from.0, from.1, 0).unwrap_or_default()).and_utc();
    for (at, number) in numbers.into_iter().skip(skip).take(take).enumerate() {
        if let Some(test) = history.tests.get_mut(number) {
            test.at = begin + Duration::seconds(step * at as i64);
        }
    }
}

/// The first day of each visit to a site, the earliest first.
fn campaigns(plan: Plan, site: &Ground, began_on: NaiveDate) -> Vec<NaiveDate> {
    let mut chance = Chance::of(plan.seed, 80_000 + site.id as u64);
    let mut dates = vec![];
    let mut date = site.last_on;
    while date > began_on {
        dates.push(workday(date));
        date = date - Months::new(site.every_months) + Days::new(chance.below(9)) - Days::new(4);
    }
    dates.reverse();
    dates
}

fn workday(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => date - Days::new(1),
        Weekday::Sun => date - Days::new(2),
        _ => date,
    }
}

/// One visit under way.
struct Round {
    date: NaiveDate,
    tests: Vec<(usize, TestKind, u64)>,
    not_found: Vec<i64>,
}

impl Round {
    fn on(date: NaiveDate) -> Self {
        Self { date, tests: vec![], not_found: vec![] }
    }
}

/// Lets a thing live through the visits to its site.
fn walk(plan: Plan, thing: &Thing, number: usize, customer: &Client, rounds: &mut [Round]) {
    let mut chance = Chance::of(thing.seed, 10);
    let intervals = thing.intervals(customer);
    let (combined, visual) = (intervals.combined.months(), intervals.formal_visual.months());
    let (mut last_combined, mut last_visual) = (None, None);
    let mut chosen: Vec<(usize, TestKind)> = vec![];
    for (at, round) in rounds.iter_mut().enumerate() {
        let there = round.date >= thing.in_service_on && thing.gone_on.is_none_or(|gone| round.date < gone);
        if !there {
            continue;
        }
        if chance.per_mille(9) {
            round.not_found.push(thing.id);
            continue;
        }
        // What is in reach is tested early now and then, so that dates spread.
        let soon = round.date + Days::new(if chance.per_mille(60) { 400 } else { 45 });
        let due = |months: Option<u32>, last: Option<NaiveDate>| {
            months.is_some_and(|months| {
                last.and_then(|day| add_months(day, months)).is_none_or(|day| day <= soon)
            })
        };
        if due(combined, last_combined) {
            (last_combined, last_visual) = (Some(round.date), Some(round.date));
            chosen.push((at, TestKind::Combined));
        } else if due(visual, last_visual) {
            last_visual = Some(round.date);
            chosen.push((at, TestKind::FormalVisual));
        }
    }
    if !plan.full_history() {
        let kind = if combined.is_some() { TestKind::Combined } else { TestKind::FormalVisual };
        keep_two(&mut chosen, kind, rounds, thing, &mut chance);
    }
    for (at, kind) in chosen {
        rounds[at].tests.push((number, kind, chance.number()));
    }
}

/// Keeps the last two; where there are fewer, other visits are added.
fn keep_two(
    chosen: &mut Vec<(usize, TestKind)>,
    kind: TestKind,
    rounds: &[Round],
    thing: &Thing,
    chance: &mut Chance,
) {
    let could: Vec<usize> = (0..rounds.len()).filter(|at| rounds[*at].date >= thing.in_service_on).collect();
    while chosen.len() < 2.min(could.len()) {
        let at = *chance.pick(&could);
        if !chosen.iter().any(|(other, _)| *other == at) {
            chosen.push((at, kind));
        }
    }
    chosen.sort_by_key(|(at, _)| *at);
    let drop = chosen.len().saturating_sub(2);
    chosen.drain(..drop);
}

/// Spreads a visit's work over engineers and days.
fn run(
    estate: &Estate,
    customer: &Client,
    (at, site): (usize, &Ground),
    round: Round,
    history: &mut History,
    first_visit: i64,
    seed: u64,
) {
    let count = round.tests.len();
    if count == 0 {
        return;
    }
    let mut chance = Chance::of(seed, 0);
    let teams = count.div_ceil(350).clamp(1, estate.engineers.len());
    let share = count.div_ceil(teams);
    let a_day = A_DAY.max(share.div_ceil(LONGEST_DAYS));
    for (team, part) in round.tests.chunks(share).enumerate() {
        let engineer = (customer.id as usize * 3 + at + team) % estate.engineers.len();
        let visit_id = first_visit + history.visits.len() as i64;
        let mut last = None;
        for (number, (thing, kind, seed)) in part.iter().enumerate() {
            let performed_at = moment(round.date, number, a_day, &mut chance);
            if performed_at > estate.now {
                break;
            }
            last = Some(performed_at);
            let (thing, kind, seed) = (*thing, *kind, *seed);
            let test = Past {
                at: performed_at,
                thing,
                kind,
                visit_id: Some(visit_id),
                engineer,
                seed,
                repaired: false,
                verdict: Verdict::Pass,
            };
            history.tests.push(test);
        }
        let Some(last) = last else { continue };
        let person_id = estate.engineers[engineer].0;
        let visit = Visit { id: visit_id, customer, site, person_id, starts_on: round.date, last };
        history.visits.push(visit.row(estate.now, &mut chance));
        if team == 0 {
            let note = |asset_id: &i64| PastNotFound {
                visit_id,
                asset_id: *asset_id,
                customer_id: customer.id,
                note: (*chance.pick(MISSING)).to_owned(),
            };
            history.not_found.extend(round.not_found.iter().map(note));
        }
    }
}

const MISSING: &[&str] = &["", "Not at its place.", "Room locked.", "In use, not released."];

/// When the nth test of an engineer's visit was done.
fn moment(first_day: NaiveDate, number: usize, a_day: usize, chance: &mut Chance) -> DateTime<Utc> {
    let mut day = first_day;
    for _ in 0..number / a_day {
        day = day + Days::new(if day.weekday() == Weekday::Fri { 3 } else { 1 });
    }
    let step = 27_000_000 / a_day as i64;
    let millis = (number % a_day) as i64 * step + chance.between(0, step / 2);
    let morning = NaiveTime::from_hms_opt(8, 15, 0).unwrap_or_default();
    day.and_time(morning).and_utc() + Duration::milliseconds(millis)
}

struct Visit<'a> {
    id: i64,
    customer: &'a Client,
    site: &'a Ground,
    person_id: i64,
    starts_on: NaiveDate,
    last: DateTime<Utc>,
}

impl Visit<'_> {
    fn row(&self, now: DateTime<Utc>, chance: &mut Chance) -> PastVisit {
        // Visits of the last days are still under way.
        let closed =
            (now - self.last > Duration::days(2)).then(|| Moment::from(self.last + Duration::hours(1)));
        PastVisit {
            id: self.id,
            customer_id: self.customer.id,
            site_id: self.site.id,
            person_id: self.person_id,
            starts_on: self.starts_on,
            ends_on: self.last.date_naive(),
            order_number: format!("PO-{}", 40_000 + chance.below(9000)),
            extent: format!("All portable equipment made available at {}.", self.site.name),
            limitations: if chance.per_mille(300) { LIMITS.to_owned() } else { String::new() },
            closed_at: closed,
        }
    }
}

const LIMITS: &str = "Equipment in locked rooms and servers that could not be switched off.";
