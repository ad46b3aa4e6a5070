//! What a customer's month came to. The numbers are counted along indexes of their own, however many jobs there are.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use domain::asset::{Lifecycle, Status};
use domain::code::Code;
use domain::equipment::TestKind;
use domain::job::{Outcome, Priority};
use domain::monthly_report::*;

use crate::each_backend;
use crate::error::Result;
use crate::portable::AnyConnection;
use crate::schema::{assets, due_tallies, job_assets, job_tallies, jobs, sites, tests};
use crate::types::{Coded, Moment};

/// The most jobs named in a report.
pub const MOST_JOBS: i64 = 200;
/// The most failures named.
const MOST_FAILURES: i64 = 50;
/// The most assets named that came back.
const MOST_REPEATS: usize = 10;
/// So many months are drawn beside each other.
const MONTHS: i32 = 6;
/// Of so many jobs of a month the assets are looked at, the last begun.
const LATEST: i64 = 5_000;
/// Of so many assets, those with most jobs in the month, it is counted how often they came back in a year.
const LOOKED_AT: usize = 100;

/// A month of a customer found within the scope: its first day, and the first moments of days by the firm's clock.
pub struct Month<'a> {
    /// The customer.
    pub customer_id: i64,
    /// The first day.
    pub first: NaiveDate,
    /// When a day begins.
    pub begins: &'a dyn Fn(NaiveDate) -> DateTime<Utc>,
}

impl Month<'_> {
    fn bounds(&self, month: NaiveDate) -> (Moment, Moment) {
        (self.moment(month), self.moment(month_after(month, 1)))
    }

    fn moment(&self, day: NaiveDate) -> Moment {
        (self.begins)(day).into()
    }
}

/// The numbers of a month.
///
/// # Errors
/// The database's.
pub fn month_numbers(conn: &mut AnyConnection, month: &Month) -> Result<MonthNumbers> {
    let trend = trend(conn, month)?;
    let targets = targets(conn, month.customer_id, month.bounds(month.first))?;
    let (tests, failed) = count_tests(conn, month)?;
    Ok(MonthNumbers {
        targets,
        opened: trend.last().map_or(0, |one| one.opened),
        open: open(conn, month)?,
        trend,
        tests,
        failed,
        due: list_due(conn, month)?.iter().map(|due| due.items).sum(),
    })
}

/// The targets of the jobs closed between two moments, by an index that holds all it needs; counted here, which is
/// quicker than sorting them into groups.
fn targets(
    conn: &mut AnyConnection,
    customer_id: i64,
    (from, until): (Moment, Moment),
) -> Result<Vec<PriorityTargets>> {
    type Row = (Coded<Priority>, Option<bool>, Option<bool>);
    let closed = jobs::closed_at.ge(from).and(jobs::closed_at.lt(until)).assume_not_null();
    let rows: Vec<Row> = jobs::table
        .filter(jobs::customer_id.eq(customer_id).and(closed))
        .filter(jobs::closed_at.is_not_null())
        .select((jobs::priority, jobs::response_met, jobs::fix_met))
        .load(conn)?;
    let mut targets = no_targets();
    for (priority, response, fix) in rows {
        let Some(row) = targets.iter_mut().find(|row| row.priority == priority.0) else { continue };
        row.jobs += 1;
        row.response += met(response);
        row.fix += met(fix);
    }
    Ok(targets)
}

fn met(met: Option<bool>) -> Met {
    Met { met: i64::from(met == Some(true)), missed: i64::from(met == Some(false)) }
}

