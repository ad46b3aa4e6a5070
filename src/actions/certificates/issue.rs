//! Issuing: the number, the paper, its bytes and its place in the ledger in one transaction.
//!
//! What a certificate says is gathered before the transaction and gathered anew within it only where the customer's
//! ledger moved on meanwhile, so that the head printed is the very one before the certificate. The paper needs its
//! number and that head, so it is set within the transaction: a tenth of a second for a thousand items, against
//! numbers with gaps or papers that name a head they do not rest on.

use domain::certificate::{Closing, Head, LedgerHead};
use domain::certificate_evidence::{CertificateEvidence, Covers, FORM};
use domain::event::Event;
use domain::permission::IssueCertificate;
use domain::schedule::local_date;
use store::certificates::{self, CertificateRow, find_latest, hold_head, insert_certificate};
use store::ledger::Place;
use store::types::Moment;
use store::{Right, Tx, files, settings};

use super::Subject;
use super::draft::{Draft, Paper, gather};
use crate::actions::dues::FIRM_ZONE;
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// The series of certificate numbers.
const SERIES: &str = "certificate";
/// Characters of a public code: 128 bits in hexadecimal.
const CODE: usize = 32;
/// Characters of the ledger's hash that are printed.
const SHORT_HASH: usize = 12;

/// A certificate as issued.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Its row.
    pub row: CertificateRow,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Whether nothing had changed since it was issued before.
    pub repeated: bool,
}

