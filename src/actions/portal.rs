//! The rooms of a customer's own people: what is due and what failed, their assets, jobs and papers.

mod due;
mod faults;
mod jobs;
mod quotes;
mod sheets;

pub use due::{DueDays, PortalDue, list_due};
pub use faults::report_fault;
pub use jobs::{Coming, JobLine, JobView, Told, find_file, find_job, list_jobs};
pub use quotes::{QuoteLine, answer_quote, find_quote, list_quotes, quote_pdf};
pub use sheets::{SignedLine, job_sheet, list_signed, signed_sheet};

use chrono::NaiveDate;
use domain::due::DueCounts;
use domain::permission::{AnswerForCustomer, Role, ViewPortal};
use domain::schedule::local_date;
use domain::tag::fold;
use store::assets::Asset;
use store::assets::list::{Filter, ListNames, Listed, Order};
use store::certificates::CertificateRow;
use store::due_list::DueRow;
use store::portal::{self, jobs as rows};
use store::sites::Site;
use store::stopped::Stopped;
use store::tests::{Page, TestRow, superseded_ids};
use store::{Right, files};

use crate::actions::dues::{FIRM_ZONE, today};
use crate::app::App;
use crate::error::{Error, Result};

/// Rows that the start page shows of each list.
const SHOWN: usize = 10;

/// What the start page tells.
#[derive(Debug, Clone)]
pub struct PortalStart {
    /// The sites seen.
    pub sites: Vec<Site>,
    /// How many inspections are due, by when.
    pub due: DueCounts,
    /// What is overdue, the longest first.
    pub overdue: Vec<DueRow>,
    /// The open jobs, the newest first.
    pub jobs: Vec<JobLine>,
    /// How many jobs are open.
    pub open_jobs: i64,
    /// When somebody comes next.
    pub coming: Vec<Coming>,
    /// The quotes that wait for their answer.
    pub quotes: Vec<QuoteLine>,
    /// What failed and is locked, the latest first.
    pub locked: Vec<Stopped>,
    /// How many things are locked.
    pub locked_count: i64,
    /// The firm's date.
    pub today: NaiveDate,
}

/// The start page of a customer's own people.
///
/// # Errors
/// The store's.
pub fn find_start(app: &App, right: &Right<ViewPortal>) -> Result<PortalStart> {
    let today = today(app);
    let quotes = list_quotes(app, right, None)?.into_iter().filter(QuoteLine::awaits).collect();
    app.store.read(|conn| {
        let scope = right.sites();
        let days = portal::count_days(conn, scope, None)?;
        let most = i64::try_from(SHOWN).unwrap_or(i64::MAX);
        let (locked, locked_count) = portal::list_locked(conn, scope, None, most)?;
        let open = rows::list_jobs(conn, scope, rows::JobFilter::default(), most)?;
        Ok(PortalStart {
            sites: portal::list_sites(conn, scope)?,
            due: DueCounts::of(days, today),
            overdue: portal::list_due(conn, scope, None, ((None, Some(today)), None), SHOWN)?.0,
            coming: jobs::list_coming(conn, scope, (None, app.now()))?,
            jobs: open.into_iter().map(|(job, site)| JobLine::of(app.now(), job, site)).collect(),
            open_jobs: rows::count_open(conn, scope)?,
            quotes,
            locked,
            locked_count,
            today,
        })
    })
}

/// The sites that are seen.
///
/// # Errors
/// The store's.
pub fn list_sites(app: &App, right: &Right<ViewPortal>) -> Result<Vec<Site>> {
    Ok(app.store.read(|conn| portal::list_sites(conn, right.sites()))?)
}

/// A page of assets with the names of where they are.
///
/// # Errors
/// Not found for a site or cursor that is not theirs.
pub fn list_assets(
    app: &App,
    right: &Right<ViewPortal>,
    filter: &Filter,
    page: (Order, Option<i64>, usize),
) -> Result<(Listed, ListNames)> {
    app.store.read(|conn| {
        let listed = portal::list_assets(conn, right.sites(), filter, page)?;
        let names = ListNames::of(conn, &listed.items)?;
        Ok((listed, names))
    })
}

