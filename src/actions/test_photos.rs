//! Photos and documents of tests: attached with the test or later, and withdrawn, each time in the customer's ledger.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::event::Event;
use domain::evidence::FORM;
use domain::evidence_source::TestPhotoEvidence;
use store::Tx;
use store::assets::Asset;
use store::files::{self, Attachment};
use store::ledger::sha256;
use store::test_photos::{TestPhoto, facts_of_files, find_attachments, insert_test_photos, list_attached};
use store::types::Moment;

use crate::actions::attachments::{Kept, recode};
use crate::actions::tests::facts::committed;
use crate::error::{Error, Result};

/// The most photos that come with a test; more are added to its record.
pub const MOST: usize = 5;

/// A photo or document fit to be kept with a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhoto {
    /// The name it came with.
    pub name: String,
    /// SHA-256 of the bytes that were sent: sent again, they are the same photo.
    pub sent: String,
    /// What is kept of it.
    pub kept: Kept,
}

impl NewPhoto {
    /// Makes what was sent fit to be kept.
    ///
    /// # Errors
    /// A field error on `field` for anything that is neither a picture nor a PDF.
    pub fn new(field: &str, name: &str, bytes: &[u8]) -> Result<Self> {
        let kept = recode(bytes).map_err(|error| match error {
            Error::Invalid(fields) => {
                let words: Vec<String> = fields.into_iter().map(|field| field.message).collect();
                let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
                Error::field(field, format!("{name}{}", words.join("; ")))
            }
            other => other,
        })?;
        let name = if name.is_empty() { "photo" } else { name };
        Ok(Self { name: name.to_owned(), sent: sha256(bytes), kept })
    }
}

/// Makes all that was sent, each with its name, fit to be kept.
///
/// # Errors
/// As [`NewPhoto::new`].
pub fn new_photos(field: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<Arc<NewPhoto>>> {
    files.iter().map(|(name, bytes)| NewPhoto::new(field, name, bytes).map(Arc::new)).collect()
}

/// Stores files and attaches them to an asset, and to a test of it where one is given; the last thing a transaction
/// does. Gives the numbers of the attachments, and the events to be told.
///
/// # Errors
/// The store's.
pub fn attach<'a>(
    tx: &mut Tx,
    (asset, test_id): (&Asset, Option<&str>),
    photos: impl IntoIterator<Item = &'a NewPhoto>,
) -> Result<(Vec<i64>, Vec<Event>)> {
    let (mut ids, mut events) = (vec![], vec![]);
    for photo in photos {
        let hash = files::put_file(tx, photo.kept.media_type, &photo.kept.large)?;
        let thumbnail = match &photo.kept.small {
            Some(bytes) => Some(files::put_file(tx, "image/jpeg", bytes)?),
            None => None,
        };
        let hashes = (hash.as_str(), thumbnail.as_deref());
        let id = files::insert_attachment(tx, asset, test_id, hashes, &photo.name)?;
        let event = Event::new("file", id, "attached").of_asset(asset.customer_id, asset.id);
        events.push(event.change("name", "", &photo.name).change("SHA-256", "", &hash));
        ids.push(id);
    }
    if test_id.is_some() {
        prove(tx, asset.customer_id, &ids)?;
    }
    Ok((ids, events))
}

/// Writes down in the ledger what was just attached to tests of a customer.
///
/// # Errors
/// The store's.
pub fn prove(tx: &mut Tx, customer_id: i64, attachment_ids: &[i64]) -> Result<()> {
    let found = find_attachments(tx, attachment_ids)?;
    let of: Vec<&Attachment> = attachment_ids.iter().filter_map(|id| found.get(id)).collect();
    let hashes: BTreeSet<&str> = of.iter().map(|attachment| attachment.hash.as_str()).collect();
    let facts = facts_of_files(tx, &hashes)?;
    let mut rows = vec![];
    for attachment in of {
        let (Some(test_id), Some((media_type, size))) = (&attachment.test_id, facts.get(&attachment.hash))
        else {
            return Err(Error::Internal(format!("attachment {} is of no test", attachment.id)));
        };
        rows.push(TestPhoto {
            id: uuid::Uuid::now_v7().to_string(),
            customer_id,
            seq: 0,
            asset_id: attachment.asset_id,
            test_id: test_id.clone(),
            attachment_id: attachment.id,
            hash: attachment.hash.clone(),
            thumbnail_hash: attachment.thumbnail_hash.clone(),
            size: *size,
            media_type: media_type.clone(),
            withdraws: None,
            person_id: tx.actor.person_id(),
            at: Moment::from(tx.now),
        });
    }
    append(tx, customer_id, rows)
}

/// Writes down in the ledger that attachments of a customer were withdrawn; those of no test stand in no ledger.
///
/// # Errors
/// A conflict when one of them is withdrawn there already.
pub fn withdraw(tx: &mut Tx, customer_id: i64, attachment_ids: &[i64]) -> Result<()> {
    let attached = list_attached(tx, attachment_ids)?;
    let rows = attached.into_iter().map(|photo| TestPhoto {
        id: uuid::Uuid::now_v7().to_string(),
        seq: 0,
        withdraws: Some(photo.id),
        person_id: tx.actor.person_id(),
        at: Moment::from(tx.now),
        ..photo
    });
    let rows = rows.collect();
    append(tx, customer_id, rows)
}

fn append(tx: &mut Tx, customer_id: i64, rows: Vec<TestPhoto>) -> Result<()> {
    let person = match tx.actor.person_id() {
        Some(id) => Some(committed(tx, id)?),
        None => None,
    };
    let batch = rows.into_iter().map(|row| {
        let evidence = TestPhotoEvidence {
            form: FORM,
            id: row.id.clone(),
            customer_id,
            asset_id: row.asset_id,
            test_id: row.test_id.clone(),
            attachment_id: row.attachment_id,
            sha256: row.hash.clone(),
            thumbnail_sha256: row.thumbnail_hash.clone(),
            size_bytes: row.size,
            media_type: row.media_type.clone(),
            withdraws: row.withdraws.clone(),
            at: row.at.utc(),
            person: person.clone(),
        };
        (row, evidence.canonical())
    });
    Ok(insert_test_photos(tx, customer_id, batch.collect())?)
}