/// Opened, closed and in time month by month, from the tallies that the measures are read from: they are by the firm's
/// clock, as the report is.
fn trend(conn: &mut AnyConnection, month: &Month) -> Result<Vec<TrendMonth>> {
    type Row = (NaiveDate, i64, i64, i64, i64);
    let months = months_to(month.first, MONTHS);
    let rows: Vec<Row> = job_tallies::table
        .filter(job_tallies::month.eq_any(months.clone()).and(job_tallies::customer_id.eq(month.customer_id)))
        .select((
            job_tallies::month,
            job_tallies::opened,
            job_tallies::closed,
            job_tallies::fix_met,
            job_tallies::fix_missed,
        ))
        .load(conn)?;
    let sum = |month: NaiveDate| {
        let of_month = rows.iter().filter(|row| row.0 == month);
        let none = TrendMonth { month, opened: 0, closed: 0, fix: Met::default() };
        of_month.fold(none, |sum, (_, opened, closed, met, missed)| TrendMonth {
            opened: sum.opened + opened,
            closed: sum.closed + closed,
            fix: Met { met: sum.fix.met + met, missed: sum.fix.missed + missed },
            ..sum
        })
    };
    Ok(months.into_iter().map(sum).collect())
}

/// The jobs open at the month's end, by age: those open still, and those closed since.
fn open(conn: &mut AnyConnection, month: &Month) -> Result<[i64; 4]> {
    let end = month_after(month.first, 1);
    let ended = month.moment(end);
    // Open jobs are few: asked for by nothing but their standing, so that the index of that is used, and counted here.
    let standing = jobs::customer_id.eq(month.customer_id).and(jobs::closed_at.is_null());
    let mut opened: Vec<Moment> = jobs::table.filter(standing).select(jobs::opened_at).load(conn)?;
    let closed_since = jobs::closed_at.ge(ended).assume_not_null();
    opened.extend(
        jobs::table
            .filter(jobs::customer_id.eq(month.customer_id).and(jobs::closed_at.is_not_null()))
            .filter(closed_since.and(jobs::opened_at.lt(ended)))
            .select(jobs::opened_at)
            .load::<Moment>(conn)?,
    );
    let ages = age_bounds(end).map(|(from, until)| (from.map(|day| month.moment(day)), month.moment(until)));
    Ok(ages.map(|(from, until)| {
        let of_age = |at: &&Moment| from.is_none_or(|from| **at >= from) && **at < until;
        i64::try_from(opened.iter().filter(of_age).count()).unwrap_or(i64::MAX)
    }))
}

fn sites_of(conn: &mut AnyConnection, customer_id: i64) -> Result<Vec<(i64, String)>> {
    let query = sites::table.filter(sites::customer_id.eq(customer_id)).order(sites::name);
    Ok(query.select((sites::id, sites::name)).load(conn)?)
}

/// Tests done and failed, site by site along the sites' index; what was corrected counts as what corrects it.
fn count_tests(conn: &mut AnyConnection, month: &Month) -> Result<(i64, i64)> {
    let (from, until) = month.bounds(month.first);
    let mut counts = (0, 0);
    for (site, _) in sites_of(conn, month.customer_id)? {
        let of_month =
            tests::site_id.eq(site).and(tests::performed_at.ge(from)).and(tests::performed_at.lt(until));
        let done: i64 = each_backend!(&mut *conn, c => tests::table.filter(of_month).count().get_result(c))?;
        let of_month =
            tests::site_id.eq(site).and(tests::performed_at.ge(from)).and(tests::performed_at.lt(until));
        let corrections: i64 =
            tests::table.filter(of_month.and(tests::supersedes.is_not_null())).count().get_result(conn)?;
        counts.0 += (done - corrections).max(0);
    }
    counts.1 = failed(conn, month)?.len().try_into().unwrap_or(i64::MAX);
    Ok(counts)
}

/// The failed tests of the month that nothing corrected: id, asset, site, when.
fn failed(conn: &mut AnyConnection, month: &Month) -> Result<Vec<(String, i64, i64, Moment)>> {
    let (from, until) = month.bounds(month.first);
    let rows: Vec<(String, i64, i64, Moment)> = tests::table
        // The plus keeps SQLite from walking all tests that the customer ever had.
        .filter(sql::<BigInt>("+tests.customer_id").eq(month.customer_id))
        // As it is written in the index of failures: a bound value would not be known to be it.
        .filter(sql::<Bool>("tests.verdict = 'fail'"))
        .filter(tests::performed_at.ge(from).and(tests::performed_at.lt(until)))
        .order(tests::performed_at.desc())
        .select((tests::id, tests::asset_id, tests::site_id, tests::performed_at))
        .load(conn)?;
    let mut kept = vec![];
    for some in rows.chunks(1000) {
        let ids: Vec<&str> = some.iter().map(|(id, ..)| id.as_str()).collect();
        let corrected: Vec<Option<String>> =
            tests::table.filter(tests::supersedes.eq_any(ids)).select(tests::supersedes).load(conn)?;
        let is_corrected = |id: &str| corrected.iter().flatten().any(|one| one == id);
        kept.extend(some.iter().filter(|(id, ..)| !is_corrected(id)).cloned());
    }
    Ok(kept)
}

