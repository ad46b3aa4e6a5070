//! The tests that a certificate covers, in the order in which they were done.

use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use domain::certificate_evidence::Covers;
use store::sites::find_site;
use store::tests::{self, Page, RecordedTest, TestRow};
use store::types::Moment;
use store::visits::{Visit, find_visit};
use store::{AnyConnection, Scope};

use super::Subject;
use crate::actions::dues::time_zone;
use crate::error::{Error, Result};

/// More tests than a certificate of a site holds; a paper of thousands of pages serves nobody.
const MOST_TESTS: usize = 20_000;
/// Tests read at a time.
const PAGE: i64 = 2000;

/// What is covered at a site: the tests, and the visit where it is one.
pub(super) struct Covered {
    pub site_id: i64,
    pub covers: Covers,
    pub visit: Option<Visit>,
    pub rows: Vec<TestRow>,
}

/// The tests of a visit or of a site's days.
pub(super) fn covered(conn: &mut AnyConnection, scope: &Scope, subject: &Subject) -> Result<Covered> {
    match subject {
        Subject::Test(id) => {
            let row = tests::find_test(conn, scope, id)?;
            Ok(Covered {
                site_id: row.site_id,
                covers: Covers::Test { id: id.clone() },
                visit: None,
                rows: vec![row],
            })
        }
        Subject::Visit(id) => {
            let visit = find_visit(conn, scope, *id)?;
            let covers = Covers::Visit { id: visit.id };
            let rows = pages(|page| Ok(tests::list_tests_of_visit(conn, scope, visit.id, page)?))?;
            Ok(Covered { site_id: visit.site_id, covers, visit: Some(visit), rows })
        }
        Subject::Period { site_id, from, to } => {
            let covers = Covers::Period { from: *from, to: *to };
            let bounds = bounds(conn, scope, (*site_id, *from, *to))?;
            let rows = pages(|page| Ok(tests::list_tests_of_site(conn, scope, bounds, page)?))?;
            Ok(Covered { site_id: *site_id, covers, visit: None, rows })
        }
    }
}

fn bounds(
    conn: &mut AnyConnection,
    scope: &Scope,
    (site_id, from, to): (i64, NaiveDate, NaiveDate),
) -> Result<(i64, Moment, Moment)> {
    if from > to {
        return Err(Error::field("to", "the last day is before the first"));
    }
    let zone = time_zone_of(conn, scope, site_id)?;
    Ok((site_id, midnight(zone, from)?, midnight(zone, to + Days::new(1))?))
}

/// A site's time zone.
pub(super) fn time_zone_of(conn: &mut AnyConnection, scope: &Scope, site_id: i64) -> Result<Tz> {
    time_zone(&find_site(conn, scope, site_id)?.time_zone)
}

/// Whether anything was tested at a site in these days.
pub(super) fn has_tests(
    conn: &mut AnyConnection,
    scope: &Scope,
    days: (i64, NaiveDate, NaiveDate),
) -> Result<bool> {
    let bounds = bounds(conn, scope, days)?;
    Ok(!tests::list_tests_of_site(conn, scope, bounds, Page::first(1))?.is_empty())
}

/// The ids of the tests that count.
pub(super) fn list_counting(
    conn: &mut AnyConnection,
    scope: &Scope,
    subject: &Subject,
) -> Result<Vec<String>> {
    let rows = covered(conn, scope, subject)?.rows;
    let corrected = tests::superseded_ids(conn, &rows)?;
    Ok(rows.into_iter().map(|row| row.id).filter(|id| !corrected.contains(id)).collect())
}

/// The tests that count, by time: those that a later record corrects are left out, the correction stands.
pub(super) fn counting(conn: &mut AnyConnection, rows: Vec<TestRow>) -> Result<Vec<RecordedTest>> {
    let corrected = tests::superseded_ids(conn, &rows)?;
    let rows = rows.into_iter().filter(|row| !corrected.contains(&row.id)).collect();
    Ok(tests::with_evidence(conn, rows)?)
}

fn pages(mut list: impl FnMut(Page) -> Result<Vec<TestRow>>) -> Result<Vec<TestRow>> {
    let mut rows: Vec<TestRow> = vec![];
    loop {
        let page = rows.last().map_or(Page::first(PAGE), |last| Page::after(last, PAGE));
        let more = list(page)?;
        let last = i64::try_from(more.len()).unwrap_or(PAGE) < PAGE;
        rows.extend(more);
        if rows.len() > MOST_TESTS {
            let words = format!("These are more than {MOST_TESTS} tests; choose fewer days.");
            return Err(Error::TooLarge(words));
        }
        if last {
            return Ok(rows);
        }
    }
}

/// The first moment of a day at a site; where clocks skip midnight, the first that there is.
fn midnight(zone: Tz, day: NaiveDate) -> Result<Moment> {
    let hours = (0..3).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    let mut moments = hours.filter_map(|time| zone.from_local_datetime(&day.and_time(time)).earliest());
    let moment = moments.next().ok_or_else(|| Error::Internal(format!("{day} does not begin in {zone}")))?;
    Ok(Moment::from(moment.to_utc()))
}
