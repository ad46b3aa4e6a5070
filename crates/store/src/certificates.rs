//! Certificates: rows in front of the ledger, and the stored PDF of each revision. Appended, never altered.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::Lifecycle;
use domain::certificate_evidence::{CertificateEvidence, Covers};
use domain::history_link::NOW;
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::error::{Error, Result};
use crate::history_links::Belonging;
use crate::ledger::{self, Entry, Place, RowHash};
use crate::portable::AnyConnection;
use crate::schema::{assets, certificates, ledger as ledger_table, ledger_heads, people, tests};
use crate::types::{Coded, Moment};
use crate::{Tx, in_scope};

/// Ids in one statement.
const BATCH: usize = 500;

/// One revision of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = certificates)]
pub struct CertificateRow {
    /// Id; rises with each one issued.
    #[diesel(skip_insertion)]
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Its number in the customer's ledger.
    pub seq: i64,
    /// The site.
    pub site_id: i64,
    /// Certificate number, such as "C-000123".
    pub number: String,
    /// Counts from 1.
    pub revision: i64,
    /// The random part of its public address.
    pub public_code: String,
    /// "test", "visit" or "period".
    pub kind: String,
    /// The test, for the certificate of one.
    pub test_id: Option<String>,
    /// The visit, for the certificate of one.
    pub visit_id: Option<i64>,
    /// First day, for a site over a period.
    pub period_from: Option<NaiveDate>,
    /// Last day, for a site over a period.
    pub period_to: Option<NaiveDate>,
    /// When it was issued.
    pub issued_at: Moment,
    /// Who issued it; none for the operator of the machine.
    pub person_id: Option<i64>,
    /// SHA-256 of the PDF.
    pub hash: String,
}

impl CertificateRow {
    /// Its id in the ledger: number and revision.
    pub fn record_id(&self) -> String {
        format!("{}/{}", self.number, self.revision)
    }

    /// Hash over its columns, but for the customer and number that the ledger has itself.
    pub fn row_hash(&self) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let hash = RowHash::default().number(self.site_id).text(&self.number).number(self.revision);
        let hash = hash.text(&self.public_code).text(&self.kind).optional(self.test_id.as_deref());
        let hash = hash.optional_number(self.visit_id).optional(day(self.period_from).as_deref());
        let hash = hash.optional(day(self.period_to).as_deref()).moment(self.issued_at);
        hash.optional_number(self.person_id).text(&self.hash).finish()
    }
}

/// An asset as the public page of a certificate tells of it: nothing that names anybody.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct CoveredAsset {
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// Outcome of its last test.
    pub last_verdict: Option<Coded<Verdict>>,
    /// When it was last tested.
    pub last_tested_at: Option<Moment>,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
}

/// Holds a customer's chain until the end of the transaction and gives its head.
///
/// # Errors
/// The database's.
pub fn hold_head(tx: &mut Tx, customer_id: i64) -> Result<Place> {
    let (seq, hash) = diesel::update(ledger_heads::table.find(customer_id))
        .set(ledger_heads::seq.eq(ledger_heads::seq))
        .returning((ledger_heads::seq, ledger_heads::hash))
        .get_result(&mut **tx)?;
    Ok(Place { seq, hash })
}

/// The head of a customer's chain as it stands.
///
/// # Errors
/// The database's.
pub fn find_head(conn: &mut AnyConnection, customer_id: i64) -> Result<Place> {
    let head = ledger_heads::table.find(customer_id).select((ledger_heads::seq, ledger_heads::hash));
    let (seq, hash) = head.first(conn)?;
    Ok(Place { seq, hash })
}

/// Writes a revision to the ledger and its row behind it; the last thing a transaction does. The row's id and
/// ledger number are given on the way.
///
/// # Errors
/// The database's.
pub fn insert_certificate(
    tx: &mut Tx,
    mut row: CertificateRow,
    evidence: &CertificateEvidence,
) -> Result<CertificateRow> {
    let (record_id, row_hash) = (row.record_id(), row.row_hash());
    let entry = Entry { kind: "certificate", record_id, row_hash, body: evidence.canonical() };
    row.seq = ledger::append(tx, row.customer_id, row.issued_at.utc(), &entry)?.seq;
    let insert = diesel::insert_into(certificates::table).values(&row).returning(certificates::id);
    row.id = insert.get_result(&mut **tx)?;
    Ok(row)
}