/// The last failures of the month; the day is for the caller to read by the firm's clock.
///
/// # Errors
/// The database's.
pub fn list_failures(
    conn: &mut AnyConnection,
    month: &Month,
    day: &dyn Fn(DateTime<Utc>) -> NaiveDate,
) -> Result<Vec<ReportFailure>> {
    type Row = (i64, String, String, Coded<Lifecycle>, Option<String>);
    let failed = failed(conn, month)?;
    let shown = &failed[..failed.len().min(usize::try_from(MOST_FAILURES).unwrap_or(0))];
    let ids: Vec<i64> = shown.iter().map(|(_, asset, ..)| *asset).collect();
    let columns = (assets::id, assets::tag, assets::description, assets::lifecycle, assets::lock_cause);
    let known: Vec<Row> = assets::table.filter(assets::id.eq_any(ids)).select(columns).load(conn)?;
    let sites = sites_of(conn, month.customer_id)?;
    let mut rows = vec![];
    for (_, asset, site, at) in shown {
        let Some((_, tag, description, lifecycle, lock)) = known.iter().find(|row| row.0 == *asset) else {
            continue;
        };
        rows.push(ReportFailure {
            tag: tag.clone(),
            description: description.clone(),
            site: name_of(&sites, *site),
            on: day(at.utc()),
            now: Status::of(lifecycle.0, lock.is_some()).label().to_owned(),
        });
    }
    Ok(rows)
}

fn name_of(sites: &[(i64, String)], id: i64) -> String {
    sites.iter().find(|(site, _)| *site == id).map(|(_, name)| name.clone()).unwrap_or_default()
}

/// The tests due in the month after, by site and kind, from the tallies of each day.
///
/// # Errors
/// The database's.
pub fn list_due(conn: &mut AnyConnection, month: &Month) -> Result<Vec<ReportDue>> {
    let (first, next) = (month_after(month.first, 1), month_after(month.first, 2));
    let sites = sites_of(conn, month.customer_id)?;
    let total = |rows: &[Tallied], site: i64, kind: TestKind| -> i64 {
        rows.iter().filter(|row| row.0 == site && row.1.0 == kind).map(|row| row.2).sum()
    };
    let long_ago = DateTime::<Utc>::UNIX_EPOCH.date_naive();
    let (due, overdue) = (tallied(conn, month, (first, next))?, tallied(conn, month, (long_ago, first))?);
    let mut rows = vec![];
    for (site, name) in &sites {
        for kind in TestKind::ALL {
            let (items, overdue) = (total(&due, *site, *kind), total(&overdue, *site, *kind));
            if items > 0 || overdue > 0 {
                rows.push(ReportDue { site: name.clone(), kind: kind.label().to_owned(), items, overdue });
            }
        }
    }
    Ok(rows)
}

/// Site, kind and how many.
type Tallied = (i64, Coded<TestKind>, i64);

fn tallied(
    conn: &mut AnyConnection,
    month: &Month,
    (from, until): (NaiveDate, NaiveDate),
) -> Result<Vec<Tallied>> {
    let days = due_tallies::due_on.ge(from).and(due_tallies::due_on.lt(until));
    let query = due_tallies::table.filter(due_tallies::customer_id.eq(month.customer_id).and(days));
    Ok(query.select((due_tallies::site_id, due_tallies::kind, due_tallies::items)).load(conn)?)
}

