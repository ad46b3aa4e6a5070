//! Issuing: the number, the paper, its bytes and its place in the ledger in one transaction.
//!
//! What a certificate says is gathered before the transaction and gathered anew within it only where the customer's
//! ledger moved on meanwhile, so that the head printed is the very one before the certificate. The paper needs its
//! number and that head, so it is set within the transaction: a tenth of a second for a thousand items, against
//! numbers with gaps or papers that name a head they do not rest on.

use chrono::NaiveDate;
use domain::certificate::{LedgerHead, Revision};
use domain::certificate_evidence::{CertificateEvidence, Covers, FORM};
use domain::event::Event;
use domain::permission::IssueCertificate;
use domain::schedule::local_date;
use domain::wording::Language;
use store::certificates::{self, CertificateRow, find_latest, hold_head, insert_certificate};
use store::ledger::Place;
use store::signed_heads::signing_key_of;
use store::types::Moment;
use store::{AnyConnection, Right, Scope, Tx, files, settings};

use super::draft::{Draft, Paper, gather};
use super::history::history;
use super::photos::{Drawn, draw};
use super::{Options, Subject};
use crate::actions::dues::FIRM_ZONE;
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// The series of certificate numbers.
const SERIES: &str = "certificate";
/// Characters of a public code: 128 bits in hexadecimal.
const CODE: usize = 32;

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
pub fn issue_certificate(
    app: &App,
    right: &Right<IssueCertificate>,
    subject: &Subject,
    options: Options,
) -> Result<Issued> {
    let mut drawn = Drawn::new();
    let draft = app.store.read(|conn| {
        let mut draft = gather(conn, right.scope(), (subject, options))?;
        if let Some(row) = unchanged(conn, &draft)? {
            return Ok(Err(row));
        }
        // Before the transaction, since drawing photos takes its time.
        draw(conn, draft.paper.parts().2, &mut drawn)?;
        Ok::<_, Error>(Ok(draft))
    })?;
    let draft = match draft {
        Ok(draft) => draft,
        Err(row) => return stored(app, row),
    };
    let written = app.store.write(right.actor(), |tx| {
        write(tx, right, ((subject, options), draft, drawn), &app.config.base_url)
    });
    match written {
        Ok(issued) => Ok(issued),
        Err(Stop::Repeated(row)) => stored(app, *row),
        Err(Stop::Error(error)) => Err(error),
    }
}

/// The latest revision, where it says what this one would.
fn unchanged(conn: &mut AnyConnection, draft: &Draft) -> Result<Option<CertificateRow>> {
    let Some(row) = find_latest(conn, draft.site_id, &draft.covers)? else { return Ok(None) };
    let same = certificates::find_evidence(conn, &row)?.content_sha256 == draft.content;
    // A document that was removed is made anew even where it would say the same.
    let there = !store::erasures::is_erased(conn, &row.hash)?;
    Ok(Some(row).filter(|_| same && there))
}

fn stored(app: &App, row: CertificateRow) -> Result<Issued> {
    let pdf = app.store.read(|conn| files::find_file(conn, &row.hash))?.bytes;
    Ok(Issued { row, pdf, repeated: true })
}

fn write(
    tx: &mut Tx,
    right: &Right<IssueCertificate>,
    (asked, mut draft, mut drawn): ((&Subject, Options), Draft, Drawn),
    base_url: &str,
) -> std::result::Result<(Issued, Vec<Event>), Stop> {
    let head = hold_head(tx, draft.customer_id)?;
    if head != draft.head {
        draft = gather(tx, right.scope(), asked)?;
        draw(tx, draft.paper.parts().2, &mut drawn)?;
    }
    if let Some(row) = unchanged(tx, &draft)? {
        return Err(Stop::Repeated(Box::new(row)));
    }
    let (number, revision) = match find_latest(tx, draft.site_id, &draft.covers)? {
        Some(row) => (row.number, row.revision + 1),
        None => (format!("C-{:06}", settings::next_number(tx, SERIES)?), 1),
    };
    let code: String = new_secret().chars().take(CODE).collect();
    let issued = local_date(tx.now, FIRM_ZONE);
    let verify_url = format!("{base_url}/c/{code}");
    let head_key = signing_key_of(tx, draft.customer_id)?;
    let mut stamp = Stamp { number, revision, issued, verify_url, head, head_key, history: vec![] };
    let mut evidence = evidence(tx, &draft, &stamp);
    if revision > 1 {
        let mut revisions = evidence_of(tx, right.scope(), &stamp.number, revision - 1)?;
        revisions.push(evidence.clone());
        stamp.history = history(draft.language, &revisions);
    }
    let pdf = set(tx, &mut draft, &stamp)?;
    evidence.pdf_sha256 = files::put_file(tx, "application/pdf", &pdf)?;
    let event = event(&draft, &stamp);
    let row = insert_certificate(tx, row(&draft, &evidence, code), &evidence)?;
    Ok((Issued { row, pdf, repeated: false }, vec![event]))
}