/// The latest revision of the certificate over just this.
///
/// # Errors
/// The database's.
pub fn find_latest(
    conn: &mut AnyConnection,
    site_id: i64,
    covers: &Covers,
) -> Result<Option<CertificateRow>> {
    let query = CertificateRow::query().into_boxed().filter(certificates::site_id.eq(site_id));
    let query = query.filter(certificates::kind.eq(covers.kind()));
    let query = match covers {
        Covers::Test { id } => query.filter(certificates::test_id.eq(id)),
        Covers::Visit { id } => query.filter(certificates::visit_id.eq(id)),
        Covers::Period { from, to } => {
            query.filter(certificates::period_from.eq(from).and(certificates::period_to.eq(to)))
        }
    };
    Ok(query.order(certificates::id.desc()).first(conn).optional()?)
}

/// Every revision of a certificate, the latest first.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn list_revisions(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<Vec<CertificateRow>> {
    let query = in_scope!(CertificateRow::query().into_boxed(), scope, certificates::customer_id);
    let rows: Vec<CertificateRow> =
        query.filter(certificates::number.eq(number)).order(certificates::revision.desc()).load(conn)?;
    if rows.is_empty() { Err(Error::NotFound("certificate")) } else { Ok(rows) }
}

/// Which certificates a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificateFilter {
    /// Just this number.
    pub number: Option<String>,
    /// Just those of these sites.
    pub sites: Option<Vec<i64>>,
    /// Just those over this test.
    pub test_id: Option<String>,
    /// Just those over this visit.
    pub visit_id: Option<i64>,
    /// Just those issued before this one.
    pub before: Option<i64>,
}

/// Certificates within a scope, the newest first.
///
/// # Errors
/// The database's.
pub fn list_certificates(
    conn: &mut AnyConnection,
    scope: &Scope,
    filter: &CertificateFilter,
    limit: i64,
) -> Result<Vec<CertificateRow>> {
    let mut query = in_scope!(CertificateRow::query().into_boxed(), scope, certificates::customer_id);
    if let Some(number) = &filter.number {
        query = query.filter(certificates::number.eq(number.clone()));
    }
    if let Some(sites) = &filter.sites {
        query = query.filter(certificates::site_id.eq_any(sites.clone()));
    }
    if let Some(id) = &filter.test_id {
        query = query.filter(certificates::test_id.eq(id.clone()));
    }
    if let Some(id) = filter.visit_id {
        query = query.filter(certificates::visit_id.eq(id));
    }
    if let Some(before) = filter.before {
        query = query.filter(certificates::id.lt(before));
    }
    Ok(query.order(certificates::id.desc()).limit(limit).load(conn)?)
}

/// Whether a later revision took the place of this one.
///
/// # Errors
/// The database's.
pub fn is_superseded(conn: &mut AnyConnection, row: &CertificateRow) -> Result<bool> {
    let later = certificates::table
        .filter(certificates::number.eq(&row.number).and(certificates::revision.gt(row.revision)));
    Ok(later.count().get_result::<i64>(conn)? > 0)
}

/// The latest certificate whose PDF has this hash: for whoever holds the file and asks whether it is genuine.
///
/// # Errors
/// The database's.
pub fn find_by_file(conn: &mut AnyConnection, hash: &str) -> Result<Option<CertificateRow>> {
    let query = CertificateRow::query().filter(certificates::hash.eq(hash));
    Ok(query.order(certificates::id.desc()).first(conn).optional()?)
}

/// The certificate behind a public code: for the public page alone, which needs no session.
///
/// # Errors
/// The database's.
pub fn find_public(conn: &mut AnyConnection, code: &str) -> Result<Option<CertificateRow>> {
    Ok(CertificateRow::query().filter(certificates::public_code.eq(code)).first(conn).optional()?)
}