/// The jobs closed in the month, the last first.
///
/// # Errors
/// The database's.
pub fn list_jobs(
    conn: &mut AnyConnection,
    month: &Month,
    day: &dyn Fn(DateTime<Utc>) -> NaiveDate,
) -> Result<Vec<ReportJob>> {
    type Row =
        (String, String, i64, Moment, Option<Moment>, Option<Coded<Outcome>>, Option<bool>, Option<bool>);
    let (from, until) = month.bounds(month.first);
    let closed = jobs::closed_at.ge(from).and(jobs::closed_at.lt(until)).assume_not_null();
    let rows: Vec<Row> = jobs::table
        .filter(jobs::customer_id.eq(month.customer_id).and(closed).and(jobs::closed_at.is_not_null()))
        .order((jobs::closed_at.desc(), jobs::id.desc()))
        .limit(MOST_JOBS)
        .select((
            jobs::number,
            jobs::title,
            jobs::site_id,
            jobs::opened_at,
            jobs::closed_at,
            jobs::outcome,
            jobs::response_met,
            jobs::fix_met,
        ))
        .load(conn)?;
    let sites = sites_of(conn, month.customer_id)?;
    let job = |(number, title, site, opened, closed, outcome, response, fix): Row| ReportJob {
        number,
        title,
        site: name_of(&sites, site),
        opened: day(opened.utc()),
        closed: day(closed.unwrap_or(opened).utc()),
        outcome: outcome.map(|outcome| outcome.0.label().to_owned()).unwrap_or_default(),
        response,
        fix,
    };
    Ok(rows.into_iter().map(job).collect())
}

/// The assets that had most jobs in the twelve months to the month's end, two at least: looked for among those that had
/// most jobs in the month itself.
///
/// # Errors
/// The database's.
pub fn list_repeats(conn: &mut AnyConnection, month: &Month) -> Result<Vec<ReportRepeat>> {
    let (from, until) = month.bounds(month.first);
    let year = month.moment(month_after(month.first, -11));
    let begun = job_assets::job_opened_at.ge(from).and(job_assets::job_opened_at.lt(until));
    let had_jobs: Vec<i64> = job_assets::table
        .filter(job_assets::customer_id.eq(month.customer_id))
        .filter(begun.assume_not_null())
        .order(job_assets::job_opened_at.desc())
        .limit(LATEST)
        .select(job_assets::asset_id)
        .load(conn)?;
    let mut counts = std::collections::BTreeMap::<i64, i64>::new();
    had_jobs.into_iter().for_each(|asset| *counts.entry(asset).or_default() += 1);
    let mut most: Vec<(i64, i64)> = counts.iter().map(|(asset, count)| (*asset, *count)).collect();
    most.sort_by_key(|(asset, count)| (-count, *asset));
    let most: Vec<i64> = most.into_iter().take(LOOKED_AT).map(|(asset, _)| asset).collect();
    let mut repeats: Vec<(i64, i64)> = job_assets::table
        .filter(job_assets::asset_id.eq_any(most))
        .filter(job_assets::job_opened_at.ge(year).and(job_assets::job_opened_at.lt(until)))
        .group_by(job_assets::asset_id)
        .select((job_assets::asset_id, count_star()))
        .load(conn)?;
    repeats.retain(|(_, count)| *count > 1);
    repeats.sort_by_key(|(asset, count)| (-count, *asset));
    repeats.truncate(MOST_REPEATS);
    let named = assets::id.eq_any(repeats.iter().map(|(asset, _)| *asset).collect::<Vec<_>>());
    let known: Vec<(i64, String, String, i64)> = assets::table
        .filter(named.and(assets::customer_id.eq(month.customer_id)))
        .select((assets::id, assets::tag, assets::description, assets::site_id))
        .load(conn)?;
    let sites = sites_of(conn, month.customer_id)?;
    let row = |(asset, year): (i64, i64)| {
        let (_, tag, description, site) = known.iter().find(|row| row.0 == asset)?;
        let (tag, description, site) = (tag.clone(), description.clone(), name_of(&sites, *site));
        Some(ReportRepeat { tag, description, site, month: counts.get(&asset).copied().unwrap_or(0), year })
    };
    Ok(repeats.into_iter().filter_map(row).collect())
}
