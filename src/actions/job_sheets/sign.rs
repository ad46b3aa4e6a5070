//! The customer's representative signs for a job as it stands; what was signed is kept as it was.

use domain::event::Event;
use domain::permission::WorkJob;
use store::Right;
use store::files::put_file;
use store::job_sheets::{JobSignature, insert_signature};
use store::people::{NewPerson, insert_person, update_signature};
use store::types::Moment;

use super::{draw, gather};
use crate::actions::pictures;
use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// A signature has at most this many pixels.
const PIXELS: (u32, u32) = (600, 220);

/// Who signs, and with what.
#[derive(Debug, Clone)]
pub struct JobSigner<'a> {
    /// Full name.
    pub name: &'a str,
    /// In what capacity, such as "Facilities manager".
    pub role: &'a str,
    /// A picture of the signature, as drawn or chosen.
    pub picture: &'a [u8],
    /// The hash of the record that was shown.
    pub record: &'a str,
}

/// Keeps a signature for a job, with the sheet as it was signed. Gives the signature's id.
///
/// # Errors
/// Not found; a field error for what is no picture; a conflict where something was recorded after it was shown.
pub fn sign_job(app: &App, right: &Right<WorkJob>, number: &str, signer: &JobSigner) -> Result<String> {
    let png = pictures::recode_png("signature", signer.picture, PIXELS)?;
    app.store.write(right.actor(), |tx| {
        let now = tx.now;
        let shown = gather(tx, right.scope(), (number, now, &app.config.base_url))?;
        if shown.record_hash != signer.record {
            let words = "Something was recorded after this was shown. Look at it again, then sign.";
            return Err(Error::Conflict(words.to_owned()));
        }
        let person = NewPerson {
            salt: new_secret(),
            name: signer.name.to_owned(),
            email: None,
            initials: String::new(),
            qualification: signer.role.to_owned(),
        };
        let person = insert_person(tx, &person)?;
        update_signature(tx, person.id, Some(&png))?;
        let mut row = JobSignature {
            id: uuid::Uuid::now_v7().to_string(),
            job_id: shown.job.id,
            customer_id: shown.job.customer_id,
            person_id: person.id,
            record_hash: shown.record_hash.clone(),
            signature_commitment: commitment(&person.salt, &png),
            pdf_hash: String::new(),
            recorded_by: tx.actor.person_id(),
            at: Moment::from(now),
        };
        let mut sheet = shown.sheet;
        sheet.signature = Some(domain::job_sheet::SheetSignature {
            name: signer.name.to_owned(),
            role: signer.role.to_owned(),
            at: sheet.drawn,
            image: Some(png),
            before_later_entries: false,
        });
        row.pdf_hash = put_file(tx, "application/pdf", &draw(&sheet, now)?)?;
        insert_signature(tx, &row)?;
        // The name stays in the one erasable table: an event outlives it.
        let event = Event::new("job", &shown.job.number, "signed").of_customer(shown.job.customer_id);
        Ok((row.id, vec![event.change("person", "", person.id)]))
    })
}

fn commitment(salt: &str, png: &[u8]) -> String {
    let mut bytes = salt.as_bytes().to_vec();
    bytes.extend_from_slice(png);
    store::ledger::sha256(&bytes)
}