/// The asset that a scanned or typed text leads to: its tag, else the customer's own number where just one has it.
///
/// # Errors
/// Not found, also for what is not at their sites.
pub fn find_asset(app: &App, right: &Right<ViewPortal>, text: &str) -> Result<Asset> {
    app.store.read(|conn| match portal::find_asset(conn, right.sites(), &fold(text)) {
        Err(store::Error::NotFound(noun)) => {
            let number: String = text.trim().chars().filter(|c| !c.is_control()).collect();
            let mut found = portal::find_assets_by_number(conn, right.sites(), &number)?;
            match (found.pop(), found.is_empty()) {
                (Some(asset), true) => Ok(asset),
                _ => Err(Error::NotFound(noun.to_owned())),
            }
        }
        found => Ok(found?),
    })
}

/// An asset with what the customer is told of it.
#[derive(Debug, Clone)]
pub struct AssetView {
    /// The asset.
    pub asset: Asset,
    /// Its site.
    pub site: Site,
    /// Path of its place.
    pub place: String,
    /// The site's date.
    pub today: NaiveDate,
    /// Its tests, the latest first, each with whether it was corrected later.
    pub tests: Vec<(TestRow, bool)>,
    /// What is reported of it and not settled.
    pub faults: Vec<rows::OpenFault>,
    /// Its open jobs.
    pub jobs: Vec<JobLine>,
}

/// An asset as the customer is told of it.
///
/// # Errors
/// As [`find_asset`].
pub fn find_asset_view(app: &App, right: &Right<ViewPortal>, text: &str) -> Result<AssetView> {
    let asset = find_asset(app, right, text)?;
    app.store.read(|conn| {
        let scope = right.sites();
        let site = portal::find_site(conn, scope, asset.site_id)?;
        let places = portal::list_places(conn, scope, &site)?;
        let place = places.into_iter().find(|place| Some(place.id) == asset.place_id);
        let tests = portal::list_tests(conn, scope, &asset, Page::first(30))?;
        let corrected = superseded_ids(conn, &tests)?;
        let filter = rows::JobFilter { asset_id: Some(asset.id), ..rows::JobFilter::default() };
        let jobs = rows::list_jobs(conn, scope, filter, 20)?;
        Ok(AssetView {
            place: place.map(|place| place.path).unwrap_or_default(),
            today: local_date(app.now(), site.time_zone.parse().unwrap_or(FIRM_ZONE)),
            tests: tests.into_iter().map(|test| (test.clone(), corrected.contains(&test.id))).collect(),
            faults: rows::list_open_faults(conn, asset.id)?,
            jobs: jobs.into_iter().map(|(job, site)| JobLine::of(app.now(), job, site)).collect(),
            asset,
            site,
        })
    })
}

/// A certificate with the name of its site.
pub type Certificate = (CertificateRow, String);

/// A page of certificates with the names of their sites, and the id beyond which the next begins.
///
/// # Errors
/// Not found for a site that is not theirs.
pub fn list_certificates(
    app: &App,
    right: &Right<ViewPortal>,
    (site, before): (Option<i64>, Option<i64>),
    limit: usize,
) -> Result<(Vec<Certificate>, Option<i64>)> {
    app.store.read(|conn| {
        let scope = right.sites();
        let site = site.map(|id| portal::find_site(conn, scope, id)).transpose()?;
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut found = portal::list_certificates(conn, scope, (site.as_ref(), before), most)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|row| row.id);
        let mut listed = vec![];
        for row in found {
            let site = portal::find_site(conn, scope, row.site_id)?.name;
            if !store::certificates::is_superseded(conn, &row)? {
                listed.push((row, site));
            }
        }
        Ok((listed, next))
    })
}

/// The PDF of a certificate's latest revision.
///
/// # Errors
/// Not found, also for a certificate of a site that is not theirs.
pub fn find_certificate(
    app: &App,
    right: &Right<ViewPortal>,
    number: &str,
) -> Result<(CertificateRow, Vec<u8>)> {
    app.store.read(|conn| {
        let row = portal::find_certificate(conn, right.sites(), number)?;
        let pdf = files::find_file(conn, &row.hash)?.bytes;
        Ok((row, pdf))
    })
}

/// Refuses to let anybody of the firm answer for the customer; gives the person who answers.
///
/// # Errors
/// A conflict for anybody else.
pub fn only_customer(right: &Right<AnswerForCustomer>) -> Result<i64> {
    let actor = right.actor();
    let words = "Only the customer's own people can answer this; nobody of the firm answers for them.";
    match (actor.role(), actor.person_id()) {
        (Role::Customer, Some(person)) => Ok(person),
        _ => Err(Error::Conflict(words.to_owned())),
    }
}
