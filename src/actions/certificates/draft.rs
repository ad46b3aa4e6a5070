//! Gathers what a certificate will say, before it has a number.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use domain::certificate::{Closing, Head, Photo, SingleCertificate, SiteCertificate, Totals};
use domain::certificate_evidence::Covers;
use domain::schedule::local_date;
use domain::wording::Language;
use serde::Serialize;
use store::certificates::find_head;
use store::customers::{Customer, find_customer};
use store::ledger::{Place, sha256};
use store::sign_offs::find_sign_off;
use store::sites::{Site, find_site};
use store::tests::{self, RecordedTest};
use store::visits::{Expected, Visit, find_visit};
use store::{AnyConnection, Scope};

use super::covered::{Covered, counting, covered};
use super::{Options, Subject, heads, photos, single, site};
use crate::actions::dues::time_zone;
use crate::actions::history_links::at_home;
use crate::error::{Error, Result};

/// What is printed.
#[derive(Debug, Clone)]
pub(super) enum Paper {
    Single(Box<SingleCertificate>),
    Site(Box<SiteCertificate>),
}

impl Paper {
    /// Head, end and photos, whichever paper it is.
    pub fn parts(&mut self) -> (&mut Head, &mut Closing, &mut Vec<Photo>) {
        match self {
            Self::Single(paper) => (&mut paper.head, &mut paper.closing, &mut paper.photos),
            Self::Site(paper) => (&mut paper.head, &mut paper.closing, &mut paper.photos),
        }
    }
}

/// A certificate but for its number, revision, date and ledger head.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub customer_id: i64,
    pub site_id: i64,
    pub language: Language,
    /// The asset, for the certificate of one test.
    pub asset_id: Option<i64>,
    pub covers: Covers,
    pub paper: Paper,
    pub tests: Vec<i64>,
    pub totals: Totals,
    /// SHA-256 of the records, counts and limitations: what a customer's representative signs for.
    pub records: String,
    /// The signature for just these, if there is one.
    pub sign_off: Option<String>,
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

pub(super) fn gather(
    conn: &mut AnyConnection,
    scope: &Scope,
    (subject, options): (&Subject, Options),
) -> Result<Draft> {
    match subject {
        Subject::Test(id) => of_test(conn, scope, (id, options)),
        Subject::Visit(_) | Subject::Period { .. } => {
            let covered = covered(conn, scope, subject)?;
            of_site(conn, scope, (covered, options))
        }
    }
}

fn of_test(conn: &mut AnyConnection, scope: &Scope, (id, options): (&str, Options)) -> Result<Draft> {
    let test = tests::find_recorded_test(conn, scope, id)?;
    let test = at_home(conn, scope, vec![test])?.pop().ok_or_else(|| Error::NotFound("test".to_owned()))?;
    if tests::find_correction(conn, id)?.is_some() {
        let words = "This record was corrected later; issue the certificate of the correction.";
        return Err(Error::Conflict(words.to_owned()));
    }
    if store::withdrawals::find_withdrawal(conn, id)?.is_some() {
        return Err(Error::Conflict("This record was withdrawn; nothing certifies it.".to_owned()));
    }
    let ground = ground(conn, scope, test.row.site_id)?;
    let head = find_head(conn, ground.customer.id)?;
    let asset = store::assets::find_asset(conn, scope, test.row.asset_id)?;
    let common = heads::common(conn, &ground, std::slice::from_ref(&test), None)?;
    let mut paper = single::certificate(&ground, &test, &asset, common);
    if options.photos {
        (paper.photos, paper.photos_left_out) =
            photos::list_photos(conn, &ground, std::slice::from_ref(&test))?;
    }
    let basis = Basis {
        covers: Covers::Test { id: test.row.id.clone() },
        tests: vec![test.row.seq],
        totals: site::count(std::iter::once(test.row.verdict.0), 0),
    };
    seal(conn, &ground, (basis, Paper::Single(Box::new(paper))), (Some(asset.id), head))
}

fn of_site(conn: &mut AnyConnection, scope: &Scope, (covered, options): (Covered, Options)) -> Result<Draft> {
    let Covered { site_id, covers, visit, rows } = covered;
    let ground = ground(conn, scope, site_id)?;
    let head = find_head(conn, ground.customer.id)?;
    let tests = counting(conn, rows)?;
    let tests = at_home(conn, scope, tests)?;
    let visits = visits(conn, scope, visit, &tests)?;
    let not_found = not_found(conn, &ground, &visits, &tests)?;
    if tests.is_empty() && not_found.is_empty() {
        let words = "Nothing was tested then, so there is nothing to certify.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let common = heads::common(conn, &ground, &tests, Some(&visits))?;
    let mut paper = site::certificate(conn, &ground, &tests, (not_found, common))?;
    if options.photos {
        (paper.photos, paper.photos_left_out) = photos::list_photos(conn, &ground, &tests)?;
    }
    let mut numbers: Vec<i64> = tests.iter().map(|test| test.row.seq).collect();
    numbers.sort_unstable();
    let basis = Basis { covers, tests: numbers, totals: paper.totals };
    seal(conn, &ground, (basis, Paper::Site(Box::new(paper))), (None, head))
}

/// What a certificate rests on.
#[derive(Debug, Serialize)]
struct Basis {
    covers: Covers,
    tests: Vec<i64>,
    totals: Totals,
}

/// Adds the customer's signature, where there is one for just these records, and the hashes.
fn seal(
    conn: &mut AnyConnection,
    ground: &Ground,
    (basis, mut paper): (Basis, Paper),
    (asset_id, place): (Option<i64>, Place),
) -> Result<Draft> {
    let (head, closing, _) = paper.parts();
    let records = hash(&(&basis, ground.site.id, &head.extent, &head.limitations))?;
    let signed = find_sign_off(conn, (ground.customer.id, ground.site.id), &records)?;
    if let (Some((sign_off, person)), Some(line)) = (&signed, closing.signatures.last_mut()) {
        line.name = heads::name_of(person);
        line.date = Some(local_date(sign_off.at.utc(), ground.zone));
        line.image = person.signature.clone().filter(|bytes| !bytes.is_empty());
        if !person.qualification.is_empty() {
            line.role = format!("{}, {}", line.role, person.qualification);
        }
    }
    let content = match &paper {
        Paper::Single(paper) => hash(paper)?,
        Paper::Site(paper) => hash(paper)?,
    };
    Ok(Draft {
        customer_id: ground.customer.id,
        site_id: ground.site.id,
        language: ground.language,
        asset_id,
        covers: basis.covers,
        paper,
        tests: basis.tests,
        totals: basis.totals,
        records,
        sign_off: signed.map(|(sign_off, _)| sign_off.id),
        content,
        head: place,
    })
}

fn hash(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(sha256(&text))
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

/// What the visits did not find and nobody tested on the last of their days or later, each once.
fn not_found(
    conn: &mut AnyConnection,
    ground: &Ground,
    visits: &[Visit],
    tests: &[RecordedTest],
) -> Result<Vec<(Expected, String)>> {
    let mut seen: BTreeSet<i64> = BTreeSet::new();
    let mut lost = vec![];
    for visit in visits {
        for (asset, note) in store::visits::list_not_found(conn, visit.id)? {
            let found_later = tests.iter().any(|test| {
                test.row.asset_id == asset.id
                    && local_date(test.row.performed_at.utc(), ground.zone) >= visit.starts_on
            });
            if !found_later && seen.insert(asset.id) {
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
