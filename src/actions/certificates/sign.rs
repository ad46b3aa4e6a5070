//! The customer's representative signs for what a certificate will rest on; the certificate is issued with it.
//!
//! A signature is for records, counts and limitations as they were shown. Where any of these changes, the next
//! revision has an empty line again: nobody signed for that.

use domain::certificate::Totals;
use domain::event::Event;
use domain::evidence::PersonCommitted;
use domain::permission::IssueCertificate;
use domain::sign_off::{FORM, SignOffEvidence};
use store::people::{NewPerson, Person, insert_person, update_signature};
use store::sign_offs::{SignOff, insert_sign_off};
use store::types::Moment;
use store::{Right, Tx};

use super::draft::{Draft, Paper, gather};
use super::{Issued, Options, Subject, issue_certificate};
use crate::actions::pictures;
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// A signature has at most this many pixels.
const PIXELS: (u32, u32) = (600, 220);

/// What is shown before somebody signs.
#[derive(Debug, Clone)]
pub struct ToSign {
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: String,
    /// Counts.
    pub totals: Totals,
    /// What failed: tag, what it is, and why.
    pub failures: Vec<(String, String, String)>,
    /// What was not tested, and why.
    pub limitations: String,
    /// What is declared.
    pub declaration: String,
    /// SHA-256 of the records shown.
    pub records: String,
    /// Who signed for just these already.
    pub signed_by: Option<String>,
}

/// Who signs, and with what.
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    /// Full name.
    pub name: &'a str,
    /// In what capacity, such as "Facilities manager".
    pub role: &'a str,
    /// A picture of the signature, as drawn or chosen.
    pub picture: &'a [u8],
    /// The records that were shown.
    pub records: &'a str,
}

/// What the customer's representative is asked to sign for.
///
/// # Errors
/// As [`issue_certificate`].
pub fn show_to_sign(app: &App, right: &Right<IssueCertificate>, subject: &Subject) -> Result<ToSign> {
    let draft = app.store.read(|conn| gather(conn, right.scope(), (subject, Options::default())))?;
    let (head, closing, failures) = match draft.paper {
        Paper::Single(paper) => {
            let failed = (paper.tag.clone(), paper.description.clone(), paper.verdict_reason.clone());
            let failed = (draft.totals.failed > 0).then_some(failed);
            (paper.head, paper.closing, failed.into_iter().collect())
        }
        Paper::Site(paper) => {
            let failures = paper.failures.into_iter().map(|one| (one.tag, one.description, one.reason));
            (paper.head, paper.closing, failures.collect())
        }
    };
    Ok(ToSign {
        customer: head.customer,
        site: head.site,
        totals: draft.totals,
        failures,
        limitations: head.limitations,
        declaration: closing.declaration,
        records: draft.records,
        signed_by: draft
            .sign_off
            .map(|_| closing.signatures.last().map(|one| one.name.clone()).unwrap_or_default()),
    })
}

/// Keeps the signature and issues the certificate with it.
///
/// # Errors
/// As [`issue_certificate`]; a conflict when other records are there than were shown; field errors.
pub fn sign_certificate(
    app: &App,
    right: &Right<IssueCertificate>,
    subject: &Subject,
    (signer, options): (&Signer, Options),
) -> Result<Issued> {
    let png = pictures::recode_png("signature", signer.picture, PIXELS)?;
    app.store.write(right.actor(), |tx| {
        let draft = gather(tx, right.scope(), (subject, options))?;
        if draft.records != signer.records {
            let words = "Something was recorded after this was shown. Look at it again, then sign.";
            return Err(Error::Conflict(words.to_owned()));
        }
        let event = write(tx, &draft, signer, &png)?;
        Ok(((), vec![event]))
    })?;
    issue_certificate(app, right, subject, options)
}

fn write(tx: &mut Tx, draft: &Draft, signer: &Signer, png: &[u8]) -> Result<Event> {
    let person = NewPerson {
        salt: new_secret(),
        name: signer.name.to_owned(),
        email: None,
        initials: String::new(),
        qualification: signer.role.to_owned(),
    };
    let person = insert_person(tx, &person)?;
    update_signature(tx, person.id, Some(png))?;
    let (id, at) = (uuid::Uuid::now_v7().to_string(), Moment::from(tx.now));
    let evidence = SignOffEvidence {
        form: FORM,
        id: id.clone(),
        customer_id: draft.customer_id,
        site_id: draft.site_id,
        covers: draft.covers.clone(),
        records_sha256: draft.records.clone(),
        at: at.utc(),
        person: PersonCommitted { id: person.id, commitment: person.commitment() },
        signature_commitment: commitment(&person, png),
        recorded_by: tx.actor.person_id(),
    };
    let row = SignOff {
        id: id.clone(),
        customer_id: draft.customer_id,
        seq: 0,
        site_id: draft.site_id,
        records_hash: draft.records.clone(),
        person_id: person.id,
        at,
    };
    insert_sign_off(tx, row, evidence.canonical())?;
    // The name stays in the one erasable table: an event outlives it.
    Ok(Event::new("sign-off", &id, "signed").of_customer(draft.customer_id).change("person", "", person.id))
}

fn commitment(person: &Person, png: &[u8]) -> String {
    let mut bytes = person.salt.clone().into_bytes();
    bytes.extend_from_slice(png);
    store::ledger::sha256(&bytes)
}
