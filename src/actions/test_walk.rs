//! The recorded tests of a customer or a site, page by page, however many: what exports are written from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate};
use chrono_tz::Tz;
use domain::permission::DownloadPapers;
use domain::schedule::day_begins;
use store::customers::find_customer;
use store::sites::{Site, find_site, list_sites};
use store::tests::{self, Page, RecordedTest};
use store::types::Moment;
use store::{AnyConnection, Right};

use crate::actions::dues::time_zone;
use crate::actions::history_links::at_home;
use crate::actions::output::Trouble;
use crate::app::App;
use crate::error::{Error, Result};

/// Tests read at a time.
const PAGE: i64 = 500;

/// Whose tests of which days, both included and by each site's own calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The customer.
    pub customer_id: i64,
    /// One site of theirs, or all.
    pub site_id: Option<i64>,
    /// The first day, or from the beginning.
    pub from: Option<NaiveDate>,
    /// The last day, or up to now.
    pub until: Option<NaiveDate>,
}

/// Some tests of a site, in the order in which they were done.
pub struct Walked<'a> {
    /// The customer's name.
    pub customer: &'a str,
    /// The site.
    pub site: &'a Site,
    /// Its clock.
    pub zone: Tz,
    /// The tests.
    pub tests: Vec<RecordedTest>,
    /// Ids of those that were corrected later, or withdrawn.
    pub corrected: BTreeSet<String>,
    names: BTreeMap<i64, String>,
}

impl Walked<'_> {
    /// The name of who did a test; empty once it was erased.
    pub fn name_of(&self, test: &RecordedTest) -> &str {
        self.names.get(&test.row.person_id).map_or("", String::as_str)
    }
}

/// The customer's name and the sites asked about.
///
/// # Errors
/// Not found, also outside the scope, and for a site of another customer.
pub fn find_sites(
    app: &App,
    right: &Right<DownloadPapers>,
    (customer_id, site_id): (i64, Option<i64>),
) -> Result<(String, Vec<Site>)> {
    let (customer, sites) = app.store.read(|conn| {
        let customer = find_customer(conn, right.scope(), customer_id)?;
        let sites = match site_id {
            Some(id) => vec![find_site(conn, right.scope(), id)?],
            None => list_sites(conn, right.scope(), Some(customer.id))?,
        };
        Ok::<_, Error>((customer.name, sites))
    })?;
    if sites.iter().any(|site| site.customer_id != customer_id) {
        return Err(Error::NotFound("site of this customer".to_owned()));
    }
    Ok((customer, sites))
}

/// Walks through the tests asked about, site by site.
///
/// # Errors
/// Not found, also outside the scope; a field error for days the wrong way round; what `each` says.
pub fn walk(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: &Asked,
    mut each: impl FnMut(Walked) -> std::result::Result<(), Trouble>,
) -> std::result::Result<(), Trouble> {
    if let (Some(from), Some(until)) = (asked.from, asked.until)
        && until < from
    {
        return Err(Error::field("until", "the last day is before the first").into());
    }
    let (customer, sites) = find_sites(app, right, (asked.customer_id, asked.site_id))?;
    for site in &sites {
        let zone = time_zone(&site.time_zone)?;
        let from = asked.from.map_or(DateTime::UNIX_EPOCH, |day| day_begins(day, zone));
        let until = asked.until.map_or(app.now() + Days::new(2), |day| day_begins(day + Days::new(1), zone));
        let between = (site.id, Moment::from(from), Moment::from(until));
        let mut page = Some(Page::first(PAGE));
        while let Some(asked) = page {
            // Read page by page, each on its own: a slow reader of the file holds no connection.
            let ground = (customer.as_str(), site, zone);
            let walked = app.store.read(|conn| read_page(conn, right, ground, (between, asked)))?;
            let full = i64::try_from(walked.tests.len()).unwrap_or(0) == PAGE;
            page = walked.tests.last().filter(|_| full).map(|last| Page::after(&last.row, PAGE));
            each(walked)?;
        }
    }
    Ok(())
}

fn read_page<'a>(
    conn: &mut AnyConnection,
    right: &Right<DownloadPapers>,
    (customer, site, zone): (&'a str, &'a Site, Tz),
    (between, page): ((i64, Moment, Moment), Page),
) -> Result<Walked<'a>> {
    let found = tests::list_tests_of_site(conn, right.scope(), between, page)?;
    let corrected = tests::superseded_ids(conn, &found)?;
    let tests = tests::with_evidence(conn, found)?;
    let tests = at_home(conn, right.scope(), tests)?;
    let ids: Vec<i64> = tests.iter().map(|test| test.row.person_id).collect();
    Ok(Walked { customer, site, zone, corrected, names: names_of(conn, &ids)?, tests })
}

/// The names of people.
///
/// # Errors
/// The store's.
pub fn names_of(conn: &mut AnyConnection, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    let ids: Vec<i64> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let people = store::certificates::list_people(conn, &ids)?;
    Ok(people.into_iter().map(|one| (one.id, one.name)).collect())
}