/// What the ledger holds of a certificate.
///
/// # Errors
/// The database's, or that the body cannot be read, naming its record.
pub fn find_evidence(conn: &mut AnyConnection, row: &CertificateRow) -> Result<CertificateEvidence> {
    let body = ledger_table::table.find((row.customer_id, row.seq)).select(ledger_table::body);
    let body: String = body.first(conn)?;
    CertificateEvidence::parse(&body).map_err(|why| {
        let words = format!("record {} of customer {}: {why}", row.seq, row.customer_id);
        Error::Database(diesel::result::Error::DeserializationError(words.into()))
    })
}

/// The assets that a certificate's tests were of, as they are now.
///
/// # Errors
/// The database's.
pub fn list_covered(
    conn: &mut AnyConnection,
    customer_id: i64,
    test_numbers: &[i64],
) -> Result<Vec<CoveredAsset>> {
    let mut ids = std::collections::BTreeSet::new();
    for numbers in test_numbers.chunks(BATCH) {
        let of: Vec<(String, i64)> = tests::table
            .filter(tests::customer_id.eq(customer_id).and(tests::seq.eq_any(numbers)))
            .select((tests::id, tests::asset_id))
            .load(conn)?;
        let assets: std::collections::BTreeSet<i64> = of.iter().map(|(_, asset)| *asset).collect();
        let belonging = Belonging::load(conn, &assets.into_iter().collect::<Vec<_>>())?;
        // Where a test belongs elsewhere now, both stand here: the paper names the one, the truth the other.
        for (id, asset) in &of {
            ids.extend([belonging.home(*asset), belonging.test_at((*asset, id), NOW)]);
        }
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let mut found = vec![];
    for ids in ids.chunks(BATCH) {
        let columns = (
            assets::lifecycle,
            assets::lock_cause,
            assets::last_verdict,
            assets::last_tested_at,
            assets::due_on,
        );
        let rows: Vec<CoveredAsset> =
            assets::table.filter(assets::id.eq_any(ids)).select(columns).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// How many of the tests that a certificate rests on were corrected since.
///
/// # Errors
/// The database's.
pub fn count_corrected(conn: &mut AnyConnection, customer_id: i64, test_numbers: &[i64]) -> Result<i64> {
    let mut corrected = 0;
    for numbers in test_numbers.chunks(BATCH) {
        let ids: Vec<String> = tests::table
            .filter(tests::customer_id.eq(customer_id).and(tests::seq.eq_any(numbers)))
            .select(tests::id)
            .load(conn)?;
        let later = tests::table.filter(tests::supersedes.eq_any(ids)).count();
        corrected += later.get_result::<i64>(conn)?;
    }
    Ok(corrected)
}

/// Where an asset is now, for the failures of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The asset.
    pub asset_id: i64,
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// Whether it is locked.
    pub locked: bool,
    /// The site.
    pub site: String,
    /// The place.
    pub place: Option<String>,
    /// Whether somebody has it; their name stays off the paper.
    pub signed_out: bool,
}

/// Where these assets are now.
///
/// # Errors
/// The database's.
pub fn list_whereabouts(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<Whereabouts>> {
    use crate::schema::{places, sites};
    type Row = (i64, Coded<Lifecycle>, Option<String>, String, Option<String>, String);
    let mut found = vec![];
    for ids in ids.chunks(BATCH) {
        let rows: Vec<Row> = assets::table
            .inner_join(sites::table.on(sites::id.eq(assets::site_id)))
            .left_join(places::table.on(assets::place_id.eq(places::id.nullable())))
            .filter(assets::id.eq_any(ids))
            .select((
                assets::id,
                assets::lifecycle,
                assets::lock_cause,
                sites::name,
                places::path.nullable(),
                assets::custodian,
            ))
            .load(conn)?;
        found.extend(rows.into_iter().map(|(asset_id, lifecycle, lock, site, place, holder)| Whereabouts {
            asset_id,
            lifecycle: lifecycle.0,
            locked: lock.is_some(),
            site,
            place,
            signed_out: !holder.is_empty(),
        }));
    }
    Ok(found)
}

/// The people with these ids.
///
/// # Errors
/// The database's.
pub fn list_people(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<crate::people::Person>> {
    Ok(crate::people::Person::query().filter(people::id.eq_any(ids)).order(people::id).load(conn)?)
}
