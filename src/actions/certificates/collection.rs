//! The certificates of all of a customer's sites over the same days, in one file.

use chrono::NaiveDate;
use domain::certificate::{Collection, Head, SiteCertificate};
use domain::permission::IssueCertificate;
use store::certificates::{CertificateRow, find_evidence};
use store::customers::{Customer, find_customer};
use store::{AnyConnection, Right, Scope};

use super::covered::has_tests;
use super::draft::{Paper, gather};
use super::issue::{Stamp, history_of};
use super::photos::{Drawn, draw};
use super::{Options, Subject, issue_certificate};
use crate::app::App;
use crate::error::{Error, Result};

/// A customer's certificates in one file.
#[derive(Debug)]
pub struct Collected {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Each certificate in it.
    pub rows: Vec<CertificateRow>,
}

/// Issues the certificate of each site where something was tested in these days, and binds them together. The file is
/// made of numbered certificates and is none itself: each site's part is found and checked by its own code.
///
/// # Errors
/// Not found, also for what lies outside the scope; a conflict where nothing was tested at any site; as
/// [`issue_certificate`].
pub fn collect_certificates(
    app: &App,
    right: &Right<IssueCertificate>,
    (customer_id, from, to): (i64, NaiveDate, NaiveDate),
    (options, progress): (Options, &mut dyn FnMut(usize, usize)),
) -> Result<Collected> {
    let (customer, subjects) =
        app.store.read(|conn| subjects(conn, right.scope(), (customer_id, from, to)))?;
    if subjects.is_empty() {
        let words = "Nothing was tested at any site then, so there is nothing to certify.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let (mut rows, mut sites) = (vec![], vec![]);
    for (at, subject) in subjects.iter().enumerate() {
        progress(at, subjects.len());
        let row = issue_certificate(app, right, subject, options)?.row;
        sites.push(app.store.read(|conn| paper_of(conn, right.scope(), &row, (subject, app, options)))?);
        rows.push(row);
    }
    progress(subjects.len(), subjects.len());
    let collection = Collection { head: head(&customer, &sites, (from, to)), sites };
    let pdf = render::certificate::collection(&collection, app.now());
    let pdf = pdf.map_err(|error| {
        Error::Internal(format!("setting the certificates of {}: {error}", customer.name))
    })?;
    Ok(Collected { pdf, rows })
}

fn subjects(
    conn: &mut AnyConnection,
    scope: &Scope,
    (customer_id, from, to): (i64, NaiveDate, NaiveDate),
) -> Result<(Customer, Vec<Subject>)> {
    let customer = find_customer(conn, scope, customer_id)?;
    let mut found = vec![];
    for site in store::sites::list_sites(conn, scope, Some(customer_id))? {
        if has_tests(conn, scope, (site.id, from, to))? {
            found.push(Subject::Period { site_id: site.id, from, to });
        }
    }
    Ok((customer, found))
}

/// What an issued certificate says, to be set again.
fn paper_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    row: &CertificateRow,
    (subject, app, options): (&Subject, &App, Options),
) -> Result<SiteCertificate> {
    let mut draft = gather(conn, scope, (subject, options))?;
    let evidence = find_evidence(conn, row)?;
    if evidence.content_sha256 != draft.content {
        let words = "Something was recorded while the certificates were gathered. Ask for them again.";
        return Err(Error::Conflict(words.to_owned()));
    }
    let history = history_of(conn, scope, row, draft.language)?;
    Stamp::of(row, &evidence, &app.config.base_url, history).put_on(&mut draft.paper);
    match draft.paper {
        Paper::Site(mut paper) => {
            draw(conn, &mut paper.photos, &mut Drawn::new())?;
            Ok(*paper)
        }
        Paper::Single(_) => Err(Error::Internal("a site's certificate is of a site".to_owned())),
    }
}

fn head(customer: &Customer, sites: &[SiteCertificate], (from, to): (NaiveDate, NaiveDate)) -> Head {
    let first = sites.first().map(|site| site.head.clone()).unwrap_or_default();
    Head {
        language: first.language,
        firm: first.firm,
        customer: customer.name.clone(),
        contact: customer.contact.clone(),
        from: Some(from),
        to: Some(to),
        ..Head::default()
    }
}