/// Why nothing was written.
enum Stop {
    Repeated(Box<CertificateRow>),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Issues a certificate. Asked again with nothing changed it gives the one there is; with something changed it
/// issues the next revision of the same number.
///
/// # Errors
/// Not found, also for what lies outside the scope; a conflict for a test that was corrected, and where nothing was
/// tested; a field error for days in the wrong order; too large beyond 20,000 tests.
pub fn issue_certificate(app: &App, right: &Right<IssueCertificate>, subject: &Subject) -> Result<Issued> {
    let draft = app.store.read(|conn| {
        let draft = gather(conn, right.scope(), subject)?;
        let known = find_latest(conn, draft.site_id, &draft.covers)?;
        let unchanged = match known {
            Some(row) if certificates::find_evidence(conn, &row)?.content_sha256 == draft.content => {
                Some(row)
            }
            _ => None,
        };
        Ok::<_, Error>(unchanged.map_or(Ok(draft), Err))
    })?;
    let draft = match draft {
        Ok(draft) => draft,
        Err(row) => return stored(app, row),
    };
    let written =
        app.store.write(right.actor(), |tx| write(tx, right, (subject, draft), &app.config.base_url));
    match written {
        Ok(issued) => Ok(issued),
        Err(Stop::Repeated(row)) => stored(app, *row),
        Err(Stop::Error(error)) => Err(error),
    }
}

fn stored(app: &App, row: CertificateRow) -> Result<Issued> {
    let pdf = app.store.read(|conn| files::find_file(conn, &row.hash))?.bytes;
    Ok(Issued { row, pdf, repeated: true })
}

fn write(
    tx: &mut Tx,
    right: &Right<IssueCertificate>,
    (subject, mut draft): (&Subject, Draft),
    base_url: &str,
) -> std::result::Result<(Issued, Vec<Event>), Stop> {
    let head = hold_head(tx, draft.customer_id)?;
    if head != draft.head {
        draft = gather(tx, right.scope(), subject)?;
    }
    let latest = find_latest(tx, draft.site_id, &draft.covers)?;
    if let Some(row) = &latest
        && certificates::find_evidence(tx, row)?.content_sha256 == draft.content
    {
        return Err(Stop::Repeated(Box::new(row.clone())));
    }
    let (number, revision) = match latest {
        Some(row) => (row.number, row.revision + 1),
        None => (format!("C-{:06}", settings::next_number(tx, SERIES)?), 1),
    };
    let code: String = new_secret().chars().take(CODE).collect();
    let stamp = Stamp { number: number.clone(), revision, verify_url: format!("{base_url}/c/{code}"), head };
    let pdf = set(tx, &mut draft, &stamp)?;
    let hash = files::put_file(tx, "application/pdf", &pdf)?;
    let evidence = evidence(tx, &draft, &stamp, &hash);
    let event = event(&draft, &stamp);
    let row = insert_certificate(tx, row(&draft, &evidence, code), &evidence)?;
    Ok((Issued { row, pdf, repeated: false }, vec![event]))
}

/// What only the transaction knows.
struct Stamp {
    number: String,
    revision: i64,
    verify_url: String,
    head: Place,
}

fn set(tx: &Tx, draft: &mut Draft, stamp: &Stamp) -> Result<Vec<u8>> {
    let stamped = |head: &mut Head, closing: &mut Closing| {
        head.number = stamp.number.clone();
        head.revision = u32::try_from(stamp.revision).unwrap_or(u32::MAX);
        head.issued = Some(local_date(tx.now, FIRM_ZONE));
        closing.verify_url = stamp.verify_url.clone();
        closing.ledger = Some(LedgerHead {
            sequence: u64::try_from(stamp.head.seq).unwrap_or(0),
            short_hash: stamp.head.hash.chars().take(SHORT_HASH).collect(),
        });
    };
    let pdf = match &mut draft.paper {
        Paper::Single(paper) => {
            stamped(&mut paper.head, &mut paper.closing);
            render::certificate::single(paper, tx.now)
        }
        Paper::Site(paper) => {
            stamped(&mut paper.head, &mut paper.closing);
            render::certificate::site(paper, tx.now)
        }
    };
    pdf.map_err(|error| Error::Internal(format!("setting certificate {}: {error}", stamp.number)))
}

fn evidence(tx: &Tx, draft: &Draft, stamp: &Stamp, hash: &str) -> CertificateEvidence {
    CertificateEvidence {
        form: FORM,
        number: stamp.number.clone(),
        revision: u32::try_from(stamp.revision).unwrap_or(u32::MAX),
        customer_id: draft.customer_id,
        site_id: draft.site_id,
        issued_at: Moment::from(tx.now).utc(),
        person_id: tx.actor.person_id(),
        pdf_sha256: hash.to_owned(),
        content_sha256: draft.content.clone(),
        covers: draft.covers.clone(),
        tests: draft.tests.clone(),
        totals: draft.totals,
        head_seq: stamp.head.seq,
        head_hash: stamp.head.hash.clone(),
    }
}

fn row(draft: &Draft, evidence: &CertificateEvidence, code: String) -> CertificateRow {
    let (test_id, visit_id, period) = match &draft.covers {
        Covers::Test { id } => (Some(id.clone()), None, None),
        Covers::Visit { id } => (None, Some(*id), None),
        Covers::Period { from, to } => (None, None, Some((*from, *to))),
    };
    CertificateRow {
        id: 0,
        customer_id: draft.customer_id,
        seq: 0,
        site_id: draft.site_id,
        number: evidence.number.clone(),
        revision: i64::from(evidence.revision),
        public_code: code,
        kind: draft.covers.kind().to_owned(),
        test_id,
        visit_id,
        period_from: period.map(|(from, _)| from),
        period_to: period.map(|(_, to)| to),
        issued_at: evidence.issued_at.into(),
        person_id: evidence.person_id,
        hash: evidence.pdf_sha256.clone(),
    }
}

fn event(draft: &Draft, stamp: &Stamp) -> Event {
    let verb = if stamp.revision == 1 { "issued" } else { "issued anew" };
    let event = Event::new("certificate", &stamp.number, verb);
    let event = match draft.asset_id {
        Some(asset_id) => event.of_asset(draft.customer_id, asset_id),
        None => event.of_customer(draft.customer_id),
    };
    event.change("number", "", &stamp.number).change("revision", "", stamp.revision)
}
