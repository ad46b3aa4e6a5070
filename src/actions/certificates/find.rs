//! Finding certificates that were issued.

use domain::certificate_evidence::CertificateEvidence;
use domain::permission::{DownloadPapers, IssueCertificate, ViewRegister};
use store::certificates::{self, CertificateFilter, CertificateRow};
use store::sites::Site;
use store::{AnyConnection, Right, Scope, files};

use super::Subject;
use crate::actions::paths::find_path;
use crate::app::App;
use crate::error::{Error, Result};

/// A certificate in a list, with the names behind its ids.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The row.
    pub row: CertificateRow,
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: String,
    /// Whether a later revision took its place.
    pub superseded: bool,
    /// Whether its document was removed, since it named a person who was erased.
    pub erased: bool,
}

/// What a list of certificates is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// A number, or part of a site's or customer's name; not used where a site or customer is chosen.
    pub search: String,
    /// Just this customer's.
    pub customer: Option<i64>,
    /// Just this site's.
    pub site: Option<i64>,
    /// Just those issued before this one.
    pub before: Option<i64>,
}

/// Certificates by number or by name of site or customer, the newest first; the id beyond which the next page begins.
///
/// # Errors
/// Not found for a foreign customer or site.
pub fn list_certificates(
    app: &App,
    right: &Right<ViewRegister>,
    asked: &Asked,
    limit: usize,
) -> Result<(Vec<Listed>, Option<i64>)> {
    app.store.read(|conn| {
        let filter = filter_of(conn, right.scope(), asked)?;
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = certificates::list_certificates(conn, right.scope(), &filter, most)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        let listed: Result<Vec<Listed>> =
            rows.into_iter().map(|row| name(conn, right.scope(), row)).collect();
        Ok((listed?, next))
    })
}

/// The certificates over a test or a visit, the newest first, for its page.
///
/// # Errors
/// The store's.
pub fn list_of(app: &App, right: &Right<ViewRegister>, subject: &Subject) -> Result<Vec<CertificateRow>> {
    let filter = match subject {
        Subject::Test(id) => CertificateFilter { test_id: Some(id.clone()), ..Default::default() },
        Subject::Visit(id) => CertificateFilter { visit_id: Some(*id), ..Default::default() },
        Subject::Period { site_id, .. } => {
            CertificateFilter { sites: Some(vec![*site_id]), ..Default::default() }
        }
    };
    Ok(app.store.read(|conn| certificates::list_certificates(conn, right.scope(), &filter, 20))?)
}

/// A number is one that reads as one ("C-000123", "c123", "123"); anything else is a name.
fn filter_of(conn: &mut AnyConnection, scope: &Scope, asked: &Asked) -> Result<CertificateFilter> {
    let filter = CertificateFilter { before: asked.before, ..CertificateFilter::default() };
    let search = asked.search.trim();
    let sites: Vec<i64> = if let Some(id) = asked.site {
        vec![store::sites::find_site(conn, scope, id)?.id]
    } else if let Some(id) = asked.customer {
        store::customers::find_customer(conn, scope, id)?;
        store::sites::list_sites(conn, scope, Some(id))?.iter().map(|site| site.id).collect()
    } else if search.is_empty() {
        return Ok(filter);
    } else if let Ok(number) = search.trim_start_matches(['C', 'c', '-', ' ']).parse::<u32>() {
        return Ok(CertificateFilter { number: Some(format!("C-{number:06}")), ..filter });
    } else {
        sites_named(conn, scope, search)?
    };
    Ok(CertificateFilter { sites: Some(sites), ..filter })
}

fn sites_named(conn: &mut AnyConnection, scope: &Scope, search: &str) -> Result<Vec<i64>> {
    let wanted = search.to_lowercase();
    let named = |name: &str| name.to_lowercase().contains(&wanted);
    let customers = store::customers::list_customers(conn, scope)?;
    let whose = |site: &Site| customers.iter().any(|one| one.id == site.customer_id && named(&one.name));
    let sites = store::sites::list_sites(conn, scope, None)?;
    Ok(sites.iter().filter(|site| named(&site.name) || whose(site)).map(|site| site.id).collect())
}

fn name(conn: &mut AnyConnection, scope: &Scope, row: CertificateRow) -> Result<Listed> {
    let site = store::sites::find_site(conn, scope, row.site_id)?;
    let customer = store::customers::find_customer(conn, scope, row.customer_id)?;
    let superseded = certificates::is_superseded(conn, &row)?;
    let erased = store::erasures::is_erased(conn, &row.hash)?;
    Ok(Listed { row, customer: customer.name, site: site.name, superseded, erased })
}

/// Every revision of a certificate, the latest first, and what the ledger holds of the latest.
///
/// # Errors
/// Not found, also for what lies outside the scope.
pub fn find_certificate(
    app: &App,
    right: &Right<ViewRegister>,
    number: &str,
) -> Result<(Vec<Listed>, CertificateEvidence)> {
    app.store.read(|conn| {
        let rows = certificates::list_revisions(conn, right.scope(), number)?;
        let latest = rows.first().ok_or_else(|| Error::NotFound("certificate".to_owned()))?;
        let evidence = certificates::find_evidence(conn, latest)?;
        let listed: Result<Vec<Listed>> =
            rows.into_iter().map(|row| name(conn, right.scope(), row)).collect();
        Ok((listed?, evidence))
    })
}

/// The PDF of a revision, the latest unless one is named.
///
/// # Errors
/// Not found, also for what lies outside the scope.
pub fn find_pdf(
    app: &App,
    right: &Right<DownloadPapers>,
    number: &str,
    revision: Option<i64>,
) -> Result<(CertificateRow, Vec<u8>)> {
    app.store.read(|conn| {
        let rows = certificates::list_revisions(conn, right.scope(), number)?;
        let row = rows.into_iter().find(|row| revision.is_none_or(|wanted| wanted == row.revision));
        let row = row.ok_or_else(|| Error::NotFound("revision of this certificate".to_owned()))?;
        let pdf = files::find_file(conn, &row.hash)?.bytes;
        Ok((row, pdf))
    })
}

/// The id of the site that "Customer/Site" names.
///
/// # Errors
/// Not found, naming the part.
pub fn find_site_path(app: &App, right: &Right<IssueCertificate>, path: &str) -> Result<i64> {
    app.store.read(|conn| {
        let named = find_path(conn, right.scope(), path)?;
        match (named.site, named.place) {
            (Some(site), None) => Ok(site.id),
            _ => Err(Error::field("site", "name a site as \"Customer/Site\"")),
        }
    })
}