/// What the ledger holds of a certificate's revisions up to one, the first one first.
fn evidence_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    number: &str,
    last: i64,
) -> Result<Vec<CertificateEvidence>> {
    let mut rows = certificates::list_revisions(conn, scope, number)?;
    rows.retain(|row| row.revision <= last);
    rows.reverse();
    Ok(rows.iter().map(|row| certificates::find_evidence(conn, row)).collect::<store::Result<_>>()?)
}

/// Every revision up to one, with what changed.
pub(super) fn history_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    row: &CertificateRow,
    language: Language,
) -> Result<Vec<Revision>> {
    Ok(history(language, &evidence_of(conn, scope, &row.number, row.revision)?))
}

/// What only the transaction knows.
pub(super) struct Stamp {
    number: String,
    revision: i64,
    issued: NaiveDate,
    verify_url: String,
    head: Place,
    head_key: String,
    history: Vec<Revision>,
}

impl Stamp {
    /// That of a certificate issued before.
    pub fn of(
        row: &CertificateRow,
        evidence: &CertificateEvidence,
        base_url: &str,
        history: Vec<Revision>,
    ) -> Self {
        Self {
            number: row.number.clone(),
            revision: row.revision,
            issued: local_date(row.issued_at.utc(), FIRM_ZONE),
            verify_url: format!("{base_url}/c/{}", row.public_code),
            head: Place { seq: evidence.head_seq, hash: evidence.head_hash.clone() },
            head_key: evidence.head_key.clone(),
            history,
        }
    }

    /// Puts number, revision, date, address and ledger head on a paper.
    pub fn put_on(&self, paper: &mut Paper) {
        let (head, closing, _) = paper.parts();
        head.number = self.number.clone();
        head.revision = u32::try_from(self.revision).unwrap_or(u32::MAX);
        head.issued = Some(self.issued);
        closing.verify_url = self.verify_url.clone();
        closing.history = self.history.clone();
        closing.ledger = Some(LedgerHead::new(self.head.seq, &self.head.hash, &self.head_key));
    }
}

fn set(tx: &Tx, draft: &mut Draft, stamp: &Stamp) -> Result<Vec<u8>> {
    stamp.put_on(&mut draft.paper);
    let pdf = match &draft.paper {
        Paper::Single(paper) => render::certificate::single(paper, tx.now),
        Paper::Site(paper) => render::certificate::site(paper, tx.now),
    };
    pdf.map_err(|error| Error::Internal(format!("setting certificate {}: {error}", stamp.number)))
}

/// The record, but for the hash of a PDF that is not there yet.
fn evidence(tx: &Tx, draft: &Draft, stamp: &Stamp) -> CertificateEvidence {
    CertificateEvidence {
        form: FORM,
        number: stamp.number.clone(),
        revision: u32::try_from(stamp.revision).unwrap_or(u32::MAX),
        customer_id: draft.customer_id,
        site_id: draft.site_id,
        issued_at: Moment::from(tx.now).utc(),
        person_id: tx.actor.person_id(),
        pdf_sha256: String::new(),
        content_sha256: draft.content.clone(),
        sign_off: draft.sign_off.clone(),
        covers: draft.covers.clone(),
        tests: draft.tests.clone(),
        totals: draft.totals,
        head_seq: stamp.head.seq,
        head_hash: stamp.head.hash.clone(),
        head_key: stamp.head_key.clone(),
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
