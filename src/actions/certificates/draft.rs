//! Gathers what a certificate will say, before it has a number.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use domain::certificate::{SingleCertificate, SiteCertificate, Totals};
use domain::certificate_evidence::Covers;
use domain::wording::Language;
use store::certificates::find_head;
use store::customers::{Customer, find_customer};
use store::ledger::{Place, sha256};
use store::sites::{Site, find_site};
use store::tests::{self, Page, RecordedTest, TestRow};
use store::types::Moment;
use store::visits::{Expected, Visit, find_visit};
use store::{AnyConnection, Scope};

use super::{Subject, heads, single, site};
use crate::actions::dues::time_zone;
use crate::error::{Error, Result};

/// More tests than a certificate of a site holds; a paper of thousands of pages serves nobody.
const MOST_TESTS: usize = 20_000;
/// Tests read at a time.
const PAGE: i64 = 2000;

/// What is printed.
#[derive(Debug, Clone)]
pub(super) enum Paper {
    Single(Box<SingleCertificate>),
    Site(Box<SiteCertificate>),
}

/// A certificate but for its number, revision, date and ledger head.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub customer_id: i64,
    pub site_id: i64,
    /// The asset, for the certificate of one test.
    pub asset_id: Option<i64>,
    pub covers: Covers,
    pub paper: Paper,
    pub tests: Vec<i64>,
    pub totals: Totals,
    /// SHA-256 of what it says.
    pub content: String,
    /// The ledger's head when it was gathered.
    pub head: Place,
}

/// Where and for whom tests were done.
pub(super) struct Ground {
    pub customer: Customer,
    pub site: Site,
    pub zone: Tz,
    pub language: Language,
}

pub(super) fn gather(conn: &mut AnyConnection, scope: &Scope, subject: &Subject) -> Result<Draft> {
    match subject {
        Subject::Test(id) => of_test(conn, scope, id),
        Subject::Visit(id) => {
            let visit = find_visit(conn, scope, *id)?;
            let covers = Covers::Visit { id: visit.id };
            let rows = pages(|page| Ok(tests::list_tests_of_visit(conn, scope, visit.id, page)?))?;
            of_site(conn, scope, (visit.site_id, covers, Some(visit)), rows)
        }
        Subject::Period { site_id, from, to } => {
            if from > to {
                return Err(Error::field("to", "the last day is before the first"));
            }
            let zone = time_zone(&find_site(conn, scope, *site_id)?.time_zone)?;
            let bounds = (*site_id, midnight(zone, *from)?, midnight(zone, *to + Days::new(1))?);
            let covers = Covers::Period { from: *from, to: *to };
            let rows = pages(|page| Ok(tests::list_tests_of_site(conn, scope, bounds, page)?))?;
            of_site(conn, scope, (*site_id, covers, None), rows)
        }
    }
}

fn of_test(conn: &mut AnyConnection, scope: &Scope, id: &str) -> Result<Draft> {
    let test = tests::find_recorded_test(conn, scope, id)?;
    if tests::find_correction(conn, id)?.is_some() {
        let words = "This record was corrected later; issue the certificate of the correction.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let ground = ground(conn, scope, test.row.site_id)?;
    let head = find_head(conn, ground.customer.id)?;
    let asset = store::assets::find_asset(conn, scope, test.row.asset_id)?;
    let common = heads::common(conn, &ground, std::slice::from_ref(&test), None)?;
    let paper = single::certificate(&ground, &test, &asset, common);
    let content = content(&paper)?;
    Ok(Draft {
        customer_id: ground.customer.id,
        site_id: ground.site.id,
        asset_id: Some(asset.id),
        covers: Covers::Test { id: test.row.id.clone() },
        tests: vec![test.row.seq],
        totals: site::count(std::iter::once(test.row.verdict.0), 0),
        paper: Paper::Single(Box::new(paper)),
        content,
        head,
    })
}

fn of_site(
    conn: &mut AnyConnection,
    scope: &Scope,
    (site_id, covers, visit): (i64, Covers, Option<Visit>),
    rows: Vec<TestRow>,
) -> Result<Draft> {
    let ground = ground(conn, scope, site_id)?;
    let head = find_head(conn, ground.customer.id)?;
    let tests = counting(conn, rows)?;
    let visits = visits(conn, scope, visit, &tests)?;
    let not_found = not_found(conn, &visits, &tests)?;
    if tests.is_empty() && not_found.is_empty() {
        let words = "Nothing was tested then, so there is nothing to certify.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let common = heads::common(conn, &ground, &tests, Some(&visits))?;
    let paper = site::certificate(conn, &ground, &tests, (not_found, common))?;
    let content = content(&paper)?;
    let mut numbers: Vec<i64> = tests.iter().map(|test| test.row.seq).collect();
    numbers.sort_unstable();
    let totals = paper.totals;
    Ok(Draft {
        customer_id: ground.customer.id,
        site_id,
        asset_id: None,
        covers,
        paper: Paper::Site(Box::new(paper)),
        tests: numbers,
        totals,
        content,
        head,
    })
}

/// The visit, or those in which a period's tests were done.
fn visits(
    conn: &mut AnyConnection,
    scope: &Scope,
    visit: Option<Visit>,
    tests: &[RecordedTest],
) -> Result<Vec<Visit>> {
    if let Some(visit) = visit {
        return Ok(vec![visit]);
    }
    let ids: BTreeSet<i64> = tests.iter().filter_map(|test| test.row.visit_id).collect();
    Ok(ids.into_iter().map(|id| find_visit(conn, scope, id)).collect::<store::Result<_>>()?)
}

/// What the visits did not find and nobody tested afterwards, each once.
fn not_found(
    conn: &mut AnyConnection,
    visits: &[Visit],
    tests: &[RecordedTest],
) -> Result<Vec<(Expected, String)>> {
    let mut seen: BTreeSet<i64> = tests.iter().map(|test| test.row.asset_id).collect();
    let mut lost = vec![];
    for visit in visits {
        for (asset, note) in store::visits::list_not_found(conn, visit.id)? {
            if visits.len() == 1 || seen.insert(asset.id) {
                lost.push((asset, note));
            }
        }
    }
    Ok(lost)
}

fn ground(conn: &mut AnyConnection, scope: &Scope, site_id: i64) -> Result<Ground> {
    let site = find_site(conn, scope, site_id)?;
    let customer = find_customer(conn, scope, site.customer_id)?;
    let zone = time_zone(&site.time_zone)?;
    let language = Language::of_customer(&customer.language, &customer.ruleset);
    Ok(Ground { customer, site, zone, language })
}

/// The tests that count, by time: those that a later record corrects are left out, the correction stands.
fn counting(conn: &mut AnyConnection, rows: Vec<TestRow>) -> Result<Vec<RecordedTest>> {
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

fn content(paper: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_vec(paper).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(sha256(&text))
}

/// Tests by asset, in the order in which each asset was first tested.
pub(super) fn by_asset(tests: &[RecordedTest]) -> Vec<Vec<&RecordedTest>> {
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut found: Vec<Vec<&RecordedTest>> = vec![];
    for test in tests {
        let place = *places.entry(test.row.asset_id).or_insert(found.len());
        match found.get_mut(place) {
            Some(of_asset) => of_asset.push(test),
            None => found.push(vec![test]),
        }
    }
    found
}
